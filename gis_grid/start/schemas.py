"""The shape of JSON: how far an installation is."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Started(BaseModel):
    """What there is in the areas in which the caller sets up, plans, commands or audits; numbers and days."""

    areas: int = Field(description="Of any level.")
    communities: int
    synthetic: bool = Field(description="All areas are made up: the sample town.")
    buildings: int
    roads: int = Field(description="Everywhere: roads belong to no area.")
    grids: int = Field(description="In force now.")
    grids_to_come: int = Field(description="With a boundary that comes into force later.")
    drafts: int = Field(description="Divisions that are neither published nor put away.")
    workers: int
    workers_with_grid: int = Field(description="Who have a grid now.")
    devices: int = Field(description="Phones that are in somebody's hands now.")
    devices_heard: int = Field(description="Of these, those that ever sent anything.")
    first_judged_day: date | None
    first_duty: datetime | None = Field(description="Until a day is judged: when duty first began.")
    last_duty: datetime | None = Field(description="Until a day is judged: when duty last began.")
    accounts: dict[str, int] = Field(description="Accounts that may sign in, by role.")


class Start(BaseModel):
    """How far the installation is; nothing for those who only walk a grid or read data."""

    started: Started | None
