"""Atoms of a community: blocks between lines, dense ones divided between their buildings, none cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.errors import BadGround
from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.blocks import Blocks, blocks, faces, noded
from gis_grid.core.plan.bodies import Bodies, around, bodies, components, groups_of
from gis_grid.core.plan.cells import cell_borders, walls
from gis_grid.core.plan.frame import on_millimetres
from gis_grid.core.plan.joins import (
    Dense,
    anchored,
    joined,
    nearest_body_ties,
    spread_bodies,
    standing_on,
    standing_on_many,
    ties,
    without_slivers,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.ground import Buildings, Ground

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]

CAP: Final = 60
"""Households that a block may hold undivided."""


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Atoms, and a word on what could not be as the ground would have it.

    Parameters
    ----------
    atoms
        With keys 0, 1, 2... from west to east.
    atom_of : (m,)
        Row of the atom that each building stands on; -1 where it stands outside.
    point : (m,)
        The point that says so: inside the footprint, and not beside a wall that is a border.
    lost_households
        Households of the buildings outside.
    body
        The footprints as they were understood: fused where they overlap, mended, or points.
    across
        Rows of buildings across a line: an atom of their own.
    scattered
        Rows of buildings whose parts stand on several atoms that do not touch.
    fused
        Pieces that were joined to others because a building stood on both.
    slivers
        Pieces too small or too thin to be of use, joined to their neighbours.
    """

    atoms: Atoms
    atom_of: Whole
    point: Geometries
    lost_households: int
    body: Bodies
    across: Whole
    scattered: Whole
    fused: int
    slivers: int

    @property
    def outside(self) -> Whole:
        """Rows of the buildings outside."""
        return np.flatnonzero(self.atom_of < 0)


def make_atoms(ground: Ground, *, cap: int = CAP) -> Made:
    """Divide a community into the smallest pieces that grids are made of.

    Parameters
    ----------
    ground
        The community.
    cap
        Blocks with more households are divided between their buildings.

    Raises
    ------
    BadGround
        The outline is not a valid area; a line or a footprint cannot be used, with its row.

    Notes
    -----
    The atoms are an exact coverage of the outline: all lines are noded together on whole millimetres, and
    what they enclose shares every vertex. The outline itself moves by less than a millimetre.
    """
    outline = _snapped(ground.outline)
    body = bodies(ground.buildings.footprint, outline)
    block = blocks(outline, ground.line, ground.line_class, body.shape)
    inside = _inside(outline, body)
    dense = _dense(block, body, np.where(inside, ground.buildings.households, 0), cap)
    piece = _pieces(outline, block, dense, body.shape)
    anchor, home, doubtful = anchored(piece, body.shape)
    nearest = nearest_body_ties(piece, home, dense, body.shape, block.crossed)
    spread, across = spread_bodies(piece, body.shape, doubtful)
    before, number = (components(len(piece), *ties(pairs)) for pairs in ([nearest], [nearest, across]))
    atom = joined(piece, number)
    whole = without_slivers(atom, anchor)
    slivers, atom = len(atom) - len(whole), _west_to_east(shapely.normalize(whole))
    point = _points(atom, body, anchor, doubtful)
    atom_of = np.where(inside, standing_on(atom, point), -1)
    return Made(
        counted(np.arange(len(atom)), atom, atom_of, ground.buildings),
        atom_of,
        point,
        int(ground.buildings.households[atom_of < 0].sum()),
        body,
        across=np.flatnonzero(np.isin(body.of, block.crossed)),
        scattered=np.flatnonzero(np.isin(body.of, spread[standing_on_many(atom, body.shape[spread])])),
        fused=len(np.unique(before)) - len(np.unique(number)),
        slivers=slivers,
    )


def _snapped(outline: shapely.Geometry) -> shapely.Geometry:
    """Return an outline on whole millimetres, or refuse it."""
    if shapely.get_dimensions(outline) != 2 or shapely.is_empty(outline):
        raise BadGround("expected an outline with an area", field="outline")
    if not shapely.is_valid(outline):
        raise BadGround(f"the outline is not valid: {shapely.is_valid_reason(outline)}", field="outline")
    snapped: shapely.Geometry = on_millimetres(shapely.force_2d(outline))
    if shapely.is_empty(snapped):
        raise BadGround("the outline is smaller than a millimetre", field="outline")
    return snapped


def _inside(outline: shapely.Geometry, body: Bodies) -> NDArray[np.bool_]:
    shapely.prepare(outline)
    return shapely.intersects(outline, body.inside)


def _dense(block: Blocks, body: Bodies, households: Whole, cap: int) -> list[Dense]:
    """Return the blocks to be divided, with the bodies to divide them between."""
    block_of = standing_on(block.face, shapely.point_on_surface(body.shape))
    block_of[block.crossed] = -1
    living = np.bincount(body.of, weights=households, minlength=len(body))
    rows = np.flatnonzero(block_of >= 0)
    found = [rows[group] for group in groups_of(np.unique(block_of[rows], return_inverse=True)[1])]
    return [
        Dense(block.face[block_of[standing[0]]], standing)
        for standing in found
        if len(standing) > 1 and living[standing].sum() > cap
    ]


def _pieces(outline: shapely.Geometry, block: Blocks, dense: list[Dense], shape: Geometries) -> Geometries:
    """Divide dense blocks, and node everything together."""
    if not len(dense) and not len(block.crossed):
        return block.face
    standing = np.concatenate([[], *(each.body for each in dense)]).astype(np.int64)
    wall = walls(shape[standing])
    ends = np.cumsum([0, *(len(each.body) for each in dense)])
    cuts = [
        cell_borders(each.face, wall.of(slice(start, end)))
        for each, start, end in zip(dense, ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]
    obstacle = shape[block.crossed]
    return faces(noded(np.concatenate([block.border, *(around(cut, obstacle) for cut in cuts)])), outline)


def _points(atom: Geometries, body: Bodies, anchor: Geometries, doubtful: Whole) -> Geometries:
    """Return a point of each building: the one inside it, or where walls are near, that of its body."""
    whole = doubtful[~standing_on_many(atom, body.shape[doubtful])]
    by_body = np.isin(body.of, whole)
    return np.where(by_body, anchor[body.of], body.inside)


def _west_to_east(atom: Geometries) -> Geometries:
    """Order atoms by a point inside each, and from north to south where that is the same."""
    x, y = shapely.get_coordinates(shapely.point_on_surface(atom)).T
    return atom[np.lexsort((-y, x))]


def counted(key: Whole, atom: Geometries, atom_of: Whole, buildings: Buildings) -> Atoms:
    """Return atoms with what stands on each, `atom_of` being the row under each building."""
    there = atom_of >= 0
    row = atom_of[there]

    def total(weights: Whole) -> Whole:
        counts = np.zeros(len(atom), dtype=np.int64)
        np.add.at(counts, row, weights[there])
        return counts

    return Atoms(
        key,
        atom,
        total(buildings.households),
        total(buildings.people),
        total(np.ones(len(buildings), dtype=np.int64)),
    )
