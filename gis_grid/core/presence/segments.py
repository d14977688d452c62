"""Every segment of a track with its class and its seconds: for maps and lists, not for verdicts."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis_grid.core.presence.inside import Presence

Floats = NDArray[np.float64]


class SegmentClass(enum.IntEnum):
    """What is known of the time between two accepted fixes."""

    UNKNOWN = 0
    OUTSIDE = 1
    UNCERTAIN = 2
    INSIDE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """One entry for each two consecutive accepted fixes; arrays of equal length.

    Attributes
    ----------
    start : intp array
        Index of the first of both fixes in ``Cleaned.fixes``; `end` is the second's.
    start_ms, end_ms : int64 arrays
        Their times.
    kind : uint8 array of SegmentClass
        ``UNCERTAIN`` when the accuracy leaves any of its time open; a crossing that is certain takes the
        class of its longer part.
    lower_s, best_s, upper_s : float64 arrays
        Seconds inside; all 0 where the time is unknown.
    """

    start: NDArray[np.intp]
    end: NDArray[np.intp]
    start_ms: NDArray[np.int64]
    end_ms: NDArray[np.int64]
    kind: NDArray[np.uint8]
    lower_s: Floats
    best_s: Floats
    upper_s: Floats


def segments_of(presence: Presence) -> Segments:
    """Return the class and the seconds of every pair of consecutive accepted fixes."""
    index = np.flatnonzero(presence.cleaned.accepted)
    times = presence.cleaned.fixes.t_ms[index]
    seconds = (times - presence.origin_ms) / 1000.0
    start_s, end_s = seconds[:-1], seconds[1:]
    lower_s, best_s, upper_s, known_s = (
        spans.within(start_s, end_s)
        for spans in (presence.certain, presence.inside, presence.possible, presence.known)
    )
    kind = np.where(best_s * 2 >= end_s - start_s, SegmentClass.INSIDE, SegmentClass.OUTSIDE)
    kind = np.where(upper_s - lower_s > 0.001, SegmentClass.UNCERTAIN, kind)
    kind = np.where(known_s > 0, kind, SegmentClass.UNKNOWN)
    return Segments(
        start=index[:-1],
        end=index[1:],
        start_ms=times[:-1],
        end_ms=times[1:],
        kind=kind.astype(np.uint8),
        lower_s=lower_s,
        best_s=best_s,
        upper_s=upper_s,
    )
