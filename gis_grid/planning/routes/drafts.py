"""Drafts: listed, opened, shown, put away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response

from gis_grid.kit import clock
from gis_grid.kit.http import GeoJson
from gis_grid.planning import service
from gis_grid.planning.routes.asked import (
    REFUSALS,
    UNCHANGED,
    Known,
    OneOfFew,
    Paged,
    Planner,
    Revision,
    Rules,
    ScenarioId,
    drawn,
    not_modified,
    paged,
    tagged,
)
from gis_grid.planning.schemas import drafts as schemas

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from gis_grid.accounts.http import Caller

router = APIRouter(prefix="/scenarios")


@router.get("", response_model=schemas.DraftList)
def read_drafts(
    caller: Planner,
    page: Paged,
    community: Annotated[str | None, Query(max_length=100, description="Code; left out: all.")] = None,
    *,
    dropped: Annotated[bool, Query(description="Also those that were put away.")] = False,
) -> Any:
    """List drafts and what became of them, what changed last first."""
    found = service.drafts(caller.conn, community, dropped=dropped, page=page)
    shown, behind = paged(page, found, "changed_at")
    return {"scenarios": shown, "next": behind}


@router.post(
    "",
    status_code=201,
    response_model=schemas.DraftShown,
    responses={404: REFUSALS[404], 409: REFUSALS[409]},
    dependencies=[OneOfFew],
)
def open_draft(caller: Planner, rules: Rules, wanted: schemas.DraftNew, response: Response) -> Any:
    """Open a draft of a community: of today's division, of the one published next, or without grids."""
    start = service.Wanted(
        wanted.community,
        wanted.name,
        service.Start(wanted.start),
        wanted.limits.limits(),
        wanted.seed,
    )
    scenario_id = service.open_scenario(caller.conn, start, who=caller.name, now=clock.now(), rules=rules)
    response.headers["Location"] = f"/api/scenarios/{scenario_id}"
    return tagged(response, service.read(caller.conn, scenario_id))


@router.get("/{id}", response_model=schemas.DraftShown, responses=UNCHANGED)
def read_draft(caller: Planner, scenario_id: ScenarioId, known: Known, response: Response) -> Any:
    """Return a draft: its grids, totals, checks and history; the ETag is its revision."""
    same = service.known_revision(caller.conn, scenario_id, known, of_summary=True)
    if same is not None:
        return not_modified(same)
    return tagged(response, service.read(caller.conn, scenario_id))


@router.get("/{id}/grids", response_class=GeoJson, responses=UNCHANGED)
def read_draft_grids(caller: Planner, scenario_id: ScenarioId, known: Known) -> Response:
    """Return the grids of a draft; id = label, properties as in its summary."""
    return _map(caller, scenario_id, known, service.grids_geojson)


@router.get("/{id}/atoms", response_class=GeoJson, responses=UNCHANGED)
def read_draft_atoms(caller: Planner, scenario_id: ScenarioId, known: Known) -> Response:
    """Return the atoms of a draft; properties key, label (-1: a gap), households, people, buildings."""
    return _map(caller, scenario_id, known, service.atoms_geojson)


@router.get("/{id}/buildings", response_class=GeoJson, responses=UNCHANGED)
def read_draft_buildings(caller: Planner, scenario_id: ScenarioId, known: Known) -> Response:
    """Return the points that buildings are counted by; properties households, people."""
    return _map(caller, scenario_id, known, service.buildings_geojson)


def _map(
    caller: Caller, scenario_id: int, known: frozenset[int], written: Callable[[Connection, int], bytes]
) -> Response:
    same = service.known_revision(caller.conn, scenario_id, known)
    if same is not None:
        return not_modified(same)
    draft = service.open_draft(caller.conn, scenario_id)
    return drawn(written(caller.conn, scenario_id), draft.row.revision)


@router.delete("/{id}", status_code=204, responses=REFUSALS)
def drop_draft(caller: Planner, scenario_id: ScenarioId, revision: Revision) -> None:
    """Put a draft away; lists leave it out."""
    service.drop(caller.conn, scenario_id, revision=revision, who=caller.name, now=clock.now())
