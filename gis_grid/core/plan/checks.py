"""What is to be said of a division: sizes, parts, shapes, gaps, locks; each with its numbers and ways out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.arithmetic import Verdict
from gis_grid.core.plan.bodies import cores
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.errors import Choice
from gis_grid.core.plan.neighbourhood import best_neighbour
from gis_grid.core.plan.sizes import detached_parts, load
from gis_grid.core.plan.state import NOWHERE
from gis_grid.core.plan.ways import grid_arithmetic, told, ways_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.core.plan.figures import Figures
    from gis_grid.core.plan.state import Plan

COMPACT: Final = 0.25
"""Polsby-Popper: below it a grid is a strip, a comb or a star."""
EXCEPTIONS: Final = 0.1
"""More grids than this share (and more than one) should not be exceptions."""
_WITH_WAYS: Final = 6
"""For so many grids out of limits, the worst, ways out are sought; `check_grid` seeks them for any."""


class Severity(StrEnum):
    """How much a check means."""

    ERROR = "error"
    """Must be mended, or accepted as an exception, before the division is published."""
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to be said of a division, in words by `words.said(code, numbers)`."""

    code: str
    severity: Severity
    grids: tuple[int, ...]
    numbers: dict[str, Any]
    choices: tuple[Choice, ...] = ()


def checks(plan: Plan) -> tuple[Check, ...]:
    """Say what is wrong with a division, or worth a look, the worst first; each choice once.

    Overlaps and cut buildings cannot come about by operations; `check_ground` looks for them all the same.
    """
    division, found = plan.division, plan.figures
    said = [*_gaps(plan), *_sizes(plan, found), *_shapes(plan, found), *_exceptions(plan, found)]
    if division.locked:
        said.append(Check("locked_grids", Severity.NOTE, *_of(sorted(division.locked))))
    outside = plan.home == NOWHERE
    if outside.any():
        numbers = {
            "count": int(outside.sum()),
            "households": int(plan.ground.buildings.households[outside].sum()),
        }
        said.append(Check("buildings_outside", Severity.WARNING, (), numbers))
    return _each_choice_once(sorted(said, key=lambda check: list(Severity).index(check.severity)))


def _each_choice_once(said: list[Check]) -> tuple[Check, ...]:
    """Leave to the first of several checks what two neighbours can do together."""
    offered: set[str] = set()
    once = []
    for check in said:
        mine = {_what(choice): choice for choice in check.choices}
        new = tuple(choice for what, choice in mine.items() if what not in offered)
        once.append(check if len(new) == len(check.choices) else replace(check, choices=new))
        offered |= mine.keys()
    return tuple(once)


def _what(choice: Choice) -> str:
    """Return what a choice does, whichever of its grids is named first."""
    given = choice.parameters
    return repr((choice.operation, {**given, "grids": sorted(given.get("grids", ()))}))


def check_grid(plan: Plan, grid: int) -> Check | None:
    """Say what a grid's size comes to, with the ways out; None where it is within the limits."""
    return _size(plan, grid, load(plan, plan.division.rows(grid)), with_ways=True)


def check_ground(plan: Plan) -> tuple[Check, ...]:
    """Look at all atoms anew, before publication: exact coverage, no building in two grids."""
    atoms, said = plan.division.atoms, []
    if not shapely.coverage_is_valid(atoms.polygon):
        said.append(Check("coverage", Severity.ERROR, (), {}))
    lost = abs(float(shapely.area(atoms.polygon).sum()) - plan.ground.outline.area)
    if lost > 1 + 0.001 * plan.ground.outline.length:
        said.append(Check("ground_lost", Severity.ERROR, (), {"area_m2": round(lost, 1)}))
    cut = _cut_bodies(plan)
    if cut:
        said.append(Check("building_cut", Severity.ERROR, (), {"count": cut}))
    return tuple(said)


def _cut_bodies(plan: Plan) -> int:
    """Return how many buildings lie in more than one grid, beyond their walls."""
    atoms = plan.division.atoms
    body, row = shapely.STRtree(atoms.polygon).query(cores(plan.body.shape), predicate="intersects")
    held = np.unique(np.column_stack([body, plan.division.label[row]]), axis=0)
    return int((np.bincount(held[:, 0], minlength=1) > 1).sum())


