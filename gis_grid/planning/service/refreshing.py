"""Looks at the ground of a draft anew, after buildings or roads were imported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.changes import between
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.remake import remake_atoms
from gis_grid.kit.errors import Conflict
from gis_grid.planning import wire
from gis_grid.planning.service.editing import Edited, for_writing, record
from gis_grid.planning.service.grounds import read_ground
from gis_grid.planning.store import ground as store

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.core.plan.atoms import Atoms
    from gis_grid.core.plan.division import Change, Division
    from gis_grid.core.plan.ground import Ground
    from gis_grid.core.plan.remake import Remade
    from gis_grid.planning.rules import PlanningRules
    from gis_grid.planning.service.states import Draft

    Whole = NDArray[np.int64]


def refresh(
    conn: Connection, scenario_id: int, *, revision: int, who: str, now: datetime, rules: PlanningRules
) -> Edited:
    """Bring a draft's atoms and counts up to date with the map; what was not touched stays as it is.

    New atoms go to the grid that held most of their ground. It is an edit like others and can be undone.

    Raises
    ------
    Conflict
        When the map is as it was.
    NotFound, Stale, AnotherWriter
        As of `edit`.
    """
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now)
    # Before the ground: what is imported in between is told once more, and not missed.
    seen = store.sums_of_changes(conn, draft.row.area_id)
    ground = ground_now(conn, draft, rules)
    if wire.ground_to_bytes(ground) == wire.ground_to_bytes(draft.plan.ground):
        raise Conflict("Nothing to bring up to date", "the map is as it was when the draft looked at it")
    division = draft.plan.division
    remade = remake_atoms(division.atoms, ground, next_key=division.next_key)
    change = change_between(division, _divided(division, remade))
    return record(conn, draft, "refresh", {}, change, who=who, now=now, ground=ground, ground_seen=seen)


def ground_now(conn: Connection, draft: Draft, rules: PlanningRules) -> Ground:
    """Return the ground of a draft as the map has it now, with the lines that somebody drew."""
    area = store.community(conn, draft.row.community_code)
    assert area is not None
    found = read_ground(conn, area, draft.frame, people_per_household=rules.people_per_household)
    was = draft.plan.ground
    drawn = was.line_class == LineClass.DRAWN
    return replace(
        found,
        line=np.concatenate([found.line, was.line[drawn]]),
        line_class=np.concatenate([found.line_class, was.line_class[drawn]]),
    )


def _divided(division: Division, remade: Remade) -> Division:
    """Return the new atoms, each in the grid that held most of its ground."""
    atoms = remade.made.atoms
    label = np.full(len(atoms), GAP, np.int64)
    order = np.lexsort((remade.old_row, remade.area_m2))
    # The pair of most ground comes last and stays.
    label[remade.row[order]] = division.label[remade.old_row[order]]
    return replace(division, atoms=atoms, label=label, next_key=remade.next_key).relabelled(label)


def change_between(before: Division, after: Division) -> Change:
    """Return the change between two states, counts too: what a locked grid holds may be counted anew."""
    _, mine, theirs = np.intersect1d(
        before.atoms.key, after.atoms.key, assume_unique=True, return_indices=True
    )
    same = _same(before.atoms, mine, after.atoms, theirs) & (before.label[mine] == after.label[theirs])
    was = np.delete(np.arange(len(before.atoms)), mine[same])
    became = np.delete(np.arange(len(after.atoms)), theirs[same])
    return between(before, was, after, became)


def _same(one: Atoms, mine: Whole, other: Atoms, theirs: Whole) -> NDArray[np.bool_]:
    counts = [
        getattr(one, name)[mine] == getattr(other, name)[theirs]
        for name in ("households", "people", "buildings")
    ]
    shapes = shapely.equals_identical(one.polygon[mine], other.polygon[theirs])
    return np.array(np.logical_and.reduce([shapes, *counts]), dtype=np.bool_)
