"""What is kept of a week's tracks to find copies: hashes of steps, a day after the other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core import Marks, marks_of
from gis_grid.patrols import print_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection

    from gis_grid.core import Fixes
    from gis_grid.patrols.weeks import Week

WorkerDay = tuple[int, "date"]


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


def kept_days(conn: Connection, weeks: Sequence[Week]) -> Iterator[tuple[int, str, date, Marks]]:
    """Yield (worker id, code, local day, marks) of everyone's days in some weeks, in one order."""
    days = [day for week in weeks for day in week.days]
    midnights = np.unique([at for week in weeks for at in week.midnights_ms])
    for row in print_store.of_weeks(conn, [week.name for week in weeks]):
        marks = Marks(np.frombuffer(row.hashes, "<u8"), np.frombuffer(row.t_ms, "<i8"))
        number = np.searchsorted(midnights, marks.t_ms, side="right") - 1
        cuts = np.append(np.flatnonzero(np.diff(number, prepend=-2)), len(number)).tolist()
        for a, b in pairwise(cuts):
            yield row.worker_id, row.code, days[number[a]], Marks(marks.hashes[a:b], marks.t_ms[a:b])