def _of(grids: list[int]) -> tuple[tuple[int, ...], dict[str, Any]]:
    return tuple(grids), {"grids": grids}


def _sizes(plan: Plan, found: Figures) -> Iterator[Check]:
    """Yield a check for each grid out of limits, the furthest out first, with ways out for the first."""
    size = found.size
    off = np.maximum(plan.limits.least - size, size - plan.limits.most)
    out = np.flatnonzero(off > 0)
    order = out[np.argsort(-off[out], kind="stable")]
    for rank, place in enumerate(order.tolist()):
        check = _size(plan, int(found.label[place]), int(size[place]), with_ways=rank < _WITH_WAYS)
        if check is not None:
            yield check


def _size(plan: Plan, grid: int, total: int, *, with_ways: bool) -> Check | None:
    limits, division = plan.limits, plan.division
    if limits.least <= total <= limits.most:
        return None
    if grid in division.exceptions:
        numbers = {
            "grid": grid,
            "total": total,
            "unit": limits.size.value,
            "reason": division.exceptions[grid],
        }
        return Check("exception", Severity.NOTE, (grid,), numbers)
    found = grid_arithmetic(plan, grid)
    code = "empty" if total == 0 else "under" if total < limits.least else "over"
    if code == "over" and found.verdict is Verdict.BETWEEN:
        code = "over_between"
    numbers = {"grid": grid, **told(found)}
    return Check(code, Severity.ERROR, (grid,), numbers, ways_out(plan, grid, found) if with_ways else ())


def _shapes(plan: Plan, found: Figures) -> Iterator[Check]:
    """Yield checks of parts, barriers and compactness."""
    for place in np.flatnonzero(found.parts > 1).tolist():
        grid = int(found.label[place])
        choices = _giving(plan, grid)
        yield Check(
            "parts", Severity.ERROR, (grid,), {"grid": grid, "parts": int(found.parts[place])}, choices
        )
    for grid in found.label[found.sides > found.parts].tolist():
        yield Check("across_barrier", Severity.WARNING, (grid,), {"grid": grid})
    for place in np.flatnonzero(found.compactness < COMPACT).tolist():
        grid = int(found.label[place])
        numbers = {"grid": grid, "compactness": round(float(found.compactness[place]), 2)}
        yield Check("not_compact", Severity.WARNING, (grid,), numbers)


def _giving(plan: Plan, grid: int) -> tuple[Choice, ...]:
    """Return the giving away of parts that lie apart, if some neighbour can take one."""
    label = plan.division.label
    if grid in plan.division.locked or all(
        best_neighbour(plan, label, rows) is None for rows in detached_parts(plan, grid)
    ):
        return ()
    return (Choice("detached", {"grid": grid}, "do_detached", {"grid": grid}),)


def _gaps(plan: Plan) -> Iterator[Check]:
    atoms, gap = plan.division.atoms, plan.division.label == GAP
    if gap.any():
        numbers = {"atoms": int(gap.sum()), "households": int(atoms.households[gap].sum())}
        severity = Severity.ERROR if numbers["households"] else Severity.WARNING
        yield Check("gap", severity, (), numbers, (Choice("fill_gaps", {}, "do_fill_gaps", {}),))


def _exceptions(plan: Plan, found: Figures) -> Iterator[Check]:
    """Yield checks of exceptions that are too many, or not needed."""
    inside = set(found.label[found.in_range].tolist())
    accepted = sorted(plan.division.exceptions)
    for grid in accepted:
        if grid in inside:
            drop = Choice("accept", {"grid": grid, "reason": None}, "do_no_exception", {"grid": grid})
            yield Check("exception_unneeded", Severity.NOTE, (grid,), {"grid": grid}, (drop,))
    needed = [grid for grid in accepted if grid not in inside]
    most = max(1, int(EXCEPTIONS * len(found.label)))
    if len(needed) > most:
        numbers = {"count": len(found.label), "exceptions": len(needed), "most": most}
        yield Check("too_many_exceptions", Severity.WARNING, tuple(needed), numbers)
