"""A draft beside the division that it follows upon: what moves, which workers, how many households."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.figures import figures
from gis_grid.planning.service.flows import flows, followed
from gis_grid.planning.service.moving import moves
from gis_grid.planning.service.states import open_draft
from gis_grid.planning.store import assignments, boundaries, scenarios

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.planning.service.flows import Before, Flow
    from gis_grid.planning.service.states import Draft


def compare(conn: Connection, scenario_id: int, *, now: datetime) -> dict[str, Any]:
    """Return what would be otherwise if a draft were published.

    Returns
    -------
    dict
        `outdated`: the boundaries in force are not those that the draft follows upon any more.
        `totals`: what goes to another grid, of how much. `grids`: each of before and after, and whether it is
        new, ends, has changed or stays the same. `moves`: what goes from which to which; `to` null is a gap.
        `workers`: who walks which grid before and after. `without_worker`: labels that nobody will walk;
        `with_many`: those that several will.
    """
    draft = open_draft(conn, scenario_id)
    before = followed(conn, draft)
    flowing = flows(draft, before)
    name = _names(conn, draft)
    moves = [flow for flow in flowing if not flow.stays]
    in_force = {row.id for row in boundaries.from_then_on(conn, draft.row.area_id, now)}
    workers = _workers(conn, draft, before, flowing, now)
    walked = [label for *_, label in workers if label is not None]
    left = set(draft.plan.division.labels().tolist())
    return {
        "outdated": not {row.boundary_id for row in before} <= in_force,
        "totals": {
            "households": int(draft.plan.division.atoms.households.sum()),
            "households_moved": sum(flow.households for flow in moves),
            "area_m2_moved": round(sum(flow.area_m2 for flow in moves), 1),
            "workers_moved": sum(one.label != label for _, one, label in workers),
        },
        "grids": _grids(draft, before, flowing, name),
        "moves": [
            {
                "from": flow.before.code,
                "to": None if flow.label == GAP else name(flow.label),
                "households": flow.households,
                "people": flow.people,
                "buildings": flow.buildings,
                "area_m2": round(flow.area_m2, 1),
            }
            for flow in moves
        ],
        "workers": [
            {
                "code": row.code,
                "name": row.name,
                "from": one.code,
                "to": None if label is None else name(label),
                "moves": one.label != label,
            }
            for row, one, label in workers
        ],
        "without_worker": sorted(left - set(walked)),
        "with_many": sorted(label for label in left if walked.count(label) > 1),
    }


def _names(conn: Connection, draft: Draft) -> Callable[[int], dict[str, Any]]:
    code = {row.label: row.code for row in scenarios.grids(conn, draft.row.id)}
    return lambda label: {"label": label, "code": code.get(label)}


def _grids(
    draft: Draft, before: Sequence[Before], flowing: Sequence[Flow], name: Callable[[int], dict[str, Any]]
) -> list[dict[str, Any]]:
    division = draft.plan.division
    found = figures(division.atoms, draft.plan.borders, division.label, draft.limits)
    was = {one.label: one for one in before}
    touched = {label for flow in flowing if not flow.stays for label in (flow.label, flow.before.label)}
    rows = [
        {
            **name(label),
            "households_before": _held(flowing, was.get(label)),
            "households": households,
            "change": "new" if label not in was else "changed" if label in touched else "same",
        }
        for label, households in zip(found.label.tolist(), found.households.tolist(), strict=True)
    ]
    left = set(found.label.tolist())
    ended = [
        {
            "label": None,
            "code": one.code,
            "households_before": _held(flowing, one),
            "households": None,
            "change": "ends",
        }
        for one in before
        if one.label not in left
    ]
    return rows + ended


def _held(flowing: Sequence[Flow], one: Before | None) -> int | None:
    return None if one is None else sum(flow.households for flow in flowing if flow.before is one)


def _workers(
    conn: Connection, draft: Draft, before: Sequence[Before], flowing: Sequence[Flow], now: datetime
) -> list[tuple[Row[Any], Before, int | None]]:
    """Return who walks which grid of before, and under which label afterwards."""
    going = {row.id: label for row, label in moves(conn, draft, before, flowing, now)}
    held = {one.grid_id: one for one in before}
    found = assignments.from_then_on(conn, list(held), [], now)
    return [(row, held[row.grid_id], going.get(row.id, held[row.grid_id].label)) for row in found]
