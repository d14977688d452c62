"""What workers sign, file and are excused from, as rules need it; every function is one query for all."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from gis_grid.attendance.store import records as store
from gis_grid.core.rules.calendar import each_day
from gis_grid.core.rules.work import SignIn, SignKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row


class KeptSince(NamedTuple):
    """From when on there are records of anybody; ``None``: there never were."""

    signatures: datetime | None
    checks: datetime | None
    forms: date | None


class StandInSpan(NamedTuple):
    """A colleague has the grid of an absent worker from `start` until `end` (exclusive), aware UTC."""

    absent_id: int
    worker_id: int
    worker_code: str
    start: datetime
    end: datetime


def kept_since(conn: Connection) -> KeptSince:
    """Return since when signatures, checks and forms are recorded."""
    return KeptSince._make(store.kept_since(conn))


def signatures_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[SignIn]]:
    """Return each worker's signatures within [start, end), oldest first; none, no key."""
    found: dict[int, list[SignIn]] = defaultdict(list)
    for row in store.signatures_of(conn, worker_ids, start, end):
        signed = SignIn(row.t_ms, SignKind(row.kind), row.lon, row.lat, row.accuracy_m)
        found[row.worker_id].append(signed)
    return found


def checks_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[int]]:
    """Return when it was looked whether each worker was on line, epoch ms; never, no key."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in store.checks_of(conn, worker_ids, start, end):
        found[row.worker_id].append(row.t_ms)
    return found


def forms_of(
    conn: Connection, worker_ids: Sequence[int], first: date, last: date
) -> dict[int, set[tuple[date, str]]]:
    """Return each worker's filed forms as (local date, form), both days included; none, no key."""
    found: dict[int, set[tuple[date, str]]] = defaultdict(set)
    for row in store.forms_of(conn, worker_ids, first, last):
        found[row.worker_id].add((row.local_date, row.form))
    return found


def absences_of(
    conn: Connection, worker_ids: Sequence[int], first: date, last: date
) -> dict[int, frozenset[date]]:
    """Return each worker's days of approved absence from `first` to `last`, both included; none, no key."""
    found: dict[int, frozenset[date]] = {}
    for row in store.absences_of(conn, worker_ids, first, last):
        days = each_day(max(row.first_date, first), min(row.last_date, last))
        found[row.worker_id] = found.get(row.worker_id, frozenset()) | frozenset(days)
    return found


def holds_stand_ins(conn: Connection) -> bool:
    """Say whether anybody has ever been recorded to stand in."""
    return store.holds_stand_ins(conn)


def stand_ins_for(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> list[StandInSpan]:
    """Return who stands in for the workers within [start, end); the spans are not cut to it (JY-8)."""
    return _spans(store.stand_ins_for(conn, worker_ids, start, end))


def stand_ins_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> list[StandInSpan]:
    """Return for whom the workers stand in within [start, end); the spans are not cut to it (JY-8)."""
    return _spans(store.stand_ins_by(conn, worker_ids, start, end))


def part_timers(conn: Connection, worker_ids: Sequence[int], first: date, last: date) -> frozenset[int]:
    """Return who is part-time on some day from `first` to `last`, both included."""
    return frozenset(store.part_timers(conn, worker_ids, first, last))


def _spans(rows: Sequence[Row[tuple[int, int, str, datetime, datetime]]]) -> list[StandInSpan]:
    return [StandInSpan._make(row) for row in rows]
