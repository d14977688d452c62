"""Outlines of grids: the union of their atoms, sharing every vertex with their neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.division import GAP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms

    Whole = NDArray[np.int64]


def outlines(atoms: Atoms, label: Whole) -> tuple[Whole, NDArray[np.object_]]:
    """Return the labels of a division (g,), rising, and each grid's outline (g,), a valid coverage together.

    Parameters
    ----------
    label : (n,)
        The grid of each atom, or `GAP`.
    """
    held = np.flatnonzero(label != GAP)
    by_grid = held[np.argsort(label[held], kind="stable")]
    grid, start = np.unique(label[by_grid], return_index=True)
    outline = np.empty(len(grid), dtype=object)
    for k, rows in enumerate(np.split(by_grid, start[1:]) if len(grid) else []):
        union = shapely.coverage_union_all(atoms.polygon[rows])
        outline[k] = shapely.normalize(union)
    return grid, outline
