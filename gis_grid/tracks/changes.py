"""Days on which something new came in: marked by the intake, kept here until they are judged again.

A mark is written in the transaction of its fixes, so whoever takes it sees them. Taking it and keeping its
day is one transaction; the day goes when it is judged, and only if no further mark came meanwhile. So nothing
is lost whenever a program dies, and what was judged twice makes no revision.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from gis_grid.core.track.arrival import Arrivals
from gis_grid.tracks.store import changes as store

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection


EVERYBODYS: Final = 2**62
"""More workers' weeks than there are."""


class ChangedDay(NamedTuple):
    """A worker's day that waits to be judged; `marks` tells whether more has come since it was looked at."""

    worker_id: int
    code: str
    local_date: date
    marks: int


def gather(conn: Connection, now: datetime) -> int:
    """Keep the days that the intake has marked, and return how many.

    Sealed days among them are read from the fixes again, until they are sealed anew.
    """
    # A statement of its own: who seals at this moment has to be done before the marks are looked at.
    store.lock_days(conn)
    return store.gather(conn, now)


def arrivals(conn: Connection, first: date, last: date) -> list[tuple[int, date, Arrivals]]:
    """Return (worker id, local date, how the messages came) of local days, as far as they are gathered."""
    rows = store.arrivals(conn, first, last)
    return [(row.worker_id, row.local_date, Arrivals(*tuple(row)[2:])) for row in rows]


def came_since(
    conn: Connection, since: Mapping[int, datetime], days: Sequence[date], midnights_ms: Sequence[int]
) -> dict[int, dict[date, int]]:
    """Return how many fixes were received after a time of each worker, by worker id and local date.

    Parameters
    ----------
    since
        By worker id.
    days, midnights_ms
        Days in a row, and the beginning of each and the end of the last, epoch milliseconds.
    """
    found: dict[int, dict[date, int]] = defaultdict(dict)
    if since:
        for row in store.came_since(conn, since, midnights_ms):
            found[row.worker_id][days[row.day - 1]] = row.fixes
    return found


def due(
    conn: Connection, *, today: date, late: datetime, ongoing: datetime, most: int = EVERYBODYS
) -> list[ChangedDay]:
    """Return the changed days of every worker's week of which one is due, oldest first.

    Parameters
    ----------
    today
        Local date. What came for a later one waits until that has begun.
    late
        A day before today is due when something came for it before this.
    ongoing
        Today is due when something came for it before this.
    most
        Workers' weeks from which on no further week is taken: the newest come first, and each is whole.
    """
    rows = store.due(conn, today=today, late=late, ongoing=ongoing, most=most)
    return [ChangedDay._make(row) for row in rows]


def forget(conn: Connection, days: Sequence[ChangedDay], judged_at: datetime) -> None:
    """Let go of days that are judged; one for which more has come meanwhile waits again, from `judged_at`."""
    store.forget(conn, [(day.worker_id, day.local_date, day.marks) for day in days], judged_at)


def put_off(conn: Connection, days: Sequence[ChangedDay], until: datetime) -> None:
    """Let days that could not be judged wait longer, so that they do not hold up others."""
    store.put_off(conn, [(day.worker_id, day.local_date, day.marks) for day in days], until)


def waiting(conn: Connection) -> tuple[int, datetime | None]:
    """Return how many days wait to be judged, and since when the first of them."""
    row = store.waiting(conn)
    return int(row.days), row.since
