"""Recordings that overlap in time: two exports of one walk, or two phones on one way.

Time between fixes of two recordings is never bridged, so where they take turns nothing is known. Which of
them to believe is for a person to say: this tells that there is a choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis_grid.core.track.fixes import Fixes


class RecordingSpans:
    """First and last moment of each recording, gathered from fixes in pieces of any size."""

    def __init__(self, pieces: Iterable[Fixes] = ()) -> None:
        self._spans: dict[int, tuple[int, int]] = {}
        for fixes in pieces:
            self.add(fixes)

    def add(self, fixes: Fixes) -> None:
        """Widen the spans by some fixes."""
        numbers, at = np.unique(fixes.segment, return_inverse=True)
        first = np.full(len(numbers), np.iinfo(np.int64).max)
        last = np.full(len(numbers), np.iinfo(np.int64).min)
        np.minimum.at(first, at, fixes.t_ms)
        np.maximum.at(last, at, fixes.t_ms)
        for number, start, end in zip(numbers.tolist(), first.tolist(), last.tolist(), strict=True):
            known = self._spans.get(number, (start, end))
            self._spans[number] = (min(start, known[0]), max(end, known[1]))

    def overlapping(self) -> int:
        """Count the recordings that share time with another one; a shared moment at an end is none.

        Examples
        --------
        >>> from gis_grid.core import Fixes
        >>> two = Fixes.of([0, 10_000, 20_000, 30_000], [116.3] * 4, [39.9] * 4, segment=[0, 1, 0, 1])
        >>> RecordingSpans([two]).overlapping()
        2
        """
        spans = sorted(self._spans.values())
        shared: set[int] = set()
        widest = 0
        for number in range(1, len(spans)):
            if spans[number][0] < spans[widest][1]:
                shared |= {widest, number}
            if spans[number][1] > spans[widest][1]:
                widest = number
        return len(shared)
