"""The exact parts of straight segments inside an area.

Works in lon/lat less a local origin: straightness and the place of a crossing along a segment do not change
under that shift or a stretch of the axes, so no projection is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

if TYPE_CHECKING:
    from gis_grid.core.geometry.boundary import Area

Coordinates = NDArray[np.float64]

# Lines are made for so many segments at a time: memory stays flat whatever the length of the track.
_BLOCK: Final = 65_536


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Parts of segments: index of the segment, and from where to where along it (0 to 1)."""

    segment: NDArray[np.intp]
    start: NDArray[np.float64]
    end: NDArray[np.float64]

    @classmethod
    def concat(cls, parts: list[Parts]) -> Parts:
        """All parts in one."""
        return cls(
            np.concatenate([np.zeros(0, np.intp), *(p.segment for p in parts)]),
            np.concatenate([np.zeros(0), *(p.start for p in parts)]),
            np.concatenate([np.zeros(0), *(p.end for p in parts)]),
        )

    def shifted(self, segments: NDArray[np.intp]) -> Parts:
        """Renumber the parts by the segments that these were chosen from."""
        return Parts(segments[self.segment], self.start, self.end)


def parts_inside(start: Coordinates, end: Coordinates, area: Area) -> Parts:
    """Parts of segments inside an area; its border counts as inside.

    Parameters
    ----------
    start, end : float64 arrays, shape (n, 2)
        Segment ends as (lon, lat). Equal ends are a standing segment: all of it is inside or none.
    area : shapely Polygon or MultiPolygon

    Returns
    -------
    Parts
        Of one segment's parts none overlap.
    """
    west, south, east, north = area.bounds
    low, high = np.minimum(start, end), np.maximum(start, end)
    near = np.flatnonzero(
        (high[:, 0] >= west) & (low[:, 0] <= east) & (high[:, 1] >= south) & (low[:, 1] <= north)
    )
    origin = np.array(((west + east) / 2, (south + north) / 2))
    local = shapely.transform(area, lambda xy: xy - origin)
    shapely.prepare(local)
    blocks = [near[i : i + _BLOCK] for i in range(0, len(near), _BLOCK)]
    return Parts.concat(
        [_block_inside(start[block] - origin, end[block] - origin, local).shifted(block) for block in blocks]
    )


def segment_shapes(start: Coordinates, end: Coordinates) -> NDArray[np.object_]:
    """Make a line of each segment, and a point of a standing one: GEOS does not see lines of no length."""
    points = np.asarray(shapely.points(start))
    lines = np.asarray(shapely.linestrings(np.stack((start, end), axis=1)))
    return np.where((start == end).all(axis=1), points, lines)


def _block_inside(start: Coordinates, end: Coordinates, area: Area) -> Parts:
    """Parts inside, one block of segments, coordinates and area around the same origin."""
    standing = (start == end).all(axis=1)
    shapes = segment_shapes(start, end)
    whole = np.asarray(shapely.covers(area, shapes))
    rest = np.flatnonzero(~whole & ~standing)
    crossing = rest[shapely.intersects(area, shapes[rest])]
    whole_index = np.flatnonzero(whole)
    return Parts.concat(
        [
            Parts(whole_index, np.zeros(len(whole_index)), np.ones(len(whole_index))),
            _cut(start, end, shapes, crossing, area),
        ]
    )


def _cut(
    start: Coordinates, end: Coordinates, shapes: NDArray[np.object_], crossing: NDArray[np.intp], area: Area
) -> Parts:
    """Parts of the segments that cross the border."""
    pieces, owner = shapely.get_parts(shapely.intersection(shapes[crossing], area), return_index=True)
    lines = shapely.get_type_id(pieces) == shapely.GeometryType.LINESTRING
    pieces, owner = pieces[lines], crossing[owner[lines]]
    xy, piece = shapely.get_coordinates(pieces, return_index=True)
    if not len(xy):
        return Parts.concat([])
    segment = owner[piece]
    way = end[segment] - start[segment]
    along = np.clip(((xy - start[segment]) * way).sum(axis=1) / (way * way).sum(axis=1), 0.0, 1.0)
    first = np.flatnonzero(np.append(True, piece[1:] != piece[:-1]))
    return Parts(owner, np.minimum.reduceat(along, first), np.maximum.reduceat(along, first))
