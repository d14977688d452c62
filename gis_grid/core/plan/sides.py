"""Which side of a line each atom goes to, and which label each side gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.graph import loads
from gis_grid.core.plan.pieces import border_m, gathered
from gis_grid.core.plan.sizes import largest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.division import Division
    from gis_grid.core.plan.state import Plan

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]


def held_by(polygon: Geometries, pieces: Geometries) -> Floats:
    """Return how much ground of each polygon lies in each piece, m2 (n, k)."""
    held = np.zeros((len(polygon), len(pieces)))
    if not len(polygon):
        return held
    rim = shapely.boundary(pieces)
    shapely.prepare(rim)
    parted: Flags = shapely.intersects(rim, polygon[:, None])
    whole: Flags = lies_in(pieces, polygon) & ~parted
    held[whole] = shapely.area(polygon[np.nonzero(whole)[0]])
    row, piece = np.nonzero(parted & ~whole.any(axis=1, keepdims=True))
    held[row, piece] = shapely.area(shapely.intersection(polygon[row], pieces[piece]))
    return held


def lies_in(pieces: Geometries, polygon: Geometries) -> Flags:
    """Return for each polygon and each piece whether a point inside of the one lies in the other (n, k)."""
    return holding(pieces, shapely.point_on_surface(polygon))


def holding(pieces: Geometries, point: Geometries) -> Flags:
    """Return for each point and each piece whether the one lies in the other (n, k)."""
    shapely.prepare(pieces)
    found: Flags = shapely.intersects(pieces, point[:, None])
    return found


def majority(
    plan: Plan, rows: Whole, pieces: Geometries, line: BaseGeometry, known: Mapping[int, int]
) -> Whole:
    """Return for each atom the number of the piece that holds most of its ground, from 0.

    A piece that no atom lies in (it is small) holds none; an atom outside of all pieces goes to the nearest.

    Parameters
    ----------
    line
        That parts the pieces: what it does not meet lies in one.
    known
        The pieces of some atoms, by key.
    """
    atoms = plan.division.atoms
    polygon = atoms.polygon[rows]
    inside = lies_in(pieces, polygon)
    side: Whole = inside.argmax(axis=1)
    shapely.prepare(line)
    parted = shapely.intersects(line, polygon) | ~inside.any(axis=1)
    for place in np.flatnonzero(np.isin(atoms.key[rows], list(known))).tolist():
        side[place], parted[place] = known[int(atoms.key[rows[place]])], False
    rest = np.flatnonzero(parted)
    held = held_by(polygon[rest], pieces)
    side[rest] = held.argmax(axis=1)
    for row in rest[held.max(axis=1) <= 0].tolist():
        side[row] = int(np.argmin(shapely.distance(pieces, polygon[row])))
    return side


def one_piece_each(plan: Plan, rows: Whole, side: Whole) -> Whole:
    """Make each side one piece, give pieces without a building to those beside them, number from 0."""
    atoms = plan.division.atoms
    area = shapely.area(atoms.polygon[rows])
    side = gathered(plan.borders, rows, side, loads(atoms, plan.limits)[rows], area)
    while True:
        side = np.unique(side, return_inverse=True)[1].astype(np.int64)
        count = int(side.max()) + 1
        if count <= 2:
            return side
        built = np.bincount(side, weights=atoms.buildings[rows], minlength=count)
        empty = np.flatnonzero(built == 0)
        group = np.full(len(atoms), -1, np.int64)
        group[rows] = side
        shared = border_m(plan.borders, group, count=count)[empty]
        if not shared.any():
            return side
        which, beside = divmod(int(shared.argmax()), count)
        side[side == empty[which]] = beside


def labelled(plan: Plan, rows: Whole, side: Whole) -> Division:
    """Return the division in which the largest side keeps the label and the others have new ones."""
    division = plan.division
    sets = [rows[side == number] for number in range(int(side.max()) + 1)]
    keeps = largest(plan, sets)
    label = division.label.copy()
    new = division.next_label
    for number, mine in enumerate(sets):
        if number != keeps:
            label[mine] = new
            new += 1
    return division.relabelled(label)
