"""HTTP of contests: a worker files and withdraws, a reviewer decides, and who sees a verdict sees both."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.patrols.contests import service
from gis_grid.patrols.contests.schemas import (  # noqa: TC001 - FastAPI reads the annotations
    Contest,
    ContestDecided,
    ContestFiled,
    ContestList,
    ContestState,
)

router = APIRouter(prefix="/api", tags=["contests"])

MOST_AT_ONCE: Final = 200

Contests = Annotated[Caller, may(Permission.CONTEST)]
Reviews = Annotated[Caller, may(Permission.REVIEW_CONTESTS)]
ContestId = Annotated[int, Path(alias="id", ge=1, lt=2**63)]

_NOT_FILED: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such worker or verdict, or it is not the caller's own"},
    409: {
        "description": "The verdict is met, is contested already, or was decided on; or it is not of the"
        " newest judging, whose number is in `revision`"
    },
}
_NOT_OPEN: Final[dict[int | str, dict[str, Any]]] = {
    409: {"description": "The contest is not open any more"},
}


@router.post("/workers/{code}/contests", status_code=201, responses=_NOT_FILED)
def file_contest(
    caller: Contests, code: Annotated[str, Path(description="Code of the caller.")], sent: ContestFiled
) -> Contest:
    """Object to a verdict about oneself that is short or for review; open, it counts as contested."""
    return service.file(caller.conn, code, sent, caller.scope.worker_id)


@router.get("/contests")
def read_contests(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    *,
    worker: Annotated[str | None, Query(description="Code of a grid worker; left out: all in sight.")] = None,
    state: Annotated[ContestState | None, Query(description="Only in this state.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_AT_ONCE, description="At most so many.")] = 50,
    before: Annotated[int | None, Query(ge=1, lt=2**63, description="`next` of the page before.")] = None,
) -> ContestList:
    """List contests of the workers in sight, newest first, each with what the newest judging says."""
    return service.listed(caller.conn, code=worker, state=state, before=before, limit=limit)


@router.post("/contests/{id}/withdraw", responses=_NOT_OPEN)
def withdraw_contest(caller: Contests, contest_id: ContestId) -> Contest:
    """Take one's own contest back while it is open; it stays, and the verdict counts."""
    return service.withdraw(caller.conn, contest_id)


@router.post("/contests/{id}/decide", responses=_NOT_OPEN)
def decide_contest(caller: Reviews, contest_id: ContestId, sent: ContestDecided) -> Contest:
    """Accept or reject an open contest of somebody else; the computed verdict stays as it is."""
    return service.decide(caller.conn, contest_id, sent)
