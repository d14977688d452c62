"""What a draft begins with: atoms, and which of today's grids holds each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.outlines import outlines
from gis_grid.planning.service.grounds import metres

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Row

    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.ground import Ground

    Whole = NDArray[np.int64]
    Geometries = NDArray[np.object_]

_TOLD_M2 = 1.0
"""Below it, a gap or an overlap is how two drawings of the same border differ."""


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """Atoms with their labels; a label is the place of a boundary among those of today.

    Parameters
    ----------
    atom_id : (n,)
        Published atoms that they are; 0 for new ones.
    told
        What of today's division was not exact, each with its numbers.
    """

    atoms: Atoms
    label: Whole
    atom_id: Whole
    told: list[dict[str, Any]]


def begin_from_outlines(ground: Ground, codes: Sequence[str], outline: Geometries) -> Beginning:
    """Make atoms whose borders follow today's outlines, each to the grid that holds most of it.

    Parameters
    ----------
    ground
        With the outlines among its lines.
    codes, outline
        Of today's grids, in the frame; none for a community that was never divided.
    """
    atoms = make_atoms(ground).atoms
    label = np.full(len(atoms), GAP, np.int64)
    told: list[dict[str, Any]] = []
    if len(outline):
        held = _held_m2(atoms.polygon, outline)
        area = shapely.area(atoms.polygon)
        most = held.argmax(axis=1)
        mine = held.max(axis=1) * 2 >= area
        label[mine] = most[mine]
        told = [*_gaps(atoms, label), *_overlaps(codes, outline)]
    return Beginning(atoms, label, np.zeros(len(atoms), np.int64), told)


def begin_from_published(
    frame: Frame, found: Sequence[Row[Any]], grid_ids: Sequence[int], outline: Geometries
) -> Beginning | None:
    """Take the atoms in force as they were published; ``None`` where today's outlines are not theirs.

    Parameters
    ----------
    found
        Atoms in force, of `store.ground.atoms`.
    grid_ids, outline
        Of today's grids, the outlines in the frame.
    """
    place = {grid_id: number for number, grid_id in enumerate(grid_ids)}
    held = {row.grid_id for row in found if row.grid_id is not None}
    if not found or held != place.keys():
        return None
    atoms = Atoms(
        np.arange(len(found), dtype=np.int64),
        metres(frame, [row.wkb for row in found]),
        *(
            np.array([getattr(row, name) for row in found], dtype=np.int64)
            for name in ("households", "people", "buildings")
        ),
    )
    label = np.array([place.get(row.grid_id, GAP) for row in found], dtype=np.int64)
    _, now = outlines(atoms, label)
    if not shapely.equals_exact(shapely.normalize(outline), _as_many(now)).all():
        return None
    return Beginning(atoms, label, np.array([row.id for row in found], dtype=np.int64), [])


def emptied(beginning: Beginning) -> Beginning:
    """Return the same atoms without any grid."""
    nobody = np.full(len(beginning.label), GAP, np.int64)
    return Beginning(beginning.atoms, nobody, beginning.atom_id, [])


def _as_many(outline: Geometries) -> Geometries:
    """Return outlines as the database has them, multipolygons."""
    many = [shapely.multipolygons(shapely.get_parts(one)) for one in outline]
    normal: Geometries = shapely.normalize(np.array(many, dtype=object))
    return normal


def _held_m2(polygon: Geometries, outline: Geometries) -> NDArray[np.float64]:
    """Return how much of each atom (n,) lies in each outline (g,)."""
    held = np.zeros((len(polygon), len(outline)))
    atom, grid = shapely.STRtree(outline).query(polygon, predicate="intersects")
    held[atom, grid] = shapely.area(shapely.intersection(polygon[atom], outline[grid]))
    return held


def _gaps(atoms: Atoms, label: Whole) -> list[dict[str, Any]]:
    left = label == GAP
    if not left.any():
        return []
    area_m2 = float(shapely.area(atoms.polygon[left]).sum())
    households = int(atoms.households[left].sum())
    return [{"code": "gap", "area_m2": round(area_m2, 1), "households": households, "atoms": int(left.sum())}]


def _overlaps(codes: Sequence[str], outline: Geometries) -> list[dict[str, Any]]:
    one, other = shapely.STRtree(outline).query(outline, predicate="intersects")
    before = one < other
    one, other = one[before], other[before]
    shared = shapely.area(shapely.intersection(outline[one], outline[other]))
    return [
        {"code": "overlap", "grids": [codes[mine], codes[theirs]], "area_m2": round(area_m2, 1)}
        for mine, theirs, area_m2 in zip(one.tolist(), other.tolist(), shared.tolist(), strict=True)
        if area_m2 > _TOLD_M2
    ]
