"""What is kept of a week's tracks to find copies: hashes of steps, and of the way of each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from gis_grid.core import Marks, marks_of
from gis_grid.core.track.copied import MIN_SHARED
from gis_grid.core.track.marks import count_known
from gis_grid.core.track.ways import NOTHING, way_of
from gis_grid.patrols import print_store, way_store
from gis_grid.patrols.weeks import week_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.core import Fixes
    from gis_grid.core.track.marks import Shelf
    from gis_grid.patrols.weeks import Week

_AT_ONCE: Final = 1000
_HALF: Final = np.uint64(32)
_EPOCH: Final = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Print:
    """What is kept of a worker's week."""

    marks: Marks
    ways: Mapping[date, Marks]


def print_of(fixes: Fixes, week: Week) -> Print:
    """Return what to keep of a worker's week; `fixes` in order of time, those of other weeks are left out."""
    bounds = np.searchsorted(fixes.t_ms, week.midnights_ms).tolist()
    days = {
        day: fixes.take(slice(a, b)) for day, (a, b) in zip(week.days, pairwise(bounds), strict=True) if b > a
    }
    marks = [marks_of(part) for part in days.values()] or [NOTHING]
    return Print(
        Marks(np.concatenate([day.hashes for day in marks]), np.concatenate([day.t_ms for day in marks])),
        {day: way for day, part in days.items() if len((way := way_of(part)).hashes)},
    )


def keep(conn: Connection, week: Week, prints: Mapping[int, Print], read_at: datetime) -> None:
    """Store what is kept of workers' weeks."""
    stored = {
        worker: (kept.marks.hashes.astype("<u8").tobytes(), kept.marks.t_ms.astype("<i8").tobytes())
        for worker, kept in prints.items()
    }
    print_store.add(conn, week.name, stored, read_at=read_at, final_at=week.final_at)
    way_store.put(
        conn,
        list(prints),
        (week.first, week.last),
        [
            (worker, day, (way.hashes >> _HALF).astype("<u4").tobytes(), _since(day, way).tobytes())
            for worker, kept in prints.items()
            for day, way in kept.ways.items()
        ],
    )


def _since(day: date, way: Marks) -> NDArray[np.int32]:
    return (way.t_ms - _utc_ms(day)).astype("<i4")


def _utc_ms(day: date) -> int:
    return (day.toordinal() - _EPOCH) * 86_400_000


@dataclass(frozen=True, slots=True)
class KeptDay:
    """What is kept of a worker's local day."""

    worker_id: int
    code: str
    date: date
    marks: Marks


def kept_days(conn: Connection, week: Week, workers: Sequence[int] | None = None) -> list[KeptDay]:
    """Return what is kept of everyone's days of a week, or of some workers' only, in one order."""
    found = []
    for row in print_store.of_week(conn, week.name, workers):
        marks = Marks(np.frombuffer(row.hashes, "<u8"), np.frombuffer(row.t_ms, "<i8"))
        number = np.searchsorted(week.midnights_ms, marks.t_ms, side="right") - 1
        cuts = np.append(np.flatnonzero(np.diff(number, prepend=-2)), len(number)).tolist()
        found += [
            KeptDay(row.worker_id, row.code, week.days[number[a]], Marks(marks.hashes[a:b], marks.t_ms[a:b]))
            for a, b in pairwise(cuts)
        ]
    return found


def kept_ways(conn: Connection, week: Week) -> list[KeptDay]:
    """Return what is kept of the ways of everyone's days of a week, in one order."""
    return [_way(row) for row in way_store.of_days(conn, week.first, week.last)]


def ways_before(conn: Connection, week: Week) -> Iterator[list[KeptDay]]:
    """Yield what is kept of the ways of all days before a week, some thousands at a time."""
    rows = way_store.before(conn, week.first)
    while some := list(islice(rows, 5 * _AT_ONCE)):
        yield [_way(row) for row in some]


def _way(row: tuple[int, str, date, bytes, bytes]) -> KeptDay:
    worker, code, day, hashes, t_ms = row
    way = Marks(
        np.frombuffer(hashes, "<u4").astype(np.uint64) << _HALF,
        np.frombuffer(t_ms, "<i4").astype(np.int64) + _utc_ms(day),
    )
    return KeptDay(worker, code, day, way)


def weeks_before(conn: Connection, week: Week, shelf: Shelf) -> Iterator[tuple[Week, list[int]]]:
    """Yield the weeks before one, and the workers of whose hashes a shelf holds some."""
    tz = week.start.tzinfo
    assert isinstance(tz, ZoneInfo)
    for name, rows in groupby(print_store.before(conn, week.name), key=itemgetter(0)):
        workers = []
        while some := list(islice(rows, _AT_ONCE)):
            sizes = [len(hashes) // 8 for *_, hashes in some]
            hashes = np.frombuffer(b"".join(hashes for *_, hashes in some), "<u8")
            bounds = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
            known = count_known(shelf.hashes, shelf.starts, hashes.copy(), bounds)
            workers += [
                row[1] for row, count in zip(some, known.tolist(), strict=True) if count >= MIN_SHARED
            ]
        if workers:
            yield week_named(name, tz), workers
