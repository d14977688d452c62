"""The same path sent again, by the same or another worker.

A walked path never repeats to the last digit, not even in two phones of one pocket. Tracks that share hashes
of their steps (core/track/marks.py), one after the other and at one pace, share a path. Both sides are in
order of hashes: nobody is compared with everybody.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from gis_grid.core.kernel import kernel
from gis_grid.core.track.marks import Marks, Shelf, marks_of, shelf_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

Key = TypeVar("Key", bound=Hashable)

MIN_SHARED: Final = 6
"""Tracks that share fewer hashes on one line are no pair; phones that snap to a few places may share 4."""

_MIN_SHARE: Final = 0.2
# A hash that many tracks hold is a place where phones stand still, not a path.
_MAX_HOLDERS: Final = 100
# Shared hashes of a copy lie on one line, its times against the other's; those of chance lie anywhere.
_ALIGNED_MS: Final = 5_000.0
_MOST_LINES: Final = 40
_LEAST_PACE, _MOST_PACE = 0.5, 2.0


class Pairs(NamedTuple):
    """Tracks with the same path: owners on the one shelf and on the other.

    `share` is of the marks of the track that keeps fewer, `offset_ms` is how much later the second is.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    share: NDArray[np.float64]
    offset_ms: NDArray[np.float64]


def copied(
    tracks: Mapping[Key, Fixes], *, min_share: float = _MIN_SHARE
) -> list[tuple[Key, Key, float, float]]:
    """Find pairs of tracks that hold the same path.

    Parameters
    ----------
    tracks : mapping of key to Fixes
        For instance by (worker, day).
    min_share : float
        Least share of the shorter track's kept hashes that must be shared.

    Returns
    -------
    list of (key, key, share, offset_s)
        The earlier track of each pair first; `offset_s` is how much later the second was. Blind to copies
        that were rounded, thinned or had noise added, and to phones that write no more than five decimals.
    """
    return copied_marks({key: marks_of(fixes) for key, fixes in tracks.items()}, min_share=min_share)


def copied_marks(
    tracks: Mapping[Key, Marks], *, min_share: float = _MIN_SHARE
) -> list[tuple[Key, Key, float, float]]:
    """Find pairs of tracks that hold the same path by what was kept of each; as :func:`copied`."""
    keys = list(tracks)
    shelf = shelf_of(list(tracks.values()))
    found = []
    for a, b, share, offset_ms in zip(*pairs_within(shelf, min_share=min_share), strict=True):
        first, second = (a, b) if offset_ms >= 0 else (b, a)
        found.append((keys[first], keys[second], float(share), abs(float(offset_ms)) / 1000.0))
    return sorted(found, key=lambda pair: -pair[2])


def pairs_within(shelf: Shelf, *, min_share: float = _MIN_SHARE) -> Pairs:
    """Find the pairs of tracks of one shelf, each once."""
    return _pairs(shelf, shelf, True, min_share)


def pairs_between(shelf: Shelf, other: Shelf, *, min_share: float = _MIN_SHARE) -> Pairs:
    """Find the pairs of a track of one shelf and a track of another."""
    return _pairs(shelf, other, False, min_share)


def _pairs(shelf: Shelf, other: Shelf, same: bool, min_share: float) -> Pairs:
    one, two = _shared(shelf.hashes, shelf.owner, other.hashes, other.owner, same)
    first, second = shelf.owner[one], other.owner[two]
    first_ms, second_ms = shelf.t_ms[one], other.t_ms[two]
    order = np.lexsort((first_ms, second, first))
    first, second = first[order], second[order]
    starts = np.flatnonzero(np.append(True, (first[1:] != first[:-1]) | (second[1:] != second[:-1])))
    starts = starts[: len(first)]
    bounds = np.append(starts, len(first)).astype(np.int64)
    aligned, offset_ms = _aligned(first_ms[order], second_ms[order], bounds)
    first, second = first[starts], second[starts]
    fewer = np.minimum(shelf.sizes[first], other.sizes[second])
    share = np.minimum(aligned / np.maximum(fewer, 1), 1.0)
    found = (aligned >= MIN_SHARED) & (share >= min_share)
    return Pairs(first[found], second[found], share[found], offset_ms[found])


@kernel
def _shared(
    one_hashes: NDArray[np.uint64],
    one_owner: NDArray[np.int64],
    two_hashes: NDArray[np.uint64],
    two_owner: NDArray[np.int64],
    same: bool,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of equal hashes of two tracks, on both shelves."""
    one, two = np.empty(1024, np.int64), np.empty(1024, np.int64)
    count, i, j = 0, 0, 0
    while i < len(one_hashes) and j < len(two_hashes):
        if one_hashes[i] != two_hashes[j]:
            i, j = i + (one_hashes[i] < two_hashes[j]), j + (one_hashes[i] > two_hashes[j])
            continue
        i_end, j_end = i + 1, j + 1
        while i_end < len(one_hashes) and one_hashes[i_end] == one_hashes[i]:
            i_end += 1
        while j_end < len(two_hashes) and two_hashes[j_end] == two_hashes[j]:
            j_end += 1
        if i_end - i <= _MAX_HOLDERS and j_end - j <= _MAX_HOLDERS:
            while count + (i_end - i) * (j_end - j) > len(one):
                one, two = np.concatenate((one, one)), np.concatenate((two, two))
            for a in range(i, i_end):
                for b in range(j, j_end):
                    one[count], two[count] = a, b
                    count += not same or one_owner[a] < two_owner[b]
        i, j = i_end, j_end
    return one[:count], two[:count]


@kernel
def _aligned(
    one_ms: NDArray[np.int64], two_ms: NDArray[np.int64], bounds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each pair of tracks: how many shared hashes lie on one line, and how much later the second is."""
    counts, offsets = np.zeros(len(bounds) - 1, np.int64), np.zeros(len(bounds) - 1)
    for pair in range(len(counts)):
        a, b = one_ms[bounds[pair] : bounds[pair + 1]], two_ms[bounds[pair] : bounds[pair + 1]]
        offsets[pair] = np.median((b - a).astype(np.float64))
        if len(a) < MIN_SHARED:
            continue
        pace = _pace(a, b)
        if not _LEAST_PACE <= abs(pace) <= _MOST_PACE:
            continue
        aside = (b - b[0]) - pace * (a - a[0])
        middle = np.median(aside)
        for value in aside:
            counts[pair] += abs(value - middle) <= _ALIGNED_MS
    return counts, offsets


@kernel
def _pace(one_ms: NDArray[np.int64], two_ms: NDArray[np.int64]) -> float:
    """Return the middle of the slopes between shared hashes, of some of them where there are many."""
    n = len(one_ms)
    step = max(n // _MOST_LINES, 1)
    slopes, count = np.empty((_MOST_LINES + 2) * (_MOST_LINES + 2)), 0
    for i in range(0, n, step):
        for j in range(i + step, n, step):
            if one_ms[j] != one_ms[i] and count < len(slopes):
                slopes[count] = (two_ms[j] - two_ms[i]) / (one_ms[j] - one_ms[i])
                count += 1
    return float(np.median(slopes[:count])) if count else 0.0
