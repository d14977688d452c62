"""Letting the machine split one grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.core.plan.arithmetic import Verdict
from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.halve import divide
from gis_grid.core.plan.sides import labelled
from gis_grid.core.plan.ways import grid_arithmetic, told, ways_out

if TYPE_CHECKING:
    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan


def split(plan: Plan, *, grid: int, parts: int = 2, seed: int = 0) -> Change:
    """Split a grid into parts within the limits, compact, along the roads; the largest keeps the label.

    Raises
    ------
    Refused
        `locked`; `too_few_parts`; `cannot_divide_empty`, `_few`, `_between`, `_parts` with the arithmetic and
        the ways out; `proved_impossible`, `not_found`.
    """
    division = plan.division
    refuse_locked(division, [grid])
    rows = division.rows(grid)
    if parts < 2:
        raise Refused("too_few_parts", {"given": parts, "least": 2})
    found = divide(division.atoms, plan.borders, plan.limits, rows=rows, parts=parts, seed=seed)
    if found.label is not None:
        return difference(division, labelled(plan, rows, found.label[rows]))
    numbers = {"grid": grid, "parts": parts, **told(found.arithmetic)}
    choices = ways_out(plan, grid, grid_arithmetic(plan, grid))
    if found.arithmetic.verdict is Verdict.POSSIBLE:
        code = "proved_impossible" if found.outcome.value == "impossible" else "not_found"
        raise Refused(code, numbers, choices)
    raise Refused(f"cannot_divide_{found.arithmetic.verdict.value}", numbers, choices)
