"""The same path sent again, by the same or another worker.

A walked path never repeats to the last digit. Every four consecutive steps, in units of 1e-7 degrees, are
hashed; one hash in sixteen is kept; tracks that share kept hashes share a path. Grouping by hash compares
nobody with everybody.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

Key = TypeVar("Key", bound=Hashable)

_PER_DEG: Final = 1e7
_STEPS: Final = 4
_KEEP_ONE_IN: Final = np.uint64(16)
_MIN_SHARED: Final = 3
# A hash that many tracks hold is a place where phones stand still, not a path.
_MAX_HOLDERS: Final = 100
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)


class Marks(NamedTuple):
    """What is kept of a track to compare it: hashes, each once, with the time of its first step (ms)."""

    hashes: NDArray[np.uint64]
    t_ms: NDArray[np.int64]


def copied(tracks: Mapping[Key, Fixes], *, min_share: float = 0.2) -> list[tuple[Key, Key, float, float]]:
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
        that were rounded, thinned or had noise added.
    """
    return copied_marks({key: marks_of(fixes) for key, fixes in tracks.items()}, min_share=min_share)


def copied_marks(
    tracks: Mapping[Key, Marks], *, min_share: float = 0.2
) -> list[tuple[Key, Key, float, float]]:
    """Find pairs of tracks that hold the same path by what was kept of each; as :func:`copied`."""
    keys = list(tracks)
    marks = [tracks[key] for key in keys]
    shared: dict[tuple[int, int], list[float]] = {}
    for holders in _holders(marks):
        for (a, a_ms), (b, b_ms) in _pairs(holders):
            shared.setdefault((a, b), []).append((b_ms - a_ms) / 1000.0)
    found = []
    for (a, b), offsets in shared.items():
        share = len(offsets) / min(len(marks[a][0]), len(marks[b][0]))
        if len(offsets) >= _MIN_SHARED and share >= min_share:
            offset_s = float(np.median(offsets))
            first, second = (a, b) if offset_s >= 0 else (b, a)
            found.append((keys[first], keys[second], min(share, 1.0), abs(offset_s)))
    return sorted(found, key=lambda pair: -pair[2])


def marks_of(fixes: Fixes) -> Marks:
    """Return what to keep of a track to compare it with others, whatever the order of its fixes."""
    t_ms, lon, lat = fixes.t_ms, fixes.lon, fixes.lat
    if not (t_ms[1:] >= t_ms[:-1]).all():
        order = np.argsort(t_ms, kind="stable")
        t_ms, lon, lat = t_ms[order], lon[order], lat[order]
    hashes, times = _kept(t_ms, lon, lat)
    values, first = np.unique(hashes, return_index=True)
    return Marks(values, times[first])


@kernel
def _kept(
    t_ms: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash every four steps in a row, standing still left out; return the kept ones in order of time."""
    hashes, times = np.empty(len(t_ms), np.uint64), np.empty(len(t_ms), np.int64)
    steps, since = np.zeros((_STEPS, 2), np.uint64), np.zeros(_STEPS, np.int64)
    taken, kept = 0, 0
    for i in range(len(t_ms) - 1):
        east = np.int64(np.rint(lon[i + 1] * _PER_DEG)) - np.int64(np.rint(lon[i] * _PER_DEG))
        north = np.int64(np.rint(lat[i + 1] * _PER_DEG)) - np.int64(np.rint(lat[i] * _PER_DEG))
        if east == 0 and north == 0:
            continue
        steps[taken % _STEPS, 0], steps[taken % _STEPS, 1] = np.uint64(east), np.uint64(north)
        since[taken % _STEPS] = t_ms[i]
        taken += 1
        if taken < _STEPS:
            continue
        value = np.uint64(0)
        for n in range(taken, taken + _STEPS):  # the oldest of the last four lies where the next will
            value = _mixed(_mixed(value ^ steps[n % _STEPS, 0]) ^ steps[n % _STEPS, 1])
        if value % _KEEP_ONE_IN == 0:
            hashes[kept], times[kept] = value, since[taken % _STEPS]
            kept += 1
    return hashes[:kept], times[:kept]


@inlined
def _mixed(value: np.uint64) -> np.uint64:
    """Spread every bit over all others."""
    value = (value ^ (value >> np.uint64(30))) * _MULTIPLIER + np.uint64(1)
    return value ^ (value >> np.uint64(27))


def _holders(marks: list[Marks]) -> list[list[tuple[int, int]]]:
    """Group (track, time) by the hash they hold, two or more to a group."""
    if not marks:
        return []
    values = np.concatenate([value for value, _ in marks])
    times = np.concatenate([t_ms for _, t_ms in marks])
    owner = np.repeat(np.arange(len(marks)), [len(value) for value, _ in marks])
    order = np.argsort(values, kind="stable")
    sorted_values = values[order]
    starts = np.flatnonzero(np.append(True, sorted_values[1:] != sorted_values[:-1]))
    ends = np.append(starts[1:], len(values))
    shared = (ends - starts >= 2) & (ends - starts <= _MAX_HOLDERS)
    return [
        list(zip(owner[order[i:j]].tolist(), times[order[i:j]].tolist(), strict=True))
        for i, j in zip(starts[shared].tolist(), ends[shared].tolist(), strict=True)
    ]


def _pairs(
    holders: list[tuple[int, int]],
) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Every two holders of one hash."""
    return [(a, b) for n, a in enumerate(holders) for b in holders[n + 1 :]]
