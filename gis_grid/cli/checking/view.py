"""What a small map shows: the boundary and the ground around it, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.geometry.geodesy import LocalFrame
from gis_grid.core.presence.segments import SegmentClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.core.geometry.boundary import Boundary
    from gis_grid.core.presence.inside import Presence

_MARGIN: Final = 0.2
_MIN_MARGIN_M: Final = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Consecutive segments of one class: a line, shape (n, 2), and the moments it starts and ends."""

    kind: SegmentClass
    line: NDArray[np.float64]
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A window in metres around the middle of a boundary; x to the east, y to the north."""

    frame: LocalFrame
    half_width_m: float
    half_height_m: float

    @classmethod
    def around(cls, boundary: Boundary) -> View:
        """Show the boundary with some ground around it."""
        west, south, east, north = boundary.area.bounds
        frame = LocalFrame((west + east) / 2, (south + north) / 2)
        size = np.array((east - west, north - south)) * frame.scale
        half = size / 2 + np.maximum(_MARGIN * size.max(), _MIN_MARGIN_M)
        return cls(frame, float(half[0]), float(half[1]))

    def metres(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions into metres of the view, shape (n, 2)."""
        return np.asarray((np.stack((lon, lat), axis=1) - self.frame.origin) * self.frame.scale)

    def rings(self, boundary: Boundary) -> list[NDArray[np.float64]]:
        """Give all rings of the boundary in metres."""
        rings = shapely.get_rings(shapely.get_parts(boundary.area))
        return [self.metres(*shapely.get_coordinates(ring).T) for ring in rings]

    def runs(self, presence: Presence) -> Iterator[Run]:
        """Give the track as runs of one class."""
        segments, fixes = presence.segments, presence.cleaned.fixes
        if not len(segments.kind):
            return
        xy = self.metres(fixes.lon, fixes.lat)
        starts = np.flatnonzero(np.append(True, segments.kind[1:] != segments.kind[:-1]))
        for first, after in pairwise([*starts.tolist(), len(segments.kind)]):
            index = np.append(segments.start[first:after], segments.end[after - 1])
            yield Run(
                kind=SegmentClass(int(segments.kind[first])),
                line=xy[index],
                start_ms=int(segments.start_ms[first]),
                end_ms=int(segments.end_ms[after - 1]),
            )
