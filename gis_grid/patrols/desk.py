"""What the workers of a part are judged on beside fixes, each kind read at once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.grids import service as grids
from gis_grid.patrols.facts import stand_in_boundaries, work_of
from gis_grid.patrols.judging import boundary_of, reach
from gis_grid.tracks.reading import each_workers_fixes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.core import Boundary, Fixes
    from gis_grid.core.rules.work import Work
    from gis_grid.patrols.bench import Bench
    from gis_grid.patrols.weeks import Week

_LONGEST_SESSION: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Boundaries of a part's workers by worker id, for all its weeks; their outlines are indexed once."""

    bench: Bench
    boundaries: Mapping[int, tuple[Boundary, ...]]

    @classmethod
    def read(cls, conn: Connection, bench: Bench, workers: Sequence[int], weeks: Sequence[Week]) -> Desk:
        """Read the boundaries of weeks in a row."""
        return cls(bench, _boundaries(conn, workers, weeks[0].start, weeks[-1].end))

    def work(self, conn: Connection, week: Week) -> dict[int, Work]:
        """Read what else the rules of the bench need of a week."""
        bench = self.bench
        return work_of(
            conn,
            list(self.boundaries),
            week.first,
            week.last,
            tz=bench.tz,
            now=bench.now,
            measures=bench.measures,
        )


@dataclass(frozen=True, slots=True)
class WalkedWeek:
    """One worker's week as it is judged: fixes in order of time, duty, boundaries in force."""

    fixes: Fixes
    work: Work
    boundaries: tuple[Boundary, ...]


def read_week(conn: Connection, worker_id: int, week: Week, tz: ZoneInfo, now: datetime) -> WalkedWeek:
    """Read one worker's week, to show what its verdicts were reached on."""
    work = work_of(conn, [worker_id], week.first, week.last, tz=tz, now=now, measures=())[worker_id]
    ((_, fixes),) = each_workers_fixes(conn, {worker_id: reach(week, work)})
    return WalkedWeek(fixes, work, _boundaries(conn, [worker_id], week.start, week.end)[worker_id])


def _boundaries(
    conn: Connection, workers: Sequence[int], start: datetime, end: datetime
) -> dict[int, tuple[Boundary, ...]]:
    """Read the boundaries of the own grid, and of the grids stood in for, sessions over the borders too."""
    span = (start - _LONGEST_SESSION, end + _LONGEST_SESSION)
    others = stand_in_boundaries(conn, workers, *span)
    return {
        worker: tuple(map(boundary_of, [*own, *others.get(worker, ())]))
        for worker, own in grids.boundaries_of(conn, workers, *span).items()
    }
