"""Copies in which no digit agrees are laid over their originals; honest walks of one way are no copies."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pytest
from walks import INSIDE, at

from gis_grid.core import Fixes
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.core.track.alike import alike

if TYPE_CHECKING:
    from collections.abc import Callable

EAST_M, NORTH_M = metres_per_degree(INSIDE[1])
LATER_MS = 86_400_000 + 1_234_000


def way() -> np.ndarray:
    """Return the corners of lanes, the same for everybody."""
    turns = np.cumsum(np.random.default_rng(1).choice([-1.5, 0.4, 1.5], 40))
    legs = 150 * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    return np.concatenate((np.zeros((1, 2)), np.cumsum(legs, axis=0)))


def walk(seed: int, start_ms: int = 0, pace_seed: int | None = None) -> Fixes:
    """Walk the lanes at an own pace, seen by an own receiver."""
    random, pace = (
        np.random.default_rng(seed),
        np.random.default_rng(seed if pace_seed is None else pace_seed),
    )
    corners, count = way(), 450
    drift = np.array(list(accumulate(pace.normal(0, 0.04, count), lambda old, kick: 0.9 * old + kick)))
    along_m = np.append(0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T)))
    walked_m = np.cumsum(12 * pace.uniform(0.9, 1.1) * np.exp(drift))
    kicks = random.normal(0, 1.5, (2, count))
    errors = np.array([list(accumulate(axis, lambda old, kick: 0.85 * old + kick)) for axis in kicks])
    x, y = (np.interp(walked_m, along_m, axis) + error for axis, error in zip(corners.T, errors, strict=True))
    t_ms = at("2026-11-02T08:00") + start_ms + np.arange(count) * 10_000
    return Fixes.of(t_ms, np.round(INSIDE[0] + x / EAST_M, 7), np.round(INSIDE[1] + y / NORTH_M, 7))


def again(fixes: Fixes, lon: np.ndarray, lat: np.ndarray) -> Fixes:
    return Fixes.of(fixes.t_ms + LATER_MS, lon, lat)


def rounded(fixes: Fixes) -> Fixes:
    return again(fixes, np.round(fixes.lon, 5), np.round(fixes.lat, 5))


def thinned(fixes: Fixes) -> Fixes:
    return again(fixes, fixes.lon, fixes.lat).take(slice(None, None, 3))


def shaken(fixes: Fixes) -> Fixes:
    east, north = np.random.default_rng(2).normal(0, 3, (2, len(fixes)))
    return again(fixes, fixes.lon + east / EAST_M, fixes.lat + north / NORTH_M)


@pytest.mark.parametrize("change", [rounded, thinned, shaken])
def test_a_copy_without_an_equal_digit_is_found_with_its_delay(change: Callable[[Fixes], Fixes]) -> None:
    walks = {str(seed): walk(seed, seed * 3_600_000) for seed in range(6)}
    ((first, second, metres, offset_s),) = alike({**walks, "copy": change(walks["3"])})
    assert (first, second) == ("3", "copy")
    assert metres < 3
    assert offset_s == pytest.approx(LATER_MS / 1000, abs=1)


def test_the_same_lanes_walked_by_others_and_day_after_day_are_no_copies() -> None:
    assert alike({seed: walk(seed, seed * 86_400_000) for seed in range(12)}) == []


def test_two_who_walk_together_are_no_copies() -> None:
    assert alike({seed: walk(seed, pace_seed=5) for seed in range(4)}) == []


def test_phones_at_rest_phones_that_snap_and_short_tracks_are_not_compared() -> None:
    random = np.random.default_rng(3)
    t_ms = at("2026-11-02T08:00") + np.arange(600) * 10_000
    rest = {
        n: Fixes.of(t_ms + n * 86_400_000, *(np.array(INSIDE)[:, None] + random.normal(0, 2e-5, (2, 600))))
        for n in range(3)
    }
    snapped = {
        n + 3: Fixes.of(one.t_ms, np.round(one.lon / 2e-4) * 2e-4, np.round(one.lat / 2e-4) * 2e-4)
        for n in range(3)
        for one in [walk(n, n * 86_400_000, pace_seed=5)]
    }
    assert alike({**rest, **snapped, 9: walk(9).take(slice(0, 20)), 10: Fixes.of([], [], [])}) == []
