"""Ways out for a grid outside the limits: the arithmetic's, as operations ready to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gis_grid.core.plan.arithmetic import Arithmetic, Neighbour, Verdict, Way, arithmetic
from gis_grid.core.plan.errors import Choice
from gis_grid.core.plan.handing import handed_over
from gis_grid.core.plan.lines import DOOR_M
from gis_grid.core.plan.sizes import amount

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.core.plan import arithmetic as found_by
    from gis_grid.core.plan.state import Plan

_MOST_A_WAY = 2


def grid_arithmetic(plan: Plan, grid: int) -> Arithmetic:
    """Say what a grid's size comes to, with the neighbours that may change."""
    label, size = plan.figures.label, plan.figures.size.tolist()
    place = int(np.searchsorted(label, grid))
    around = [
        Neighbour(int(label[beside]), size[beside])
        for beside in np.flatnonzero(plan.between_m[place] >= DOOR_M).tolist()
        if label[beside] not in plan.division.locked
    ]
    return arithmetic(size[place], plan.limits, around)


def told(found: Arithmetic) -> dict[str, Any]:
    """Return the numbers of the arithmetic's sentence."""
    return {
        "total": found.total,
        "least": found.limits.least,
        "most": found.limits.most,
        "unit": found.limits.size.value,
        "fewer": found.fewer,
        "too_many": found.too_many,
        "more": found.more,
        "too_few": found.too_few,
        "counts": list(found.counts),
    }


def ways_out(plan: Plan, grid: int, found: Arithmetic) -> tuple[Choice, ...]:
    """Return what can be done about a grid outside the limits, best first; a locked one is opened first."""
    if grid in plan.division.locked:
        return (Choice("lock", {"grid": grid, "locked": False}, "do_unlock", {"grid": grid}),)
    if found.verdict is Verdict.POSSIBLE:
        near = sorted(found.counts, key=lambda parts: abs(found.total / parts - plan.limits.target))
        return tuple(
            Choice("split", {"grid": grid, "parts": parts}, "do_split", {"grid": grid, "parts": parts})
            for parts in near[:_MOST_A_WAY]
            if parts > 1
        )
    used: dict[Way, int] = {}
    choices = []
    for way in found.choices:
        if used.get(way.way, 0) < _MOST_A_WAY:
            for choice in _ready(plan, grid, way, found.verdict):
                used[way.way] = used.get(way.way, 0) + 1
                choices.append(choice)
    return tuple(choices)


def _ready(plan: Plan, grid: int, way: found_by.Choice, verdict: Verdict) -> Iterator[Choice]:
    """Yield a way as an operation, where atoms can be found for it."""
    if way.label is None:
        yield Choice("accept", {"grid": grid, "reason": verdict.value}, "do_accept", {"grid": grid})
        return
    both = {"grid": grid, "to": way.label}
    unit = {"unit": plan.limits.size.value}
    if way.way is Way.JOIN:
        yield Choice(
            "merge",
            {"grids": [grid, way.label]},
            "do_join",
            {**both, "room": way.room, **unit},
        )
    elif way.way is Way.RECUT:
        numbers = {**both, "least_grids": way.least, "most_grids": way.most, "more": way.least}
        code = "do_recut" if way.least < way.most else "do_recut_into"
        yield Choice("partition", {"grids": [grid, way.label]}, code, numbers)
    else:
        donor, receiver = (grid, way.label) if way.way is Way.GIVE else (way.label, grid)
        rows = handed_over(plan, donor, receiver, way.least, way.most)
        if rows is not None:
            numbers = {**both, **amount(plan, rows), "room": way.room}
            keys = plan.division.atoms.key[rows].tolist()
            yield Choice("move", {"atoms": keys, "to": receiver}, f"do_{way.way.value}", numbers)
