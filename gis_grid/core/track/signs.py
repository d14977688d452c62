"""Signs that a track was not walked as it says. Numbers for a person to weigh, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.geodesy import distance_m, metres_per_degree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.core.track.cleaning import Cleaned
    from gis_grid.core.track.fixes import Fixes

Floats = NDArray[np.float64]

# Below this many usable fixes every regularity is chance.
_ENOUGH: Final = 30
_RIDING_MPS: Final = 12 / 3.6
_MOVING_MPS: Final = 0.3
_RIDE_WINDOW_S: Final = 60.0
_STAND_RADIUS_M: Final = 25.0
_RIDDEN_SHARE: Final = 0.3
_STANDING_SHARE: Final = 0.6
_EQUAL_SHARE: Final = 0.95
_NOISELESS_M: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign with its numbers (`numbers`), in words for people (`zh`, `en`)."""

    kind: str
    numbers: Mapping[str, float]
    zh: str
    en: str


def signs(cleaned: Cleaned, *, max_gap_s: float = 300.0) -> tuple[Sign, ...]:
    """Look for signs in one worker's fixes of one day.

    Parameters
    ----------
    cleaned : Cleaned
    max_gap_s : float
        Steps longer than this are no evidence of movement or of standing.

    Returns
    -------
    tuple of Sign
        Only those that show; kinds ``ridden``, ``standing``, ``constant_accuracy``, ``equal_steps``,
        ``noiseless``, ``mock``.
    """
    good = cleaned.fixes.take(cleaned.accepted)
    found = [_mock(cleaned.fixes)]
    if len(good) >= _ENOUGH:
        steps = _Steps.of(good, max_gap_s)
        found += [
            _ridden(steps),
            _standing(good, steps),
            _constant_accuracy(good),
            _equal_steps(steps),
            _noiseless(good),
        ]
    return tuple(sign for sign in found if sign is not None)


@dataclass(frozen=True, slots=True, eq=False)
class _Steps:
    """Steps between consecutive usable fixes; `bridged` ones are short enough in time to mean something."""

    t_s: Floats
    seconds: Floats
    metres: Floats
    bridged: NDArray[np.bool_]

    @classmethod
    def of(cls, good: Fixes, max_gap_s: float) -> _Steps:
        t_s = (good.t_ms - good.t_ms[0]) / 1000.0
        seconds = np.diff(t_s)
        metres = distance_m(good.lon[:-1], good.lat[:-1], good.lon[1:], good.lat[1:])
        return cls(t_s, seconds, metres, seconds <= max_gap_s)

    def sustained_mps(self) -> Floats:
        """Speed of each step over the minute around it, so that one noisy fix is no ride."""
        way = np.append(0.0, np.cumsum(np.where(self.bridged, self.metres, 0.0)))
        lived = np.append(0.0, np.cumsum(np.where(self.bridged, self.seconds, 0.0)))
        middle = (lived[:-1] + lived[1:]) / 2
        first, last = middle - _RIDE_WINDOW_S / 2, middle + _RIDE_WINDOW_S / 2
        covered = np.interp(last, lived, way) - np.interp(first, lived, way)
        duration = np.minimum(last, lived[-1]) - np.maximum(first, 0.0)
        return np.asarray(covered / np.maximum(duration, 1e-9))


def _ridden(steps: _Steps) -> Sign | None:
    """Much of the moving time faster than anyone walks."""
    speed = steps.sustained_mps()
    moving = steps.bridged & (speed > _MOVING_MPS)
    moving_s = float(steps.seconds[moving].sum())
    riding_s = float(steps.seconds[moving & (speed > _RIDING_MPS)].sum())
    share = riding_s / moving_s if moving_s else 0.0
    if share < _RIDDEN_SHARE:
        return None
    return Sign(
        "ridden",
        {"share": share, "riding_s": riding_s, "moving_s": moving_s},
        f"移动时间中有 {share:.0%} 速度持续超过 12 公里/小时，可能是骑行或乘车。",
        f"{share:.0%} of the moving time is faster than 12 km/h for a minute: maybe ridden or driven.",
    )


