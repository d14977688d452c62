"""Spans of duty as sorted, disjoint pairs of epoch milliseconds."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Span = tuple[int, int]

SESSION_GAP_MS: Final = 15 * 60 * 1000
"""A source that is silent for longer was off duty in between."""

LONGEST_DUTY: Final = timedelta(hours=12)
"""A session that nobody signs out of counts for so long: a forgotten sign-out records no evening."""


def spans_of(t_ms: NDArray[np.int64]) -> list[Span]:
    """Return the sessions of fixes: from the first to the last, split at every longer silence."""
    if not len(t_ms):
        return []
    times = np.sort(t_ms)
    last = np.flatnonzero(np.diff(times) > SESSION_GAP_MS)
    starts = times[np.append(0, last + 1)]
    ends = times[np.append(last, len(times) - 1)]
    return [(int(start), int(end)) for start, end in zip(starts, ends, strict=True)]


def merged(spans: Iterable[Span], gap_ms: int = SESSION_GAP_MS) -> list[Span]:
    """Return the union of spans, joined over gaps of up to `gap_ms`: the same in whatever order they came."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start - result[-1][1] <= gap_ms:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def covered(t_ms: NDArray[np.int64], spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Return which times lie within one of sorted, disjoint, half-open spans."""
    if not spans:
        return np.zeros(len(t_ms), np.bool_)
    start, end = np.array(spans, np.int64).T
    index = np.searchsorted(start, t_ms, side="right") - 1
    return np.asarray((index >= 0) & (t_ms < end[np.maximum(index, 0)]))
