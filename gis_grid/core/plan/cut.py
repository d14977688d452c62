"""Cutting atoms along a line, to the millimetre, around buildings, without tearing the coverage."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.blocks import noded
from gis_grid.core.plan.bodies import cores
from gis_grid.core.plan.changes import merged, picked
from gis_grid.core.plan.drawn import require_few_crossings
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.faces import Faces, faces_of, joined
from gis_grid.core.plan.frame import GRID_M
from gis_grid.core.plan.segments import odd_sides, once, sides
from gis_grid.core.plan.sharing import counted
from gis_grid.core.plan.snapping import snapped

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        `too_many_crossings`; `ground_too_fine`, when no cut was found that leaves an exact coverage.
    """
    met, inside = _met(plan, rows, line)
    require_few_crossings(inside)
    if not met.size:
        return None
    core, wall = _in_the_way(plan, inside)
    for near, net in _nets(plan, met, np.concatenate([inside, wall])):
        faces = faces_of(net, plan.division.atoms.polygon[near], near, pieces)
        found = joined(faces, np.isin(faces.parent, met), core)
        as_before = _as_before(plan, found)
        if as_before.all():
            return None
        if _fits(plan, near, found, as_before):
            return _replaced(plan, found.of(~as_before))
    raise Refused("ground_too_fine", {"atoms": len(met)})


def _met(plan: Plan, rows: Whole, line: BaseGeometry) -> tuple[Whole, Geometries]:
    """Return the atoms that a line runs through or along, and what of it lies in each."""
    may = np.zeros(len(plan.division.atoms), np.bool_)
    may[rows] = True
    near = plan.near(line)
    near, polygon = near[may[near]], plan.division.atoms.polygon
    shapely.prepare(line)
    near = near[shapely.intersects(line, polygon[near])]
    inside = shapely.intersection(polygon[near], line)
    met = shapely.length(inside) > TOUCH_M
    return near[met], inside[met]


def _in_the_way(plan: Plan, inside: Geometries) -> tuple[Geometries, Geometries]:
    """Return what no border may enter of the bodies near parts of a line, and the walls of those in its way.

    A point takes as much room as a post; of bodies with several parts some may lie on either side.
    """
    west, south, east, north = shapely.bounds(inside).T
    box = shapely.box(west - _POST_M, south - _POST_M, east + _POST_M, north + _POST_M)
    which, here = plan.bodies_at.query(box)
    shape = plan.body.shape[here]
    flat = shapely.get_dimensions(shape) < 2
    shape[flat] = shapely.buffer(shape[flat], _POST_M, cap_style="square")
    hit = shapely.intersects(shape, inside[which])
    several = shapely.get_num_geometries(shape) > 1
    kept = hit | several
    core = cores(shape[kept])
    wall = shape[kept][shapely.intersects(core, inside[which[kept]])]
    return core, shapely.boundary(wall)


def _touched(plan: Plan, shape: Geometries) -> Whole:
    """Return the atoms that any of some shapes comes near to, corners too."""
    row = plan.near(shapely.box(*shapely.total_bounds(shape)), TOUCH_M)
    tree = shapely.STRtree(plan.division.atoms.polygon[row])
    found = tree.query(shape, predicate="dwithin", distance=TOUCH_M)[1]
    touched: Whole = row[np.unique(found)]
    return touched


def _nets(plan: Plan, met: Whole, lines: Geometries) -> Iterator[tuple[Whole, Geometries]]:
    """Yield the atoms that get vertices, and their borders noded with lines.

    First only what a line comes near to is noded; if that does not do, everything around, ring by ring.
    """
    borders, polygon = plan.borders, plan.division.atoms.polygon
    cut = np.zeros(len(polygon), np.bool_)
    cut[met] = True
    beside = cut[borders.first] | cut[borders.second]
    ring = np.union1d(met, np.concatenate([borders.first[beside], borders.second[beside]]))
    side = sides(polygon[ring])
    part, of = snapped(lines, side.end_m)
    owner = np.column_stack([side.first, side.second])
    many = np.bincount(of, minlength=len(owner))[: len(owner)] > 1
    mine = cut[ring]
    mine[owner[many][owner[many] >= 0]] = True
    kept = np.append((mine[owner] & (owner >= 0)).any(axis=1), [True])[np.minimum(of, len(owner))]
    yield ring[mine], once(part[kept])
    near = ring[mine]
    for _ in range(_RINGS):
        near = _touched(plan, polygon[near])
        yield near, noded(np.concatenate([shapely.boundary(polygon[near]), lines]))


def _as_before(plan: Plan, found: Faces) -> NDArray[np.bool_]:
    """Return which polygons have the vertices of the atom in whose place they are."""
    was = plan.division.atoms.polygon[found.parent]
    same: NDArray[np.bool_] = shapely.get_num_coordinates(found.polygon) == shapely.get_num_coordinates(was)
    same[same] = shapely.equals_identical(found.polygon[same], shapely.normalize(was[same]))
    return same


def _fits(plan: Plan, near: Whole, found: Faces, as_before: NDArray[np.bool_]) -> bool:
    """Return whether what was found takes the place of the atoms and leaves an exact coverage around them."""
    new, polygon = found.of(~as_before), plan.division.atoms.polygon
    place, area = np.searchsorted(near, found.parent), shapely.area(found.polygon)
    lost = np.bincount(place, weights=area, minlength=len(near)) - shapely.area(polygon[near])
    if (
        (np.abs(lost) > GRID_M * shapely.length(polygon[near])).any()
        or (shapely.get_type_id(new.polygon) != 3).any()
        or not shapely.is_valid(new.polygon).all()
    ):
        return False
    odd = odd_sides(new.polygon, shapely.normalize(polygon[np.unique(new.parent)]))
    if not len(odd):
        return True
    # The line ends in the outline of the community, which then goes by its end; or what was found is wrong.
    around = _touched(plan, odd)
    beside = polygon[np.setdiff1d(around, near)]
    ground = np.concatenate([found.polygon[np.isin(found.parent, around)], beside])
    rims = shapely.boundary([shapely.coverage_union_all(each) for each in (ground, polygon[around])])
    return bool(shapely.coverage_is_valid(ground) and shapely.hausdorff_distance(*rims) < GRID_M)


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
    after, place = merged(picked(atoms, stays), counted(plan, new, found.parent, many))
    label = np.concatenate([division.label[stays], division.label[found.parent]])[place]
    next_key = division.next_key + int(many.sum())
    return Cut(
        replace(division, atoms=after, label=label, next_key=next_key),
        atoms.key[np.flatnonzero(~stays)],
        np.sort(key),
        dict(zip(key[many].tolist(), found.side[many].tolist(), strict=True)),
    )
