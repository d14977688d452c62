"""Divisions that were published, brought back, and what came from where."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.planning import service
from gis_grid.planning.routes.asked import REFUSALS, OneOfFew, Paged, Planner, Rules, paged, tagged
from gis_grid.planning.schemas.divisions import DivisionList, Lineage, RestoreWanted
from gis_grid.planning.schemas.drafts import DraftShown

router = APIRouter()


@router.get("/divisions", response_model=DivisionList)
def read_divisions(
    caller: Planner,
    page: Paged,
    community: Annotated[str | None, Query(max_length=100, description="Code; left out: all.")] = None,
) -> Any:
    """List publications, newest first, those withdrawn too."""
    shown, behind = paged(page, service.divisions(caller.conn, community, page), "valid_from")
    return {"divisions": shown, "next": behind}


@router.post(
    "/divisions/{id}/restore",
    status_code=201,
    response_model=DraftShown,
    responses={409: REFUSALS[409]},
    dependencies=[OneOfFew],
)
def restore_division(
    caller: Planner,
    publication_id: Annotated[int, Path(alias="id", ge=1, lt=2**63)],
    rules: Rules,
    response: Response,
    wanted: Annotated[RestoreWanted, Body()] = RestoreWanted(),  # noqa: B008 - it is not changed
) -> Any:
    """Open a draft that brings a division back as it was; it can be published at once."""
    scenario_id = service.restore(
        caller.conn,
        publication_id,
        who=caller.name,
        now=clock.now(),
        rules=rules,
        predecessor=wanted.predecessor,
    )
    response.headers["Location"] = f"/api/scenarios/{scenario_id}"
    return tagged(response, service.read(caller.conn, scenario_id))


@router.get("/grids/{code}/lineage", response_model=Lineage)
def read_lineage(
    caller: Annotated[Caller, may(Permission.SEE_MAP)], code: Annotated[str, Path(max_length=100)]
) -> Any:
    """Return the boundaries that a grid's came from or that came from them, and what each took over."""
    return service.lineage_of(caller.conn, code)
