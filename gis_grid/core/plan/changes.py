"""Doing changes, and finding the change between two states."""

from __future__ import annotations

from dataclasses import fields, replace
from operator import is_
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.atoms import Atoms
from gis_grid.core.plan.division import Change, Division
from gis_grid.core.plan.errors import BadPlan, Choice, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Rows = NDArray[np.int64] | NDArray[np.bool_]


def picked(atoms: Atoms, rows: Rows) -> Atoms:
    """Return some rows of atoms."""
    return Atoms(*(getattr(atoms, column.name)[rows] for column in fields(atoms)))


def merged(one: Atoms, other: Atoms) -> tuple[Atoms, Whole]:
    """Put two sets of atoms into one by rising key; also where each row of the pair came from."""
    order: Whole = np.argsort(np.concatenate([one.key, other.key]), kind="stable")
    both = ((getattr(one, column.name), getattr(other, column.name)) for column in fields(one))
    return Atoms(*(np.concatenate(each)[order] for each in both)), order


def applied(division: Division, change: Change) -> Division:
    """Return the state after a change.

    Raises
    ------
    BadPlan
        When the change was made in another state.
    """
    rows = division.rows_of(change.before.key)
    if (
        not np.array_equal(division.label[rows], change.before_label)
        or (division.next_key, division.next_label) != change.next_before
    ):
        raise BadPlan("the change was made in another state of the plan")
    if _same_ground(change):
        atoms = division.atoms
        label = division.label.copy()
        label[rows] = change.after_label
    else:
        stays = np.ones(len(division.atoms), bool)
        stays[rows] = False
        atoms, order = merged(picked(division.atoms, stays), change.after)
        label = np.concatenate([division.label[stays], change.after_label])[order]
    next_key, next_label = change.next_after
    return Division(atoms, label, change.locked_after, next_key, next_label, change.exceptions_after)


def _same_ground(change: Change) -> bool:
    """Return whether a change gave atoms other labels and nothing else: no ground, no counts."""
    before, after = change.before, change.after
    numbers = ("key", "households", "people", "buildings")
    return all(np.array_equal(getattr(before, name), getattr(after, name)) for name in numbers) and bool(
        shapely.equals_identical(before.polygon, after.polygon).all()
    )


def difference(before: Division, after: Division) -> Change:
    """Return the change that leads from one state to another of the same plan.

    Raises
    ------
    Refused
        `locked`, when an atom of a locked grid is cut, goes or comes; `nothing_changes`.
    """
    if after.atoms is before.atoms:
        was = became = np.flatnonzero(before.label != after.label)
        held = np.concatenate([before.label[was], after.label[was]])
    else:
        was, became, held = _replaced(before, after)
    same_words = before.locked == after.locked and before.exceptions == after.exceptions
    if not was.size and not became.size and same_words:
        raise Refused("nothing_changes", {})
    refuse_locked(before, held.tolist())
    return between(before, was, after, became)


def between(before: Division, was: Whole, after: Division, became: Whole) -> Change:
    """Return the change that puts rows of one state in the place of rows of another."""
    return Change(
        picked(before.atoms, was),
        before.label[was],
        picked(after.atoms, became),
        after.label[became],
        before.locked,
        after.locked,
        (before.next_key, before.next_label),
        (after.next_key, after.next_label),
        before.exceptions,
        after.exceptions,
    )


def _replaced(before: Division, after: Division) -> tuple[Whole, Whole, Whole]:
    """Find rows that differ on both sides, and the labels of ground that was cut or changed hands."""
    place = np.searchsorted(after.atoms.key, before.atoms.key)
    mine = np.flatnonzero(np.append(after.atoms.key, -1)[place] == before.atoms.key)
    theirs = place[mine]
    kept = map(is_, before.atoms.polygon[mine], after.atoms.polygon[theirs])
    moved = before.label[mine] != after.label[theirs]
    same = ~moved & np.fromiter(kept, bool, len(mine))
    was, held_before = _but(before, mine[same]), _but(before, mine[~moved])
    became, held_after = _but(after, theirs[same]), _but(after, theirs[~moved])
    return was, became, np.concatenate([before.label[held_before], after.label[held_after]])


def _but(division: Division, rows: Whole) -> Whole:
    """Return all rows but some."""
    others = np.ones(len(division.atoms), np.bool_)
    others[rows] = False
    return np.flatnonzero(others)


def with_marks(
    division: Division, *, locked: frozenset[int] | None = None, exceptions: dict[int, str] | None = None
) -> Division:
    """Return the same division with other grids locked, or other exceptions."""
    return replace(
        division,
        locked=division.locked if locked is None else locked,
        exceptions=division.exceptions if exceptions is None else exceptions,
    )


def refuse_locked(division: Division, grids: Iterable[int]) -> None:
    """Refuse (`locked`) when one of the grids may not change."""
    locked = sorted(division.locked.intersection(grids))
    if locked:
        unlock = tuple(
            Choice("lock", {"grid": grid, "locked": False}, "do_unlock", {"grid": grid}) for grid in locked
        )
        raise Refused("locked", {"grids": locked}, unlock)
