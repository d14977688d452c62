"""Who touches whom after a change: only what the change cut is measured again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Atoms, Borders
from gis_grid.core.plan.borders import borders
from gis_grid.core.plan.changes import picked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.ground import Ground

    Whole = NDArray[np.int64]


def borders_after(was: Borders, before: Atoms, after: Atoms, change: Change, ground: Ground) -> Borders:
    """Return the borders of atoms after a change, given those before it."""
    gone = np.isin(before.key, change.before.key)
    row_now = np.searchsorted(after.key, before.key)
    around = gone.copy()
    around[was.first[gone[was.second]]] = True
    around[was.second[gone[was.first]]] = True
    new = np.isin(after.key, change.after.key)
    near = new.copy()
    near[row_now[around & ~gone]] = True
    rows = np.flatnonzero(near)
    found = borders(picked(after, rows), _ground_near(ground, after, rows))
    first, second = rows[found.first], rows[found.second]
    fresh = new[first] | new[second]
    stays = ~(gone[was.first] | gone[was.second])
    first = np.r_[row_now[was.first[stays]], first[fresh]]
    second = np.r_[row_now[was.second[stays]], second[fresh]]
    order = np.lexsort((second, first))
    outer_m = np.empty(len(after))
    outer_m[row_now[~gone]] = was.outer_m[~gone]
    mine = new[rows]
    outer_m[rows[mine]] = found.outer_m[mine]
    by_class_m = np.r_[was.by_class_m[stays], found.by_class_m[fresh]]
    return Borders(first[order], second[order], by_class_m[order], outer_m)


def _ground_near(ground: Ground, atoms: Atoms, rows: Whole) -> Ground:
    """Return the ground with only those lines that come near to some atoms."""
    if not len(rows):
        return ground
    west, south, east, north = shapely.total_bounds(atoms.polygon[rows])
    box = shapely.bounds(ground.line)
    near = (box[:, 0] < east + 1) & (box[:, 2] > west - 1) & (box[:, 1] < north + 1) & (box[:, 3] > south - 1)
    return replace(ground, line=ground.line[near], line_class=ground.line_class[near])
