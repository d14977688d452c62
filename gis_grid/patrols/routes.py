"""HTTP of workers: their verdicts, their tracks, and who looked at them."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - FastAPI reads the annotations
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.patrols import data_export, reading, revisions, schemas, track
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.patrols.zip_answer import Zip, zip_file

router = APIRouter(prefix="/api", tags=["workers"])

Code = Annotated[str, Path(description="Code of a grid worker.")]
WeekName = Annotated[str, Path(description="ISO week, e.g. 2026-W45.")]


def readable(text: str) -> str:
    """Refuse what a person would read as nothing, or in another order than it was written."""
    if not text.strip() or not text.isprintable():
        raise ValueError("expected words: no control, invisible or turning signs")
    return text


Reason = Annotated[
    str, AfterValidator(readable), Query(max_length=200, description="Why; the worker can read it.")
]


@router.get("/workers")
def read_workers(caller: Annotated[Caller, may(Permission.SEE_VERDICTS)]) -> schemas.WorkerList:
    """Return every grid worker with the grid of today and the verdicts so far, counted."""
    scope = caller.scope
    return reading.listed_workers(caller.conn, clock.now(), scope.people, scope.worker_id)


@router.get("/workers/{code}/days")
def read_worker_days(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    code: Code,
    first: Annotated[date | None, Query(alias="from", description="First local day.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day.")] = None,
) -> schemas.WorkerDays:
    """Return what a worker's days, weeks and patrols come to, in the latest revision of each week."""
    return reading.worker_days(caller.conn, code, first, last)


@router.get("/workers/{code}/periods")
def read_worker_periods(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    code: Code,
    first: Annotated[date | None, Query(alias="from", description="With a day from then on.")] = None,
    last: Annotated[date | None, Query(alias="to", description="With a day until then.")] = None,
) -> schemas.WorkerPeriods:
    """Return what a worker's months and quarters come to, each in its latest revision, the newest first."""
    return reading.worker_periods(caller.conn, code, first, last)


@router.get("/workers/{code}/weeks/{week}/revisions")
def read_week_revisions(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)],
    code: Code,
    week: WeekName,
) -> schemas.Revisions:
    """Return every judging of a week, oldest first, each with what it changed."""
    return revisions.revisions_of(caller.conn, code, week)


@router.get("/workers/{code}/track", response_class=GeoJson)
def read_worker_track(
    caller: Annotated[Caller, may(Permission.SEE_TRACKS)],
    settings: AppSettings,
    code: Code,
    day: Annotated[date, Query(alias="date", description="Local day.")],
    reason: Reason = "shown on the map",
) -> GeoJson:
    """Return runs of a day's track by class, and flagged fixes; every call is written into the ledger."""
    looker = track.Looker(caller.name, caller.scope.worker_id, reason)
    found = track.look_at_track(caller.conn, code, day, tz=settings.tz, now=clock.now(), looker=looker)
    # A copy in a cache would be a look that nobody wrote down.
    return GeoJson(found, headers={"Cache-Control": "no-store"})


@router.get("/workers/{code}/data", response_class=Zip)
def read_worker_data(
    caller: Annotated[Caller, may(Permission.TAKE_OWN_DATA)], settings: AppSettings, code: Code
) -> Zip:
    """Return all that is held about a worker as a ZIP of CSV and JSON files with a README."""
    now = clock.now()
    with zip_file() as made:
        data_export.export_data(
            caller.conn,
            code,
            made.file,
            tz=settings.tz,
            now=now,
            actor=caller.name,
            actor_worker_id=caller.scope.worker_id,
            hidden=VisitRules.read(settings, now).hidden_anywhere(),
        )
        return made.answer(code)


@router.get("/workers/{code}/looks")
def read_worker_looks(caller: Annotated[Caller, may(Permission.SEE_LOOKS)], code: Code) -> schemas.Looks:
    """Return every look at a worker's tracks, oldest first."""
    return reading.looks_at(caller.conn, code)
