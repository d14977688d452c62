"""Atoms made again after an import of buildings or lines: what was not touched stays as it was."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.atomise import CAP, Made, counted, make_atoms
from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.bodies import components, groups_of
from gis_grid.core.plan.borders import ALONG_M, line_classes
from gis_grid.core.plan.frame import GRID_M
from gis_grid.core.plan.joins import standing_on, standing_on_many
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.segments import sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.ground import Ground

    Geometries = NDArray[np.object_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_SAME_M2: Final = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Remade:
    """Atoms after an import, and where each came from.

    Parameters
    ----------
    made
        As from `make_atoms`; atoms that were not touched have their old key and geometry.
    row, old_row : (p,)
        Pairs of a new atom and an old one on the same ground, by rising row; every new atom has one at
        least, if it lies on old ground.
    area_m2 : (p,)
        How much ground they share. They add up to each atom's, but for a millimetre along its border.
    next_key
        What the next new atom is called.
    """

    made: Made
    row: Whole
    old_row: Whole
    area_m2: Floats
    next_key: int


def remake_atoms(old: Atoms, ground: Ground, *, next_key: int, cap: int = CAP) -> Remade:
    """Make atoms again of a ground that was changed in part.

    Parameters
    ----------
    old
        Atoms of the same community; planners may have cut them.
    ground
        As it is now.
    next_key
        Higher than any key that the plan ever had.
    cap
        As in `make_atoms`.

    Raises
    ------
    BadGround
        As from `make_atoms`.

    Notes
    -----
    Where new atoms are not the old ones, a whole region of them is compared: the old ones stay if the same
    households stand on each, no building is cut and a border runs along every line. So a cut that a planner
    drew is kept until the buildings or lines there change.
    """
    fresh = make_atoms(ground, cap=cap)
    same_old, same_fresh = _alike(old.polygon, fresh.atoms.polygon)
    left_old = np.setdiff1d(np.arange(len(old)), same_old)
    left_fresh = np.setdiff1d(np.arange(len(fresh.atoms)), same_fresh)
    kept = [same_old]
    taken = []
    for old_rows, fresh_rows in _regions(old.polygon, left_old, fresh.atoms.polygon, left_fresh):
        if _still_good(_rows(old, old_rows), fresh, fresh_rows, ground):
            kept.append(old_rows)
        else:
            taken.append(fresh_rows)
    old_row = np.sort(np.concatenate(kept))
    new_row = np.sort(np.concatenate([left_fresh[:0], *taken]))
    polygon = np.concatenate([old.polygon[old_row], fresh.atoms.polygon[new_row]])
    key = np.concatenate([old.key[old_row], np.arange(next_key, next_key + len(new_row))])
    atom_of = np.where(fresh.atom_of < 0, -1, standing_on(polygon, fresh.point))
    made = replace(fresh, atoms=counted(key, polygon, atom_of, ground.buildings), atom_of=atom_of)
    row, came_from, area_m2 = _origins(polygon, len(old_row), old_row, old.polygon)
    return Remade(made, row, came_from, area_m2, next_key + len(new_row))


def _alike(old: Geometries, fresh: Geometries) -> tuple[Whole, Whole]:
    """Return rows of equal polygons, wherever their rings begin."""
    place = {shape: row for row, shape in enumerate(shapely.to_wkb(shapely.normalize(fresh)).tolist())}
    rows = [place.get(shape, -1) for shape in shapely.to_wkb(shapely.normalize(old)).tolist()]
    found = np.array(rows, dtype=np.int64)
    return np.flatnonzero(found >= 0), found[found >= 0]


def _regions(
    old: Geometries, old_rows: Whole, fresh: Geometries, fresh_rows: Whole
) -> list[tuple[Whole, Whole]]:
    """Group what is left of both sides into regions that touch no other."""
    shape = np.concatenate([old[old_rows], fresh[fresh_rows]])
    touching = shapely.STRtree(shape).query(shape, predicate="intersects")
    return [
        (old_rows[group[group < len(old_rows)]], fresh_rows[group[group >= len(old_rows)] - len(old_rows)])
        for group in groups_of(components(len(shape), *touching))
    ]


def _rows(atoms: Atoms, rows: Whole) -> Atoms:
    return Atoms(
        atoms.key[rows],
        atoms.polygon[rows],
        atoms.households[rows],
        atoms.people[rows],
        atoms.buildings[rows],
    )


def _still_good(old: Atoms, fresh: Made, fresh_rows: Whole, ground: Ground) -> bool:
    """Return whether old atoms of a region hold what they held, cut no building and end at every line."""
    instead = fresh.atoms.polygon[fresh_rows]
    if abs(shapely.area(old.polygon).sum() - shapely.area(instead).sum()) > _SAME_M2:
        return False
    shape = fresh.body.shape
    near = np.unique(shapely.STRtree(shape).query(old.polygon, predicate="intersects")[1])
    if standing_on_many(old.polygon, shape[near]).any():
        return False
    here = np.flatnonzero(np.isin(fresh.atom_of, fresh_rows))
    atom_of = np.full(len(fresh.atom_of), -1)
    atom_of[here] = standing_on(old.polygon, fresh.point[here])
    return _same_counts(old, counted(old.key, old.polygon, atom_of, ground.buildings)) and _bordered(
        old.polygon, instead, ground
    )


def _same_counts(before: Atoms, now: Atoms) -> bool:
    return all(
        np.array_equal(one, other)
        for one, other in (
            (before.households, now.households),
            (before.people, now.people),
            (before.buildings, now.buildings),
        )
    )


def _bordered(old: Geometries, fresh: Geometries, ground: Ground) -> bool:
    """Return whether old atoms have a border wherever new ones have one along a line."""
    side = sides(fresh)
    middle_m = side.middle_m[side.second >= 0]
    along = shapely.points(middle_m[line_classes(middle_m, ground) != LineClass.INSIDE])
    border = shapely.STRtree(shapely.boundary(old))
    return len(np.unique(border.query(along, predicate="dwithin", distance=ALONG_M)[0])) == len(along)


def _origins(polygon: Geometries, kept: int, old_row: Whole, old: Geometries) -> tuple[Whole, Whole, Floats]:
    """Pair atoms with the old ones beneath: kept ones with themselves, others with all but grazing ones."""
    new, beneath = shapely.STRtree(old).query(polygon[kept:], predicate="intersects")
    both = shapely.intersection(polygon[kept:][new], old[beneath])
    shared = shapely.area(both)
    most = np.zeros(len(polygon) - kept)
    np.maximum.at(most, new, shared)
    # Borders that were noded twice differ by a millimetre.
    solid = (shared > 0) & ((shared > GRID_M * shapely.length(both)) | (shared == most[new]))
    order = np.lexsort((beneath[solid], new[solid]))
    return (
        np.concatenate([np.arange(kept), kept + new[solid][order]]),
        np.concatenate([old_row, beneath[solid][order]]),
        np.concatenate([shapely.area(old[old_row]), shared[solid][order]]),
    )
