"""Fixes that no person could have reached, found quickly where all is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.geometry.geodesy import degree_m, separation_m
from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.track.flags import Flag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.order import Track

_JUMP: Final = int(Flag.JUMP)


class Marks(NamedTuple):
    """Flags, the number behind each, and where the track starts anew; one entry per fix."""

    flags: NDArray[np.uint8]
    measure: NDArray[np.float32]
    starts_anew: NDArray[np.bool_]


class Way(NamedTuple):
    """Fixes not rejected so far, at most one a moment, and whether the step that leads to each is plain."""

    kept: NDArray[np.int64]
    plain: NDArray[np.bool_]


class Limits(NamedTuple):
    """The part of the cleaning limits that loops take."""

    max_accuracy_m: float
    latest_ms: int
    max_speed_mps: float
    reanchor_after: int
    spike_speed_mps: float
    spike_window_ms: float


class Yardstick(NamedTuple):
    """Lengths that no degree of a track is longer than, and the speed that explains every plain step."""

    east_m: float
    north_m: float
    speed_m_ms: float


@kernel
def yardstick(track: Track, limits: Limits) -> Yardstick:
    """Measure degrees at the track's latitude nearest the equator, and at the one nearest a pole."""
    south, north = 90.0, -90.0
    for lat in track.lat:
        south, north = min(south, lat), max(north, lat)
    east_m, _ = degree_m(max(0.0, south, -north))
    _, north_m = degree_m(max(-south, north))
    return Yardstick(east_m, north_m, min(limits.max_speed_mps, limits.spike_speed_mps) * 0.001)


@inlined
def is_plain(track: Track, a: int, b: int, limits: Limits, yard: Yardstick) -> bool:
    """Tell whether a step needs no second look.

    It takes no longer than the spike window, and the slower of both speed limits explains it even with the
    longest degrees.
    """
    step_ms = track.t_ms[b] - track.t_ms[a]
    reach_m = yard.speed_m_ms * step_ms + _known_m(track, a) + _known_m(track, b)
    x, y = (track.lon[b] - track.lon[a]) * yard.east_m, (track.lat[b] - track.lat[a]) * yard.north_m
    return bool((step_ms <= limits.spike_window_ms) & (x * x + y * y <= reach_m * reach_m))


@inlined
def _known_m(track: Track, i: int) -> float:
    """Accuracy of a fix; an unknown one explains nothing."""
    return float(track.accuracy_m[i]) if track.accuracy_m[i] > 0 else 0.0


@kernel
def without_spikes(track: Track, kept: NDArray[np.int64], i: int, limits: Limits, marks: Marks) -> int:
    """Flag the last fixes of a way that leave it and come back with `i`; return how many are left.

    A spike's way over it is four times the way past it.
    """
    count = len(kept)
    while count >= 2 and _is_spike(track, kept[count - 2], kept[count - 1], i, limits):
        _reject(track, kept[count - 1], kept[count - 2], 0.0, marks)
        count -= 1
    return count


@kernel
def _is_spike(track: Track, a: int, b: int, c: int, limits: Limits) -> bool:
    """Tell whether `b` is left as fast as it is reached, and is far from the way from `a` to `c`."""
    to_m = _fast_m(track, a, b, limits)
    if to_m == 0.0:
        return False
    back_m = _fast_m(track, b, c, limits)
    return back_m > 0.0 and to_m + back_m > 4.0 * _apart_m(track, a, c)


@kernel
def _fast_m(track: Track, a: int, b: int, limits: Limits) -> float:
    """Length of a step that is short in time and too fast to be walked; 0 for others."""
    if track.t_ms[b] - track.t_ms[a] > limits.spike_window_ms:
        return 0.0
    apart_m = _apart_m(track, a, b)
    return apart_m if apart_m > _reach_m(track, a, b, limits.spike_speed_mps) else 0.0


