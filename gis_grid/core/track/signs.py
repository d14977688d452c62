"""Signs that a track was not walked as it says. Numbers for a person to weigh, never a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.track.bends import Bends, bends_of, repeats, whiteness
from gis_grid.core.track.traits import (
    Line,
    Steps,
    commonest,
    line_of,
    longest_place,
    riding,
    steps_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gis_grid.core.track.cleaning import Cleaned
    from gis_grid.core.track.fixes import Fixes

Floats = NDArray[np.float64]

# Below this many usable fixes every regularity is chance.
_ENOUGH: Final = 30
_STAND_RADIUS_M: Final = 25.0
_RIDDEN_SHARE: Final = 0.3
_STANDING_SHARE: Final = 0.6
_EQUAL_SHARE: Final = 0.95
# Of these kinds one makes evenness in time a number worth telling; of an honest phone it is none.
_MADE_UP: Final = frozenset({"constant_accuracy", "equal_steps", "noiseless", "drawn_noise"})
_NOISELESS_M: Final = 0.5
# Positions rounded to 1e-5 degrees make shorter steps equal: about a metre, or two.
_LEAST_STEP_M: Final = 5.0
# Errors drawn with 1 m of deviation bend a straight walk by 2.9 m in the median, and by up to 3.5 m with its
# corners; wandering errors with 1 m drawn beside them, as poor receivers have, by no less than 3.9 m.
_DRAWN_BEND_M: Final = 3.7
# Between made-up tracks, 0.62 and more, and errors that wander under a walk, 0.52 and less; only poor
# receivers, with larger bends, come to 0.56. tests/core/test_made_up_tracks.py has the figures.
_DRAWN_WHITENESS: Final = 0.57
# With fewer neighbours chance alone moves whiteness by more than 0.05.
_ENOUGH_NEIGHBOURS: Final = 150
# A phone that rests rounds its errors, and what rounding leaves looks drawn: at least half is walked.
_WALKING_MPS: Final = 0.3
# Median size of bends for drawn errors of 1 m deviation on each axis: sqrt(6) times sqrt(2 ln 2).
_BEND_OF_NOISE: Final = 2.884


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
        ``noiseless``, ``drawn_noise``, ``mock``; ``equal_times`` only beside one of a made-up track.
    """
    max_gap_s = float(max_gap_s)  # loops are compiled anew for whole numbers
    found = [_mock(cleaned.fixes)]
    line = line_of(cleaned.fixes, cleaned.accepted)
    if len(line.t_ms) >= _ENOUGH:
        steps = steps_of(line)
        found += [
            _ridden(steps, max_gap_s),
            _standing(line, float(cleaned.fixes.lon[0]), max_gap_s),
            _constant_accuracy(line),
            _equal_steps(steps, max_gap_s),
            _bending(line, steps, max_gap_s),
        ]
    shown = [sign for sign in found if sign is not None]
    if _MADE_UP.intersection(sign.kind for sign in shown):
        shown += filter(None, [_equal_times(line)])
    return tuple(shown)


def _equal_times(line: Line) -> Sign | None:
    """Find time steps equal to the millisecond: alone that is a timer, beside a made-up track it is more."""
    share = repeats(line).time
    if share < _EQUAL_SHARE:
        return None
    step_s = float(np.median(np.diff(line.t_ms))) / 1000.0
    return Sign(
        "equal_times",
        {"share": share, "step_s": step_s},
        f"此外 {share:.0%} 的时间间隔都恰为 {step_s:g} 秒。",
        f"Besides, {share:.0%} of the fixes are {step_s:g} s apart to the millisecond.",
    )


def _ridden(steps: Steps, max_gap_s: float) -> Sign | None:
    """Much of the moving time faster than anyone walks."""
    moving_s, riding_s = riding(steps, max_gap_s)
    share = riding_s / moving_s if moving_s else 0.0
    if share < _RIDDEN_SHARE:
        return None
    return Sign(
        "ridden",
        {"share": share, "riding_s": riding_s, "moving_s": moving_s},
        f"移动时间中有 {share:.0%} 速度持续超过 12 公里/小时，可能是骑行或乘车。",
        f"{share:.0%} of the moving time is faster than 12 km/h for a minute: maybe ridden or driven.",
    )


