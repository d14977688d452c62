"""Sealing: a worker's day becomes one row when no late fix is waited for any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from psycopg.types.range import TimestamptzRange

from gis_grid.core.rules.calendar import day_span_ms, local_date
from gis_grid.grids import service as grids
from gis_grid.kit.database import transaction
from gis_grid.kit.days import GRACE
from gis_grid.ledger import service as ledger
from gis_grid.tracks.rows import sorted_once
from gis_grid.tracks.sealed import codec, hot_store, store
from gis_grid.tracks.sealed.chain import content_of, digest_of_all, link
from gis_grid.tracks.sealed.store import DayRow
from gis_grid.tracks.store.changes import lock_days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from psycopg.types.range import Range
    from sqlalchemy import Connection, Engine

    Progress = Callable[[int, int, int], None]

_AT_ONCE: Final = 128
"""Worker-days of a transaction: so many are in memory, and lost when the program is killed."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Sealing:
    """What a run of sealing did, or would do: days and fixes sealed, days in which nothing was new."""

    days: int = 0
    fixes: int = 0
    unchanged: int = 0
    dates: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Due:
    """Workers whose local day is to be sealed for the first time, or anew."""

    day: date
    workers: Sequence[int]


def seal_due(
    engine: Engine,
    *,
    now: datetime,
    tz: ZoneInfo,
    until: date | None = None,
    actor: str = "gis-grid",
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Sealing:
    """Seal every worker's day whose grace is over and which is not sealed, or not with what came since.

    It is done in parts, each committed: killed at any time, the next run goes on.

    Parameters
    ----------
    until
        Last local day; ``None``: all whose grace is over.
    stopping
        Asked between two parts.
    progress
        Told of worker-days done, all of them, and fixes.
    """
    done = Sealing()
    found = due(engine, now=now, tz=tz, until=until)
    total = sum(len(one.workers) for one in found)
    for one in found:
        for first in range(0, len(one.workers), _AT_ONCE):
            if stopping():
                return done
            part = Due(one.day, one.workers[first : first + _AT_ONCE])
            with transaction(engine) as conn:
                sealed, unchanged = seal_part(conn, part, now=now, tz=tz, actor=actor)
            done.days += len(sealed)
            done.unchanged += unchanged
            fixes = sum(day.fixes for day in sealed)
            done.fixes += fixes
            if progress is not None:
                progress(len(part.workers), total, fixes)
        done.dates.append(one.day)
    return done


def due(engine: Engine, *, now: datetime, tz: ZoneInfo, until: date | None = None) -> list[Due]:
    """Return what is to be sealed, oldest first: days never sealed, then days with late fixes."""
    last = last_due(now, tz)
    last = last if until is None else min(last, until)
    found = []
    with transaction(engine) as conn:
        days = {
            day
            for _, start, end in hot_store.weeks(conn)
            for day in _local_days(start, end, tz)
            if day <= last
        }
        for day in sorted(days):
            workers = hot_store.unsealed(conn, day, *_instants(day, tz))
            if workers:
                found.append(Due(day, workers))
        stale: dict[date, list[int]] = {}
        for worker, day in store.stale_days(conn, last):
            stale.setdefault(day, []).append(worker)
    return found + [Due(day, workers) for day, workers in stale.items()]


def last_due(now: datetime, tz: ZoneInfo) -> date:
    """Return the last local day whose grace is over."""
    return (now - GRACE).astimezone(tz).date() - timedelta(days=1)


def seal_rows(
    conn: Connection,
    days: Iterable[tuple[DayRow | None, int, date, Range[datetime], NDArray[np.void]]],
    *,
    now: datetime,
    areas: dict[int, str],
    actor: str,
) -> tuple[list[DayRow], list[tuple[int, date]]]:
    """Append days to their workers' chains; also return those that are in there with the same content.

    Parameters
    ----------
    days
        (row until now, worker id, local date, its time, all its fixes).
    """
    packed = [(*day[:4], day[4], *codec.pack(day[4])) for day in days]
    workers = sorted({worker for _, worker, *_ in packed})
    codes, heads = store.worker_codes(conn, workers), store.heads(conn, workers)
    devices = store.device_codes(conn)
    sealed: list[DayRow] = []
    unchanged = []
    for before, worker, day, during, rows, line, rest in packed:
        if not np.array_equal(_bytes(codec.unpack(line, rest, worker)), _bytes(rows)):
            raise AssertionError(f"{codes[worker]} {day} does not come back as it was packed")
        content = content_of(rows, codes[worker], day, devices)
        same_time = before is not None and span_of(before) == (during.lower, during.upper)
        if before is not None and same_time and link(before.previous, content) == before.digest:
            unchanged.append((worker, day))
            continue
        previous = heads.get(worker)
        row = DayRow(
            id=0,
            worker_id=worker,
            worker=codes[worker],
            local_date=day,
            revision=1 if before is None else before.revision + 1,
            during=during,
            area=areas.get(worker) if before is None else before.area,
            sealed_at=now,
            fixes=len(rows),
            geom=line,
            rest=rest,
            digest=link(previous, content),
            previous=previous,
        )
        heads[worker] = row.digest
        sealed.append(row)
    store.freshen(conn, unchanged)
    if sealed:
        store.add_days(conn, sealed)
        _note(conn, sealed, now, actor)
    return sealed, unchanged


def seal_part(
    conn: Connection, part: Due, *, now: datetime, tz: ZoneInfo, actor: str
) -> tuple[list[DayRow], int]:
    """Seal one day of some workers; return the rows made, and how many had nothing new."""
    # Nobody finds out meanwhile that something came in: who does it next sees these rows, and marks them.
    lock_days(conn)
    before = store.current_days(conn, [(worker, part.day) for worker in part.workers])
    whole = _instants(part.day, tz)
    fresh = {row.worker_id for row in before.values() if not row.stale and _time(row, whole) == span_of(row)}
    workers = [worker for worker in part.workers if worker not in fresh]
    rows_before = [before.get((worker, part.day)) for worker in workers]
    spans = [_time(row, whole) for row in rows_before]
    hot = hot_store.hot_rows(conn, [(worker, *span) for worker, span in zip(workers, spans, strict=True)])
    days = [
        (row, worker, part.day, TimestamptzRange(*span), _united(row, rows))
        for row, worker, span, rows in zip(rows_before, workers, spans, hot, strict=True)
    ]
    areas = grids.areas_of(conn, workers, *whole)
    sealed, unchanged = seal_rows(
        conn,
        [day for day in days if len(day[4])],
        now=now,
        areas={worker: codes[0] for worker, codes in areas.items()},
        actor=actor,
    )
    return sealed, len(unchanged)


def span_of(row: DayRow) -> tuple[datetime, datetime]:
    """Return from when until when a sealed day is."""
    start, end = row.during.lower, row.during.upper
    assert start is not None
    assert end is not None
    return start, end


def _time(row: DayRow | None, whole: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    """Return the time of a local day; a zone that was set since may have moved its ends."""
    if row is None:
        return whole
    start, end = span_of(row)
    return min(start, whole[0]), max(end, whole[1])


def _united(row: DayRow | None, hot: NDArray[np.void]) -> NDArray[np.void]:
    """Return each fix once; one that is sealed already stays as it is."""
    if row is None:
        return sorted_once(hot)
    return sorted_once(np.concatenate([codec.unpack(row.geom, row.rest, row.worker_id), hot]))


def _note(conn: Connection, sealed: Sequence[DayRow], now: datetime, actor: str) -> None:
    """Write into the ledger how many days were sealed, and a digest over theirs."""
    for day in sorted({row.local_date for row in sealed}):
        rows = [row for row in sealed if row.local_date == day]
        detail = {
            "days": len(rows),
            "fixes": sum(row.fixes for row in rows),
            "digest": digest_of_all(row.digest for row in rows),
        }
        ledger.record(conn, now, actor, "seal", f"day:{day}", detail)


def _bytes(rows: NDArray[np.void]) -> NDArray[np.uint8]:
    return np.ascontiguousarray(rows).view(np.uint8)


def _instants(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = day_span_ms(day, tz)
    return _EPOCH + timedelta(milliseconds=start), _EPOCH + timedelta(milliseconds=end)


def _local_days(start: datetime, end: datetime, tz: ZoneInfo) -> list[date]:
    """Return the local days that touch [start, end)."""
    first, last = (local_date((at - _EPOCH) / timedelta(milliseconds=1), tz) for at in (start, end))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