def _standing(good: Fixes, steps: _Steps) -> Sign | None:
    """Most of the time within a few metres of one place."""
    weight = np.append(np.where(steps.bridged, steps.seconds, 0.0), 0.0)
    total_s = float(weight.sum())
    if total_s == 0:
        return None
    lon, lat = _densest_place(good, weight)
    near = distance_m(good.lon, good.lat, np.full(len(good), lon), np.full(len(good), lat)) <= _STAND_RADIUS_M
    standing_s = float(weight[:-1][near[:-1] & near[1:]].sum())
    share = standing_s / total_s
    if share < _STANDING_SHARE:
        return None
    return Sign(
        "standing",
        {"share": share, "standing_s": standing_s, "radius_m": _STAND_RADIUS_M, "lon": lon, "lat": lat},
        f"{share:.0%} 的时间停留在同一地点 {_STAND_RADIUS_M:g} 米范围内。",
        f"{share:.0%} of the time is spent within {_STAND_RADIUS_M:g} m of one place.",
    )


def _densest_place(good: Fixes, weight: Floats) -> tuple[float, float]:
    """Centre of the place with the most time: mean of the fixes around the densest cell of a coarse grid."""
    east, north = metres_per_degree(float(good.lat.mean()))
    x = (good.lon - good.lon.min()) * east
    y = (good.lat - good.lat.min()) * north
    column, row = (
        np.floor(x / _STAND_RADIUS_M).astype(np.int64),
        np.floor(y / _STAND_RADIUS_M).astype(np.int64),
    )
    width = column.max() + 1
    cells, cell = np.unique(row * width + column, return_inverse=True)
    best_row, best_column = divmod(cells[np.argmax(np.bincount(cell, weights=weight))], width)
    near = (np.abs(column - best_column) <= 1) & (np.abs(row - best_row) <= 1)
    return float(good.lon[near].mean()), float(good.lat[near].mean())


def _constant_accuracy(good: Fixes) -> Sign | None:
    """Find one accuracy all along: a phone's changes, a made-up one seldom does."""
    known = good.accuracy_m[~np.isnan(good.accuracy_m)]
    if len(known) < _ENOUGH:
        return None
    values, counts = np.unique(known, return_counts=True)
    share, value = float(counts.max() / len(known)), float(values[np.argmax(counts)])
    if share < _EQUAL_SHARE:
        return None
    return Sign(
        "constant_accuracy",
        {"share": share, "accuracy_m": value},
        f"{share:.0%} 的定位精度都是 {value:g} 米。",
        f"{share:.0%} of the fixes report the same accuracy, {value:g} m.",
    )


def _equal_steps(steps: _Steps) -> Sign | None:
    """Find the same distance moved again and again."""
    moved = steps.metres[steps.bridged & (steps.metres > 1.0)]
    if len(moved) < _ENOUGH:
        return None
    centre = float(np.median(moved))
    share = float(np.mean(np.abs(moved - centre) <= 0.02 * centre))
    if share < _EQUAL_SHARE / 2:
        return None
    return Sign(
        "equal_steps",
        {"share": share, "step_m": centre},
        f"{share:.0%} 的步长都是 {centre:.1f} 米。",
        f"{share:.0%} of the steps are {centre:.1f} m long.",
    )


def _noiseless(good: Fixes) -> Sign | None:
    """Straight and even beyond what any receiver measures: second differences of positions near 0."""
    east, north = metres_per_degree(float(good.lat.mean()))
    moving = (np.diff(good.lon) != 0) | (np.diff(good.lat) != 0)
    bend_m = np.hypot(np.diff(good.lon, 2) * east, np.diff(good.lat, 2) * north)[moving[:-1] & moving[1:]]
    if len(bend_m) < _ENOUGH:
        return None
    median_m = float(np.median(bend_m))
    if median_m >= _NOISELESS_M:
        return None
    return Sign(
        "noiseless",
        {"median_bend_m": median_m},
        f"轨迹几乎没有测量噪声（二阶差分中位数 {median_m:.2f} 米）。",
        f"The track has almost no measuring noise (median second difference {median_m:.2f} m).",
    )


def _mock(fixes: Fixes) -> Sign | None:
    """Count the positions that the phone itself calls made up."""
    count = int(np.count_nonzero(fixes.mock))
    if not count:
        return None
    share = count / len(fixes)
    return Sign(
        "mock",
        {"share": share, "fixes": float(count)},
        f"{count} 个定位（{share:.0%}）被手机标记为模拟位置。",
        f"{count} fixes ({share:.0%}) are marked as mock locations by the phone.",
    )
