"""Cutting atoms along a line, to the millimetre, around buildings, without tearing the coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.blocks import noded
from gis_grid.core.plan.bodies import around, cores, groups_of
from gis_grid.core.plan.changes import joined, picked
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.joins import is_sliver, standing_on, without_slivers
from gis_grid.core.plan.segments import sides
from gis_grid.core.plan.sharing import counted
from gis_grid.core.plan.sides import held_by
from gis_grid.core.plan.together import together

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


class Cut(NamedTuple):
    """A division in which atoms were cut.

    Parameters
    ----------
    gone, come
        Keys of the atoms that were replaced, and of those instead; in both, what only got a vertex more.
    side_of
        The piece that each new atom belongs to, by key.
    """

    division: Division
    gone: Whole
    come: Whole
    side_of: dict[int, int]


class Faces(NamedTuple):
    """Polygons (f,), the row of the atom that each is part of, and the side of the line it goes to."""

    polygon: Geometries
    parent: Whole
    side: Whole

    def of(self, rows: Whole | NDArray[np.bool_]) -> Faces:
        """Return some of them."""
        return Faces(self.polygon[rows], self.parent[rows], self.side[rows])


def cut(plan: Plan, rows: Whole, line: BaseGeometry, pieces: Geometries) -> Cut | None:
    """Cut atoms along a line; what was cut has new keys and the label it had. None where nothing is cut.

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
        return None
    body = _obstacles(plan, met)
    core = cores(body)
    lines = _lines(plan.division.atoms.polygon[met], body, core, line)
    near = met
    for _ in range(_RINGS):
        near = _with_ring(plan, near)
        faces = _faces(plan, near, lines, pieces)
        found = _whole_again(_joined(faces, met, core, pieces), core, pieces)
        as_before = _as_before(plan, found)
        if as_before.all():
            return None
        if _fits(plan, near, found, as_before):
            return _replaced(plan, found.of(~as_before))
    raise Refused("ground_too_fine", {"atoms": len(met)})


def _met(plan: Plan, rows: Whole, line: BaseGeometry) -> Whole:
    """Return the atoms that a line runs through or along."""
    rows = np.intersect1d(rows, plan.near(line))
    polygon = plan.division.atoms.polygon
    shapely.prepare(line)
    rows = rows[shapely.intersects(line, polygon[rows])]
    inside_m = shapely.length(shapely.intersection(polygon[rows], line))
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


def _obstacles(plan: Plan, rows: Whole) -> Geometries:
    """Return the bodies that reach onto atoms as areas; a point takes as much room as a post."""
    here = plan.bodies_at.query(plan.division.atoms.polygon[rows], predicate="intersects")[1]
    shape: Geometries = plan.body.shape[np.unique(here)]
    flat = shapely.get_dimensions(shape) < 2
    shape[flat] = shapely.buffer(shape[flat], _POST_M, cap_style="square")
    return shape


def _lines(ground: Geometries, body: Geometries, core: Geometries, line: BaseGeometry) -> Geometries:
    """Return what of a line lies in atoms, led around the bodies there."""
    led = around(shapely.get_parts(line), body, core)
    parts = shapely.get_parts(shapely.intersection(led, shapely.coverage_union_all(ground)))
    return np.asarray(parts[shapely.get_dimensions(parts) == 1], dtype=object)


def _faces(plan: Plan, near: Whole, lines: Geometries, pieces: Geometries) -> Faces:
    """Node lines with the borders of atoms, and return what they enclose; on borders of pieces the first."""
    polygon = plan.division.atoms.polygon[near]
    net = noded(np.concatenate([shapely.boundary(polygon), lines]))
    face = shapely.get_parts(shapely.polygonize(net))
    middle = shapely.point_on_surface(face)
    parent = standing_on(polygon, middle)
    side = np.maximum(standing_on(pieces, middle), 0)
    return Faces(face, near[parent], side).of(parent >= 0)


