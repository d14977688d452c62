"""Filling gaps: atoms that no grid holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.changes import difference
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.neighbourhood import best_neighbour
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.pieces import parts
from gis_grid.core.plan.sizes import load

if TYPE_CHECKING:
    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan


def fill_gaps(plan: Plan, *, seed: int = 0) -> Change:
    """Give each gap to the best neighbour; one that holds enough for grids of its own becomes them.

    Raises
    ------
    Refused
        `no_gaps`.
    """
    division = plan.division
    gaps = np.flatnonzero(division.label == GAP)
    if not gaps.size:
        raise Refused("no_gaps", {})
    label, new = division.label.copy(), division.next_label
    number = parts(plan.borders, gaps)
    for part in range(int(number.max()) + 1):
        rows = gaps[number == part]
        to = best_neighbour(plan, label, rows) if load(plan, rows) < plan.limits.least else None
        if to is not None:
            label[rows] = to
            continue
        found = partition(division.atoms, plan.borders, plan.limits, seed=seed, rows=rows).label[rows]
        label[rows] = new + found
        new += int(found.max()) + 1
    return difference(division, division.relabelled(label))
