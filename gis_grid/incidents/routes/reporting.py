"""Reports, what is likely the same, and the words that reports are made of."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from gis_grid.incidents import service
from gis_grid.incidents.routes.asked import Reporter, Rules, Viewer, who
from gis_grid.incidents.schemas import given, shown
from gis_grid.kit import clock

router = APIRouter()


@router.post(
    "/incidents",
    status_code=201,
    response_model=shown.IncidentShown,
    responses={
        200: {"description": "Sent before: the incident that it made", "model": shown.IncidentShown},
        409: {"description": "Another report has this code"},
    },
)
def report_incident(caller: Reporter, rules: Rules, sent: given.ReportNew, response: Response) -> Any:
    """Report something: it gets its grid, workflow and deadline; an emergency is sent up at once."""
    said = service.Said(sent.lon, sent.lat, sent.building_id, sent.address, sent.community)
    report = service.Report(
        **sent.model_dump(exclude={"lon", "lat", "building_id", "address", "community"}), where=said
    )
    within = service.Within(caller.scope.areas, caller.scope.worker_id)
    now = clock.now()
    made = service.report(caller.conn, report, who(caller), within, now=now, rules=rules)
    if not made.new:
        response.status_code = 200
    response.headers["Location"] = f"/api/incidents/{made.code}"
    incident = service.read(caller.conn, made.code, who(caller), now=now, rules=rules)
    response.headers["ETag"] = f'"{incident["revision"]}"'
    return incident


@router.post("/incidents/duplicates/look", response_model=shown.DuplicateList)
def look_for_duplicates(caller: Reporter, sent: given.LookNew) -> Any:
    """Say what is stored and likely the same as what somebody is about to report."""
    looked = service.Looked(
        sent.title,
        sent.at or clock.now(),
        sent.description,
        sent.category,
        sent.lon,
        sent.lat,
        sent.address,
    )
    return {"duplicates": service.look(caller.conn, looked, caller.scope.areas)}


@router.get("/incidents/categories", response_model=shown.CategoryList)
def incident_categories(caller: Viewer) -> Any:
    """Return the tree of categories."""
    return {"categories": service.every_category()}


@router.get("/workflows", response_model=shown.WorkflowList)
def incident_workflows(caller: Viewer) -> Any:
    """Return the workflows: states and moves in Chinese and English, each with where it is from."""
    return {"workflows": service.every_workflow()}
