"""What visit rules are judged on: visits, targets and counters by worker, each one query for all workers.

Only what is placed comes one by one; sensitive classes come as two numbers (JY-3 class 3).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.core.rules.work import Visit
from gis_grid.visits import store
from gis_grid.visits.rows import PlacedClass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection


class KeptSince(NamedTuple):
    """The first visit of anybody, ``None`` without any, and whether there is any target and any counter."""

    visits: datetime | None
    targets: bool
    counters: bool


def kept_since(conn: Connection) -> KeptSince:
    """Return since when visits are recorded."""
    return KeptSince._make(store.kept_since(conn))


def visits_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Visit]]:
    """Return each worker's visits within [start, end), oldest first; none, no key."""
    found: dict[int, list[Visit]] = defaultdict(list)
    for row in store.visits_of(conn, worker_ids, start, end):
        found[row.worker_id].append(Visit(row.t_ms, row.target_id, row.visit_class, row.mode))
    return found


def kept_appointments_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[tuple[int, int]]]:
    """Return from when to when each worker had agreed to come and did, epoch ms; none, no key."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in store.kept_appointments_of(conn, worker_ids, start, end):
        found[row.worker_id].append((row.start_ms, row.end_ms))
    return found


def targets_of(
    conn: Connection, worker_ids: Sequence[int], at: datetime, first: date, last: date
) -> dict[int, dict[str, frozenset[int]]]:
    """Return the targets by class in the grid that each worker has at a time; every class is there.

    Only what was to be visited from the first local day to the last, both included.
    """
    nothing: frozenset[int] = frozenset()
    found = {worker_id: {word.value: nothing for word in PlacedClass} for worker_id in worker_ids}
    for row in store.targets_of(conn, worker_ids, at, first, last):
        found[row.worker_id][row.visit_class] = frozenset(row.target_ids)
    return found


def counters_of(
    conn: Connection, worker_ids: Sequence[int], first: date, last: date, *, tz: ZoneInfo
) -> dict[int, dict[str, tuple[int, int]]]:
    """Return (due, done) of sensitive classes from `first` to `last`, both included; none, no key.

    A day's numbers are the worker's who has the grid at noon of it.
    """
    found: dict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in store.counters_of(conn, worker_ids, first, last, tz.key):
        found[row.worker_id][row.visit_class] = (int(row.due), int(row.done))
    return found
