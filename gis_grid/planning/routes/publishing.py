"""What becomes of a draft: reviewed, published, withdrawn."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response

from gis_grid.kit import clock
from gis_grid.planning import service
from gis_grid.planning.routes.asked import REFUSALS, Planner, Revision, Rules, ScenarioId, tagged
from gis_grid.planning.schemas.drafts import DraftShown, Published, PublishFrom, ReviewSaid

router = APIRouter(prefix="/scenarios/{id}", responses=REFUSALS)


@router.post("/review", response_model=DraftShown)
def review_draft(
    caller: Planner,
    scenario_id: ScenarioId,
    revision: Revision,
    response: Response,
    said: Annotated[ReviewSaid, Body()] = ReviewSaid(),  # noqa: B008 - it is not changed
) -> Any:
    """Say that one has looked a draft over; the next edit makes it a draft again."""
    now = clock.now()
    service.review(caller.conn, scenario_id, revision=revision, who=caller.name, now=now, note=said.note)
    return tagged(response, service.read(caller.conn, scenario_id))


@router.post("/publish", response_model=Published)
def publish_draft(
    caller: Planner,
    scenario_id: ScenarioId,
    revision: Revision,
    *,
    rules: Rules,
    response: Response,
    wanted: Annotated[PublishFrom, Body()] = PublishFrom(),  # noqa: B008 - it is not changed
) -> Any:
    """Put a draft into force from a moment on; new grids get their codes."""
    publication = service.publish(
        caller.conn,
        scenario_id,
        revision=revision,
        who=caller.name,
        now=clock.now(),
        rules=rules,
        valid_from=wanted.valid_from,
    )
    scenario = service.read(caller.conn, scenario_id)
    return {"publication": publication, "scenario": tagged(response, scenario)}


@router.post("/withdraw", response_model=DraftShown)
def withdraw_draft(caller: Planner, scenario_id: ScenarioId, revision: Revision, response: Response) -> Any:
    """Take a publication back before its moment: everything is as it was."""
    service.withdraw(caller.conn, scenario_id, revision=revision, who=caller.name, now=clock.now())
    return tagged(response, service.read(caller.conn, scenario_id))
