"""Counts hours of patrol by cell and whole week: a job, as no person looks at any track.

It reads what was judged inside, and where the track was meanwhile. What is kept is of no worker, no day and
no hour, and of weeks only in which no single day can be told: docs/decisions/0026-heat.md.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core import clean
from gis_grid.core.presence.effort import Effort, effort_within
from gis_grid.core.rules.calendar import day_span_ms, instant_ms
from gis_grid.kit.database import transaction
from gis_grid.patrols import effort_counting_store as store
from gis_grid.patrols.effort import EFFORT_LEVEL, by_hour
from gis_grid.patrols.effort_shares import Had, on_day, shares
from gis_grid.patrols.facts import stand_in_boundaries
from gis_grid.patrols.judging import boundaries_of
from gis_grid.patrols.weeks import week_named
from gis_grid.tracks.reading import each_workers_fixes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Engine, Row

    from gis_grid.core import Boundary, Fixes
    from gis_grid.patrols.weeks import Week

    Spans = NDArray[np.int64]

LEAST_DAYS: Final = 3
MOST_OF_ONE_DAY: Final = 0.5
"""A grid's week is told from so many days on, of which none has more than this share of the hours."""

_AT_ONCE: Final = 500
"""Workers whose weeks are counted in one transaction; one after the other, their tracks are in memory."""

_AROUND_MS: Final = 30 * 60 * 1000
"""Fixes are cleaned with some of those before and after: a jump is told by its neighbours."""

_LOST_MS: Final = 1000
"""Of a week, so much may be lost to rounding; where more is, some of the track is not there."""


@dataclass(slots=True)
class Counted:
    """How many workers' weeks were counted, and how many weeks of grids are told."""

    weeks: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class _Judged:
    """One worker's latest judgement of a week: the spans inside by day, the grids held, their outlines."""

    worker_id: int
    judgement_id: int
    final: bool
    days: Mapping[date, Spans]
    own: Sequence[Had]
    stood_in: Mapping[int, Sequence[Boundary]]

    @property
    def spans_ms(self) -> Spans:
        return np.concatenate([np.zeros((0, 2), np.int64), *self.days.values()])

    @property
    def grids(self) -> set[int]:
        return {had.grid_id for had in self.own} | set(self.stood_in)


@dataclass(slots=True)
class _Sums:
    """What is added up of a week: efforts and time by day of each grid, and time elsewhere."""

    efforts: dict[int, list[Effort]] = field(default_factory=lambda: defaultdict(list))
    days: dict[int, dict[date, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))
    elsewhere: dict[tuple[date, int, int | None], NDArray[np.float64]] = field(
        default_factory=lambda: defaultdict(lambda: np.zeros(24))
    )
    lost: set[int] = field(default_factory=set)

    def told(self) -> list[int]:
        """Return the grids in whose week no single day can be told."""
        return sorted(grid for grid in self.efforts if grid not in self.lost and _hides(self.days[grid]))


def count_due(
    engine: Engine, *, now: datetime, tz: ZoneInfo, stopping: Callable[[], bool] = lambda: False
) -> Counted:
    """Count the hours of every worker's week that was judged since, as soon as it is final.

    Some hundred workers are a transaction of their own; told to stop, the rest waits for the next time.
    """
    found = Counted()
    with transaction(engine) as conn:
        weeks = [week_named(name, tz) for name in store.weeks_due(conn)]
    for week in weeks:
        with transaction(engine) as conn:
            due = store.workers_due(conn, week)
        for start in range(0, len(due), _AT_ONCE):
            if stopping():
                return found
            workers = due[start : start + _AT_ONCE]
            with transaction(engine) as conn:
                found.told += count(conn, week, workers, now=now, tz=tz)
            found.weeks += len(workers)
    return found


def count(conn: Connection, week: Week, workers: Sequence[int], *, now: datetime, tz: ZoneInfo) -> int:
    """Count anew the week of every grid that some workers had, or were counted into.

    Returns how many of these are told. All who had these grids are read again, so that a sum is of one state
    of things.
    """
    store.lock(conn)
    held = store.held(conn, workers, week)
    grids = {row.grid_id for row in held} | store.counted_into(conn, workers, week)
    everyone = sorted({*workers, *store.workers_in(conn, grids, week)})
    judged = _judged(conn, everyone, week)
    sums = _Sums()
    for one, fixes in _tracks(conn, judged):
        _add(sums, one, fixes, week, tz)
    told = [grid for grid in sums.told() if grid in grids] if week.final_at <= now else []
    rows = [(week.first, grid, len(sums.days[grid])) for grid in told]
    cells = ((week.first, grid, *pair) for grid in told for pair in _by_cell(sums.efforts[grid]))
    store.replace_cells(conn, week, grids, rows, cells)
    elsewhere = [(*key, spent.tolist()) for key, spent in sums.elsewhere.items() if key[1] in grids]
    store.replace_elsewhere(conn, week, grids, elsewhere)
    due = set(workers)
    counted = [(one.worker_id, one.judgement_id, sorted(one.grids)) for one in judged if one.worker_id in due]
    store.keep_counted(conn, week, counted)
    return len(told)


