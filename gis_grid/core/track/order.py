"""In which order fixes are judged: by time, whatever the order in which they came."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.track.fixes import Fixes

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Fixes arrive nearly in order, which insertion sorts in one pass; past so many moves a fix it is no longer
# the quick way.
_MAX_MOVES: Final = 4
_NOT_LATE: Final = np.zeros(0, np.int64)


class Track(NamedTuple):
    """The columns of fixes in their order, as loops take them."""

    t_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    accuracy_m: NDArray[np.float32]
    speed_mps: NDArray[np.float32]
    heading_deg: NDArray[np.float32]
    altitude_m: NDArray[np.float32]
    mock: NDArray[np.bool_]
    segment: NDArray[np.int32]


_COLUMNS: Final = attrgetter(*Track._fields)


def track_of(fixes: Fixes) -> Track:
    """Columns of fixes."""
    return Track(*_COLUMNS(fixes))


def in_order(fixes: Fixes, max_accuracy_m: float) -> tuple[Fixes, NDArray[np.int64]]:
    """Order by time; within a moment the most credible first, then by position so that no arrival shows.

    Returns
    -------
    fixes : Fixes
        Those given where they came in this order.
    late_ms : int64 array, shape (n,) or (0,)
        How much earlier each fix is than the latest that came before it; empty where all came in order.
    """
    ordered = _ordered_until(fixes.t_ms)
    if ordered == len(fixes):
        return fixes, _NOT_LATE
    track = Track._make([column.copy() for column in track_of(fixes)])
    late_ms = np.zeros(len(fixes), np.int64)
    moves = _insert(track, late_ms, ordered, float(max_accuracy_m))
    if moves == 0:
        return fixes, _NOT_LATE
    if moves <= _MAX_MOVES * len(fixes):
        return Fixes(*track), late_ms
    accuracy = np.where(np.isnan(fixes.accuracy_m), np.inf, fixes.accuracy_m)
    rejected = fixes.mock | (fixes.accuracy_m > np.float64(max_accuracy_m))
    order = np.lexsort((fixes.segment, fixes.lat, fixes.lon, accuracy, rejected, fixes.t_ms))
    behind_ms = np.maximum.accumulate(fixes.t_ms) - fixes.t_ms
    return fixes.take(order), behind_ms.take(order)


@kernel
def _ordered_until(t_ms: NDArray[np.int64]) -> int:
    """Index of the first fix that is no later than the one before it."""
    for i in range(1, len(t_ms)):
        if t_ms[i] <= t_ms[i - 1]:
            return i
    return len(t_ms)


@kernel
def _insert(track: Track, late_ms: NDArray[np.int64], ordered: int, max_accuracy_m: float) -> int:
    """Sort in place by insertion from a fix on; returns the moves, too many where it gave up."""
    t_ms, n = track.t_ms, len(track.t_ms)
    moves = 0
    for i in range(ordered, n):
        if t_ms[i] > t_ms[i - 1]:
            continue
        late_ms[i] = t_ms[i - 1] - t_ms[i]
        place = i
        while place > 0 and _precedes(track, place, place - 1, max_accuracy_m):
            _swap(track, late_ms, place)
            place -= 1
        moves += i - place
        if moves > _MAX_MOVES * n:
            break
    return moves


@inlined
def _swap(track: Track, late_ms: NDArray[np.int64], i: int) -> None:
    """Let a fix and the one before it change places."""
    a, b = i - 1, i
    late_ms[a], late_ms[b] = late_ms[b], late_ms[a]
    track.t_ms[a], track.t_ms[b] = track.t_ms[b], track.t_ms[a]
    track.lon[a], track.lon[b] = track.lon[b], track.lon[a]
    track.lat[a], track.lat[b] = track.lat[b], track.lat[a]
    track.accuracy_m[a], track.accuracy_m[b] = track.accuracy_m[b], track.accuracy_m[a]
    track.speed_mps[a], track.speed_mps[b] = track.speed_mps[b], track.speed_mps[a]
    track.heading_deg[a], track.heading_deg[b] = track.heading_deg[b], track.heading_deg[a]
    track.altitude_m[a], track.altitude_m[b] = track.altitude_m[b], track.altitude_m[a]
    track.mock[a], track.mock[b] = track.mock[b], track.mock[a]
    track.segment[a], track.segment[b] = track.segment[b], track.segment[a]


@inlined
def _precedes(track: Track, a: int, b: int, max_accuracy_m: float) -> bool:
    """Tell whether fix `a` stands before fix `b`."""
    if track.t_ms[a] != track.t_ms[b]:
        return bool(track.t_ms[a] < track.t_ms[b])
    bad_a = track.mock[a] or track.accuracy_m[a] > max_accuracy_m
    bad_b = track.mock[b] or track.accuracy_m[b] > max_accuracy_m
    if bad_a != bad_b:
        return bool(bad_b)
    # An unknown accuracy comes last.
    known_a, known_b = not np.isnan(track.accuracy_m[a]), not np.isnan(track.accuracy_m[b])
    if known_a != known_b:
        return bool(known_a)
    if known_a and track.accuracy_m[a] != track.accuracy_m[b]:
        return bool(track.accuracy_m[a] < track.accuracy_m[b])
    return _lies_before(track, a, b)


@kernel
def _lies_before(track: Track, a: int, b: int) -> bool:
    """Order two fixes that are as credible by where they are."""
    if track.lon[a] != track.lon[b]:
        return bool(track.lon[a] < track.lon[b])
    if track.lat[a] != track.lat[b]:
        return bool(track.lat[a] < track.lat[b])
    return bool(track.segment[a] < track.segment[b])
