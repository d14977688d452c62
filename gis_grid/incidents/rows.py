"""The shapes of incidents: columns that come in, filters, and what is given out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class Kind(StrEnum):
    """What was reported."""

    INCIDENT = "incident"
    """Something that happened."""
    HAZARD = "hazard"
    """Something that could happen."""
    DISPUTE = "dispute"
    ERRAND = "errand"
    """Something to be done for a resident."""
    INFORMATION = "information"


TAKEN_CODES = frozenset({"categories", "alerts", "duplicates", "counts", "near", "in-cell"})
"""What no incident can be called: its address is another's."""

OPEN_KINDS = frozenset({Kind.INCIDENT, Kind.HAZARD})
"""What everybody may read who sees incidents; the others are between a resident and the town."""


MERGING = ("merge", "take_in", "unmerge", "let_go")
"""Moves that say what is one incident; nobody has handled anything by them."""


class Place(StrEnum):
    """How the place of an incident is known."""

    POINT = "point"
    BUILDING = "building"
    ADDRESS = "address"
    NONE = "none"


class Light(StrEnum):
    """Whether a deadline is near (yellow), over (red), or neither."""

    NONE = "none"
    YELLOW = "yellow"
    RED = "red"


class State(StrEnum):
    """How far an incident has come: the states of the basic workflow that imports begin with."""

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
        Degrees, WGS84; ``None`` where there is no position: such a row is listed and on no map.
    address, description
        Left out: none.
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
    lon: Sequence[float | None]
    lat: Sequence[float | None]
    address: Sequence[str] = ()
    description: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.code)


@dataclass(frozen=True, slots=True)
class Filter:
    """Which incidents; ``None`` leaves a side open.

    Parameters
    ----------
    start, end
        Half-open period of reporting.
    areas
        By id; ``None`` is everywhere.
    state, state_kind
        A word of a workflow; `open` or `closed`.
    categories
        Codes of the tree.
    grid
        Code of the grid that it was reported in.
    overdue_at
        Only what was overdue then.
    lit, lit_at
        Only what had this light then.
    positioned
        Only what has a position, or only what has none.
    severity
        Only what is so severe.
    reporter
        Only what this worker reported, by id.
    words
        Only what has these words in its title, address or code.
    private
        Also what is between a resident and the town: disputes, errands, information.
    """

    kind: Kind | None = None
    start: datetime | None = None
    end: datetime | None = None
    areas: Sequence[int] | None = None
    state: str | None = None
    state_kind: str | None = None
    categories: Sequence[str] | None = None
    grid: str | None = None
    overdue_at: datetime | None = None
    lit: Light | None = None
    lit_at: datetime | None = None
    positioned: bool | None = None
    severity: int | None = None
    reporter: int | None = None
    words: str | None = None
    private: bool = True


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
    workflow: str
    workflow_version: int
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


@dataclass(frozen=True, slots=True)
class Counted:
    """How many incidents are alike in all that lists tell apart."""

    kind: str
    workflow: str
    workflow_version: int
    state: str
    state_kind: str
    light: str
    severity: int
    positioned: bool
    count: int
