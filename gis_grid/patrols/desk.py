"""What the workers of a part are judged on beside fixes, each kind read at once for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.rule import Measure, Scope
from gis_grid.grids import service as grids
from gis_grid.kit.days import instants
from gis_grid.patrols.facts import stand_in_boundaries, work_of
from gis_grid.patrols.judging import boundaries_of, reach
from gis_grid.tracks.reading import each_workers_fixes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.core import Boundary, Fixes
    from gis_grid.core.rules.work import Work
    from gis_grid.patrols.bench import Bench, Benches
    from gis_grid.patrols.weeks import Week

_LONGEST_SESSION: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """Boundaries of a part's workers by worker id, for all its weeks; their outlines are indexed once."""

    benches: Benches
    boundaries: Mapping[int, tuple[Boundary, ...]]

    @classmethod
    def read(cls, conn: Connection, benches: Benches, workers: Sequence[int], weeks: Sequence[Week]) -> Desk:
        """Read the boundaries of weeks in a row."""
        return cls(benches, _boundaries(conn, workers, weeks[0].start, weeks[-1].end))

    def week(self, conn: Connection, week: Week) -> Iterator[tuple[int, Bench, Work]]:
        """Read what else the rules need of a week; yield (worker id, bench, work)."""
        return read_work(
            conn,
            self.benches,
            list(self.boundaries),
            (week.first, week.last),
            (Scope.PATROL, Scope.DAY, Scope.WEEK),
        )


def read_work(
    conn: Connection,
    benches: Benches,
    workers: Sequence[int],
    days: tuple[date, date],
    scopes: Sequence[Scope],
) -> Iterator[tuple[int, Bench, Work]]:
    """Read what rules of some scopes need of local days, both included; yield (worker id, bench, work).

    The rules are those of the area where a worker last had a grid in these days.
    """
    tz = benches.ask.tz
    start, end = instants(*days, tz)
    areas = grids.areas_of(conn, workers, start, end) if benches.book.areas else {}
    chosen = {worker: benches.of(areas.get(worker, ())) for worker in workers}
    used = {id(bench): bench for bench in chosen.values()}
    measures = frozenset[Measure]().union(*(bench.measures(*scopes) for bench in used.values()))
    works = work_of(conn, workers, *days, tz=tz, now=benches.now, measures=measures)
    return ((worker, bench, works[worker]) for worker, bench in chosen.items())


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
    stored = {
        worker: [*own, *others.get(worker, ())]
        for worker, own in grids.boundaries_of(conn, workers, *span).items()
    }
    made = iter(boundaries_of([one for several in stored.values() for one in several]))
    return {worker: tuple(islice(made, len(several))) for worker, several in stored.items()}
