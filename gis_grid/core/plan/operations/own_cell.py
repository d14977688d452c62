"""The ground that goes with one building: its atom, or its own cell cut out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.bodies import cores
from gis_grid.core.plan.cells import cell_borders, walls
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.joins import standing_on
from gis_grid.core.plan.sides import held_by

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.state import Plan

    Geometries = NDArray[np.object_]


class OwnCell(NamedTuple):
    """A plan in which a building has an atom to itself: the same one, where it had already.

    Parameters
    ----------
    key
        Of the building's atom.
    of
        Key of the atom that it was cut out of.
    """

    plan: Plan
    key: int
    of: int


def own_cell(plan: Plan, at: BaseGeometry) -> OwnCell:
    """Give the building at a place an atom to itself.

    Raises
    ------
    Refused
        `not_a_point`, `outside`.
    """
    if at.geom_type != "Point" or at.is_empty or not np.isfinite(shapely.bounds(at)).all():
        raise Refused("not_a_point", {"given": at.geom_type})
    atoms = plan.division.atoms
    near = plan.near(at)
    row = near[standing_on(atoms.polygon[near], np.array([at], dtype=object))[0]] if near.size else -1
    if row < 0 or not shapely.intersects(atoms.polygon[row], at):
        raise Refused("outside", {"x": shapely.get_x(at), "y": shapely.get_y(at)})
    key = int(atoms.key[row])
    standing = np.unique(plan.body.of[plan.home == key])
    if len(standing) < 2:
        return OwnCell(plan, key, key)
    shape = plan.body.shape[standing]
    chosen = shape[int(np.argmin(shapely.distance(shape, at)))]
    line, cell, rest = _around(atoms.polygon[row], shape, chosen)
    cut, _ = plan.cut(np.array([row]), line, np.array([cell, rest], dtype=object))
    if cut is plan:
        return OwnCell(plan, key, key)
    new = np.flatnonzero(cut.division.atoms.key >= plan.division.next_key)
    under = held_by(cut.division.atoms.polygon[new], np.array([chosen], dtype=object))[:, 0]
    if shapely.get_dimensions(chosen) < 2:
        under = -shapely.distance(cut.division.atoms.polygon[new], chosen)
    return OwnCell(cut, int(cut.division.atoms.key[new[int(np.argmax(under))]]), key)


def _around(atom: shapely.Polygon, shape: Geometries, chosen: BaseGeometry) -> tuple[BaseGeometry, ...]:
    """Return the border of a building's cell within its atom, the cell, and the rest of the atom."""
    lines = cell_borders(atom, walls(shape))
    net = shapely.union_all([atom.boundary, *lines])
    faces = shapely.get_parts(shapely.polygonize([net]))
    faces = faces[shapely.intersects(atom, shapely.point_on_surface(faces))]
    mine = shapely.intersects(faces, cores(np.array([chosen], dtype=object))[0])
    cell = shapely.union_all(faces[mine])
    rest = shapely.union_all(faces[~mine])
    return shapely.intersection(cell.boundary, rest), cell, rest
