"""Fixes that no person could have reached: two walks along the track, quick where all is plain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.geometry.geodesy import degree_m, separation_m
from gis_grid.core.kernel import kernel
from gis_grid.core.track.flags import Flag

if TYPE_CHECKING:
    from numpy.typing import NDArray

_JUMP: Final = int(Flag.JUMP)


class Track(NamedTuple):
    """Fixes in order of time, as loops take them."""

    t_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy_m: NDArray[np.float32]
    mock: NDArray[np.bool_]
    segment: NDArray[np.int32]


class Marks(NamedTuple):
    """Flags, the number behind each, and where the track starts anew; one entry per fix."""

    flags: NDArray[np.uint8]
    measure: NDArray[np.float32]
    starts_anew: NDArray[np.bool_]


class Way(NamedTuple):
    """Fixes not rejected so far, at most one a moment, and whether the step that leads to each is plain.

    A plain step needs no second look: it takes no longer than the spike window, and the slower of both speed
    limits explains it.
    """

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


@kernel
def plain_steps(track: Track, limits: Limits) -> NDArray[np.bool_]:
    """Tell of each fix whether the step from the one before it is plain.

    Degrees are taken for as long as they are at the track's latitude nearest the equator, so a step that is
    called plain is plain.
    """
    n = len(track.t_ms)
    plain = np.zeros(n, np.bool_)
    if n == 0:
        return plain
    south, north = 90.0, -90.0
    for i in range(n):
        south, north = min(south, track.lat[i]), max(north, track.lat[i])
    east_m, _ = degree_m(max(0.0, south, -north))
    north_m = max(degree_m(south)[1], degree_m(north)[1])
    speed = min(limits.max_speed_mps, limits.spike_speed_mps) * 0.001
    before_m = 0.0
    for i in range(n):
        here_m = float(track.accuracy_m[i]) if track.accuracy_m[i] > 0 else 0.0
        if i:
            step_ms = track.t_ms[i] - track.t_ms[i - 1]
            reach_m = speed * step_ms + before_m + here_m
            x, y = (track.lon[i] - track.lon[i - 1]) * east_m, (track.lat[i] - track.lat[i - 1]) * north_m
            plain[i] = (x * x + y * y <= reach_m * reach_m) & (step_ms <= limits.spike_window_ms)
        before_m = here_m
    return plain


@kernel
def mark_spikes(track: Track, way: Way, limits: Limits, marks: Marks) -> int:
    """Flag fixes that leave and come back at once: the way over them is four times the way past them.

    The rest of the way moves together; returns how many fixes it has.
    """
    count = min(len(way.kept), 1)
    for j in range(1, len(way.kept)):
        i, is_plain = way.kept[j], way.plain[j]
        if not is_plain:
            while count >= 2 and _is_spike(track, way.kept[count - 2], way.kept[count - 1], i, limits):
                _reject(track, way.kept[count - 1], way.kept[count - 2], 0.0, marks)
                count -= 1
        way.kept[count], way.plain[count] = i, is_plain
        count += 1
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
    anchor, run = 0, 1  # place of the last good fix, and how many led to it without a long step
    agreeing = 0  # of the held fixes, all since the anchor, the last so many agree
    for j in range(1, len(kept)):
        if agreeing == 0 and way.plain[j]:
            anchor, run = j, run + 1
            continue
        reached = _reaches(track, kept[anchor], kept[j], limits)
        agrees = agreeing > 0 and _reaches(track, kept[j - 1], kept[j], limits)
        if reached and not (agrees and agreeing >= run):
            _reject_all(track, kept[anchor + 1 : j], kept[anchor], limits, marks)
            is_long = track.t_ms[kept[j]] - track.t_ms[kept[anchor]] > limits.spike_window_ms
            anchor, run, agreeing = j, 1 if is_long else run + 1, 0
            continue
        agreeing = agreeing + 1 if agrees else 1
        if reached or agreeing >= limits.reanchor_after:
            _start_anew(track, kept[: j + 1], (anchor, run, agreeing), limits, marks)
            anchor, run, agreeing = j, agreeing, 0
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
    """Metres that a speed and both accuracies explain; an unknown accuracy explains none."""
    reach_m = speed_mps * abs(track.t_ms[b] - track.t_ms[a]) * 0.001
    if track.accuracy_m[a] > 0:
        reach_m += track.accuracy_m[a]
    if track.accuracy_m[b] > 0:
        reach_m += track.accuracy_m[b]
    return float(reach_m)
