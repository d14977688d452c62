"""The shapes of JSON: what a page shows of now, and what is streamed to it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field


class LiveState(StrEnum):
    """What a worker's newest positions, duty and clock say."""

    OFF_DUTY = "off_duty"
    NOT_STARTED = "not_started"
    IN_GRID = "in_grid"
    OUT_OF_GRID = "out_of_grid"
    SILENT = "silent"
    OVERDUE = "overdue"


class AlertKind(StrEnum):
    """What somebody should look at."""

    NOT_STARTED = "not_started"
    OUT_OF_GRID = "out_of_grid"
    SILENT = "silent"
    OVERDUE = "overdue"
    EMERGENCY = "emergency"


class LiveBeat(BaseModel):
    """Whether the engine runs: when it last looked, and how long what it took in had lain committed."""

    at: datetime
    started_at: datetime
    behind_ms: int


class _Now(BaseModel):
    """What the live engine has of a worker, but for where that one is."""

    grid: str | None = Field(description="Code of the own grid today.")
    state: LiveState
    state_since: datetime
    expected: bool = Field(description="Whether a patrol is expected today: a working day, no absence.")
    duty_since: datetime | None = Field(description="Since when on duty; null: off duty.")
    seen_at: datetime | None = Field(description="Time of the newest position that counts.")
    heard_at: datetime | None = Field(description="When the newest message came in.")
    inside_s: float = Field(description="Seconds in the own grid today, so far; a verdict may say otherwise.")
    owed_day_s: float = Field(description="Seconds still owed today; 0 when none.")
    owed_week_s: float


class LiveWorker(_Now):
    """A worker now. A position is told only within the box that was asked for, and that is a look."""

    code: str
    name: str
    community: str
    lon: float | None
    lat: float | None
    accuracy_m: float | None


class LiveGrid(BaseModel):
    """A grid now: its walkable cells, those covered today, its workers."""

    code: str
    community: str
    walkable: int
    covered: int
    expected: int
    on_duty: int
    seen_at: datetime | None


class LiveCell(BaseModel):
    """An H3 cell of resolution 11 in which a worker of the grid was."""

    cell: str
    grid: str
    seconds: float = Field(description="Today, local time.")
    seen_at: datetime


class AboutIncident(BaseModel):
    """The incident that an alert is about."""

    code: str
    title: str
    severity: int


class AboutWorker(BaseModel):
    """The worker whom an alert is about."""

    code: str
    name: str


class LiveAlert(BaseModel):
    """An alert: raised once, cleared by itself when what it says is so no more."""

    id: int
    kind: AlertKind
    worker: AboutWorker | None
    incident: AboutIncident | None
    grid: str | None
    community: str | None = Field(
        description="Null of an emergency that is in none: who is everywhere sees it."
    )
    lon: float | None = Field(description="Of an emergency, where it is. Of a worker null: see the worker.")
    lat: float | None
    since: datetime = Field(description="From when on what it says was so.")
    raised_at: datetime
    cleared_at: datetime | None
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    assigned_to: str | None
    assigned_by: str | None
    assigned_at: datetime | None


class LiveNews(BaseModel):
    """All that is in view, or all of it that is other than at a version."""

    version: int = Field(description="The newest of what is told; to come back, show the id of the event.")
    whole: bool = Field(description="Whether this is all; else only what changed, each row as it is now.")
    now: datetime
    beat: LiveBeat | None = Field(description="null: no live engine has ever run.")
    workers: list[LiveWorker]
    grids: list[LiveGrid]
    cells: list[LiveCell]
    alerts: list[LiveAlert] = Field(
        description="Whole: those that are open, and those of the last hours; else also cleared ones."
    )


class MyNow(_Now):
    """What the live engine has of the worker who asks; where that one is, is not told."""

    grid_name: str | None


class MyDay(BaseModel):
    """One's own day as the live engine sees it: advice, never a verdict."""

    now: datetime
    today: date = Field(description="The local day.")
    beat: LiveBeat | None = Field(description="null: no live engine has ever run.")
    live: MyNow | None = Field(
        description="null: without a grid today, or the engine has not come to this day yet."
    )


class LiveQuery(BaseModel):
    """What is in view."""

    model_config = {"extra": "forbid"}

    community: Annotated[list[str], Field(max_length=200)] = Field(
        [], description="Codes of communities, or of areas with all below them; none: all within sight."
    )
    bbox: str | None = Field(
        None,
        max_length=100,
        description="west,south,east,north in degrees: within it positions and cells are told. Whose "
        "position is told is looked at, which the ledger says. None: no position and no cell.",
    )


class AlertTaker(BaseModel):
    """Somebody to whom an alert can be handed."""

    name: str
    display_name: str


class Assignment(BaseModel):
    """To whom an alert is handed."""

    model_config = {"extra": "forbid"}

    to: str = Field(min_length=1, max_length=100, description="The name that the account signs in with.")
