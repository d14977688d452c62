"""Which grid next door takes a piece of ground best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.graph import loads

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def borders_of(plan: Plan, label: Whole, rows: Whole) -> dict[int, tuple[float, float]]:
    """Return the grids that atoms share a border with: metres without barriers, and all metres."""
    mine = np.zeros(len(label), bool)
    mine[rows] = True
    borders = plan.borders
    out = mine[borders.first] != mine[borders.second]
    there = np.where(mine[borders.first[out]], borders.second[out], borders.first[out])
    grids, number = np.unique(label[there], return_inverse=True)
    dry = np.bincount(number, weights=borders.on_foot_m[out], minlength=len(grids)).tolist()
    whole = np.bincount(number, weights=borders.length_m[out], minlength=len(grids)).tolist()
    return {
        grid: (on_foot, length)
        for grid, on_foot, length in zip(grids.tolist(), dry, whole, strict=True)
        if grid != GAP
    }


def best_neighbour(plan: Plan, label: Whole, rows: Whole) -> int | None:
    """Return the grid that takes some atoms best: one with room, over no barrier, of the longest border.

    None where all grids around are locked, or none is.
    """
    held = loads(plan.division.atoms, plan.limits)
    size = int(held[rows].sum())
    around = borders_of(plan, label, rows)
    own = int(label[rows[0]])
    rank = {
        grid: (
            int(held[label == grid].sum()) + size <= plan.limits.most,
            on_foot > 0,
            length,
            -grid,
        )
        for grid, (on_foot, length) in around.items()
        if grid not in plan.division.locked and grid != own
    }
    return max(rank, key=lambda grid: rank[grid]) if rank else None
