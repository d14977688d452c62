"""Blocks: what lines and the outline enclose; and the buildings that stand across a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.errors import BadGround
from gis_grid.core.plan.beside import brought_onto
from gis_grid.core.plan.bodies import around, cores
from gis_grid.core.plan.frame import GRID_M
from gis_grid.core.plan.segments import sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]

LONGEST_SIDE_M: Final = 50.0
"""Longer sides get more vertices: in degrees a straight side bends, 50 m by 0.05 mm, but 1 km by 2 cm."""


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """The ground between lines.

    Parameters
    ----------
    face : (f,)
        Polygons that cover the outline exactly.
    crossed
        Rows of the bodies that a border between blocks would cut: each is a face of its own.
    border : (s,)
        Lines that bound the blocks, but none inside of a crossed body, whose walls are there instead.
    """

    face: Geometries
    crossed: Whole
    border: Geometries


def blocks(
    outline: shapely.Geometry, line: Geometries, line_class: NDArray[np.integer], shape: Geometries
) -> Blocks:
    """Divide the ground within an outline along lines.

    Parameters
    ----------
    outline
        Valid, on whole millimetres.
    line
        Lines anywhere, crossing, overlapping or dangling; what runs beside the outline, or beside a line of
        a better class, is brought onto that.
    shape
        The bodies' shapes, within the outline.

    Raises
    ------
    BadGround
        A line is missing or not finite; `where` is its row.
    """
    edge = _sided(shapely.get_parts(shapely.boundary([outline])))
    usable = _usable(line, outline)
    part, row = shapely.get_parts(_sided(shapely.force_2d(line[usable])), return_index=True)
    face = faces(noded(np.concatenate([edge, brought_onto(edge, part, line_class[usable][row])])), outline)
    side = sides(face)
    border = np.asarray(shapely.linestrings(side.end_m), dtype=object)
    inner, outer = border[side.second >= 0], border[side.second < 0]
    crossed = _crossed(inner, shape)
    if len(crossed):
        border = np.concatenate([_sided(around(inner, shape[crossed])), outer])
    return Blocks(face, crossed, border)


def faces(net: Geometries, outline: shapely.Geometry) -> Geometries:
    """Return the polygons that noded lines enclose inside the outline; dangling lines enclose none."""
    shapely.prepare(outline)
    found = shapely.get_parts(shapely.polygonize(net))
    inside = shapely.contains_properly(outline, found)
    # Snapping moved the outline by half a millimetre, so that no point at its edge can be trusted.
    edge = np.flatnonzero(~inside)
    inside[edge] = shapely.area(shapely.intersection(found[edge], outline)) > shapely.area(found[edge]) / 2
    kept: Geometries = found[inside]
    return kept


def noded(lines: Geometries) -> Geometries:
    """Cut lines where they meet, with every vertex on a whole millimetre."""
    net: Geometries = shapely.get_parts(shapely.unary_union(lines, grid_size=GRID_M))
    return net


def _sided(line: Geometries) -> Geometries:
    """Return lines without sides that would bend in degrees."""
    return np.asarray(shapely.segmentize(line, LONGEST_SIDE_M), dtype=object)


def _usable(line: Geometries, outline: shapely.Geometry) -> NDArray[np.bool_]:
    """Return which lines reach into the outline, or refuse them."""
    coordinates, row_of = shapely.get_coordinates(line, return_index=True)
    unusable = np.concatenate(
        [np.flatnonzero(shapely.is_missing(line)), row_of[~np.isfinite(coordinates).all(axis=1)]]
    )
    for row in unusable[:1].tolist():
        raise BadGround(f"line in row {row} is missing or has a coordinate that is no number", where=row)
    shapely.prepare(outline)
    reaching: NDArray[np.bool_] = shapely.intersects(outline, line) & (shapely.length(line) > 0)
    return reaching


def _crossed(border: Geometries, shape: Geometries) -> Whole:
    """Return the bodies that borders run through, beyond their walls."""
    near = np.unique(shapely.STRtree(border).query(shape, predicate="intersects")[0])
    within = cores(shape[near])
    crossed: Whole = near[np.unique(shapely.STRtree(border).query(within, predicate="intersects")[0])]
    return crossed
