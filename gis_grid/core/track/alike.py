"""The same path at the same pace though no digit agrees: tracks sent again rounded, thinned or shaken.

Three cells of 30 m in a row that two tracks share vote for how much later the second was. Many votes for one
delay make a candidate; honest workers on one lane are candidates too. So the candidates are laid over each
other at that delay: what is left between them is a metre or two for a copy, and more for two walks, because
nobody repeats a pace, and two receivers err apart. It needs the tracks themselves: cells kept
from week to week would tell where everybody was.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from gis_grid.core.geometry.geodesy import degree_m
from gis_grid.core.kernel import kernel
from gis_grid.core.track.marks import Marks, Shelf, mixed, shelf_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

Key = TypeVar("Key", bound=Hashable)

_CELL_M: Final = 30.0
# A cell is left only when its middle is farther than this many cells: errors at its edge are no steps.
_HOLD: Final = 0.65
_BIN_MS: Final = 20_000
_LEAST_VOTES: Final = 6
_MAX_HOLDERS: Final = 400
# Copies with 3 m of noise added are left with 2.9 m and less, honest walks of one way with 4.7 m and more.
_MOST_LEFT_M: Final = 3.8
_SHARE: Final = 0.35
_LEAST_POINTS: Final = 30
_OWN_SHARE: Final = 2 / 3
_LOOKED_AT: Final = 150
# Two who walk together are as near to each other as their receivers allow: that is no copy.
_TOGETHER_MS: Final = 120_000


def alike(tracks: Mapping[Key, Fixes]) -> list[tuple[Key, Key, float, float]]:
    """Find pairs of tracks along one path at one pace, at another time.

    Returns
    -------
    list of (key, key, metres, offset_s)
        The earlier track of each pair first; `metres` is what is left between the nearest 35 % of the fixes,
        `offset_s` how much later the second was. Fixes are in order of time.
    """
    keys, parts = list(tracks), list(tracks.values())
    shingles = [shingles_of(fixes) if _tells_places(fixes) else _NOTHING for fixes in parts]
    shelf = shelf_of(shingles)
    found = []
    for own, marks in enumerate(shingles):
        others, offsets = _candidates(own, marks, shelf)
        for other, offset_ms in zip(others.tolist(), offsets.tolist(), strict=True):
            left_m, exact_ms = _left(parts[own], parts[other], offset_ms)
            if left_m <= _MOST_LEFT_M and abs(exact_ms) > _TOGETHER_MS:
                first, second = (own, other) if exact_ms >= 0 else (other, own)
                found.append((keys[first], keys[second], left_m, abs(exact_ms) / 1000.0))
    return sorted(found, key=lambda pair: pair[2])


_NOTHING: Final = Marks(np.zeros(0, np.uint64), np.zeros(0, np.int64))


def _tells_places(fixes: Fixes) -> bool:
    """Tell a track of its own places from one that a phone put on a few it knows, which all such have."""
    places = np.round(fixes.lon * 1e7) + 1j * np.round(fixes.lat * 1e7)
    return len(fixes) >= _LEAST_POINTS and len(np.unique(places)) >= _OWN_SHARE * len(fixes)


def shingles_of(fixes: Fixes) -> Marks:
    """Return a hash for every three different cells in a row, with the time at which the third is entered."""
    return Marks(*_shingles(fixes.t_ms, fixes.lon, fixes.lat))


@kernel
def _shingles(
    t_ms: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    hashes, times = np.empty(len(t_ms), np.uint64), np.empty(len(t_ms), np.int64)
    count, entered = 0, 0
    column, row = 0.0, 0.0
    last, before = np.uint64(0), np.uint64(0)
    for i in range(len(t_ms)):
        east_m, north_m = degree_m(np.rint(lat[i]))
        u, v = lon[i] * east_m / _CELL_M, lat[i] * north_m / _CELL_M
        if entered and abs(u - column - 0.5) < _HOLD and abs(v - row - 0.5) < _HOLD:
            continue
        column, row = np.floor(u), np.floor(v)
        cell = mixed(mixed(np.uint64(np.int64(column))) ^ np.uint64(np.int64(row)))
        if entered >= 2 and cell != before:
            hashes[count], times[count] = mixed(mixed(cell ^ mixed(last)) ^ mixed(mixed(before))), t_ms[i]
            count += 1
        before, last = last, cell
        entered += 1
    return hashes[:count], times[:count]


def _candidates(own: int, marks: Marks, shelf: Shelf) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the later-numbered tracks with many votes for one delay, and that delay (ms)."""
    ranges = np.stack([np.searchsorted(shelf.hashes, marks.hashes, side) for side in ("left", "right")])
    return _elected(np.sort(_votes(own, ranges, marks.t_ms, shelf.owner, shelf.t_ms)))