@kernel
def mark_jumps(track: Track, way: Way, limits: Limits, marks: Marks) -> None:
    """Hold every fix that the last good one cannot reach; believe a new place after enough fixes there.

    Keeping the first fix for ever would let one bad fix delete a track, so enough held fixes that agree with
    each other start the track anew. Too few fixes before them, back to the last long step, are then
    themselves the jump.
    """
    kept = way.kept
    # A literal has a type of its own, for which all that takes it were compiled once more.
    zero, one = int(np.int64(0)), int(np.int64(1))
    anchor, run = zero, one  # place of the last good fix, and how many led to it without a long step
    agreeing = zero  # of the held fixes, all since the anchor, the last so many agree
    for j in range(1, len(kept)):
        if agreeing == 0 and way.plain[j]:
            anchor, run = j, run + 1
            continue
        reached = _reaches(track, kept[anchor], kept[j], limits)
        agrees = agreeing > 0 and _reaches(track, kept[j - 1], kept[j], limits)
        if reached and not (agrees and agreeing >= run):
            _reject_all(track, kept[anchor + 1 : j], kept[anchor], limits, marks)
            is_long = track.t_ms[kept[j]] - track.t_ms[kept[anchor]] > limits.spike_window_ms
            anchor, run, agreeing = j, one if is_long else run + 1, zero
            continue
        agreeing = agreeing + 1 if agrees else one
        if reached or agreeing >= limits.reanchor_after:
            _start_anew(track, kept[: j + 1], (anchor, run, agreeing), limits, marks)
            anchor, run, agreeing = j, agreeing, zero
    if agreeing > run:
        _start_anew(track, kept, (anchor, run, agreeing), limits, marks)
    elif agreeing:
        _reject_all(track, kept[anchor + 1 :], kept[anchor], limits, marks)


@kernel
def _start_anew(
    track: Track, kept: NDArray[np.int64], state: tuple[int, int, int], limits: Limits, marks: Marks
) -> None:
    """Believe the last agreeing fixes of `kept`; a run before them that is too short was the jump."""
    anchor, run, agreeing = state
    first = len(kept) - agreeing
    _reject_all(track, kept[anchor + 1 : first], kept[anchor], limits, marks)
    rejecting = run if run < limits.reanchor_after else 0
    place = anchor
    while place >= 0 and (rejecting > 0 or marks.flags[kept[place]] & _JUMP):
        if not marks.flags[kept[place]] & _JUMP:
            _reject(track, kept[place], kept[first], limits.max_speed_mps, marks)
            rejecting -= 1
        place -= 1
    marks.starts_anew[kept[first]] = place >= 0 and not _reaches(track, kept[place], kept[first], limits)


@kernel
def _reject_all(
    track: Track, rejected: NDArray[np.int64], reference: int, limits: Limits, marks: Marks
) -> None:
    """Flag fixes that the reference cannot reach."""
    for i in rejected:
        _reject(track, i, reference, limits.max_speed_mps, marks)


@kernel
def _reject(track: Track, i: int, reference: int, least_mps: float, marks: Marks) -> None:
    """Flag a fix, with the speed at which it would have been reached."""
    elapsed_s = abs(track.t_ms[i] - track.t_ms[reference]) * 0.001
    marks.flags[i] |= _JUMP
    marks.measure[i] = max(_apart_m(track, i, reference) / elapsed_s, least_mps)


@kernel
def _reaches(track: Track, a: int, b: int, limits: Limits) -> bool:
    """Tell whether the highest speed and both accuracies explain a step."""
    return _apart_m(track, a, b) <= _reach_m(track, a, b, limits.max_speed_mps)


@kernel
def _apart_m(track: Track, a: int, b: int) -> float:
    """Distance of two fixes."""
    return separation_m(track.lon[a], track.lat[a], track.lon[b], track.lat[b])


@kernel
def _reach_m(track: Track, a: int, b: int, speed_mps: float) -> float:
    """Metres that a speed and both accuracies explain."""
    walked_m = speed_mps * abs(track.t_ms[b] - track.t_ms[a]) * 0.001
    return float(walked_m + _known_m(track, a) + _known_m(track, b))
