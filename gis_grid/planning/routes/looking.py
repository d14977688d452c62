"""What would be: an edit while it is drawn, the machine's proposals, a draft beside today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Query, Request

from gis_grid.kit import clock
from gis_grid.planning import service
from gis_grid.planning.errors import RefusedEdit
from gis_grid.planning.routes.asked import REFUSALS, OneOfFew, Planner, ScenarioId, place_for
from gis_grid.planning.schemas.edits import CountWanted, is_long
from gis_grid.planning.schemas.looks import Comparison, DrawnCounted, ProposalList, ProposalsWanted

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

router = APIRouter(prefix="/scenarios/{id}", responses={404: REFUSALS[404]})


async def _admitted(request: Request, wanted: Annotated[CountWanted, Body()]) -> AsyncIterator[CountWanted]:
    """Yield what is counted; what may take a while waits for its place first."""
    async with place_for(request, long=is_long(wanted)):
        yield wanted


@router.post("/count", response_model=DrawnCounted, responses={409: REFUSALS[409]})
def count_draft(
    wanted: Annotated[CountWanted, Depends(_admitted, scope="function")],
    caller: Planner,
    scenario_id: ScenarioId,
    *,
    drawing: Annotated[
        bool, Query(description="While something is drawn, a refusal is no failure: 200 with `refused`.")
    ] = False,
) -> Any:
    """Return the grids that something drawn would touch, as they would be; nothing is changed."""
    edit = wanted.edit()
    try:
        return {"sides": service.count(caller.conn, scenario_id, edit.op, edit.parameters())}
    except RefusedEdit as refused:
        if not drawing:
            raise
        return {"sides": [], "refused": refused.members}


@router.post("/proposals", response_model=ProposalList, dependencies=[OneOfFew])
def propose_divisions(
    caller: Planner,
    scenario_id: ScenarioId,
    wanted: Annotated[ProposalsWanted, Body()] = ProposalsWanted(),  # noqa: B008 - it is not changed
) -> Any:
    """Return a few different divisions of all that is not locked, best first; nothing is changed."""
    return {"proposals": service.propose(caller.conn, scenario_id, seed=wanted.seed, count=wanted.count)}


@router.get("/comparison", response_model=Comparison)
def compare_draft(caller: Planner, scenario_id: ScenarioId) -> Any:
    """Return what would be otherwise if a draft were published: grids, ground, households, workers."""
    return service.compare(caller.conn, scenario_id, now=clock.now())
