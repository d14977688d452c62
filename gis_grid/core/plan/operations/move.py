"""Moving atoms, or the building at a point, from their grid to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.changes import difference, refuse_locked
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.errors import BadPlan, Choice, Refused
from gis_grid.core.plan.operations.own_cell import own_cell
from gis_grid.core.plan.pieces import border_m, part_count, parts
from gis_grid.core.plan.sizes import amount, largest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.plan.division import Change, Division
    from gis_grid.core.plan.state import Plan

    Whole = NDArray[np.int64]


def move(
    plan: Plan,
    *,
    to: int,
    atoms: Sequence[int] | None = None,
    at: BaseGeometry | None = None,
    across: bool = False,
) -> Change:
    """Move atoms, by their keys, or the building at a point, to another grid; see the two below."""
    if (atoms is None) == (at is None):
        raise BadPlan("expected either atoms or a place", field="atoms")
    if atoms is not None:
        return move_atoms(plan, atoms=atoms, to=to, across=across)
    assert at is not None
    return move_building(plan, at=at, to=to, across=across)


def move_atoms(plan: Plan, *, atoms: Sequence[int], to: int, across: bool = False) -> Change:
    """Move atoms, by their keys, to another grid or out of all grids (`GAP`).

    Parameters
    ----------
    across
        Also when nothing but a barrier lies between the atoms and the grid.

    Raises
    ------
    Refused
        `nothing_changes`, `locked`, `grid_would_vanish`, `donor_falls_apart`, `not_touching`,
        `only_across_barrier`; with the moves that would do.
    """
    division = plan.division
    rows = division.rows_of(np.unique(np.asarray(atoms, np.int64)))
    rows = rows[division.label[rows] != to]
    if not rows.size:
        raise Refused("nothing_changes", {})
    refuse_locked(division, [*division.label[rows].tolist(), to])
    for donor in np.unique(division.label[rows]).tolist():
        if donor != GAP:
            _check_donor(plan, donor, rows, to)
    if to != GAP:
        _check_receiver(plan, rows, to, across=across)
    return difference(division, _moved(division, rows, to))


def move_building(plan: Plan, *, at: BaseGeometry, to: int, across: bool = False) -> Change:
    """Move the building at a point, with the ground nearest to it, to another grid or out of all (`GAP`).

    Where other buildings stand on its atom, its own cell is cut out; walls stay whole.

    Raises
    ------
    Refused
        `not_a_point`, `outside`, and those of `move_atoms`; where only the whole atom touches the grid, that
        move is among the choices.
    """
    cell = own_cell(plan, at)
    if cell.plan is plan:
        return move_atoms(plan, atoms=[cell.key], to=to, across=across)
    try:
        move_atoms(cell.plan, atoms=[cell.key], to=to, across=across)
    except Refused as refused:
        raise Refused(refused.code, refused.numbers, _with_whole_atom(plan, cell.of, to)) from None
    rows = cell.plan.division.rows_of(np.array([cell.key]))
    return difference(plan.division, _moved(cell.plan.division, rows, to))


def _with_whole_atom(plan: Plan, key: int, to: int) -> tuple[Choice, ...]:
    """Return the move of the whole atom, if it can be made."""
    try:
        move_atoms(plan, atoms=[key], to=to)
    except Refused:
        return ()
    rows = plan.division.rows_of(np.array([key]))
    numbers = {**amount(plan, rows), "to": to}
    return (Choice("move", {"atoms": [key], "to": to}, "do_move", numbers),)


def _moved(division: Division, rows: Whole, to: int) -> Division:
    label = division.label.copy()
    label[rows] = to
    return division.relabelled(label)


def _check_donor(plan: Plan, donor: int, rows: Whole, to: int) -> None:
    """Refuse what would leave nothing of a grid, or more parts than it had."""
    held = plan.division.rows(donor)
    left = np.setdiff1d(held, rows)
    if not left.size:
        instead = Choice("merge", {"grids": [donor, to]}, "do_merge", {"grids": [donor, to]})
        raise Refused("grid_would_vanish", {"grid": donor}, (instead,) if to != GAP else ())
    number = parts(plan.borders, left)
    pieces = int(number.max()) + 1
    if pieces > part_count(plan.borders, held):
        sets = [left[number == piece] for piece in range(pieces)]
        cut_off = np.setdiff1d(left, sets[largest(plan, sets)])
        along = np.union1d(rows, cut_off)
        keys = plan.division.atoms.key[along].tolist()
        numbers = {**amount(plan, along), "to": to}
        instead = Choice("move", {"atoms": keys, "to": to}, "do_move", numbers)
        raise Refused("donor_falls_apart", {"grid": donor, "parts": pieces}, (instead,))


def _check_receiver(plan: Plan, rows: Whole, to: int, *, across: bool) -> None:
    """Refuse what would give a grid a part that it does not touch."""
    held = plan.division.rows(to)
    keys = plan.division.atoms.key[rows].tolist()
    if part_count(plan.borders, np.union1d(held, rows)) > part_count(plan.borders, held):
        raise Refused("not_touching", {"grids": [to]}, _moves_elsewhere(plan, rows, to))
    group = np.full(len(plan.division.label), -1, np.int64)
    group[held], group[rows] = 0, 1
    if not across and border_m(plan.borders, group, count=2, walkable=True)[0, 1] == 0:
        numbers = {**amount(plan, rows), "to": to}
        relaxed = Choice("move", {"atoms": keys, "to": to, "across": True}, "do_move_across", numbers)
        raise Refused("only_across_barrier", {"grids": [to]}, (relaxed,))


def _moves_elsewhere(plan: Plan, rows: Whole, to: int, most: int = 3) -> tuple[Choice, ...]:
    """Return moves to the grids that the atoms do touch, the longest border first."""
    division = plan.division
    labels = np.setdiff1d(division.labels(), [to, *division.label[rows].tolist(), *division.locked])
    group = np.full(len(division.label), -1, np.int64)
    for number, label in enumerate(labels):
        group[division.label == label] = number
    group[rows] = len(labels)
    metres = border_m(plan.borders, group, count=len(labels) + 1, walkable=True)[-1, :-1]
    keys = division.atoms.key[rows].tolist()
    size = amount(plan, rows)
    return tuple(
        Choice("move", {"atoms": keys, "to": int(grid)}, "do_move", {**size, "to": int(grid)})
        for grid in labels[np.argsort(-metres, kind="stable")][: min(most, int((metres > 0).sum()))]
    )