def _joined(faces: Faces, met: Whole, core: Geometries, pieces: Geometries) -> Faces:
    """Join faces of one atom on one side that hang together; faces under one body go to one side."""
    side = np.where(np.isin(faces.parent, met), faces.side, 0)
    which, under = shapely.STRtree(faces.polygon).query(core, predicate="intersects")
    pair = np.unique(np.column_stack([which, faces.parent[under], under]), axis=0)
    same = (pair[1:, 0] == pair[:-1, 0]) & (pair[1:, 1] == pair[:-1, 1])
    shapely.prepare(core)
    whole = np.zeros(len(side), bool)
    whole[np.unique(np.concatenate([pair[:-1][same, 2], pair[1:][same, 2], _under(faces, core)]))] = True
    held = np.zeros((len(side), len(pieces)))
    held[np.arange(len(side)), side] = shapely.area(faces.polygon)
    held[whole] = held_by(faces.polygon[whole], pieces)
    group = together(len(side), pair[:-1][same, 2], pair[1:][same, 2])
    total = np.zeros((int(group.max(initial=-1)) + 1, len(pieces)))
    np.add.at(total, group, held)
    side = np.where(np.isin(faces.parent, met), total.argmax(axis=1)[group], 0)
    edge = sides(faces.polygon)
    one, other = edge.first[edge.second >= 0], edge.second[edge.second >= 0]
    alike = (faces.parent[one] == faces.parent[other]) & (side[one] == side[other])
    rows = groups_of(together(len(side), one[alike], other[alike]))
    first = np.array([mine[0] for mine in rows], dtype=np.int64)
    new = faces.polygon[first]
    for number, mine in enumerate(rows):
        if len(mine) > 1:
            new[number] = shapely.coverage_union_all(faces.polygon[mine])
    return Faces(new, faces.parent[first], side[first])


def _under(faces: Faces, core: Geometries) -> Whole:
    """Return the faces that lie in a body: a building that the line went through."""
    middle = shapely.point_on_surface(faces.polygon)
    inside: Whole = np.unique(shapely.STRtree(core).query(middle, predicate="intersects")[0])
    return inside


def _whole_again(found: Faces, core: Geometries, pieces: Geometries) -> Faces:
    """Undo cuts that leave slivers, or a body on several pieces."""
    many = np.flatnonzero((np.bincount(found.parent) > 1)[found.parent])
    body, under = shapely.STRtree(found.polygon[many]).query(core, predicate="intersects")
    spread = (np.bincount(body, minlength=len(core)) > 1)[body]
    torn = np.unique(found.parent[many[under[spread]]])
    slivers = many[is_sliver(found.polygon[many])]
    redone = np.union1d(torn, found.parent[slivers])
    result = [found.of(~np.isin(found.parent, redone))]
    for row in redone.tolist():
        mine = found.polygon[found.parent == row]
        if row in torn:
            left = np.array([shapely.coverage_union_all(mine)], dtype=object)
        else:
            left = without_slivers(mine, shapely.point_on_surface(core))
        result.append(Faces(left, np.full(len(left), row), held_by(left, pieces).argmax(axis=1)))
    return Faces(*(np.concatenate(column) for column in zip(*result, strict=True)))


def _as_before(plan: Plan, found: Faces) -> NDArray[np.bool_]:
    """Return which polygons have the vertices of the atom in whose place they are."""
    was = plan.division.atoms.polygon[found.parent]
    same: NDArray[np.bool_] = shapely.get_num_coordinates(found.polygon) == shapely.get_num_coordinates(was)
    same[same] = shapely.equals_exact(
        shapely.normalize(found.polygon[same]), shapely.normalize(was[same]), 0.0
    )
    return same


def _fits(plan: Plan, near: Whole, found: Faces, as_before: NDArray[np.bool_]) -> bool:
    """Return whether what was found takes the place of the atoms and leaves an exact coverage around them."""
    if not np.array_equal(np.unique(found.parent), near) or (shapely.get_type_id(found.polygon) != 3).any():
        return False
    beside = np.setdiff1d(_with_ring(plan, np.unique(found.parent[~as_before])), near)
    ground = np.concatenate([found.polygon, plan.division.atoms.polygon[beside]])
    return bool(shapely.coverage_is_valid(ground))


def _replaced(plan: Plan, found: Faces) -> Cut | None:
    """Put new polygons in the place of old atoms; pieces of cut ones share what stood there."""
    division, atoms = plan.division, plan.division.atoms
    many = (np.bincount(found.parent) > 1)[found.parent]
    if not many.any():
        return None
    order = np.argsort(found.parent, kind="stable")
    found, many = found.of(order), many[order]
    key = atoms.key[found.parent].copy()
    key[many] = division.next_key + np.arange(many.sum())
    new = replace(picked(atoms, found.parent), key=key, polygon=found.polygon)
    stays = np.ones(len(atoms), bool)
    stays[found.parent] = False
    after, place = joined(picked(atoms, stays), counted(plan, new, found.parent, many))
    label = np.concatenate([division.label[stays], division.label[found.parent]])[place]
    next_key = division.next_key + int(many.sum())
    return Cut(
        replace(division, atoms=after, label=label, next_key=next_key),
        atoms.key[np.flatnonzero(~stays)],
        np.sort(key),
        dict(zip(key[many].tolist(), found.side[many].tolist(), strict=True)),
    )