@kernel
def _votes(
    own: int,
    ranges: NDArray[np.int64],
    own_ms: NDArray[np.int64],
    owner: NDArray[np.int64],
    t_ms: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return a number for the other track and the delay of each shared shingle, in this order of digits."""
    most = 0
    for i in range(len(own_ms)):
        most += ranges[1, i] - ranges[0, i]
    votes, count = np.empty(most, np.int64), 0
    for i in range(len(own_ms)):
        if ranges[1, i] - ranges[0, i] > _MAX_HOLDERS:
            continue
        for at in range(ranges[0, i], ranges[1, i]):
            votes[count] = (owner[at] << 32) + (t_ms[at] - own_ms[i]) // _BIN_MS + (1 << 31)
            count += owner[at] > own
    return votes[:count]


@kernel
def _elected(votes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each track with enough votes for one delay or two next to each other, and the best delay."""
    others, delays = np.empty(len(votes), np.int64), np.empty(len(votes), np.int64)
    found, best, i, run_before = 0, 0, 0, 0
    while i < len(votes):
        j = i
        while j < len(votes) and votes[j] == votes[i]:
            j += 1
        next_to_it = i > 0 and votes[i - 1] + 1 == votes[i]
        both = j - i + (run_before if next_to_it else 0)
        run_before = j - i
        other, delay_ms = votes[i] >> 32, ((votes[i] & 0xFFFFFFFF) - (1 << 31)) * _BIN_MS
        i = j
        if both < _LEAST_VOTES:
            continue
        known = found > 0 and others[found - 1] == other
        if known and both <= best:
            continue
        found += not known
        others[found - 1], delays[found - 1], best = other, delay_ms, both
    return others[:found], delays[:found]


class _Way(NamedTuple):
    """A track in metres from a place, in order of time."""

    t_ms: NDArray[np.int64]
    east_m: NDArray[np.float64]
    north_m: NDArray[np.float64]


def _left(one: Fixes, two: Fixes, offset_ms: int) -> tuple[float, int]:
    """Return what is left between two tracks at the best delay near the one that was voted for."""
    lon, lat = float(one.lon[0]), float(one.lat[0])
    east_m, north_m = degree_m(lat)
    ways = [_Way(part.t_ms, (part.lon - lon) * east_m, (part.lat - lat) * north_m) for part in (one, two)]
    looked_at = np.linspace(0, len(one) - 1, min(len(one), _LOOKED_AT)).astype(np.intp)
    best = (np.inf, offset_ms)
    for step_ms, reach_ms in ((2_000, 2 * _BIN_MS), (250, 2_000)):
        middle = best[1]
        for delay in range(middle - reach_ms, middle + reach_ms + 1, step_ms):
            best = min(best, (_between(ways[0], ways[1], looked_at, delay), delay))
    return best


def _between(one: _Way, two: _Way, looked_at: NDArray[np.intp], delay_ms: int) -> float:
    """Return the distance within which a share of the fixes lies at a delay."""
    when = one.t_ms[looked_at] + delay_ms
    both = (when >= two.t_ms[0]) & (when <= two.t_ms[-1])
    if np.count_nonzero(both) < _LEAST_POINTS:
        return np.inf
    when, at = when[both], looked_at[both]
    east_m = np.interp(when, two.t_ms, two.east_m) - one.east_m[at]
    north_m = np.interp(when, two.t_ms, two.north_m) - one.north_m[at]
    place = int(_SHARE * len(when))
    return float(np.partition(np.hypot(east_m, north_m), place)[place])
