"""Enters what was due and done of visits that are only counted; what is entered again is another revision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.visits import counting_store as store

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy import Connection

MOST: Final = 10_000
"""More than the households of the largest grid: a slip of the finger is refused, and nothing else."""


class Entry(NamedTuple):
    """What was due and done of a class in a grid on a local day."""

    grid_id: int
    visit_class: str
    local_date: date
    due: int
    done: int


class Entered(NamedTuple):
    """A counter as it stands; `by` and `at` are ``None`` where it came in a file."""

    due: int
    done: int
    revision: int
    by: str | None
    at: datetime | None


def enter(conn: Connection, entry: Entry, *, counted: Collection[str], by: str, now: datetime) -> Entered:
    """Store a counter and return it as it stands; the same numbers again are the same counter.

    Nothing is written into the ledger: that such visits were due at all is told by the counters alone. The
    revisions have who entered what, and when.

    Parameters
    ----------
    counted
        Classes that the rules of the grid's area only count.

    Raises
    ------
    BadInput
        When more was done than due, or the numbers are out of bounds.
    Conflict
        When visits of the class are reported one by one, or somebody else enters the same at this moment.
    """
    if not 0 <= entry.done <= entry.due <= MOST:
        raise BadInput(
            "The numbers cannot be",
            f"expected 0 <= done <= due <= {MOST}, not done {entry.done} of due {entry.due}",
        )
    if entry.visit_class not in counted:
        raise Conflict(
            "Visits of this class are reported one by one",
            f"{entry.visit_class!r}; only counted there: {', '.join(sorted(counted))}",
        )
    store.add(conn, entry, by, now)
    found = Entered._make(store.get(conn, entry))
    if (found.due, found.done) != (entry.due, entry.done):
        raise Conflict("Somebody else enters this counter", "at this very moment; read it and try again")
    return found
