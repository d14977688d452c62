"""Which span of time of its own owner holds each of many moments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_TIME_BITS: Final = 43
"""Milliseconds up to the year 2248: an owner's rank and a moment are one number."""


def holding(
    owner: NDArray[np.int64],
    t_ms: NDArray[np.int64],
    span_owner: ArrayLike,
    start_ms: ArrayLike,
    end_ms: ArrayLike,
) -> NDArray[np.intp]:
    """Return the span [start, end) of the same owner that holds each moment; -1 where none does.

    Spans of one owner share no time.

    Examples
    --------
    >>> two = np.array([7, 8])
    >>> holding(two, np.array([5, 5]), [7, 7], [0, 5], [5, 9]).tolist()
    [1, -1]
    """
    owners = np.asarray(span_owner, np.int64)
    if not len(owners):
        return np.full(len(owner), -1)
    latest = (1 << _TIME_BITS) - 1
    starts = np.clip(np.asarray(start_ms, np.float64), 0, latest).astype(np.int64)
    ends = np.clip(np.asarray(end_ms, np.float64), 0, latest).astype(np.int64)
    known, rank = np.unique(owners, return_inverse=True)
    keys = (rank << _TIME_BITS) | starts
    order = np.argsort(keys)
    wanted = (np.searchsorted(known, owner) << _TIME_BITS) | t_ms
    found = order[np.maximum(np.searchsorted(keys[order], wanted, side="right") - 1, 0)]
    is_held = (owners[found] == owner) & (starts[found] <= t_ms) & (t_ms < ends[found])
    return np.where(is_held, found, -1)
