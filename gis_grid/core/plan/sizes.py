"""How much a set of atoms holds, and which of several sets is the largest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from gis_grid.core.plan.graph import loads
from gis_grid.core.plan.pieces import parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def load(plan: Plan, rows: Whole) -> int:
    """Return what rows of atoms hold of what the limits count: households or people."""
    return int(loads(plan.division.atoms, plan.limits)[rows].sum())


def amount(plan: Plan, rows: Whole) -> dict[str, Any]:
    """Return how many atoms there are and what they hold, as numbers of a sentence."""
    return {"atoms": len(rows), "amount": load(plan, rows), "unit": plan.limits.size.value}


def largest(plan: Plan, sets: Sequence[Whole]) -> int:
    """Return which set of rows holds most; where equal, the one of most ground, then the first."""
    atoms = plan.division.atoms
    held = loads(atoms, plan.limits)
    sizes = [(int(held[rows].sum()), float(shapely.area(atoms.polygon[rows]).sum())) for rows in sets]
    return max(range(len(sets)), key=lambda number: (*sizes[number], -number))


def band(plan: Plan, held: int) -> str:
    """Return under, in or over."""
    limits = plan.limits
    return "under" if held < limits.least else "over" if held > limits.most else "in"


def detached_parts(plan: Plan, grid: int) -> list[Whole]:
    """Return the rows of each part of a grid but the largest."""
    rows = plan.division.rows(grid)
    number = parts(plan.borders, rows)
    sets = [rows[number == part] for part in range(int(number.max()) + 1)]
    main = largest(plan, sets)
    return [mine for part, mine in enumerate(sets) if part != main]
