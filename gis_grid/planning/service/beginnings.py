"""What a draft begins with: atoms, and which of today's grids holds each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.mend import TOLERANCE_M, mend
from gis_grid.core.plan.outlines import outlines
from gis_grid.planning.service.grounds import metres
from gis_grid.planning.service.mending import told_mendings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Row

    from gis_grid.core.plan.frame import Frame
    from gis_grid.core.plan.ground import Ground

    Whole = NDArray[np.int64]
    Geometries = NDArray[np.object_]


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


def begin_from_outlines(
    frame: Frame, ground: Ground, codes: Sequence[str], outline: Geometries
) -> tuple[Ground, Beginning]:
    """Make atoms that today's grids consist of; what of those did not fit together is mended and told.

    Parameters
    ----------
    codes, outline
        Of today's grids, in the frame; none for a community that was never divided.

    Returns
    -------
    The ground, with the borders that cut atoms among its lines, and the beginning.
    """
    # What fits together stays where it is; borders that were drawn twice are nobody's last word.
    mended = mend(ground, outline, beside_m=0 if shapely.coverage_is_valid(outline) else TOLERANCE_M)
    atoms = mended.made.atoms
    told = told_mendings(mended.changes, codes.__getitem__, frame) if len(outline) else []
    return mended.ground, Beginning(atoms, mended.label, np.zeros(len(atoms), np.int64), told)


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
