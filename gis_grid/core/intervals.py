"""Sets of time: sorted, disjoint spans, with the set operations that every rule is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from typing import Self

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Spans ``[start, end]`` in seconds after an origin that the owner knows.

    Sorted, disjoint, none empty. Make one with :meth:`of`, which merges whatever it is given.
    """

    start: Seconds
    end: Seconds

    @classmethod
    def of(cls, start: ArrayLike, end: ArrayLike) -> Self:
        """Union of any spans: unsorted, overlapping and empty ones are welcome."""
        first = np.asarray(start, np.float64)
        last = np.asarray(end, np.float64)
        kept = last > first
        first, last = first[kept], last[kept]
        if not len(first):
            return cls(first, last)
        order = np.argsort(first, kind="stable")
        first, reach = first[order], np.maximum.accumulate(last[order])
        opens = np.append(True, first[1:] > reach[:-1])
        closes = np.append(opens[1:], True)
        return cls(first[opens], reach[closes])

    def __len__(self) -> int:
        return len(self.start)

    @property
    def total(self) -> float:
        """Seconds in the set."""
        return float(np.sum(self.end - self.start))

    def within(self, start: ArrayLike, end: ArrayLike) -> Seconds:
        """Seconds of the set in each window ``[start, end]``."""
        return np.asarray(
            self._up_to(np.asarray(end, np.float64)) - self._up_to(np.asarray(start, np.float64))
        )

    def _up_to(self, moment: Seconds) -> Seconds:
        """Seconds of the set before each moment."""
        if not len(self):
            return np.zeros(moment.shape)
        before = np.append(0.0, np.cumsum(self.end - self.start))
        index = np.searchsorted(self.start, moment, side="right")
        last = np.maximum(index - 1, 0)
        unfinished = np.where(index > 0, np.maximum(self.end[last] - moment, 0.0), 0.0)
        return np.asarray(before[index] - unfinished)

    def union(self, other: Intervals) -> Intervals:
        """Moments in either set."""
        return Intervals.of(np.append(self.start, other.start), np.append(self.end, other.end))

    def intersection(self, other: Intervals) -> Intervals:
        """Moments in both sets."""
        first = np.searchsorted(other.end, self.start, side="right")
        last = np.searchsorted(other.start, self.end, side="left")
        count = np.maximum(last - first, 0)
        mine = np.repeat(np.arange(len(self)), count)
        step = np.arange(len(mine)) - np.repeat(np.cumsum(count) - count, count)
        theirs = np.repeat(first, count) + step
        return Intervals.of(
            np.maximum(self.start[mine], other.start[theirs]), np.minimum(self.end[mine], other.end[theirs])
        )

    def minus(self, other: Intervals) -> Intervals:
        """Moments in this set and not in the other."""
        rest = Intervals(np.append(-np.inf, other.end), np.append(other.start, np.inf))
        return self.intersection(rest)

    def clip(self, start: float, end: float) -> Intervals:
        """Keep the part of the set in one window."""
        return self.intersection(Intervals.of([start], [end]))

    def joined(self, gap: float) -> Intervals:
        """Fill breaks of up to `gap` seconds."""
        if not len(self):
            return self
        apart = self.start[1:] - self.end[:-1] > gap
        return Intervals(self.start[np.append(True, apart)], self.end[np.append(apart, True)])
