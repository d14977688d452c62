"""Cutting atoms along a line, to the millimetre, around buildings, without tearing the coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.blocks import noded
from gis_grid.core.plan.bodies import WALL_M, around, components, groups_of
from gis_grid.core.plan.changes import joined, picked
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.joins import is_sliver, standing_on, standing_on_many, without_slivers
from gis_grid.core.plan.segments import sides
from gis_grid.core.plan.sharing import counted
from gis_grid.core.plan.sides import held_by

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.division import Division
    from gis_grid.core.plan.state import Plan

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]

TOUCH_M: Final = 0.002
"""Atoms this near to a cut one may get a vertex in their border, those that meet it in a corner too."""
_POST_M: Final = 0.1
"""How far from a building that is only a point a cut keeps."""
_RINGS: Final = 3
"""How far around the cut atoms the lines are noded again before giving up."""


class Faces(NamedTuple):
    """Ground enclosed by noded lines (f,), and the row of the atom that each lies in."""

    face: Geometries
    parent: Whole


def cut(plan: Plan, rows: Whole, line: BaseGeometry, pieces: Geometries) -> Division:
    """Cut atoms along a line; what was cut has new keys and the label it had.

    Parameters
    ----------
    rows
        Atoms that may be cut; of the others those around may get a vertex where the line ends.
    line
        Where buildings stand in its way it goes along their walls, on the side that leaves each whole with
        the piece that holds most of it.
    pieces
        The sides of the line, polygons: ground of one atom on one side, hanging together, is one new atom.

    Raises
    ------
    Refused
        `ground_too_fine`, when no cut was found that leaves an exact coverage.
    """
    met = _met(plan, rows, line)
    if not met.size:
        return plan.division
    near = met
    for _ in range(_RINGS):
        near = _with_ring(plan, near)
        faces = _faces(plan, near, _lines(plan, met, line))
        after = _divided(plan, met, near, faces, pieces)
        if after is not None:
            return after
    raise Refused("ground_too_fine", {"atoms": len(met)})


def _met(plan: Plan, rows: Whole, line: BaseGeometry) -> Whole:
    """Return the atoms that a line runs through or along."""
    rows = np.intersect1d(rows, plan.near(line))
    inside_m = shapely.length(shapely.intersection(plan.division.atoms.polygon[rows], line))
    met: Whole = rows[inside_m > TOUCH_M]
    return met


def _with_ring(plan: Plan, rows: Whole) -> Whole:
    """Return atoms and all those that touch them, corners too."""
    polygon = plan.division.atoms.polygon
    candidates = plan.near(shapely.box(*shapely.total_bounds(polygon[rows])), TOUCH_M)
    tree = shapely.STRtree(polygon[candidates])
    touched = tree.query(polygon[rows], predicate="dwithin", distance=TOUCH_M)[1]
    ring: Whole = candidates[np.unique(touched)]
    return ring


def _lines(plan: Plan, met: Whole, line: BaseGeometry) -> Geometries:
    """Return what of a line lies in atoms, led around the bodies there."""
    ground = shapely.coverage_union_all(plan.division.atoms.polygon[met])
    shape = _obstacles(plan, met)
    led = around(shapely.get_parts(line), shape, shapely.buffer(shape, -WALL_M, quad_segs=1))
    parts = shapely.get_parts(shapely.intersection(led, ground))
    return np.asarray(parts[shapely.get_dimensions(parts) == 1], dtype=object)


def _obstacles(plan: Plan, rows: Whole) -> Geometries:
    """Return what stands on atoms as areas; a point takes as much room as a post."""
    shape = plan.body.shape[_standing(plan, rows)].copy()
    flat = shapely.get_dimensions(shape) < 2
    shape[flat] = shapely.buffer(shape[flat], _POST_M, cap_style="square")
    return shape


def _standing(plan: Plan, rows: Whole) -> Whole:
    """Return the bodies that stand on atoms."""
    here = np.isin(plan.home, plan.division.atoms.key[rows])
    found: Whole = np.unique(plan.body.of[here])
    return found


def _faces(plan: Plan, near: Whole, lines: Geometries) -> Faces:
    """Node lines with the borders of atoms, and return what they enclose."""
    polygon = plan.division.atoms.polygon[near]
    net = noded(np.concatenate([shapely.boundary(polygon), lines]))
    face = shapely.get_parts(shapely.polygonize(net))
    parent = standing_on(polygon, shapely.point_on_surface(face))
    return Faces(face[parent >= 0], near[parent[parent >= 0]])


def _divided(plan: Plan, met: Whole, near: Whole, faces: Faces, pieces: Geometries) -> Division | None:
    """Return the division with atoms replaced by their new pieces, or None where the coverage would tear."""
    new, parent = _pieces(plan, met, faces, pieces)
    if not np.array_equal(np.unique(parent), near) or (shapely.get_type_id(new) != 3).any():
        return None
    many = (np.bincount(parent) > 1)[parent]
    was = plan.division.atoms.polygon
    same = ~many & _identical(new, was[parent])
    if not many.any():
        return plan.division
    new, parent, many = new[~same], parent[~same], many[~same]
    if not _covers(plan, parent, new):
        return None
    return _replaced(plan, new, parent, many)


def _pieces(plan: Plan, met: Whole, faces: Faces, pieces: Geometries) -> tuple[Geometries, Whole]:
    """Join faces of one atom on one side that hang together; a building stays whole, slivers go."""
    cut_here = np.isin(faces.parent, met)
    body = _obstacles(plan, met)
    side = np.where(cut_here, _sides(faces, cut_here, body, pieces), 0)
    edge = sides(faces.face)
    one, other = edge.first[edge.second >= 0], edge.second[edge.second >= 0]
    alike = (faces.parent[one] == faces.parent[other]) & (side[one] == side[other])
    group = components(len(side), one[alike], other[alike])
    new, parent = _united(faces, group)
    return _whole_again(new, parent, body)


def _sides(faces: Faces, cut_here: NDArray[np.bool_], body: Geometries, pieces: Geometries) -> Whole:
    """Return the piece that each face goes to; faces under one body go together."""
    rows = np.flatnonzero(cut_here)
    held = np.zeros((len(faces.face), len(pieces)))
    held[rows] = held_by(faces.face[rows], pieces)
    shape, under = shapely.STRtree(faces.face[rows]).query(
        shapely.buffer(body, -WALL_M, quad_segs=1), predicate="intersects"
    )
    under = rows[under]
    pair = np.unique(np.column_stack([shape, faces.parent[under], under]), axis=0)
    together = (pair[1:, 0] == pair[:-1, 0]) & (pair[1:, 1] == pair[:-1, 1])
    group = components(len(faces.face), pair[:-1][together, 2], pair[1:][together, 2])
    total = np.zeros((int(group.max(initial=-1)) + 1, len(pieces)))
    np.add.at(total, group, held)
    found: Whole = total.argmax(axis=1)[group]
    return found


def _united(faces: Faces, group: Whole) -> tuple[Geometries, Whole]:
    rows = groups_of(group)
    new = [
        faces.face[mine[0]] if len(mine) == 1 else shapely.coverage_union_all(faces.face[mine])
        for mine in rows
    ]
    return np.array(new, dtype=object), faces.parent[np.array([mine[0] for mine in rows], dtype=np.int64)]


def _whole_again(new: Geometries, parent: Whole, body: Geometries) -> tuple[Geometries, Whole]:
    """Undo cuts that leave slivers, or a body on several pieces."""
    many = (np.bincount(parent) > 1)[parent]
    doubtful = np.unique(parent[many & is_sliver(new)])
    spread = body[standing_on_many(new[many], body)] if many.any() else body[:0]
    torn = np.unique(parent[many][shapely.STRtree(new[many]).query(spread, predicate="intersects")[1]])
    kept = ~np.isin(parent, np.union1d(doubtful, torn))
    found, of = [new[kept]], [parent[kept]]
    for row in np.union1d(doubtful, torn).tolist():
        mine = new[parent == row]
        if row in torn:
            left = np.array([shapely.coverage_union_all(mine)], dtype=object)
        else:
            left = without_slivers(mine, shapely.point_on_surface(body))
        found.append(left)
        of.append(np.full(len(left), row))
    return np.concatenate(found), np.concatenate(of)


def _identical(one: Geometries, other: Geometries) -> NDArray[np.bool_]:
    """Return which polygons have the same vertices, wherever their rings begin."""
    same: NDArray[np.bool_] = shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), 0.0)
    return same


def _covers(plan: Plan, parent: Whole, new: Geometries) -> bool:
    """Return whether new polygons in the place of old ones leave an exact coverage around them."""
    changed = np.unique(parent)
    around_them = np.setdiff1d(_with_ring(plan, changed), changed)
    return bool(shapely.coverage_is_valid(np.concatenate([new, plan.division.atoms.polygon[around_them]])))


def _replaced(plan: Plan, new: Geometries, parent: Whole, many: NDArray[np.bool_]) -> Division:
    """Put new polygons in the place of old atoms; pieces of cut ones share what stood there."""
    division = plan.division
    atoms = division.atoms
    order = np.lexsort((np.arange(len(parent)), parent))
    new, parent, many = new[order], parent[order], many[order]
    key = atoms.key[parent].copy()
    key[many] = division.next_key + np.arange(many.sum())
    held = picked(atoms, parent)
    pieces = replace(held, key=key, polygon=new)
    pieces = counted(plan, pieces, parent, many)
    stays = np.ones(len(atoms), bool)
    stays[parent] = False
    after, place = joined(picked(atoms, stays), pieces)
    label = np.concatenate([division.label[stays], division.label[parent]])[place]
    return replace(division, atoms=after, label=label, next_key=division.next_key + int(many.sum()))
