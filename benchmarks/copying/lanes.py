"""Workers who walk the same lanes day after day, with phones of many kinds. Every day is honest."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numba
import numpy as np
from city.plane import MIDDLE, SCALE_M
from city.tiling import Plan, draw
from city.walks import Ground, Habits, walk

from gis_grid.core import Fixes

if TYPE_CHECKING:
    from city.plane import Floats
    from city.walks import Walk
    from numpy.typing import NDArray

WORK_DAYS: Final = 5
_PER_GRID: Final = 10
_WALKS: Final = 12
_STEP_S: Final = 10.0
_NODE_M: Final = 20.0
# 2026-01-05 00:00 UTC, a Monday.
FIRST_MS: Final = 1_767_571_200_000
DAY_MS: Final = 86_400_000
_WANDERING_S: Final = (20.0, 90.0)


class Phone(enum.Enum):
    """What a phone writes."""

    SEVEN_DIGITS = "walked, seven decimals"
    SIX_DIGITS = "walked, six decimals"
    FIVE_DIGITS = "walked, five decimals"
    SINGLE = "walked, single precision"
    RESTS = "at rest, seven decimals"
    RESTS_ROUNDED = "at rest, five decimals"
    RADIO = "at rest, a few places known by radio"
    NODES = "walked, snapped to nodes 20 m apart"


# Of twenty phones.
_PHONES: Final = (
    *(Phone.SEVEN_DIGITS,) * 13, Phone.SIX_DIGITS, Phone.FIVE_DIGITS, Phone.SINGLE,
    Phone.RESTS, Phone.RESTS_ROUNDED, Phone.RADIO, Phone.NODES,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """Workers, ten to a grid, who all walk the same dozen ways through it.

    On Mondays two and two walk together, each with a phone.
    """

    workers: int
    weeks: int
    walks: list[list[Walk]]

    @classmethod
    def of(cls, workers: int, weeks: int) -> Town:
        """Draw the grids and the ways."""
        random = np.random.default_rng(11)
        grids = -(-workers // _PER_GRID)
        habits = Habits(hours=2.5)
        grounds = [Ground.of(area, random) for area in draw(Plan(max(grids, 12), 3_000.0))]
        return cls(
            workers,
            weeks,
            [[walk(ground, habits, random) for _ in range(_WALKS)] for ground in grounds[:grids]],
        )

    @property
    def days(self) -> int:
        """How many track-days there are."""
        return self.workers * self.weeks * WORK_DAYS

    def phone(self, worker: int) -> Phone:
        """Tell what a worker carries."""
        return _PHONES[worker % len(_PHONES)]

    def track(self, worker: int, week: int, weekday: int) -> Fixes:
        """Record one day; the same every time it is asked for."""
        leader = worker - worker % 2 if weekday == 0 else worker
        route = np.random.default_rng((1, leader, week, weekday))
        own = np.random.default_rng((2, worker, week, weekday))
        way = self.walks[worker // _PER_GRID][int(route.integers(_WALKS))]
        pace, start_s = route.uniform(0.85, 1.15), route.uniform(0, 9 * 3600)
        count = int(way.t_s[-1] / pace / _STEP_S)
        t_s = np.arange(count) * _STEP_S + np.round(own.uniform(-0.4, 0.4, count), 3)
        # Nobody keeps a pace for hours: who walks together shares the changes too.
        paces = pace * np.exp(0.1 * _wandering(count, route)[:, 0])
        phone = self.phone(worker)
        if phone.value.startswith("walked"):
            xy = way.at(np.interp(t_s, np.arange(count) * _STEP_S, np.cumsum(paces) * _STEP_S))
        else:
            xy = np.tile(way.xy[0], (count, 1))
        deviation_m = own.uniform(1, 3) if phone is Phone.RESTS_ROUNDED else own.uniform(2, 8)
        xy = xy + deviation_m * _wandering(count, own) + own.normal(0, 1, (count, 2))
        if phone is Phone.RADIO:
            # All rest in one office: the same places, to the last digit, every day and in every phone.
            places = np.random.default_rng(3).normal(0, 30, (int(own.integers(3, 9)), 2))
            xy = places[own.integers(len(places), size=count)]
        if phone is Phone.NODES:
            xy = np.round(xy / _NODE_M) * _NODE_M
        lon, lat = _written(xy, phone)
        day_ms = FIRST_MS + (7 * week + weekday) * DAY_MS
        return Fixes.of(day_ms + np.rint((start_s + t_s) * 1000).astype(np.int64), lon, lat)


def _written(xy: Floats, phone: Phone) -> tuple[Floats, Floats]:
    lonlat = MIDDLE + xy / SCALE_M
    if phone is Phone.SINGLE:
        lonlat = lonlat.astype(np.float32).astype(np.float64)
    digits = {Phone.SIX_DIGITS: 6, Phone.FIVE_DIGITS: 5, Phone.RESTS_ROUNDED: 5}.get(phone, 7)
    return np.round(lonlat[:, 0], digits), np.round(lonlat[:, 1], digits)


def _wandering(count: int, random: np.random.Generator) -> Floats:
    """Errors of deviation 1 that remember for a minute."""
    memory = float(np.exp(-_STEP_S / random.uniform(*_WANDERING_S)))
    kicks = random.normal(size=(count, 2)) * np.sqrt(1 - memory**2)
    kicks[0] /= np.sqrt(1 - memory**2)
    _remember(kicks, memory)
    return kicks


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _remember(kicks: NDArray[np.float64], memory: float) -> None:
    for i in range(1, len(kicks)):
        kicks[i] += memory * kicks[i - 1]
