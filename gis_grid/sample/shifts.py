"""When the workers are on duty: two ISO weeks in November 2026, mornings and afternoons, in local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from gis_grid.sample.manners import MANNERS
from gis_grid.sample.seeds import stream
from gis_grid.sample.workers import Habit, SampleWorker

LOCAL: Final = ZoneInfo("Asia/Shanghai")
FIRST_DAY: Final = date(2026, 11, 2)
DAYS: Final = tuple(FIRST_DAY + timedelta(days=day) for day in range(14))
SECOND_WEEK: Final = DAYS[7:]

DAYS_ABSENT: Final = (DAYS[1], DAYS[2], DAYS[3], DAYS[7])

MORNING: Final = time(8, 35)
AFTERNOON: Final = time(14, 35)
EVENING: Final = time(18, 40)

CUT_SHORT_SHARE: Final = 0.07
"""Share of the days on which a diligent worker cuts the afternoon short: two hours are kept all the same."""

SATURDAY_SHARE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Shift:
    """One patrol as planned: first fix in epoch milliseconds, and seconds in the grid."""

    name: str
    start_ms: int
    duration_s: float


def shifts_of(worker: SampleWorker, day: date, seed: int) -> list[Shift]:
    """Return the patrols that a worker sets out on, on one of the `DAYS`."""
    rng = stream(seed, "shifts", worker.code, day.isoformat())
    lengths = rng.uniform(*MANNERS[worker.habit].minutes, 2)
    late = rng.integers(0, 22, 2)
    cut, weekend = rng.random(2).tolist()
    if worker.habit is Habit.ABSENT and day in DAYS_ABSENT:
        return []
    if day.weekday() == 5 and worker.habit is Habit.DILIGENT and weekend < SATURDAY_SHARE:
        return [_shift("evening", day, EVENING, int(late[0]), rng.uniform(55, 80))]
    if day.weekday() >= 5:
        return []
    if worker.habit is Habit.DILIGENT and cut < CUT_SHORT_SHARE:
        lengths = np.array([lengths[0], lengths[1] - 45])
    return [
        _shift("morning", day, MORNING, int(late[0]), float(lengths[0])),
        _shift("afternoon", day, AFTERNOON, int(late[1]), float(lengths[1])),
    ]


def _shift(name: str, day: date, at: time, late_minutes: int, minutes: float) -> Shift:
    """Set a shift on the local clock."""
    start = datetime.combine(day, at, LOCAL) + timedelta(minutes=late_minutes)
    return Shift(name, round(start.timestamp()) * 1000, round(minutes * 60))
