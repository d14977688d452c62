"""Copies planted among honest days: of whose day, when sent again, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

import numpy as np
from city.plane import SCALE_M

from copying.lanes import DAY_MS, FIRST_MS, WORK_DAYS, Phone

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from copying.lanes import Town
    from gis_grid.core import Fixes


class Day(NamedTuple):
    """One track-day of the town."""

    worker: int
    week: int
    weekday: int


@dataclass(frozen=True, slots=True)
class Plant:
    """A day that is no walk but a copy of another day."""

    kind: str
    original: Day
    copy: Day


Change: TypeAlias = "Callable[[Fixes, np.random.Generator], Fixes]"


def _same(fixes: Fixes, _: np.random.Generator) -> Fixes:
    return fixes


def _part(fixes: Fixes, random: np.random.Generator) -> Fixes:
    length = int(0.4 * len(fixes))
    first = int(random.integers(0, len(fixes) - length))
    return fixes.take(slice(first, first + length))


def _scaled(fixes: Fixes, random: np.random.Generator) -> Fixes:
    since_ms = (fixes.t_ms - fixes.t_ms[0]) * random.choice((0.95, 1.05))
    return replace(fixes, t_ms=fixes.t_ms[0] + np.rint(since_ms).astype(np.int64))


def _backwards(fixes: Fixes, _: np.random.Generator) -> Fixes:
    return replace(fixes, lon=fixes.lon[::-1].copy(), lat=fixes.lat[::-1].copy())


def _rounded(digits: int) -> Change:
    def change(fixes: Fixes, _: np.random.Generator) -> Fixes:
        return replace(fixes, lon=np.round(fixes.lon, digits), lat=np.round(fixes.lat, digits))

    return change


def _thinned(every: int) -> Change:
    def change(fixes: Fixes, _: np.random.Generator) -> Fixes:
        return fixes.take(slice(None, None, every))

    return change


def _shaken(metres: float) -> Change:
    def change(fixes: Fixes, random: np.random.Generator) -> Fixes:
        east, north = random.normal(0, metres, (2, len(fixes))) / SCALE_M[:, None]
        return replace(fixes, lon=np.round(fixes.lon + east, 7), lat=np.round(fixes.lat + north, 7))

    return change


EXACT: Final[Mapping[str, Change]] = {
    "another worker, other hours": _same,
    "the same worker, next week": _same,
    "months later": _same,
    "40 % of it": _part,
    "5 % slower or faster": _scaled,
    "walked backwards": _backwards,
}
"""What hashes of steps must find."""

CHANGED: Final[Mapping[str, Change]] = {
    "rounded to 1e-6": _rounded(6),
    "rounded to 1e-5": _rounded(5),
    "every 2nd fix": _thinned(2),
    "every 3rd fix": _thinned(3),
    "1 m of noise added": _shaken(1.0),
    "3 m of noise added": _shaken(3.0),
}
"""What no hash of steps can find."""


def plan(town: Town, kinds: Mapping[str, Change], each: int) -> list[Plant]:
    """Draw originals and copies, each day at most once; the copy is at least a day later."""
    random = np.random.default_rng(21)
    walkers = [w for w in range(town.workers) if town.phone(w) is Phone.SEVEN_DIGITS]
    taken: set[Day] = set()

    def free(week: int, worker: int | None = None) -> Day:
        for _ in range(10_000):
            who = int(random.choice(walkers)) if worker is None else worker
            day = Day(who, week, int(random.integers(WORK_DAYS)))
            if day not in taken:
                taken.add(day)
                return day
        raise ValueError("the town is too small for so many copies")

    plants = []
    for kind in kinds:
        for _ in range(each):
            gap = town.weeks // 2 if kind == "months later" else 1
            week = int(random.integers(town.weeks - gap))
            original = free(week)
            copy = free(week + gap, original.worker if kind == "the same worker, next week" else None)
            plants.append(Plant(kind, original, copy))
    return plants


def copy_of(town: Town, plant: Plant, change: Change) -> Fixes:
    """Return the fixes that are sent instead of a walk."""
    random = np.random.default_rng((4, *plant.copy))
    own, later = plant.original, plant.copy
    days = 7 * (later.week - own.week) + later.weekday - own.weekday
    hours_ms = int(random.uniform(-1, 1) * 3_600_000) if own.worker != later.worker else 0
    fixes = change(town.track(*own), random)
    # The copy is of one day: an hour sooner is not before its midnight.
    midnight_ms = FIRST_MS + (7 * later.week + later.weekday) * DAY_MS
    shift_ms = max(days * DAY_MS + hours_ms, midnight_ms - int(fixes.t_ms[0]))
    return replace(fixes, t_ms=fixes.t_ms + shift_ms)
