"""Spans of time made for many small questions.

A worker's week has a few dozen spans and is asked hundreds of sums: walking lists costs less there than
calling on arrays. Large sets are :class:`~gis_grid.core.intervals.Intervals`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gis_grid.core.intervals import Intervals

Span = tuple[int, int]
"""From when to when, epoch milliseconds."""

Moment = TypeVar("Moment", int, float)


class Spans:
    """Sorted, disjoint spans, none empty, in seconds after an origin that the owner knows."""

    __slots__ = ("_before", "_ends", "_starts")

    def __init__(self, starts: Sequence[float], ends: Sequence[float]) -> None:
        self._starts = starts
        self._ends = ends
        self._before = [0.0, *accumulate(end - start for start, end in zip(starts, ends, strict=True))]

    @classmethod
    def of(cls, intervals: Intervals) -> Spans:
        """Take over a set of time."""
        return cls(intervals.start.tolist(), intervals.end.tolist())

    @classmethod
    def union(cls, spans: Iterable[tuple[float, float]]) -> Spans:
        """Union of any spans: unsorted, overlapping and empty ones are welcome."""
        joined = merged(spans)
        return cls([start for start, _ in joined], [end for _, end in joined])

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[tuple[float, float]]:
        return zip(self._starts, self._ends, strict=True)

    def total(self, start: float, end: float) -> float:
        """Seconds of the set between two moments."""
        if not self._starts or end <= self._starts[0] or start >= self._ends[-1]:
            return 0.0  # most hours of a week
        return self._up_to(end) - self._up_to(start)

    def _up_to(self, moment: float) -> float:
        """Seconds of the set before a moment."""
        index = bisect_right(self._starts, moment)
        if not index:
            return 0.0
        left = self._ends[index - 1] - moment
        return self._before[index] - left if left > 0.0 else self._before[index]

    def parts(self, start: float, end: float) -> list[tuple[float, float]]:
        """Spans of the set between two moments, cut there."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return [
            (max(a, start), min(b, end))
            for a, b in zip(self._starts[first:last], self._ends[first:last], strict=True)
        ]

    def first_after(self, moment: float) -> float | None:
        """Return the earliest moment of the set that is not before this one."""
        index = bisect_right(self._ends, moment)
        return max(self._starts[index], moment) if index < len(self) else None

    def within(self, other: Spans) -> Spans:
        """Moments in both sets."""
        parts = [part for start, end in other for part in self.parts(start, end)]
        return Spans([start for start, _ in parts], [end for _, end in parts])

    def minus(self, other: Spans) -> Spans:
        """Moments in this set and not in the other."""
        edges = [float("-inf"), *(edge for span in other for edge in span), float("inf")]
        gaps = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start]
        return self.within(Spans([start for start, _ in gaps], [end for _, end in gaps]))

    def joined(self, gap: float) -> list[tuple[float, float]]:
        """Spans with breaks of up to `gap` seconds filled."""
        found: list[tuple[float, float]] = []
        for start, end in self:
            if found and start - found[-1][1] <= gap:
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
        return found


def merged(spans: Iterable[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """Union of spans, in order of time."""
    found: list[tuple[Moment, Moment]] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found
