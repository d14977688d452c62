"""Who touches whom after a change: only what the change cut is measured again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.atoms import Atoms, Borders
from gis_grid.core.plan.borders import measured
from gis_grid.core.plan.segments import sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.ground import Ground

    Whole = NDArray[np.int64]


def borders_after(
    was: Borders, before: Atoms, after: Atoms, *, gone: Whole, come: Whole, ground: Ground
) -> Borders:
    """Return the borders of atoms after some were cut, given those before it.

    Parameters
    ----------
    gone, come
        Keys of the atoms that were replaced, and of those instead; in both, what only got a vertex more.
    """
    old = np.zeros(len(before), bool)
    old[np.searchsorted(before.key, gone)] = True
    new = np.zeros(len(after), bool)
    new[np.searchsorted(after.key, come)] = True
    touched = old[was.first] | old[was.second]
    row_now = np.searchsorted(after.key, before.key)
    near = new.copy()
    around = np.concatenate([was.first[touched], was.second[touched]])
    near[row_now[around[~old[around]]]] = True
    rows = np.flatnonzero(near)
    side, fresh = sides(after.polygon[rows]), new[rows]
    found = measured(side.of(fresh[side.first] | fresh[side.second]), len(rows), ground)
    stays = np.flatnonzero(~touched)
    first = np.concatenate([row_now[was.first[stays]], rows[found.first]])
    second = np.concatenate([row_now[was.second[stays]], rows[found.second]])
    order = np.argsort(first * len(after) + second, kind="stable")
    outer_m = np.empty(len(after))
    outer_m[row_now[~old]] = was.outer_m[~old]
    outer_m[new] = found.outer_m[fresh]
    return Borders(
        first[order],
        second[order],
        np.concatenate([was.by_class_m[stays], found.by_class_m])[order],
        outer_m,
    )
