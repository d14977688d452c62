"""Edits of a draft, taken back and done again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Depends, Request, Response

from gis_grid.kit import clock
from gis_grid.planning import service
from gis_grid.planning.routes.asked import (
    REFUSALS,
    Planner,
    Revision,
    Rules,
    ScenarioId,
    place_for,
    tagged,
)
from gis_grid.planning.schemas.drafts import Edited
from gis_grid.planning.schemas.edits import Edit, Refresh, is_long

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

router = APIRouter(prefix="/scenarios/{id}", responses=REFUSALS)


async def _admitted(request: Request, edit: Annotated[Edit, Body()]) -> AsyncIterator[Edit]:
    """Yield an edit; one that may take seconds waits for its place first."""
    async with place_for(request, long=is_long(edit)):
        yield edit


@router.post("/edits", response_model=Edited)
def edit_draft(
    edit: Annotated[Edit, Depends(_admitted, scope="function")],
    caller: Planner,
    scenario_id: ScenarioId,
    revision: Revision,
    *,
    rules: Rules,
    response: Response,
) -> Any:
    """Make an edit in the revision that it was meant for."""
    conn, who, now = caller.conn, caller.name, clock.now()
    if isinstance(edit, Refresh):
        edited = service.refresh(conn, scenario_id, revision=revision, who=who, now=now, rules=rules)
    else:
        parameters = edit.parameters()
        edited = service.edit(conn, scenario_id, edit.op, parameters, revision=revision, who=who, now=now)
    return _answer(caller, edited, response)


@router.post("/undo", response_model=Edited)
def undo_edit(caller: Planner, scenario_id: ScenarioId, revision: Revision, response: Response) -> Any:
    """Take the last edit back."""
    edited = service.undo(caller.conn, scenario_id, revision=revision, who=caller.name, now=clock.now())
    return _answer(caller, edited, response)


@router.post("/redo", response_model=Edited)
def redo_edit(caller: Planner, scenario_id: ScenarioId, revision: Revision, response: Response) -> Any:
    """Do an edit again that was taken back."""
    edited = service.redo(caller.conn, scenario_id, revision=revision, who=caller.name, now=clock.now())
    return _answer(caller, edited, response)


def _answer(caller: Planner, edited: service.Edited, response: Response) -> dict[str, Any]:
    answer = service.answer(caller.conn, edited)
    tagged(response, answer["scenario"])
    return answer
