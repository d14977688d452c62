"""Drafts: listed, opened, shown, put away."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from gis_grid.kit import clock
from gis_grid.kit.http import GeoJson
from gis_grid.planning import service
from gis_grid.planning.routes.asked import (
    REFUSALS,
    OneOfFew,
    Paged,
    Planner,
    Revision,
    Rules,
    ScenarioId,
    drawn,
    paged,
    tagged,
)
from gis_grid.planning.schemas import drafts as schemas

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


@router.post("", status_code=201, response_model=schemas.DraftShown, dependencies=[OneOfFew])
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


@router.get("/{id}", response_model=schemas.DraftShown)
def read_draft(caller: Planner, scenario_id: ScenarioId, response: Response) -> Any:
    """Return a draft: its grids, totals, checks and history; the ETag is its revision."""
    return tagged(response, service.read(caller.conn, scenario_id))


@router.get("/{id}/grids", response_class=GeoJson)
def read_draft_grids(caller: Planner, scenario_id: ScenarioId) -> GeoJson:
    """Return the grids of a draft; id = label, properties as in its summary."""
    draft = service.open_draft(caller.conn, scenario_id)
    return drawn(service.grids_geojson(caller.conn, scenario_id), draft.row.revision)


@router.get("/{id}/atoms", response_class=GeoJson)
def read_draft_atoms(caller: Planner, scenario_id: ScenarioId) -> GeoJson:
    """Return the atoms of a draft; properties key, label (-1: a gap), households, people, buildings."""
    draft = service.open_draft(caller.conn, scenario_id)
    return drawn(service.atoms_geojson(caller.conn, scenario_id), draft.row.revision)


@router.get("/{id}/buildings", response_class=GeoJson)
def read_draft_buildings(caller: Planner, scenario_id: ScenarioId) -> GeoJson:
    """Return the points that buildings are counted by; properties households, people."""
    draft = service.open_draft(caller.conn, scenario_id)
    return drawn(service.buildings_geojson(caller.conn, scenario_id), draft.row.revision)


@router.delete("/{id}", status_code=204, responses=REFUSALS)
def drop_draft(caller: Planner, scenario_id: ScenarioId, revision: Revision) -> None:
    """Put a draft away; lists leave it out."""
    service.drop(caller.conn, scenario_id, revision=revision, who=caller.name, now=clock.now())
