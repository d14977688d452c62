"""Parts of grids that lie apart, and giving them to a neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.neighbourhood import best_neighbour
from gis_grid.core.plan.sizes import detached_parts

if TYPE_CHECKING:
    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan


def give_detached(plan: Plan, *, grid: int | None = None) -> Change:
    """Give parts that lie apart from their grid to the best neighbour: with room, then of the longest border.

    Parameters
    ----------
    grid
        Only this grid's; otherwise of all that are not locked.

    Raises
    ------
    Refused
        `locked`; `nothing_detached`; `no_neighbour`, when all around is locked, water or outside.
    """
    division = plan.division
    if grid is not None:
        refuse_locked(division, [grid])
    free = [each for each in division.labels().tolist() if each not in division.locked]
    grids = free if grid is None else [grid]
    apart = [rows for each in grids for rows in detached_parts(plan, each)]
    if not apart:
        raise Refused("nothing_detached", {})
    label = division.label.copy()
    for rows in apart:
        to = best_neighbour(plan, label, rows)
        if to is not None:
            label[rows] = to
    if np.array_equal(label, division.label):
        raise Refused("no_neighbour", {"parts": len(apart)})
    return difference(division, division.relabelled(label))
