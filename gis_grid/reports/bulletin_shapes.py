"""The shapes of a bulletin."""

from __future__ import annotations

from pydantic import BaseModel, Field

from gis_grid.core.analysis.rises import RiseTest  # noqa: TC001 - pydantic reads the annotations
from gis_grid.reports.periods import Length  # noqa: TC001 - pydantic reads the annotations


class BulletinLine(BaseModel):
    """One series: all, a kind, a category, a community or a grid."""

    code: str
    name: str
    reported: int = Field(description="Reported within the period.")
    closed: int = Field(description="Closed within it, whenever they were reported.")
    open: int = Field(description="Reported by its end and not closed by then.")
    overdue: int = Field(description="Of these, past their deadline.")
    before: list[int] = Field(description="Reported in each period compared with, newest first.")
    mean: float | None = Field(description="Mean of these; null without any.")
    change: float | None = Field(description="Reported over that mean, less 1; null where the mean is 0.")
    p: float | None = Field(description="Chance of as many or more; null with under four periods before.")
    q: float | None = Field(description="The same with all lines of the bulletin taken into account.")
    test: RiseTest
    rise: bool = Field(description="q <= 0.05: more than chance makes it.")


class Difficulty(BaseModel):
    """One incident that is open past its deadline."""

    code: str
    kind: str
    category: str
    grid: str | None
    days_over: float


class HotCell(BaseModel):
    """One cell that stands out; see the report on hot spots."""

    cell: str
    lon: float
    lat: float
    grid: str | None
    count: int
    z: float
    p: float
    p_permuted: float
    q: float


class Bulletin(BaseModel):
    """The figures of a period."""

    period: str
    length: Length
    first: str
    last: str
    until: str | None = Field(description="Set while the period is still going on: figures up to then.")
    community: str | None
    compared: list[str] = Field(description="The earlier periods, newest first.")
    all: BulletinLine
    kinds: list[BulletinLine]
    categories: list[BulletinLine]
    communities: list[BulletinLine]
    grids: list[BulletinLine]
    overdue: list[Difficulty] = Field(description="Longest past their deadline first.")
    reopened: int = Field(description="Opened again within the period.")
    hot_spots: list[HotCell]
    hot_spots_refused: str | None = Field(description="Why there are none to tell.")
