"""Time inside a boundary: lower <= best <= upper, with what is unknown beside it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.boundary import Boundary
from gis_grid.core.intervals import Intervals
from gis_grid.core.presence.clear import Track
from gis_grid.core.presence.in_force import eras
from gis_grid.core.presence.runs import covered, runs
from gis_grid.core.presence.segments import Segments, segments_of
from gis_grid.core.track.cleaning import Cleaned, clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.track.fixes import Fixes

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
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
    cleaned : Cleaned
        The fixes it was measured on.
    """

    origin_ms: int
    inside: Intervals
    certain: Intervals
    possible: Intervals
    known: Intervals
    unknown: Intervals
    cleaned: Cleaned

    @functools.cached_property
    def segments(self) -> Segments:
        """Each two consecutive accepted fixes with their class and seconds; made when first asked for."""
        return segments_of(self)

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
    time being linear along it. A standing segment counts whole. A border between two grids belongs to one of
    them (:mod:`gis_grid.core.geometry.slabs`): over the grids of a tiling, times add up to the known time.
    Each minute is measured against the boundary in force then; time with none in force is outside. A step
    over the antimeridian (longitudes more than 180 degrees apart) is not joined: its time is unknown.

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
    boundaries = (boundary,) if isinstance(boundary, Boundary) else boundary
    track, max_gap_ms = _track(cleaned), max_gap_s * 1000.0
    origin_ms, last_ms = (int(track.t_ms[0]), int(track.t_ms[-1])) if len(track.t_ms) else (0, 0)
    inside, near = [], []
    for era in eras(boundaries, origin_ms, last_ms):
        area, slabs = era.boundary.number, era.boundary.slabs.arrays
        found = runs(track, area, slabs, era.start_ms, era.end_ms, max_gap_ms, accuracy_factor)
        inside.append(Intervals(*found[0]))
        near.append(Intervals(*found[1]))
    best, uncertain = _union(inside), _union(near)
    known, unknown = covered(track, max_gap_ms)
    return Presence(
        origin_ms=origin_ms,
        inside=best,
        certain=best.minus(uncertain),
        possible=best.union(uncertain),
        known=Intervals(*known),
        unknown=Intervals(*unknown),
        cleaned=cleaned,
    )


def _track(cleaned: Cleaned) -> Track:
    """Take the columns of the accepted fixes."""
    fixes, accepted = cleaned.fixes, cleaned.accepted
    return Track(
        fixes.t_ms[accepted],
        fixes.lon[accepted],
        fixes.lat[accepted],
        fixes.accuracy_m[accepted],
        cleaned.starts_anew[accepted],
    )


def _union(sets: list[Intervals]) -> Intervals:
    """Return the moments in any of several sets."""
    if not sets:
        return Intervals.of([], [])
    return functools.reduce(Intervals.union, sets)
