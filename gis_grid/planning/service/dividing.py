"""What a division comes to when it is published: grids with codes, boundaries, lineage, atoms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.outlines import outlines
from gis_grid.kit.errors import Conflict
from gis_grid.planning.codes import next_codes, sequence_order
from gis_grid.planning.store import boundaries, ground, scenarios

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.planning.rules import PlanningRules
    from gis_grid.planning.service.flows import Before, Flow
    from gis_grid.planning.service.states import Draft

    Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Divided:
    """A draft on its way into force.

    Parameters
    ----------
    label, outline
        Draft grids, and their outlines as they will be stored.
    grid_of
        The grid that goes on as each label.
    codes
        Of the grids that are made now, west to east.
    """

    draft: Draft
    label: list[int]
    outline: Geometries
    grid_of: dict[int, int]
    codes: list[str]


def divided(conn: Connection, draft: Draft, rules: PlanningRules) -> Divided:
    """Draw the outlines of a draft and make its new grids, with codes that no grid ever had.

    Raises
    ------
    Conflict
        When the outlines are no coverage.
    BadInput
        When a code cannot be made.
    """
    label, outline = stored_outlines(draft)
    whole = shapely.is_valid(outline).all() and shapely.coverage_is_valid(outline)
    if not (whole and shapely.coverage_is_valid(draft.plan.division.atoms.polygon)):
        raise Conflict("The division is no coverage", "grids overlap or leave slivers; nothing was published")
    return Divided(draft, label, outline, *_grids(conn, draft, label, outline, rules))


def stored_outlines(draft: Draft) -> tuple[list[int], Geometries]:
    """Return labels, and outlines as they will be stored: degrees, multipolygons."""
    division = draft.plan.division
    label, outline = outlines(division.atoms, division.label)
    stored: Geometries = np.empty(len(outline), dtype=object)
    stored[:] = [shapely.multipolygons(shapely.get_parts(shape)) for shape in draft.frame.to_degrees(outline)]
    return label.tolist(), stored


def _grids(
    conn: Connection, draft: Draft, label: Sequence[int], outline: Geometries, rules: PlanningRules
) -> tuple[dict[int, int], list[str]]:
    """Return the grid of each label, and the codes of those made now."""
    known = {row.label: row.grid_id for row in scenarios.grids(conn, draft.row.id) if row.label is not None}
    grid_of = {one: known[one] for one in label if one in known}
    number = np.array([place for place, one in enumerate(label) if one not in known], dtype=np.int64)
    new = [label[place] for place in number[sequence_order(outline[number])].tolist()]
    if not new:
        return grid_of, []
    areas = ground.chain(conn, draft.row.area_id)
    given = next_codes(rules.grid_code, areas, len(new), lambda codes: boundaries.codes_given(conn, codes))
    codes = [code for _, code in given]
    names = [f"{draft.row.community_name}第{sequence}网格" for sequence, _ in given]
    ids = boundaries.add_grids(conn, draft.row.area_id, codes, names)
    return grid_of | dict(zip(new, ids, strict=True)), codes


def write_boundaries(
    conn: Connection, new: Divided, before: Sequence[Before], at: datetime
) -> dict[int, int]:
    """Close what ends or changes, write what begins; return the new boundary of each label that has one."""
    held = {one.label: one for one in before if one.label is not None}
    same = {
        label
        for label, shape in zip(new.label, new.outline, strict=True)
        if label in held and shapely.equals_exact(held[label].stored, shape, normalize=True)
    }
    boundaries.close(conn, [one.boundary_id for one in before if one.label not in same], at)
    division = new.draft.plan.division
    found = figures(division.atoms, new.draft.plan.borders, division.label, new.draft.limits)
    fresh = [number for number, label in enumerate(new.label) if label not in same]
    ids = boundaries.add(
        conn,
        at,
        {
            "grid_id": [new.grid_of[new.label[number]] for number in fresh],
            "households": found.households[fresh].tolist(),
            "buildings": found.buildings[fresh].tolist(),
            "wkb": shapely.to_wkb(new.outline[fresh]).tolist(),
        },
    )
    return {new.label[number]: one for number, one in zip(fresh, ids, strict=True)}


def write_lineage(conn: Connection, new: Divided, flowing: Sequence[Flow], child: Mapping[int, int]) -> None:
    """Write what each new boundary takes over from which one before it."""
    before = {flow.before.grid_id for flow in flowing}
    boundaries.add_lineage(
        conn,
        [
            {
                "parent": flow.before.boundary_id,
                "child": child[flow.label],
                "kind": _kind(new, flow, before),
                "households": flow.households,
                "area_m2": flow.area_m2,
            }
            for flow in flowing
            if flow.label in child
        ],
    )


def _kind(new: Divided, flow: Flow, before: Collection[int]) -> str:
    if new.grid_of[flow.label] not in before:
        return "split"
    return "edit" if flow.before.label in new.grid_of else "merge"


def write_atoms(conn: Connection, new: Divided, publication_id: int, at: datetime) -> None:
    """Write new atoms, and which grid holds each from then on; what stays as it is stays untouched."""
    draft, area_id = new.draft, new.draft.row.area_id
    atoms = draft.plan.division.atoms
    atom_id = _published_ids(conn, draft)
    added = np.flatnonzero(atom_id == 0)
    columns = {name: getattr(atoms, name)[added].tolist() for name in ("households", "people", "buildings")}
    columns["wkb"] = shapely.to_wkb(draft.frame.to_degrees(atoms.polygon[added])).tolist()
    atom_id[added] = boundaries.add_atoms(conn, area_id, publication_id, columns)
    grid = [new.grid_of.get(label) for label in draft.plan.division.label.tolist()]
    wanted = dict(zip(atom_id.tolist(), grid, strict=True))
    held = {row.atom_id: row for row in boundaries.grid_atoms(conn, area_id, at)}
    over = [row.id for one, row in held.items() if one not in wanted or wanted[one] != row.grid_id]
    boundaries.let_go(conn, over, at)
    begun = [one for one, its in wanted.items() if one not in held or held[one].grid_id != its]
    boundaries.hold(conn, at, begun, [wanted[one] for one in begun])


def _published_ids(conn: Connection, draft: Draft) -> NDArray[np.int64]:
    """Return which published atom each atom is, 0 for new ground or new counts."""
    atoms = draft.plan.division.atoms
    stored = {row.key: row for row in scenarios.atoms(conn, draft.row.id) if row.atom_id is not None}
    found = np.zeros(len(atoms), np.int64)
    shape = draft.frame.to_degrees(atoms.polygon)
    for number, key in enumerate(atoms.key.tolist()):
        row = stored.get(key)
        if row is None:
            continue
        counts = (row.households, row.people, row.buildings)
        now = (atoms.households[number], atoms.people[number], atoms.buildings[number])
        if counts == now and shapely.equals_exact(shapely.from_wkb(row.wkb), shape[number], normalize=True):
            found[number] = row.atom_id
    return found
