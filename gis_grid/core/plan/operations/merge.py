"""Merging grids into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.changes import difference
from gis_grid.core.plan.errors import Choice, Refused
from gis_grid.core.plan.pieces import all_joined, border_m
from gis_grid.core.plan.sizes import largest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan


def merge(plan: Plan, *, grids: Sequence[int], across: bool = False) -> Change:
    """Merge grids; the largest keeps its label. What comes out may be too large: the checks tell.

    Parameters
    ----------
    across
        Also over a barrier, when nothing but a barrier lies between them.

    Raises
    ------
    Refused
        `too_few_grids`, `not_touching`, `only_across_barrier`, `locked`.
    """
    division = plan.division
    wanted = list(dict.fromkeys(int(grid) for grid in grids))
    if len(wanted) < 2:
        raise Refused("too_few_grids", {"given": len(wanted), "least": 2})
    rows = [division.rows(grid) for grid in wanted]
    group = np.full(len(division.label), -1, np.int64)
    for number, mine in enumerate(rows):
        group[mine] = number
    if not all_joined(border_m(plan.borders, group, count=len(wanted)) > 0):
        raise Refused("not_touching", {"grids": wanted})
    if not across and not all_joined(border_m(plan.borders, group, count=len(wanted), walkable=True) > 0):
        relaxed = Choice("merge", {"grids": wanted, "across": True}, "do_merge_across", {"grids": wanted})
        raise Refused("only_across_barrier", {"grids": wanted}, (relaxed,))
    kept = wanted[largest(plan, rows)]
    label = division.label.copy()
    label[group >= 0] = kept
    return difference(division, division.relabelled(label))
