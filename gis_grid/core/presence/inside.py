"""Time inside a boundary: lower <= best <= upper, with what is unknown beside it."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.boundary import Area, Boundary, eras
from gis_grid.core.geometry.crossing import Coordinates, Parts, parts_inside
from gis_grid.core.geometry.uncertainty import parts_near_border
from gis_grid.core.intervals import Intervals
from gis_grid.core.track.cleaning import Cleaned, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.track.fixes import Fixes

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


@dataclass(frozen=True, slots=True, eq=False)
class Presence:
    """Time inside a boundary, as sets of moments.

    Attributes
    ----------
    origin_ms : int
        The moment that the sets count their seconds from.
    inside, certain, possible : Intervals
        Inside by the fixes as they are (best); inside whatever the accuracy (lower); inside at all (upper).
    known, unknown : Intervals
        Time covered by segments, and time between accepted fixes that is not.
    segments : Segments
    cleaned : Cleaned
        The fixes it was measured on.
    """

    origin_ms: int
    inside: Intervals
    certain: Intervals
    possible: Intervals
    known: Intervals
    unknown: Intervals
    segments: Segments
    cleaned: Cleaned

    @property
    def lower_s(self) -> float:
        """Seconds inside whatever the accuracy."""
        return self.certain.total

    @property
    def best_s(self) -> float:
        """Seconds inside by the fixes as they are."""
        return self.inside.total

    @property
    def upper_s(self) -> float:
        """Seconds that can have been inside."""
        return self.possible.total

    @property
    def known_s(self) -> float:
        """Seconds covered by segments."""
        return self.known.total

    @property
    def unknown_s(self) -> float:
        """Seconds between accepted fixes too far apart to be bridged."""
        return self.unknown.total

    @property
    def intervals(self) -> NDArray[np.int64]:
        """Spans inside (best) as epoch milliseconds, shape (k, 2)."""
        return self.to_ms(self.inside)

    def seconds(self, moment_ms: float) -> float:
        """Turn a moment into the seconds of the sets."""
        return (moment_ms - self.origin_ms) / 1000.0

    def to_ms(self, spans: Intervals) -> NDArray[np.int64]:
        """Spans as epoch milliseconds, shape (k, 2); those shorter than half a millisecond vanish."""
        ms = np.rint(np.stack((spans.start, spans.end), axis=1) * 1000.0).astype(np.int64) + self.origin_ms
        return ms[ms[:, 1] > ms[:, 0]]


def time_inside(
    fixes: Fixes | Cleaned,
    boundary: Boundary | Sequence[Boundary],
    *,
    max_gap_s: float = 300.0,
    accuracy_factor: float = 1.0,
) -> Presence:
    """Measure the time inside a boundary (BASE-3, BASE-4, XY-2).

    Each part of a segment between two fixes counts by the exact crossing of the straight line between them,
    time being linear along it. A standing segment counts whole. Each minute is measured against the boundary
    in force then; time with none in force is outside.

    Parameters
    ----------
    fixes : Fixes or Cleaned
        One worker's; plain fixes are cleaned with default limits.
    boundary : Boundary or sequence of Boundary
        Versions of the worker's own grid. Several in force at one time count as one area.
    max_gap_s : float
        Fixes further apart in time are not joined: that time is unknown.
    accuracy_factor : float
        A position is uncertain within this many accuracies (the larger of both ends) of the border. A fix
        without accuracy adds no uncertainty.

    Returns
    -------
    Presence

    Examples
    --------
    >>> import shapely
    >>> from gis_grid.core import Boundary, Fixes, time_inside
    >>> grid = Boundary.of(shapely.box(116.300, 39.900, 116.304, 39.903))
    >>> walk = Fixes.of([0, 100_000, 200_000], [116.298, 116.302, 116.302], [39.901, 39.901, 39.901])
    >>> round(time_inside(walk, grid).best_s, 3)
    150.0
    """
    cleaned = fixes if isinstance(fixes, Cleaned) else clean(fixes)
    boundaries = [boundary] if isinstance(boundary, Boundary) else list(boundary)
    links = _Links.of(cleaned, max_gap_s, accuracy_factor)
    inside, near = [Intervals.of([], [])], [Intervals.of([], [])]
    for era in eras(boundaries):
        if era.area is not None:
            start_s, end_s = (
                (era.start_ms - links.origin_ms) / 1000.0,
                (era.end_ms - links.origin_ms) / 1000.0,
            )
            piece = links.between(start_s, end_s)
            inside.append(piece.moments(parts_inside(piece.start_xy, piece.end_xy, era.area)))
            near.append(piece.moments(_near(piece, era.area)))
    best = _joined(inside)
    uncertain = _joined(near)
    known = Intervals.of(links.start_s[links.is_known], links.end_s[links.is_known])
    unknown = Intervals.of(links.start_s[~links.is_known], links.end_s[~links.is_known])
    certain, possible = best.minus(uncertain), best.union(uncertain)
    segments = _segments(cleaned, links, certain, best, possible)
    return Presence(links.origin_ms, best, certain, possible, known, unknown, segments, cleaned)


@dataclass(frozen=True, slots=True, eq=False)
class _Links:
    """Consecutive accepted fixes as segments in seconds after `origin_ms`."""

    origin_ms: int
    start_s: Floats
    end_s: Floats
    start_xy: Coordinates
    end_xy: Coordinates
    radius_m: Floats
    is_known: NDArray[np.bool_]

    @classmethod
    def of(cls, cleaned: Cleaned, max_gap_s: float, accuracy_factor: float) -> _Links:
        """Join accepted fixes in order of time."""
        good = cleaned.fixes.take(cleaned.accepted)
        origin_ms = int(good.t_ms[0]) if len(good) else 0
        seconds = (good.t_ms - origin_ms) / 1000.0
        xy = np.stack((good.lon, good.lat), axis=1)
        accuracy = np.nan_to_num(good.accuracy_m).astype(np.float64)
        joins = ~cleaned.starts_anew[cleaned.accepted][1:]
        return cls(
            origin_ms=origin_ms,
            start_s=seconds[:-1],
            end_s=seconds[1:],
            start_xy=xy[:-1],
            end_xy=xy[1:],
            radius_m=accuracy_factor * np.maximum(accuracy[:-1], accuracy[1:]),
            is_known=joins & (np.diff(seconds) <= max_gap_s),
        )

    def between(self, start_s: float, end_s: float) -> _Links:
        """Choose the known segments within a span of time, cut where it starts and ends."""
        chosen = np.flatnonzero(self.is_known & (self.end_s > start_s) & (self.start_s < end_s))
        first, last = self.start_s[chosen], self.end_s[chosen]
        cut_first, cut_last = np.maximum(first, start_s), np.minimum(last, end_s)
        start_xy, way = self.start_xy[chosen], self.end_xy[chosen] - self.start_xy[chosen]
        length = (last - first)[:, None]
        from_xy = np.where(
            (cut_first > first)[:, None], start_xy + way * (cut_first - first)[:, None] / length, start_xy
        )
        to_xy = np.where(
            (cut_last < last)[:, None],
            start_xy + way * (cut_last - first)[:, None] / length,
            self.end_xy[chosen],
        )
        radius_m, is_known = self.radius_m[chosen], self.is_known[chosen]
        return _Links(self.origin_ms, cut_first, cut_last, from_xy, to_xy, radius_m, is_known)

    def moments(self, parts: Parts) -> Intervals:
        """Parts of the segments as time."""
        first = self.start_s[parts.segment]
        last = self.end_s[parts.segment]
        length = last - first
        end = np.where(parts.end >= 1.0, last, first + parts.end * length)
        return Intervals.of(first + parts.start * length, end)


def _near(piece: _Links, area: Area) -> Parts:
    """Parts of segments that the accuracy leaves open."""
    return parts_near_border(piece.start_xy, piece.end_xy, piece.radius_m, area)


def _joined(sets: list[Intervals]) -> Intervals:
    """Union of several sets."""
    return Intervals.of(np.concatenate([s.start for s in sets]), np.concatenate([s.end for s in sets]))


def _segments(
    cleaned: Cleaned, links: _Links, certain: Intervals, best: Intervals, possible: Intervals
) -> Segments:
    """Seconds and class of every pair of consecutive accepted fixes."""
    index = np.flatnonzero(cleaned.accepted)
    lower_s, best_s, upper_s = (
        np.where(links.is_known, spans.within(links.start_s, links.end_s), 0.0)
        for spans in (certain, best, possible)
    )
    length_s = links.end_s - links.start_s
    kind = np.where(best_s * 2 >= length_s, SegmentClass.INSIDE, SegmentClass.OUTSIDE)
    kind = np.where(upper_s - lower_s > 0.001, SegmentClass.UNCERTAIN, kind)
    kind = np.where(links.is_known, kind, SegmentClass.UNKNOWN)
    times = cleaned.fixes.t_ms[index]
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
