"""The shapes of incidents: columns that come in, filters, and what is given out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Kind(StrEnum):
    """What was reported: something that happened, or something that could."""

    INCIDENT = "incident"
    HAZARD = "hazard"


class State(StrEnum):
    """How far an incident has come."""

    REPORTED = "reported"
    SENT_UP = "sent_up"
    HANDLING = "handling"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class IncidentRows:
    """Incidents and hazards as columns of equal length.

    Parameters
    ----------
    code
        Unique, given by whoever reports.
    kind, state
        Words of `Kind` and `State`.
    category, title
        Free text; never a resident's name.
    severity
        1 light to 3 severe.
    reported_at, deadline, closed_at
        Milliseconds since 1970 UTC; ``None`` where there is none. Closed means a time of closing.
    worker_code
        Who reported; ``None`` when it was no grid worker.
    lon, lat
        Degrees, WGS84.
    """

    code: Sequence[str]
    kind: Sequence[str]
    category: Sequence[str]
    title: Sequence[str]
    state: Sequence[str]
    severity: Sequence[int]
    reported_at: Sequence[int]
    worker_code: Sequence[str | None]
    deadline: Sequence[int | None]
    closed_at: Sequence[int | None]
    lon: Sequence[float]
    lat: Sequence[float]

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents: of one kind, reported in a half-open period, in some areas by id.

    ``None`` leaves a side open; of areas, it is everywhere.
    """

    kind: Kind | None = None
    start: datetime | None = None
    end: datetime | None = None
    areas: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class IncidentCell:
    """The incidents of one H3 cell."""

    cell: int
    count: int
    open: int
    worst: int
    category: str
    grid: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One incident as a list shows it."""

    code: str
    category: str
    title: str
    state: str
    severity: int
    reported_at: datetime
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Extent:
    """How many incidents, and the first and last time of reporting."""

    count: int
    first: datetime | None
    last: datetime | None
