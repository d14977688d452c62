"""Dragging the border between two grids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.drawn import drawn_line, reaching
from gis_grid.core.plan.errors import Choice, Refused
from gis_grid.core.plan.graph import loads
from gis_grid.core.plan.operations.split_by_line import crossed
from gis_grid.core.plan.pieces import border_m, gathered, part_count
from gis_grid.core.plan.sides import majority

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def border(plan: Plan, *, grids: Sequence[int], line: BaseGeometry, exact: bool = False) -> Change:
    """Draw the border between two grids anew: their ground is divided along a line.

    Each side of the line goes to the grid that held more of it.

    Parameters
    ----------
    line
        In the plan's frame, from border to border of the two grids together.
    exact
        Cut atoms along the line, round buildings along their walls; otherwise each goes whole to the side
        that holds more of it.

    Raises
    ------
    Refused
        `not_two_grids`, `not_touching`, `locked`, `line_does_not_cross` (prolonged, where that helps),
        `grid_would_vanish`, `falls_apart`, `nothing_changes`, and those of `drawn_line`.
    """
    division = plan.division
    pair = list(dict.fromkeys(int(grid) for grid in grids))
    if len(pair) != 2:
        raise Refused("not_two_grids", {"given": len(pair)})
    held = [division.rows(grid) for grid in pair]
    refuse_locked(division, pair)
    if _between_m(plan, *held) == 0:
        raise Refused("not_touching", {"grids": pair})
    rows = np.union1d(*held)
    outline = shapely.coverage_union_all([plan.outline(grid) for grid in pair])
    line = reaching(drawn_line(line), outline)
    prolonged = Choice("border", {"grids": pair, "exact": exact}, "do_border_prolonged", {"grids": pair})
    pieces = crossed(outline, line, Refused("line_does_not_cross", {"grids": pair}), prolonged)
    parts_before = [part_count(plan.borders, mine) for mine in held]
    known: dict[int, int] = {}
    if exact:
        plan, known = plan.cut(rows, line, pieces)
        rows = np.flatnonzero(np.isin(plan.division.label, pair))
    area = shapely.area(plan.division.atoms.polygon[rows])
    side = gathered(
        plan.borders,
        rows,
        majority(plan, rows, pieces, line, known),
        loads(plan.division.atoms, plan.limits)[rows],
        area,
    )
    label = plan.division.label.copy()
    label[rows] = np.array(pair)[_owners(side, label[rows] == pair[1], area)][side]
    for grid, before in zip(pair, parts_before, strict=True):
        now = np.flatnonzero(label == grid)
        if not now.size:
            merged = Choice("merge", {"grids": pair}, "do_merge", {"grids": pair})
            raise Refused("grid_would_vanish", {"grid": grid}, (merged,))
        if part_count(plan.borders, now) > before:
            raise Refused("falls_apart", {"grid": grid, "parts": part_count(plan.borders, now)})
    return difference(division, plan.division.relabelled(label))


def _between_m(plan: Plan, one: Whole, other: Whole) -> float:
    group = np.full(len(plan.division.label), -1, np.int64)
    group[one], group[other] = 0, 1
    return float(border_m(plan.borders, group, count=2)[0, 1])


def _owners(side: Whole, seconds: NDArray[np.bool_], area: NDArray[np.float64]) -> Whole:
    """Return for each side which of the two grids gets it; of two sides each grid gets one."""
    count = int(side.max()) + 1
    held = np.stack([np.bincount(side, weights=area * mine, minlength=count) for mine in (~seconds, seconds)])
    if count == 2:
        return np.array([0, 1]) if held[0, 0] + held[1, 1] >= held[0, 1] + held[1, 0] else np.array([1, 0])
    owner: Whole = held.argmax(axis=0)
    return owner
