"""In which order fixes are judged: by time, whatever the order in which they came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

# Fixes arrive nearly in order, which insertion sorts in one pass; past so many moves a fix it is no longer
# the quick way.
_MAX_MOVES: Final = 8


class _Keys(NamedTuple):
    """What fixes are ordered by."""

    t_ms: NDArray[np.int64]
    mock: NDArray[np.bool_]
    accuracy_m: NDArray[np.float32]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    segment: NDArray[np.int32]


def order_of(fixes: Fixes, max_accuracy_m: float) -> NDArray[np.int64] | None:
    """Order by time; within a moment the most credible first, then by position so that no arrival shows.

    Returns
    -------
    int64 array, shape (n,), or None
        Index of the first, second ... fix; ``None`` where they came in this order.
    """
    keys = _Keys(fixes.t_ms, fixes.mock, fixes.accuracy_m, fixes.lon, fixes.lat, fixes.segment)
    ordered = _ordered_until(fixes.t_ms)
    if ordered == len(fixes):
        return None
    order, moves = _insert(keys, ordered, np.float32(max_accuracy_m))
    if moves == 0:
        return None
    if moves <= _MAX_MOVES * len(fixes):
        return order
    accuracy = np.where(np.isnan(fixes.accuracy_m), np.inf, fixes.accuracy_m)
    rejected = fixes.mock | (fixes.accuracy_m > max_accuracy_m)
    return np.lexsort((fixes.segment, fixes.lat, fixes.lon, accuracy, rejected, fixes.t_ms))


def behind_ms(t_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """How much earlier each fix is than the latest that came before it; 0 in order."""
    behind: NDArray[np.int64] = np.maximum.accumulate(t_ms) - t_ms
    return behind


@kernel
def _ordered_until(t_ms: NDArray[np.int64]) -> int:
    """Index of the first fix that is no later than the one before it."""
    for i in range(1, len(t_ms)):
        if t_ms[i] <= t_ms[i - 1]:
            return i
    return len(t_ms)


@kernel
def _insert(keys: _Keys, ordered: int, max_accuracy_m: np.float32) -> tuple[NDArray[np.int64], int]:
    """Sort by insertion from a fix on; gives up after too many moves, which it returns beside the order."""
    n = len(keys.t_ms)
    order = np.arange(n)
    moves = 0
    for i in range(ordered, n):
        place = i
        while place > 0 and _precedes(keys, i, order[place - 1], max_accuracy_m):
            order[place] = order[place - 1]
            place -= 1
        order[place] = i
        moves += i - place
        if moves > _MAX_MOVES * n:
            break
    return order, moves


@kernel
def _precedes(keys: _Keys, a: int, b: int, max_accuracy_m: np.float32) -> bool:
    """Tell whether fix `a` stands before fix `b`."""
    if keys.t_ms[a] != keys.t_ms[b]:
        return bool(keys.t_ms[a] < keys.t_ms[b])
    bad_a = keys.mock[a] or keys.accuracy_m[a] > max_accuracy_m
    bad_b = keys.mock[b] or keys.accuracy_m[b] > max_accuracy_m
    if bad_a != bad_b:
        return bool(bad_b)
    # An unknown accuracy comes last.
    known_a, known_b = keys.accuracy_m[a] == keys.accuracy_m[a], keys.accuracy_m[b] == keys.accuracy_m[b]
    if known_a != known_b:
        return bool(known_a)
    if known_a and keys.accuracy_m[a] != keys.accuracy_m[b]:
        return bool(keys.accuracy_m[a] < keys.accuracy_m[b])
    return _lies_before(keys, a, b)


@kernel
def _lies_before(keys: _Keys, a: int, b: int) -> bool:
    """Order two fixes that are as credible by where they are."""
    if keys.lon[a] != keys.lon[b]:
        return bool(keys.lon[a] < keys.lon[b])
    if keys.lat[a] != keys.lat[b]:
        return bool(keys.lat[a] < keys.lat[b])
    return bool(keys.segment[a] < keys.segment[b])
