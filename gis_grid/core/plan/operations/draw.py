"""Drawing a grid freehand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.drawn import drawn_polygon
from gis_grid.core.plan.errors import Choice, Refused
from gis_grid.core.plan.pieces import part_count, parts
from gis_grid.core.plan.sides import held_by
from gis_grid.core.plan.sizes import largest

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def draw(plan: Plan, *, polygon: BaseGeometry, exact: bool = False, into: int | None = None) -> Change:
    """Give what somebody drew around to a new grid, or to one there is; others lose what they held of it.

    A grid that loses its middle falls apart, which the checks tell; one that loses everything is no more.

    Parameters
    ----------
    polygon
        In the plan's frame; what lies outside the community counts for nothing.
    exact
        Cut atoms along the ring, round buildings along their walls; otherwise atoms at least half inside.

    Raises
    ------
    Refused
        `nothing_inside`, `nothing_changes`, `locked`, `drawn_in_parts` (with the largest part alone),
        `not_touching` (`into` lies elsewhere), and those of `drawn_polygon`.
    """
    division = plan.division
    if into is not None:
        division.rows(into)
        refuse_locked(division, [into])
    polygon = drawn_polygon(polygon)
    known: dict[int, int] = {}
    if exact:
        plan, known = _cut_around(plan, polygon)
    rows = _inside(plan, polygon, known)
    if not rows.size:
        exactly = Choice("draw", {"polygon": polygon, "exact": True, "into": into}, "do_draw_exact", {})
        raise Refused("nothing_inside", {}, () if exact else (exactly,))
    held = plan.division.label[rows]
    refuse_locked(division, held.tolist())
    if into is None and held[0] != GAP and np.array_equal(rows, plan.division.rows(held[0])):
        raise Refused("nothing_changes", {})
    label = plan.division.label.copy()
    label[rows] = division.next_label if into is None else into
    _check_parts(plan, polygon, rows, into, exact=exact)
    return difference(division, plan.division.relabelled(label))


def _cut_around(plan: Plan, polygon: shapely.Polygon) -> tuple[Plan, dict[int, int]]:
    """Cut the atoms along a ring, but those of locked grids."""
    free = np.flatnonzero(~np.isin(plan.division.label, list(plan.division.locked)))
    around = shapely.difference(shapely.box(*shapely.bounds(plan.ground.outline)).buffer(1), polygon)
    return plan.cut(free, polygon.boundary, np.array([polygon, around], dtype=object))


def _inside(plan: Plan, polygon: shapely.Polygon, known: dict[int, int]) -> Whole:
    """Return the atoms at least half of which lie in a polygon; of some it is known (0 for inside)."""
    near = plan.near(polygon)
    side = np.array([known.get(key, -1) for key in plan.division.atoms.key[near].tolist()], np.int64)
    cut_out, near = near[side == 0], near[side < 0]
    ground = plan.division.atoms.polygon[near]
    held = held_by(ground, np.array([polygon], dtype=object))[:, 0]
    rows: Whole = np.union1d(cut_out, near[2 * held >= shapely.area(ground)])
    return rows


def _check_parts(plan: Plan, polygon: shapely.Polygon, rows: Whole, into: int | None, *, exact: bool) -> None:
    """Refuse what hangs together less than what was drawn."""
    if into is not None:
        held = np.flatnonzero(plan.division.label == into)
        if part_count(plan.borders, np.union1d(held, rows)) > part_count(plan.borders, held):
            raise Refused("not_touching", {"grids": [into]})
        return
    number = parts(plan.borders, rows)
    if not number.any():
        return
    drawn = shapely.get_parts(shapely.intersection(polygon, plan.ground.outline))
    if int(number.max()) + 1 <= int((shapely.get_dimensions(drawn) == 2).sum()):
        return
    sets = [rows[number == part] for part in range(int(number.max()) + 1)]
    main = sets[largest(plan, sets)]
    outline = shapely.coverage_union_all(plan.division.atoms.polygon[main])
    alone = Choice("draw", {"polygon": outline, "exact": exact, "into": None}, "do_draw_largest", {})
    raise Refused("drawn_in_parts", {"parts": len(sets)}, (alone,))
