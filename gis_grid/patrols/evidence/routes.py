"""HTTP of evidence: what a week was judged on, as a file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.kit.http import AppSettings  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.patrols.evidence.service import write_evidence
from gis_grid.patrols.routes import Code, Reason, WeekName  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.patrols.track import Looker
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.patrols.zip_answer import Zip, zip_file

router = APIRouter(prefix="/api", tags=["workers"])


@router.get("/workers/{code}/weeks/{week}/evidence", response_class=Zip)
def read_evidence(
    caller: Annotated[Caller, may(Permission.SEE_TRACKS)],
    settings: AppSettings,
    code: Code,
    week: WeekName,
    reason: Reason = "evidence of a judged week",
) -> Zip:
    """Return all that the newest judgement of a week stands on as a ZIP that can be judged again off line."""
    now = clock.now()
    with zip_file() as made:
        write_evidence(
            caller.conn,
            code,
            week,
            made.file,
            now=now,
            looker=Looker(caller.name, caller.scope.worker_id, reason),
            hidden=VisitRules.read(settings, now).hidden_anywhere(),
        )
        return made.answer(f"{code}-{week}")
