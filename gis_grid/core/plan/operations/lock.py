"""Locking grids, and letting some lie outside the limits: words about grids that move no border."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gis_grid.core.plan.changes import difference
from gis_grid.core.plan.errors import Refused

if TYPE_CHECKING:
    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan


def lock(plan: Plan, *, grid: int, locked: bool) -> Change:
    """Lock a grid, so that nothing may change it, or open it again.

    Raises
    ------
    Refused
        `nothing_changes`, when it is so already.
    """
    division = plan.division
    division.rows(grid)
    now = division.locked | {grid} if locked else division.locked - {grid}
    return difference(division, replace(division, locked=now))


def accept(plan: Plan, *, grid: int, reason: str | None) -> Change:
    """Accept that a grid lies outside the limits, for a reason; without one it is no exception any more.

    Raises
    ------
    Refused
        `reason_too_long`; `nothing_changes`, when it is so already.
    """
    division = plan.division
    division.rows(grid)
    said = (reason or "").strip()
    if len(said) > 200:
        raise Refused("reason_too_long", {"given": len(said), "most": 200})
    others = {other: why for other, why in division.exceptions.items() if other != grid}
    now = dict(sorted({**others, grid: said}.items())) if said else others
    return difference(division, replace(division, exceptions=now))