def _judged(conn: Connection, workers: Sequence[int], week: Week) -> list[_Judged]:
    """Read the latest judgements of a week."""
    held = {
        worker: list(rows)
        for worker, rows in groupby(store.held(conn, workers, week), key=lambda row: int(row.worker_id))
    }
    ids = {row.code: int(row.grid_id) for rows in held.values() for row in rows}
    standing = [worker for worker, rows in held.items() if any(row.stood_in for row in rows)]
    outlines = stand_in_boundaries(conn, standing, week.start, week.end) if standing else {}
    found = []
    for key, rows in groupby(
        store.judged(conn, workers, week),
        key=lambda row: (int(row.worker_id), int(row.judgement_id), bool(row.provisional)),
    ):
        worker, judgement, provisional = key
        stood_in: dict[int, list[Boundary]] = defaultdict(list)
        theirs = outlines.get(worker, [])
        for stored, boundary in zip(theirs, boundaries_of(theirs) if theirs else [], strict=True):
            stood_in[ids[stored.grid_code]].append(boundary)
        days = {row.local_date: _spans_ms(row.intervals) for row in rows if row.local_date is not None}
        own = [_had(row) for row in held.get(worker, []) if not row.stood_in]
        found.append(_Judged(worker, judgement, not provisional, days, own, stood_in))
    return found


def _tracks(conn: Connection, judged: Sequence[_Judged]) -> Iterator[tuple[_Judged, Fixes]]:
    """Yield the tracks that hours are counted from; before a week is final, of who had two grids only."""
    by_worker = {one.worker_id: one for one in judged if one.days and (one.final or len(one.grids) > 1)}
    spans = {
        worker: (int(one.spans_ms[0, 0]) - _AROUND_MS, int(one.spans_ms[-1, 1]) + _AROUND_MS)
        for worker, one in by_worker.items()
    }
    for worker, fixes in each_workers_fixes(conn, spans):
        yield by_worker[worker], fixes


def _add(sums: _Sums, one: _Judged, fixes: Fixes, week: Week, tz: ZoneInfo) -> None:
    """Add one worker's week to the sums of its grids."""
    cleaned = clean(fixes)
    for grid, spans in shares(cleaned, one.spans_ms, one.own, one.stood_in).items():
        for day in week.days:
            part = on_day(spans, *day_span_ms(day, tz))
            if not len(part):
                continue
            if one.final:
                sums.days[grid][day] += int((part[:, 1] - part[:, 0]).sum())
            noon = _at_noon(one.own, day, tz)
            if noon != grid:
                sums.elsewhere[day, grid, noon] += by_hour(_moments(part), tz)
        if one.final:
            spent = effort_within(cleaned, spans, resolution=EFFORT_LEVEL)
            sums.efforts[grid].append(spent)
            if (spans[:, 1] - spans[:, 0]).sum() - spent.seconds.sum() * 1000 > _LOST_MS:
                sums.lost.add(grid)


def _hides(days: Mapping[date, int]) -> bool:
    """Say whether none of some days can be told from their sum."""
    return len(days) >= LEAST_DAYS and max(days.values()) <= MOST_OF_ONE_DAY * sum(days.values())


def _by_cell(efforts: Sequence[Effort]) -> Iterator[tuple[int, float]]:
    whole = Effort.sum(efforts)
    kept = whole.seconds > 0
    return zip(whole.cells[kept].tolist(), whole.seconds[kept].tolist(), strict=True)


def _at_noon(own: Sequence[Had], day: date, tz: ZoneInfo) -> int | None:
    noon = instant_ms(datetime(day.year, day.month, day.day, 12, tzinfo=tz))
    return next((had.grid_id for had in own if had.start_ms <= noon < had.end_ms), None)


def _had(row: Row[tuple[int, int, str, datetime | None, datetime | None, bool]]) -> Had:
    since = -np.inf if row.since is None else float(instant_ms(row.since))
    return Had(int(row.grid_id), since, np.inf if row.until is None else float(instant_ms(row.until)))


def _spans_ms(intervals: Sequence[Sequence[str]]) -> Spans:
    moments = [[instant_ms(datetime.fromisoformat(at)) for at in span] for span in intervals]
    return np.array(moments, np.int64).reshape(-1, 2)


def _moments(spans_ms: Spans) -> Iterator[tuple[datetime, datetime]]:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    for start, end in spans_ms.tolist():
        yield epoch + timedelta(milliseconds=start), epoch + timedelta(milliseconds=end)
