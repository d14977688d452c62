"""The same path sent again, by the same or another worker.

A walked path never repeats to the last digit. Every four consecutive steps, in units of 1e-7 degrees, are
hashed; one hash in sixteen is kept; tracks that share kept hashes share a path. Grouping by hash compares
nobody with everybody.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

Key = TypeVar("Key", bound=Hashable)

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
    order = np.argsort(fixes.t_ms, kind="stable")
    lon, lat = (np.rint(c[order] * 1e7).astype(np.int64) for c in (fixes.lon, fixes.lat))
    step = np.stack((np.diff(lon), np.diff(lat)), axis=1)
    moved = (step != 0).any(axis=1)
    step, t_ms = step[moved], fixes.t_ms[order][:-1][moved]
    n = len(step) - _STEPS + 1
    if n <= 0:
        return Marks(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    hashes = np.zeros(n, np.uint64)
    for offset in range(_STEPS):
        for axis in range(2):
            hashes = _mixed(hashes ^ step[offset : offset + n, axis].view(np.uint64))
    kept = np.flatnonzero(hashes % _KEEP_ONE_IN == 0)
    values, first = np.unique(hashes[kept], return_index=True)
    return Marks(values, t_ms[:n][kept][first])


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all others."""
    values = (values ^ (values >> np.uint64(30))) * _MULTIPLIER + np.uint64(1)
    return values ^ (values >> np.uint64(27))


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
