"""Sets of time: sorted, disjoint spans, with the set operations that every rule is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from typing import Self

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Spans ``[start, end]`` in seconds after an origin that the owner knows.

    Sorted, disjoint, none empty, none touching the next. Make one with :meth:`of`, which merges whatever it
    is given. Sums are exact to the last bit, whatever the number of spans: the times inside the grids of a
    tiling add up to the time known.
    """

    start: Seconds
    end: Seconds

    @classmethod
    def of(cls, start: ArrayLike, end: ArrayLike) -> Self:
        """Union of any spans: unsorted, overlapping and empty ones are welcome."""
        first = np.ascontiguousarray(start, np.float64)
        last = np.ascontiguousarray(end, np.float64)
        if not is_sorted(first):
            order = np.argsort(first, kind="stable")
            first, last = first[order], last[order]
        return cls(*merged(first, last))

    def __len__(self) -> int:
        return len(self.start)

    @property
    def total(self) -> float:
        """Seconds in the set."""
        return seconds_within(self.start, self.end, -np.inf, np.inf)

    def within(self, start: ArrayLike, end: ArrayLike) -> Seconds:
        """Seconds of the set in each window ``[start, end]``; none where a window ends before it starts."""
        first, last = np.asarray(start, np.float64), np.asarray(end, np.float64)
        if not first.ndim and not last.ndim:
            return np.asarray(seconds_within(self.start, self.end, float(first), float(last)))
        first, last = np.broadcast_arrays(first, last)
        found = seconds_in_each(self.start, self.end, np.array(first).ravel(), np.array(last).ravel())
        return found.reshape(first.shape)

    def union(self, other: Intervals) -> Intervals:
        """Moments in either set."""
        return Intervals(*either(self.start, self.end, other.start, other.end))

    def intersection(self, other: Intervals) -> Intervals:
        """Moments in both sets."""
        return Intervals(*both(self.start, self.end, other.start, other.end))

    def minus(self, other: Intervals) -> Intervals:
        """Moments in this set and not in the other."""
        return Intervals(*without(self.start, self.end, other.start, other.end))

    def clip(self, start: float, end: float) -> Intervals:
        """Keep the part of the set in one window."""
        return Intervals(*clipped(self.start, self.end, float(start), float(end)))

    def joined(self, gap: float) -> Intervals:
        """Fill breaks of up to `gap` seconds."""
        if not len(self):
            return self
        apart = self.start[1:] - self.end[:-1] > gap
        return Intervals(self.start[np.append(True, apart)], self.end[np.append(apart, True)])


@kernel
def is_sorted(start: Seconds) -> bool:
    """Tell whether spans come in order of their starts, all of them numbers."""
    ordered = True
    for i in range(1, len(start)):
        ordered &= start[i - 1] <= start[i]
    return ordered


@kernel
def merged(start: Seconds, end: Seconds) -> tuple[Seconds, Seconds]:
    """Union of spans in order of their starts."""
    first, last = np.empty(len(start)), np.empty(len(start))
    n = 0
    for i in range(len(start)):
        n = append(first, last, n, start[i], end[i])
    return first[:n], last[:n]


@kernel
def append(first: Seconds, last: Seconds, n: int, start: float, end: float) -> int:
    """Add a span, none before it in time, to `n` disjoint ones with room for it; return how many they are."""
    if not end > start:
        return n
    if n > 0 and start <= last[n - 1]:
        last[n - 1] = max(last[n - 1], end)
        return n
    first[n], last[n] = start, end
    return n + 1


@kernel
def either(start: Seconds, end: Seconds, other_start: Seconds, other_end: Seconds) -> tuple[Seconds, Seconds]:
    """Union of two sets."""
    size = len(start) + len(other_start)
    first, last = np.empty(size), np.empty(size)
    i, j, n = 0, 0, 0
    while i < len(start) or j < len(other_start):
        if j == len(other_start) or (i < len(start) and start[i] <= other_start[j]):
            n = append(first, last, n, start[i], end[i])
            i += 1
        else:
            n = append(first, last, n, other_start[j], other_end[j])
            j += 1
    return first[:n], last[:n]


@kernel
def both(start: Seconds, end: Seconds, other_start: Seconds, other_end: Seconds) -> tuple[Seconds, Seconds]:
    """Intersection of two sets."""
    size = len(start) + len(other_start)
    first, last = np.empty(size), np.empty(size)
    i, j, n = 0, 0, 0
    while i < len(start) and j < len(other_start):
        n = append(first, last, n, max(start[i], other_start[j]), min(end[i], other_end[j]))
        if end[i] < other_end[j]:
            i += 1
        else:
            j += 1
    return first[:n], last[:n]


@kernel
def without(
    start: Seconds, end: Seconds, other_start: Seconds, other_end: Seconds
) -> tuple[Seconds, Seconds]:
    """Moments of one set that are not in another."""
    size = len(start) + len(other_start)
    first, last = np.empty(size), np.empty(size)
    j, n = 0, 0
    for i in range(len(start)):
        begin = start[i]
        while j < len(other_start) and other_end[j] <= begin:
            j += 1
        k = j
        while k < len(other_start) and other_start[k] < end[i]:
            n = append(first, last, n, begin, other_start[k])
            begin = max(begin, other_end[k])
            k += 1
        n = append(first, last, n, begin, end[i])
    return first[:n], last[:n]


@kernel
def clipped(start: Seconds, end: Seconds, low: float, high: float) -> tuple[Seconds, Seconds]:
    """Part of a set in one window."""
    first, last = np.empty(len(start)), np.empty(len(start))
    n = 0
    for i in range(len(start)):
        n = append(first, last, n, max(start[i], low), min(end[i], high))
    return first[:n], last[:n]


@kernel
def seconds_within(start: Seconds, end: Seconds, low: float, high: float) -> float:
    """Seconds of a set in one window, summed without loss (Neumaier 1974) and rounded once."""
    total, lost = 0.0, 0.0
    for i in range(np.searchsorted(end, low, side="right"), len(start)):
        begin, stop = max(start[i], low), min(end[i], high)
        if not stop > begin:
            break
        for term in (stop, -begin):
            summed = total + term
            if abs(total) >= abs(term):
                lost += (total - summed) + term
            else:
                lost += (term - summed) + total
            total = summed
    return total + lost


@kernel
def seconds_in_each(start: Seconds, end: Seconds, low: Seconds, high: Seconds) -> Seconds:
    """Seconds of a set in each of many windows."""
    found = np.empty(len(low))
    for i in range(len(low)):
        found[i] = seconds_within(start, end, low[i], high[i])
    return found
