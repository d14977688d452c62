"""What is kept of a week's tracks to find copies: hashes of steps, a day after the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, islice, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import numpy as np

from gis_grid.core import Marks, marks_of
from gis_grid.core.track.copied import MIN_SHARED
from gis_grid.core.track.marks import count_known
from gis_grid.patrols import print_store
from gis_grid.patrols.weeks import week_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.core import Fixes
    from gis_grid.core.track.marks import Shelf
    from gis_grid.patrols.weeks import Week

_AT_ONCE: Final = 1000


def print_of(fixes: Fixes, week: Week) -> Marks:
    """Return what to keep of a worker's week; `fixes` in order of time, those of other weeks are left out."""
    bounds = np.searchsorted(fixes.t_ms, week.midnights_ms).tolist()
    days = [marks_of(fixes.take(slice(a, b))) for a, b in pairwise(bounds) if b > a]
    if not days:
        return Marks(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    return Marks(np.concatenate([day.hashes for day in days]), np.concatenate([day.t_ms for day in days]))


def keep(conn: Connection, week: Week, prints: Mapping[int, Marks], read_at: datetime) -> None:
    """Store what is kept of workers' weeks."""
    stored = {
        worker: (marks.hashes.astype("<u8").tobytes(), marks.t_ms.astype("<i8").tobytes())
        for worker, marks in prints.items()
    }
    print_store.add(conn, week.name, stored, read_at=read_at, final_at=week.final_at)


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
