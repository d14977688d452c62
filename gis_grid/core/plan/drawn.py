"""Lines and polygons as people draw them: brought to whole millimetres, or refused with their fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.frame import GRID_M

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]

MOST_VERTICES: Final = 2_000
MOST_CROSSINGS: Final = 500
"""Of a line and the atoms that it is to cut exactly: nobody draws more, and each costs time."""
SHORT_M: Final = 2.0
"""A line that ends this near to the border that it should reach is led on to it."""
_OVER_M: Final = 0.1
FARTHEST_M: Final = 1e8
"""No frame reaches so far."""


def drawn_line(geometry: BaseGeometry) -> shapely.LineString:
    """Return a line that does not cross itself, vertices on whole millimetres.

    Raises
    ------
    Refused
        `not_a_line`, `too_many_vertices`, `line_crosses_itself` (with x, y).
    """
    line: shapely.LineString = _on_millimetres(geometry, "LineString", "not_a_line")
    if not line.is_simple:
        raise Refused("line_crosses_itself", _self_crossing(line))
    return line


def drawn_polygon(geometry: BaseGeometry) -> shapely.Polygon:
    """Return a valid polygon without narrowings under a millimetre, vertices on whole millimetres.

    Raises
    ------
    Refused
        `not_a_polygon`, `too_many_vertices`, `polygon_crosses_itself`.
    """
    polygon: shapely.Polygon = _on_millimetres(geometry, "Polygon", "not_a_polygon")
    if not polygon.is_valid:
        raise Refused("polygon_crosses_itself", _self_crossing(shapely.LineString(polygon.exterior.coords)))
    return polygon


def require_few_crossings(inside: Geometries) -> None:
    """Refuse (`too_many_crossings`) a line that goes through atoms again and again, by what lies in each."""
    crossings = int(shapely.get_num_geometries(inside).sum())
    if crossings > MOST_CROSSINGS:
        raise Refused("too_many_crossings", {"crossings": crossings, "most": MOST_CROSSINGS})


def pieces_along(outline: BaseGeometry, line: BaseGeometry) -> Geometries:
    """Return what a line leaves of an outline: as many pieces as it cuts it into, one where it does not.

    Parts of the outline that the line does not cross go with the nearest piece.
    """
    pieces: list[BaseGeometry] = []
    apart: list[BaseGeometry] = []
    for part in shapely.get_parts(outline):
        linework = shapely.union_all([shapely.boundary(part), line])
        faces = shapely.get_parts(shapely.polygonize([linework]))
        shapely.prepare(part)
        inside = faces[shapely.intersects(part, shapely.point_on_surface(faces))]
        if len(inside) > 1:
            pieces += list(inside)
        else:
            apart.append(part)
    if not pieces:
        return np.array([outline], dtype=object)
    near = [int(np.argmin(shapely.distance(pieces, part))) for part in apart]
    for number in set(near):
        mine = [part for part, nearest in zip(apart, near, strict=True) if nearest == number]
        pieces[number] = shapely.union_all([pieces[number], *mine])
    found: Geometries = np.array(pieces, dtype=object)
    return found


def reaching(line: shapely.LineString, outline: BaseGeometry) -> shapely.LineString:
    """Return a line whose ends are led to an outline's border where they end just short of it, inside."""
    border = shapely.boundary(outline)
    xy = shapely.get_coordinates(line)
    ends = []
    for place in (xy[0], xy[-1]):
        end = shapely.Point(place)
        way = shapely.get_coordinates(shapely.shortest_line(end, border))
        short = 0 < np.hypot(*(way[1] - way[0])) <= SHORT_M and shapely.covers(outline, end)
        ends.append([way[1] + _OVER_M * _unit(way[1] - way[0])] if short else [])
    return shapely.LineString(np.round([*ends[0], *xy, *ends[1]], 3))


def prolonged(line: shapely.LineString, outline: BaseGeometry) -> shapely.LineString:
    """Return a line whose ends go straight on until they are out of an outline's box."""
    xy = shapely.get_coordinates(line)
    west, south, east, north = shapely.bounds(outline)
    far = 2 * (east - west + north - south) + line.length
    ends = [xy[0] + far * _unit(xy[0] - xy[1]), *xy, xy[-1] + far * _unit(xy[-1] - xy[-2])]
    return shapely.LineString(np.round(ends, 3))


def _unit(step: Floats) -> Floats:
    length: Floats = np.hypot(*step)
    return step / length


def _on_millimetres(geometry: BaseGeometry, kind: str, otherwise: str) -> Any:
    bounds = shapely.bounds(geometry)
    if geometry.geom_type != kind or geometry.is_empty or not (np.abs(bounds) < FARTHEST_M).all():
        raise Refused(otherwise, {"given": geometry.geom_type})
    vertices = int(shapely.get_num_coordinates(geometry))
    if vertices > MOST_VERTICES:
        raise Refused("too_many_vertices", {"vertices": vertices, "most": MOST_VERTICES})
    rounded = shapely.transform(shapely.force_2d(geometry), lambda xy: np.round(xy, 3))
    try:
        rounded = shapely.remove_repeated_points(rounded)
    except shapely.GEOSException:  # a ring is smaller than a millimetre
        raise Refused(otherwise, {"given": "empty"}) from None
    if rounded.length < GRID_M or (kind == "Polygon" and rounded.envelope.area == 0):
        raise Refused(otherwise, {"given": "empty"})
    return rounded


def _self_crossing(line: shapely.LineString) -> dict[str, float]:
    """Return a place (x, y) that a line goes through twice; none where it goes straight back on itself."""
    xy = shapely.get_coordinates(line)
    segments: Geometries = np.asarray(shapely.linestrings(np.stack([xy[:-1], xy[1:]], axis=1)))
    one, other = shapely.STRtree(segments).query(segments, predicate="intersects")
    apart = other > one + 1
    apart &= ~((one == 0) & (other == len(segments) - 1) & bool(np.array_equal(xy[0], xy[-1])))
    places = shapely.get_coordinates(shapely.intersection(segments[one[apart]], segments[other[apart]]))
    return {"x": float(places[0, 0]), "y": float(places[0, 1])} if len(places) else {}
