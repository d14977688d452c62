"""Polygons taken apart into rings of vertices, each with the side that the area is on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_grid.core.errors import BadBoundary
from gis_grid.core.geometry.orientation import sign
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

Floats = NDArray[np.float64]


class Rings(NamedTuple):
    """Rings of all areas.

    Attributes
    ----------
    first : int64 array, shape (rings + 1,)
        First vertex.
    area : int64 array, shape (rings,)
    left : bool array, shape (rings,)
        Whether the area is on the left of the ring in the order of its vertices.
    """

    first: NDArray[np.int64]
    area: NDArray[np.int64]
    left: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Outlines:
    """Vertices of many areas, ring by ring.

    Attributes
    ----------
    xy : float64 array, shape (n, 2)
        Vertices of closed rings.
    rings : Rings
    south, north : float64 arrays, shape (areas,)
    vertices : int64 array, shape (areas,)
        How many.
    climb : float64 array, shape (areas,)
        Degrees of latitude that the outline goes up and down in all.
    """

    xy: Floats
    rings: Rings
    south: Floats
    north: Floats
    vertices: NDArray[np.int64]
    climb: Floats

    @classmethod
    def of(cls, areas: Sequence[shapely.Polygon | shapely.MultiPolygon]) -> Outlines:
        """Take areas apart; what is no area is a BadBoundary."""
        shapes = np.empty(len(areas), np.object_)
        shapes[:] = areas
        _check_kind(shapes)
        parts, part_area = shapely.get_parts(shapes, return_index=True)
        lines, line_part = shapely.get_rings(parts, return_index=True)
        xy, line = shapely.get_coordinates(lines, return_index=True)
        first = np.searchsorted(line, np.arange(len(lines) + 1)).astype(np.int64)
        area = part_area[line_part].astype(np.int64)
        _check_extent(xy, area[line])
        shell = np.ones(len(lines), np.bool_)
        shell[1:] = line_part[1:] != line_part[:-1]
        turns = ring_turns(xy, first)
        if not turns.all():
            where = int(area[np.argmin(turns != 0)])
            raise BadBoundary("a ring of the area encloses nothing", where=where, field="geometry")
        vertex = first[np.searchsorted(area, np.arange(len(areas) + 1))]
        lat, start = xy[:, 1], vertex[:-1]
        south, north = np.minimum.reduceat(lat, start), np.maximum.reduceat(lat, start)
        steps = np.abs(np.diff(lat, append=lat[-1:]))
        steps[first[1:] - 1] = 0.0  # from a ring to the next
        climb = np.add.reduceat(steps, start)
        rings = Rings(first, area, (turns > 0) == shell)
        return cls(xy, rings, south, north, np.diff(vertex), climb)


def _check_kind(shapes: NDArray[np.object_]) -> None:
    """Refuse what is no area of the globe."""
    kind = shapely.get_type_id(shapes)
    usable = (kind == shapely.GeometryType.POLYGON) | (kind == shapely.GeometryType.MULTIPOLYGON)
    usable &= ~shapely.is_empty(shapes)
    if not usable.all():
        where = int(np.argmin(usable))
        raise BadBoundary(
            "an area is a Polygon or a MultiPolygon that is not empty", where=where, field="geometry"
        )


def _check_extent(xy: Floats, vertex_area: NDArray[np.int64]) -> None:
    """Refuse vertices that are not finite or off the globe."""
    usable = (np.abs(xy) <= (180.0, 90.0)).all(axis=1)
    if not usable.all():
        first = int(np.argmin(usable))
        message = "an area's longitudes are within 180 and its latitudes within 90 degrees"
        value = tuple(xy[first].tolist())
        raise BadBoundary(message, where=int(vertex_area[first]), field="geometry", value=value)


@kernel
def ring_turns(xy: Floats, first: NDArray[np.int64]) -> NDArray[np.int8]:
    """1 for a ring that runs counter-clockwise, -1 for clockwise, 0 for one that encloses nothing.

    Exact, also for slivers: the turn at the lowest vertex (the western one of several) is that of the ring.
    """
    turns = np.zeros(len(first) - 1, np.int8)
    for r in range(len(turns)):
        start, n = first[r], first[r + 1] - first[r] - 1
        low = 0
        for i in range(1, n):
            x, y = xy[start + i, 0], xy[start + i, 1]
            if y < xy[start + low, 1] or (y == xy[start + low, 1] and x < xy[start + low, 0]):
                low = i
        x, y = xy[start + low, 0], xy[start + low, 1]
        after, before = low, low
        for _ in range(n):
            after = (after + 1) % n
            if xy[start + after, 0] != x or xy[start + after, 1] != y:
                break
        for _ in range(n):
            before = (before + n - 1) % n
            if xy[start + before, 0] != x or xy[start + before, 1] != y:
                break
        ax, ay = xy[start + before, 0], xy[start + before, 1]
        turns[r] = sign(ax, ay, x, y, xy[start + after, 0], xy[start + after, 1])
    return turns
