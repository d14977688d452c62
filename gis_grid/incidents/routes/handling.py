"""One incident: read, moved on, merged; and the alerts of those that are late."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from gis_grid.incidents import service
from gis_grid.incidents.routes.asked import (
    REFUSALS,
    Code,
    Handler,
    Looker,
    Revision,
    Rules,
    Viewer,
    knows_names,
    sees_private,
    who,
)
from gis_grid.incidents.schemas import given, shown
from gis_grid.kit import clock

router = APIRouter()


@router.get("/incidents/alerts", response_model=shown.AlertList)
def incident_alerts(
    caller: Handler, limit: Annotated[int, Query(ge=1, le=1000, description="At most so many.")] = 200
) -> Any:
    """List what calls and nobody has acknowledged: emergencies, then escalated, red, yellow."""
    return {"alerts": service.unacknowledged(caller.conn, caller.scope.areas, limit)}


@router.post("/incidents/alerts/{id}/acknowledge", status_code=204, responses={404: REFUSALS[404]})
def acknowledge_alert(caller: Handler, alert_id: Annotated[int, Path(alias="id", ge=1, lt=2**63)]) -> None:
    """Say that one has seen an alert; whoever was first stays."""
    service.acknowledge(caller.conn, alert_id, caller.name, clock.now())


@router.get("/incidents/{code}", response_model=shown.IncidentShown, responses={404: REFUSALS[404]})
def read_incident(caller: Viewer, rules: Rules, code: Code, response: Response) -> Any:
    """Return an incident with its history and what the caller can do with it; the ETag is its revision."""
    incident = service.read(
        caller.conn,
        code,
        who(caller),
        now=clock.now(),
        rules=rules,
        names=knows_names(caller),
        private=sees_private(caller),
    )
    response.headers["ETag"] = f'"{incident["revision"]}"'
    return incident


@router.post("/incidents/{code}/moves", response_model=shown.IncidentShown, responses=REFUSALS)
def move_incident(
    caller: Handler, code: Code, revision: Revision, *, rules: Rules, sent: given.MoveNew, response: Response
) -> Any:
    """Move an incident on."""
    wanted = service.Wanted(sent.move, sent.why, sent.level, sent.rating, revision)
    now = clock.now()
    service.move(caller.conn, code, wanted, who(caller), now=now, rules=rules)
    incident = service.read(caller.conn, code, who(caller), now=now, rules=rules)
    response.headers["ETag"] = f'"{incident["revision"]}"'
    return incident


@router.get(
    "/incidents/{code}/duplicates", response_model=shown.DuplicateList, responses={404: REFUSALS[404]}
)
def incident_duplicates(caller: Looker, code: Code) -> Any:
    """Say what is likely the same as an incident, the likeliest first, with the parts of each score."""
    return {"duplicates": service.duplicates_of(caller.conn, code, caller.scope.areas)}


@router.post("/incidents/{code}/merge", response_model=shown.IncidentShown, responses=REFUSALS)
def merge_incident(caller: Handler, rules: Rules, code: Code, sent: given.MergeNew) -> Any:
    """Close an incident as a duplicate of another, and return that one; both keep their history."""
    now = clock.now()
    service.merge(caller.conn, code, sent.into, who(caller), why=sent.why, now=now)
    return service.read(caller.conn, sent.into, who(caller), now=now, rules=rules)


@router.post("/incidents/{code}/unmerge", response_model=shown.IncidentShown, responses=REFUSALS)
def unmerge_incident(caller: Handler, rules: Rules, code: Code, sent: given.UnmergeNew) -> Any:
    """Undo a merge: the incident is its own again, in the state that it had; both keep their history."""
    now = clock.now()
    service.unmerge(caller.conn, code, who(caller), why=sent.why, now=now, rules=rules)
    return service.read(caller.conn, code, who(caller), now=now, rules=rules)