def _standing(line: Line, lon0: float, max_gap_s: float) -> Sign | None:
    """Most of the time within a few metres of one place."""
    place = longest_place(line, max_gap_s, _STAND_RADIUS_M)
    share = place.near_s / place.total_s if place.total_s else 0.0
    if share < _STANDING_SHARE:
        return None
    lon = (lon0 + place.x + 180.0) % 360.0 - 180.0
    return Sign(
        "standing",
        {
            "share": share,
            "standing_s": place.near_s,
            "radius_m": _STAND_RADIUS_M,
            "lon": lon,
            "lat": place.lat,
        },
        f"{share:.0%} 的时间停留在同一地点 {_STAND_RADIUS_M:g} 米范围内。",
        f"{share:.0%} of the time is spent within {_STAND_RADIUS_M:g} m of one place.",
    )


def _constant_accuracy(line: Line) -> Sign | None:
    """Find one accuracy all along: a phone's changes, a made-up one seldom does."""
    known, value, count = commonest(line.accuracy_m)
    if known < _ENOUGH or count < _EQUAL_SHARE * known:
        return None
    share = count / known
    return Sign(
        "constant_accuracy",
        {"share": share, "accuracy_m": value},
        f"{share:.0%} 的定位精度都是 {value:g} 米。",
        f"{share:.0%} of the fixes report the same accuracy, {value:g} m.",
    )


def _equal_steps(steps: Steps, max_gap_s: float) -> Sign | None:
    """Find the same distance moved again and again."""
    moved = np.sort(steps.metres[(steps.seconds <= max_gap_s) & (steps.metres > _LEAST_STEP_M)])
    if len(moved) < _ENOUGH:
        return None
    centre = _median(moved)
    first, end = np.searchsorted(moved, (0.98 * centre, np.nextafter(1.02 * centre, np.inf)))
    share = float(end - first) / len(moved)
    if share < _EQUAL_SHARE / 2:
        return None
    return Sign(
        "equal_steps",
        {"share": share, "step_m": centre},
        f"{share:.0%} 的步长都是 {centre:.1f} 米。",
        f"{share:.0%} of the steps are {centre:.1f} m long.",
    )


def _bending(line: Line, steps: Steps, max_gap_s: float) -> Sign | None:
    """Look at how the track bends: less than any receiver makes it, or as a program does."""
    bends, sizes, speeds = bends_of(steps, max_gap_s)
    if len(sizes) < _ENOUGH:
        return None
    sizes.sort()
    median_m = _median(sizes)
    if median_m < _NOISELESS_M:
        return _noiseless(median_m)
    walked = 2 * np.count_nonzero(speeds >= _WALKING_MPS) >= len(speeds)
    if median_m >= _DRAWN_BEND_M or not walked:
        return None
    return _drawn_noise(line, bends, sizes)


def _noiseless(median_m: float) -> Sign:
    """Straight and even beyond what any receiver measures."""
    return Sign(
        "noiseless",
        {"median_bend_m": median_m},
        f"轨迹几乎没有测量噪声（二阶差分中位数 {median_m:.2f} 米）。",
        f"The track has almost no measuring noise (median second difference {median_m:.2f} m).",
    )


def _drawn_noise(line: Line, bends: Bends, sizes: Floats) -> Sign | None:
    """Find errors that forget: small, and drawn anew at every fix, while those of a receiver wander."""
    median_m = _median(sizes)
    white, neighbours = whiteness(bends, median_m)
    if neighbours < _ENOUGH_NEIGHBOURS or white < _DRAWN_WHITENESS:
        return None
    same = repeats(line)
    noise_m = median_m / _BEND_OF_NOISE
    return Sign(
        "drawn_noise",
        {
            "noise_m": noise_m,
            "whiteness": white,
            "bend_p10_m": float(sizes[len(sizes) // 10]),
            "bend_p50_m": median_m,
            "equal_accuracy_share": same.accuracy,
            "equal_time_share": same.time,
            "repeated_share": same.position,
        },
        f"定位误差约 {noise_m:.1f} 米，且每次都像重新随机产生"
        f"（{white:.2f}）；真实接收机的误差变化缓慢（约 0.5 或更小）。",
        f"Errors of about {noise_m:.1f} m look drawn anew at every fix ({white:.2f}); "
        "those of a receiver wander (about 0.5 or less).",
    )


def _median(ordered: Floats) -> float:
    """Middle of numbers in order."""
    n = len(ordered)
    return float(ordered[(n - 1) // 2] + ordered[n // 2]) / 2


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
