"""Splitting a grid along a line that somebody drew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.drawn import drawn_line, pieces_along, prolonged, reaching
from gis_grid.core.plan.errors import Choice, Refused
from gis_grid.core.plan.sides import labelled, majority, one_piece_each

if TYPE_CHECKING:
    import numpy as np
    import shapely
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.state import Plan

    Geometries = NDArray[np.object_]


def split_by_line(plan: Plan, *, grid: int, line: BaseGeometry, exact: bool = False) -> Change:
    """Split a grid along a line; each piece that the line leaves becomes a grid, the largest keeps the label.

    Of more than two pieces, those without a building stay with the piece beside them.

    Parameters
    ----------
    line
        In the plan's frame, from outside the grid to outside; it may cross several times, not itself.
    exact
        Cut the atoms along the line, round buildings along their walls; otherwise each atom goes whole to the
        side that holds more of it.

    Raises
    ------
    Refused
        `locked`, `line_does_not_cross` (with the line prolonged, where that helps), `side_without_atoms`
        (with the exact cut), and those of `drawn_line`.
    """
    division = plan.division
    refuse_locked(division, [grid])
    rows = division.rows(grid)
    outline = plan.outline(grid)
    line = reaching(drawn_line(line), outline)
    longer = Choice("split_by_line", {"grid": grid, "exact": exact}, "do_split_prolonged", {"grid": grid})
    pieces = crossed(outline, line, Refused("line_does_not_cross", {"grids": [grid]}), longer)
    known: dict[int, int] = {}
    if exact:
        plan, known = plan.cut(rows, line, pieces)
        rows = plan.division.rows(grid)
    side = one_piece_each(plan, rows, majority(plan, rows, pieces, line, known))
    if side.max() == 0:
        parameters = {"grid": grid, "line": line, "exact": True}
        choices = () if exact else (Choice("split_by_line", parameters, "do_split_exact", {"grid": grid}),)
        raise Refused("side_without_atoms", {"grid": grid}, choices)
    return difference(division, labelled(plan, rows, side))


def crossed(
    outline: BaseGeometry, line: shapely.LineString, otherwise: Refused, instead: Choice
) -> Geometries:
    """Return the pieces that a line leaves of an outline, at least two.

    Where it does not cross, `otherwise` is raised; with `instead` along the line prolonged, if that one does.
    """
    pieces = pieces_along(outline, line)
    if len(pieces) > 1:
        return pieces
    longer = prolonged(line, outline)
    if longer.is_simple and len(pieces_along(outline, longer)) > 1:
        choice = replace(instead, parameters={**instead.parameters, "line": longer})
        raise Refused(otherwise.code, otherwise.numbers, (choice,))
    raise otherwise
