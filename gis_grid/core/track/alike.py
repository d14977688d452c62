"""The same path at the same pace though no digit agrees: tracks sent again rounded, thinned or shaken.

Cells in a row that two ways share (core/track/ways.py) vote for how much later the second was. Many votes for
one delay make a pair likely; honest workers on one lane may be likely too. So likely pairs are laid over each
other at that delay: what is left between them is a metre or two for a copy, and more for two walks, because
nobody repeats a pace, and two receivers err apart.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from gis_grid.core.geometry.geodesy import degree_m
from gis_grid.core.kernel import kernel
from gis_grid.core.track.marks import places, shelf_of
from gis_grid.core.track.ways import way_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes
    from gis_grid.core.track.marks import Marks, Shelf

Key = TypeVar("Key", bound=Hashable)

_BIN_MS: Final = 10_000
_LEAST_VOTES: Final = 8
# Copies have 60 % and more, even with 3 m of noise added; one in 5,000 honest pairs with a vote has 40 %.
_LEAST_SHARE: Final = 0.4
# Cells in a row that so many tracks pass are a place where phones stand still, not a way.
_MAX_HOLDERS: Final = 400
# Copies with 3 m of noise added are left with 2.9 m and less. Honest walks of one way have 4.7 m and more
# as a rule; of some hundred thousand days the nearest two had 3.2 m.
_MOST_LEFT_M: Final = 3.0
_SHARE: Final = 0.35
_LEAST_POINTS: Final = 30
_LOOKED_AT: Final = 150
# Two who walk together are as near to each other as their receivers allow: that is no copy.
_TOGETHER_MS: Final = 120_000
_TOGETHER: Final = _TOGETHER_MS // _BIN_MS


class Likely(NamedTuple):
    """Pairs of tracks to be laid over each other: owner on the shelf, number among the others.

    `share` of the votes of the way that keeps fewer are for one delay: the other is `later_ms` later.
    """

    own: NDArray[np.int64]
    other: NDArray[np.int64]
    share: NDArray[np.float64]
    later_ms: NDArray[np.int64]


class Overlay(NamedTuple):
    """What is left between the nearest 35 % of the fixes of two tracks, and how much later the second was."""

    metres: float
    later_ms: int

    @property
    def is_alike(self) -> bool:
        """Whether no two walks are as near as this at another time."""
        return self.metres <= _MOST_LEFT_M and abs(self.later_ms) > _TOGETHER_MS


def alike(tracks: Mapping[Key, Fixes]) -> list[tuple[Key, Key, float, float]]:
    """Find pairs of tracks along one path at one pace, at another time.

    Returns
    -------
    list of (key, key, metres, offset_s)
        The earlier track of each pair first; `metres` is what is left between the nearest 35 % of the fixes,
        `offset_s` how much later the second was. Fixes are in order of time.
    """
    keys, parts = list(tracks), list(tracks.values())
    ways = [way_of(fixes) for fixes in parts]
    found = []
    for own, other, _, later_ms in zip(*likely_within(shelf_of(ways), ways), strict=True):
        first, second = (own, other) if later_ms > 0 else (other, own)
        overlay = laid_over(parts[first], parts[second], abs(int(later_ms)))
        if overlay.is_alike:
            found.append((keys[first], keys[second], overlay.metres, overlay.later_ms / 1000.0))
    return sorted(found, key=lambda pair: pair[2])


def likely_within(shelf: Shelf, ways: Sequence[Marks]) -> Likely:
    """Find likely pairs among the ways that a shelf was made of, each once."""
    return _likely(shelf, ways, within=True)


def likely_between(shelf: Shelf, ways: Sequence[Marks]) -> Likely:
    """Find likely pairs of a way on a shelf and another."""
    return _likely(shelf, ways, within=False)


def _likely(shelf: Shelf, ways: Sequence[Marks], *, within: bool) -> Likely:
    bounds = np.concatenate(([0], np.cumsum([len(way.hashes) for way in ways]))).astype(np.int64)
    hashes = np.concatenate([way.hashes for way in ways] or [np.zeros(0, np.uint64)])
    t_ms = np.concatenate([way.t_ms for way in ways] or [np.zeros(0, np.int64)])
    own, other, both, bins = _elected(shelf, hashes, t_ms, bounds, within).T
    share = np.minimum(both / np.minimum(shelf.sizes[own], np.diff(bounds)[other]), 1.0)
    return Likely(own, other, share, bins * _BIN_MS)


@kernel
def _elected(
    shelf: Shelf, hashes: NDArray[np.uint64], t_ms: NDArray[np.int64], bounds: NDArray[np.int64], within: bool
) -> NDArray[np.int64]:
    """Return owner, other, votes and delay of the pairs with enough votes for a delay or two side by side."""
    votes, many = np.empty(1024, np.int64), np.zeros(len(shelf.sizes), np.int64)
    found, pairs = np.empty((64, 4), np.int64), 0
    for other in range(len(bounds) - 1):
        count = 0
        for i in range(bounds[other], bounds[other + 1]):
            first, last = places(shelf, hashes[i])
            while count + last - first > len(votes):
                votes = np.concatenate((votes, votes))
            for place in range(first, last if last - first <= _MAX_HOLDERS else first):
                own, later = shelf.owner[place], (t_ms[i] - shelf.t_ms[place]) // _BIN_MS
                if not -_TOGETHER <= later < _TOGETHER and not (within and own >= other):
                    votes[count] = (own << 32) + later + (1 << 31)
                    many[own] += 1
                    count += 1
        elected = _counted(votes[:count], many, shelf.sizes, bounds[other + 1] - bounds[other])
        while pairs + len(elected) > len(found):
            found = np.concatenate((found, found))
        for own, both, later in elected:
            found[pairs, 0], found[pairs, 1], found[pairs, 2], found[pairs, 3] = own, other, both, later
            pairs += 1
    return found[:pairs]


@kernel
def _counted(
    votes: NDArray[np.int64], many: NDArray[np.int64], sizes: NDArray[np.int64], size: int
) -> NDArray[np.int64]:
    """Return owner, votes and delay of those with enough for one delay; `many` votes for each are let go of.

    A vote is a number with the owner in its upper half and the delay in its lower.
    """
    worth, count = np.empty(len(votes), np.int64), 0
    for vote in votes:
        own = vote >> 32
        if many[own] >= max(_LEAST_VOTES, _LEAST_SHARE * min(size, sizes[own])):
            worth[count] = vote
            count += 1
    for vote in votes:
        many[vote >> 32] = 0
    worth = np.sort(worth[:count])
    found, owners, i, run_before = np.empty((count, 3), np.int64), 0, 0, 0
    while i < count:
        j = i
        while j < count and worth[j] == worth[i]:
            j += 1
        next_to_it = i > 0 and worth[i - 1] + 1 == worth[i]
        both = j - i + (run_before if next_to_it else 0)
        run_before = j - i
        own, later = worth[i] >> 32, (worth[i] & 0xFFFFFFFF) - (1 << 31)
        i = j
        if both < max(_LEAST_VOTES, _LEAST_SHARE * min(size, sizes[own])):
            continue
        known = owners > 0 and found[owners - 1, 0] == own
        if known and both <= found[owners - 1, 1]:
            continue
        owners += not known
        found[owners - 1, 0], found[owners - 1, 1], found[owners - 1, 2] = own, both, later
    return found[:owners]


class _Way(NamedTuple):
    """A track in metres from a place, in order of time."""

    t_ms: NDArray[np.int64]
    east_m: NDArray[np.float64]
    north_m: NDArray[np.float64]


def laid_over(one: Fixes, two: Fixes, later_ms: int) -> Overlay:
    """Lay the second track over the first at the best delay near the one that was voted for."""
    lon, lat = float(one.lon[0]), float(one.lat[0])
    east_m, north_m = degree_m(lat)
    ways = [_Way(part.t_ms, (part.lon - lon) * east_m, (part.lat - lat) * north_m) for part in (one, two)]
    looked_at = np.linspace(0, len(one) - 1, min(len(one), _LOOKED_AT)).astype(np.intp)
    best = (np.inf, later_ms)
    for step_ms, reach_ms in ((2_000, 2 * _BIN_MS), (250, 2_000)):
        middle = best[1]
        for delay in range(middle - reach_ms, middle + reach_ms + 1, step_ms):
            best = min(best, (_between(ways[0], ways[1], looked_at, delay), delay))
    return Overlay(*best)


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
