"""What is kept of a track to find it again: hashes of its steps, from which no position can be told.

Every four consecutive steps, in units of 1e-7 degrees, are hashed; a path walked the other way has the same
hashes. One hash in sixteen is kept, by its own value, so that a part of a track keeps what the whole keeps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

_PER_DEG: Final = 1e7
_STEPS: Final = 4
_KEEP_ONE_IN: Final = np.uint64(16)
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
# Four steps of a phone that writes 1e-7 degrees tell 50 bits and more, of one that writes 1e-5 about 20:
# along the same straight lane, or standing still, those come again by chance.
_LEAST_BITS: Final = 36.0
_LOOKED_AT: Final = 200


class Marks(NamedTuple):
    """What is kept of a track to compare it: hashes, each once, with the time of its first step (ms)."""

    hashes: NDArray[np.uint64]
    t_ms: NDArray[np.int64]


class Shelf(NamedTuple):
    """Marks of many tracks in order of hashes: of track `owner`, which keeps `sizes[owner]` of them."""

    hashes: NDArray[np.uint64]
    t_ms: NDArray[np.int64]
    owner: NDArray[np.int64]
    sizes: NDArray[np.int64]
    starts: NDArray[np.int64]
    """Where the hashes with each beginning (of some bits) begin."""


def marks_of(fixes: Fixes) -> Marks:
    """Return what to keep of a track to compare it with others, whatever the order of its fixes."""
    t_ms, lon, lat = fixes.t_ms, fixes.lon, fixes.lat
    if not (t_ms[1:] >= t_ms[:-1]).all():
        order = np.argsort(t_ms, kind="stable")
        t_ms, lon, lat = t_ms[order], lon[order], lat[order]
    hashes, times = _kept(*_moves(t_ms, lon, lat))
    values, first = np.unique(hashes, return_index=True)
    return Marks(values, times[first])


def shelf_of(tracks: Sequence[Marks]) -> Shelf:
    """Put the marks of tracks in order."""
    sizes = np.array([len(marks.hashes) for marks in tracks], np.int64)
    hashes = np.concatenate([marks.hashes for marks in tracks] or [np.zeros(0, np.uint64)]).astype(np.uint64)
    t_ms = np.concatenate([marks.t_ms for marks in tracks] or [np.zeros(0, np.int64)]).astype(np.int64)
    order = np.argsort(hashes, kind="stable")
    owner = np.repeat(np.arange(len(tracks), dtype=np.int64), sizes)[order]
    hashes = hashes[order]
    bits = max(len(hashes).bit_length(), 1)
    beginnings = np.arange(1 << bits, dtype=np.uint64) << np.uint64(64 - bits)
    starts = np.append(np.searchsorted(hashes, beginnings), len(hashes)).astype(np.int64)
    return Shelf(hashes, t_ms[order], owner, sizes, starts)


@inlined
def places(shelf: Shelf, value: np.uint64) -> tuple[int, int]:
    """Return from where until before where a hash is on a shelf."""
    bits = 0
    while (1 << bits) < len(shelf.starts) - 1:
        bits += 1
    first = shelf.starts[np.int64(value >> np.uint64(64 - bits))]
    while first < len(shelf.hashes) and shelf.hashes[first] < value:
        first += 1
    last = first
    while last < len(shelf.hashes) and shelf.hashes[last] == value:
        last += 1
    return first, last


@kernel
def count_known(
    shelf_hashes: NDArray[np.uint64],
    starts: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    bounds: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Count, of each stretch ``hashes[bounds[i]:bounds[i + 1]]``, the hashes that a shelf holds."""
    bits = 0
    while (1 << bits) < len(starts) - 1:
        bits += 1
    shift = np.uint64(64 - bits)
    found = np.zeros(len(bounds) - 1, np.int64)
    for stretch in range(len(found)):
        for i in range(bounds[stretch], bounds[stretch + 1]):
            value = hashes[i]
            at = np.int64(value >> shift)
            for place in range(starts[at], starts[at + 1]):
                if shelf_hashes[place] >= value:
                    found[stretch] += shelf_hashes[place] == value
                    break
    return found


@kernel
def _moves(
    t_ms: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Time and size of each step, in units of 1e-7 degrees; standing still is none."""
    n = len(t_ms)
    since, east, north = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    count = 0
    for i in range(n - 1):
        x = np.int64(np.rint(lon[i + 1] * _PER_DEG)) - np.int64(np.rint(lon[i] * _PER_DEG))
        y = np.int64(np.rint(lat[i + 1] * _PER_DEG)) - np.int64(np.rint(lat[i] * _PER_DEG))
        since[count], east[count], north[count] = t_ms[i], x, y
        count += x != 0 or y != 0
    return since[:count], east[:count], north[:count]


@kernel
def _kept(
    since: NDArray[np.int64], east: NDArray[np.int64], north: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash every four steps in a row, both ways; return the kept hashes in order of time."""
    hashes, times = np.empty(len(since), np.uint64), np.empty(len(since), np.int64)
    finest_east, finest_north = _finest(east), _finest(north)
    kept = 0
    for first in range(len(since) - _STEPS + 1):
        there, back = np.uint64(0), np.uint64(0)
        for n in range(_STEPS):
            ahead, behind = first + n, first + _STEPS - 1 - n
            there = mixed(mixed(there ^ np.uint64(east[ahead])) ^ np.uint64(north[ahead]))
            back = mixed(mixed(back ^ np.uint64(-east[behind])) ^ np.uint64(-north[behind]))
        value = max(there, back)
        if value % _KEEP_ONE_IN != 0:
            continue
        bits = 0.0
        for n in range(first, first + _STEPS):
            bits += np.log2((1.0 + abs(east[n]) / finest_east) * (1.0 + abs(north[n]) / finest_north))
        if bits >= _LEAST_BITS:
            hashes[kept], times[kept] = value, since[first]
            kept += 1
    return hashes[:kept], times[:kept]


@kernel
def _finest(steps: NDArray[np.int64]) -> float:
    """How finely a phone writes its positions: a small gap between two sizes of its steps."""
    sizes = np.sort(np.abs(steps[:: max(len(steps) // _LOOKED_AT, 1)]))
    gaps, count = np.empty(len(sizes), np.int64), 0
    for i in range(1, len(sizes)):
        gaps[count] = sizes[i] - sizes[i - 1]
        count += sizes[i] > sizes[i - 1]
    if count == 0:
        return np.inf
    return float(np.sort(gaps[:count])[count // 4])


@inlined
def mixed(value: np.uint64) -> np.uint64:
    """Spread every bit over all others."""
    value = (value ^ (value >> np.uint64(30))) * _MULTIPLIER + np.uint64(1)
    return value ^ (value >> np.uint64(27))
