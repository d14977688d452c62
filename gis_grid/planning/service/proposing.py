"""What would be: the machine's proposals, and what an edit would come to, without making it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gis_grid.core.plan.errors import Refused
from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.proposals import proposals
from gis_grid.planning.service.operating import operate
from gis_grid.planning.service.reading import grid_rows
from gis_grid.planning.service.states import open_draft
from gis_grid.planning.service.wording import names, told_refusal
from gis_grid.planning.store import scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from gis_grid.core.plan.proposal import Proposal


def propose(
    conn: Connection, scenario_id: int, *, seed: int | None = None, count: int = 3
) -> list[dict[str, Any]]:
    """Return divisions of all that is not locked, best first; the edit `partition` makes one by its rank."""
    draft = open_draft(conn, scenario_id)
    division = draft.plan.division
    rows = np.flatnonzero(~np.isin(division.label, list(division.locked)))
    chosen = draft.row.seed if seed is None else seed
    if not rows.size:
        return []
    found = proposals(division.atoms, draft.plan.borders, draft.limits, seed=chosen, rows=rows, count=count)
    return [_told(proposal, rank, chosen) for rank, proposal in enumerate(found)]


def count(conn: Connection, scenario_id: int, op: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the grids that an edit would touch, as they would be; nothing is changed.

    Raises
    ------
    NotFound, BadInput, RefusedEdit
        As of `edit`.
    """
    draft = open_draft(conn, scenario_id)
    try:
        change = operate(draft, op, params)
    except Refused as refused:
        raise told_refusal(refused, names(conn, draft), draft.frame) from refused
    after = draft.plan.after(change)
    touched = set(change.grids().tolist())
    found = figures(after.division.atoms, after.borders, after.division.label, after.limits)
    rows = grid_rows(replace(draft, plan=after), found, scenarios.grids(conn, scenario_id))
    return [row for row in rows if row["label"] in touched]


def _told(proposal: Proposal, rank: int, seed: int) -> dict[str, Any]:
    found = proposal.figures
    return {
        "rank": rank,
        "seed": seed,
        "grids": len(found.label),
        "in_range": int(found.in_range.sum()),
        "exceptions": [
            {"households": int(found.households[one.label]), "cause": one.cause.value}
            for one in proposal.exceptions
        ],
        "crossings": len(proposal.crossings),
        "compactness": round(float(found.compactness.mean()), 4),
        "worst_compactness": round(float(found.compactness.min()), 4),
        "on_ground_share": round(found.on_ground, 4),
        "households": {"least": int(found.households.min()), "most": int(found.households.max())},
    }
