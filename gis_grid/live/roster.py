"""Who is to be where today: workers, their grids, what is asked of them, and their duty."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.attendance import service as attendance
from gis_grid.core.live.advancing import MAX_GAP_MS
from gis_grid.core.live.standing import NEVER
from gis_grid.core.live.states import Calling, Clocks
from gis_grid.core.rules.calendar import at_local_ms, day_span_ms, instant_ms, week_days, week_of
from gis_grid.core.rules.clock import Clock
from gis_grid.core.rules.requirement import requirement
from gis_grid.core.rules.rule import Measure, Scope
from gis_grid.core.rules.work import Work
from gis_grid.grids import service as grids
from gis_grid.kit.days import moment_of
from gis_grid.live.ground import ground_of
from gis_grid.live.store import town as store
from gis_grid.patrols.ask import Ask
from gis_grid.patrols.bench import Benches
from gis_grid.patrols.service import DEFAULT_PROFILES
from gis_grid.tracks import service as tracks
from gis_grid.tracks.sessions import SESSION_GAP_MS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.core.live.standing import Ground
    from gis_grid.kit.settings import Settings
    from gis_grid.live.ground import Outlines
    from gis_grid.patrols.bench import Bench
    from gis_grid.tracks.sessions import Span


@dataclass(frozen=True, slots=True)
class Day:
    """A local day: from when until before when, as moments and as epoch milliseconds."""

    date: date
    start: datetime
    end: datetime
    start_ms: int
    end_ms: int

    @classmethod
    def of(cls, now: datetime, settings: Settings) -> Day:
        """Return the local day of a moment."""
        today = now.astimezone(settings.tz).date()
        start_ms, end_ms = day_span_ms(today, settings.tz)
        return cls(today, moment_of(start_ms * 1000), moment_of(end_ms * 1000), start_ms, end_ms)

    @property
    def read_from_ms(self) -> int:
        """From when on fixes of the day are read: a segment over midnight belongs to both days."""
        return self.start_ms - MAX_GAP_MS

    def clocks(self, now: datetime, settings: Settings) -> Clocks:
        """Return the moments that states turn on."""
        return Clocks(
            now_ms=instant_ms(now),
            day_ms=self.start_ms,
            start_by_ms=at_local_ms(self.date, settings.live_start_by, settings.tz),
            due_by_ms=at_local_ms(self.date, settings.live_due_by, settings.tz),
            silent_ms=settings.live_silent_s * 1000,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Grids:
    """Grids in force, by id ascending; arrays of equal length."""

    ids: NDArray[np.int64]
    boundary: NDArray[np.int64]
    area: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """All workers with a grid that day, by id ascending, and what is known of each beside fixes.

    Attributes
    ----------
    ids, area : int64 arrays
    grid : int64 array
        The own grid now; 0 without one.
    calling : Calling
    ground : Ground
    held : int64 array
        Id of the boundary of each entry of the ground.
    grids : Grids
    signs
        What changes when something is added to the map or the assignments: cheap to ask for.
    digest
        What changes with anything that this is made of.
    """

    day: Day
    ids: NDArray[np.int64]
    area: NDArray[np.int64]
    grid: NDArray[np.int64]
    calling: Calling
    ground: Ground
    held: NDArray[np.int64]
    grids: Grids
    signs: tuple[object, ...]
    digest: tuple[object, ...]

    def rows_of(self, worker_ids: Sequence[int]) -> NDArray[np.int64]:
        """Return the rows of those among some workers that are on it, ascending."""
        wanted = np.unique(np.array(worker_ids, np.int64))
        at = np.searchsorted(self.ids, wanted)
        found = at < len(self.ids)
        found[found] = self.ids[at[found]] == wanted[found]
        return at[found].astype(np.int64)

    def with_duty(
        self, conn: Connection, rows: NDArray[np.int64], now: datetime, settings: Settings
    ) -> Roster:
        """Return it with the duty of some workers as it is recorded now."""
        spans = _duty(conn, self.ids[rows].tolist(), self.day, now, settings)
        duty_ms, ended_ms = self.calling.duty_ms.copy(), self.calling.ended_ms.copy()
        duty_ms[rows], ended_ms[rows] = spans
        return replace(self, calling=replace(self.calling, duty_ms=duty_ms, ended_ms=ended_ms))


def read_roster(conn: Connection, outlines: Outlines, settings: Settings, now: datetime) -> Roster:
    """Read who is to be where on the day of a moment."""
    day = Day.of(now, settings)
    signs, digest = store.signs(conn), digest_of(conn, day, settings, now)
    held = sorted(store.workers(conn, day.start, day.end, now), key=lambda row: row.worker_id)
    ids = np.array([row.worker_id for row in held], np.int64)
    holdings = store.holdings(conn, day.start, day.end)
    ground, boundaries = ground_of(conn, outlines, {int(one): row for row, one in enumerate(ids)}, holdings)
    in_force = store.grids(conn, now)
    outlines.keep_only([*(row.boundary_id for row in in_force), *(one.boundary_id for one in holdings)])
    grid = np.array([row.grid_id or 0 for row in held], np.int64)
    return Roster(
        day=day,
        ids=ids,
        area=np.array([row.area_id for row in held], np.int64),
        grid=grid,
        calling=_calling(conn, ids.tolist(), day, now, settings, grid=grid, ground=ground),
        ground=ground,
        held=boundaries,
        grids=Grids(
            np.array([row.grid_id for row in in_force], np.int64),
            np.array([row.boundary_id for row in in_force], np.int64),
            np.array([row.area_id for row in in_force], np.int64),
        ),
        signs=signs,
        digest=digest,
    )


def digest_of(conn: Connection, day: Day, settings: Settings, now: datetime) -> tuple[object, ...]:
    """Return what is other when anything is that a roster is made of, duty left out."""
    files = (settings.rules_file, settings.work_days_file)
    saved = (None if file is None else file.stat().st_mtime_ns for file in files)
    monday = week_days(week_of(day.date))[0]
    return (store.digest(conn, day.start, day.end, monday, now), *saved)


def _calling(
    conn: Connection,
    workers: Sequence[int],
    day: Day,
    now: datetime,
    settings: Settings,
    *,
    grid: NDArray[np.int64],
    ground: Ground,
) -> Calling:
    expected, day_s, week_s = _asked(conn, workers, day, now, settings)
    judged = store.judged_s(conn, workers, week_of(day.date), day.date)
    duty_ms, ended_ms = _duty(conn, workers, day, now, settings)
    now_ms = instant_ms(now)
    entry = np.repeat(np.arange(len(workers)), np.diff(ground.first))
    has_grid = np.zeros(len(workers), np.bool_)
    has_grid[entry[(ground.from_ms <= now_ms) & (now_ms < ground.to_ms)]] = True
    return Calling(
        expected=expected & (grid != 0),
        has_grid=has_grid,
        duty_ms=duty_ms,
        ended_ms=ended_ms,
        asked_day_s=day_s,
        asked_week_s=week_s,
        before_s=np.array([judged.get(one, 0.0) for one in workers], np.float64),
    )


def _asked(
    conn: Connection, workers: Sequence[int], day: Day, now: datetime, settings: Settings
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """Return whether each is expected today, and the seconds that the rules ask for today and this week."""
    days = week_days(week_of(day.date))
    ask = Ask(days[0], days[-1], settings.tz, DEFAULT_PROFILES, settings.rules_file, settings.work_days_file)
    benches = Benches.read(ask, now)
    areas = grids.areas_of(conn, workers, day.start, day.end) if benches.book.areas else {}
    absences = attendance.absences_of(conn, workers, days[0], days[-1])
    part_timers = attendance.part_timers(conn, workers, days[0], days[-1])
    made: dict[tuple[int, bool, frozenset[date]], tuple[bool, float, float]] = {}
    found = []
    for worker in workers:
        bench, away = benches.of(areas.get(worker, ())), absences.get(worker, frozenset())
        key = (id(bench), worker in part_timers, away)
        if key not in made:
            made[key] = _asked_by(bench, Work(absences=away, part_time=key[1]), day.date, days)
        found.append(made[key])
    expected, day_s, week_s = zip(*found, strict=True) if found else ((), (), ())
    return np.array(expected, np.bool_), np.array(day_s, np.float64), np.array(week_s, np.float64)


def _asked_by(bench: Bench, work: Work, today: date, days: Sequence[date]) -> tuple[bool, float, float]:
    """Ask the rules for time inside at all hours; of several that ask, the one that asks most."""
    clock = Clock(bench.tz, bench.work_days)
    absent = today in work.absences
    day_s = week_s = 0.0
    for rule in (rule for profile in bench.profiles for rule in profile.rules):
        if rule.measure is not Measure.TIME_INSIDE or rule.windows:
            continue
        if rule.scope is Scope.DAY and clock.asks(rule.days, today) and not absent:
            day_s = max(day_s, requirement(rule, work, clock, (today,)).amount)
        elif rule.scope is Scope.WEEK:
            week_s = max(week_s, requirement(rule, work, clock, days).amount)
    return bench.work_days.is_working(today) and not absent, day_s, week_s


def _duty(
    conn: Connection, workers: Sequence[int], day: Day, now: datetime, settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return since when each is on duty, and when the last duty of the day ended."""
    now_ms = instant_ms(now)
    # Where tracking makes duty known it reaches to the last fix: on duty is who sent one not long ago.
    still_ms = now_ms - (SESSION_GAP_MS if settings.duty_by == "tracking" else 0)
    spans: Mapping[int, list[Span]] = tracks.duties_of(conn, workers, day.start, min(day.end, now), now=now)
    duty_ms, ended_ms = np.full(len(workers), NEVER, np.int64), np.full(len(workers), NEVER, np.int64)
    for row, worker in enumerate(workers):
        for start_ms, end_ms in spans.get(worker, ()):
            if end_ms >= still_ms - 1 and start_ms <= now_ms:
                duty_ms[row] = start_ms
            elif start_ms <= now_ms:
                ended_ms[row] = max(ended_ms[row], end_ms)
    return duty_ms, ended_ms
