"""HTTP of visits: what is due, what was made, appointments, coverage and counters."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Path, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput
from gis_grid.kit.http import AppSettings  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.patrols.visiting import counters, coverage, due, key_places, made, schemas
from gis_grid.patrols.weeks import FIRST_DAY, LAST_DAY
from gis_grid.visits.rows import PlacedClass  # noqa: TC001 - FastAPI reads the annotations

if TYPE_CHECKING:
    from gis_grid.kit.settings import Settings

router = APIRouter(prefix="/api/visits", tags=["visits"])

REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such place, grid or code, or it may not be seen"},
    409: {"description": "Not together with what is stored: `title` says with what"},
}

MOST_ROWS = 10_000
_MONTH = timedelta(days=31)

Grid = Annotated[str | None, Query(description="Code of a grid; left out: all in sight.")]
First = Annotated[date | None, Query(alias="from", description="First local day; left out: a week before.")]
Last = Annotated[date | None, Query(alias="to", description="Last local day; left out: today.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="At most so many.")]
Code = Annotated[UUID, Path(description="The code that it was reported with.")]
SeesVisits = Annotated[Caller, may(Permission.SEE_VISITS)]
Reports = Annotated[Caller, may(Permission.REPORT_VISITS)]
Counts = Annotated[Caller, may(Permission.COUNT_VISITS)]
Corrects = Annotated[Caller, may(Permission.CORRECT_VISITS)]


@router.get("", responses={404: REFUSALS[404]})
def read_visits(
    caller: SeesVisits,
    settings: AppSettings,
    *,
    first: First = None,
    last: Last = None,
    grid: Grid = None,
    limit: Limit = 1000,
) -> schemas.VisitList:
    """List the visits to targets of one's grids, newest first, each with whether the track proves it."""
    days = _days(settings, first, last)
    return made.listed(caller.conn, settings, caller.scope, clock.now(), days=days, grid=grid, limit=limit)


@router.post("", status_code=201, responses=REFUSALS)
def report_visit(caller: Reports, settings: AppSettings, body: schemas.VisitReport) -> schemas.Visit:
    """Report a visit of one's own; sent again with the same code it is the same visit."""
    return made.report(caller.conn, settings, caller.scope, body, clock.now())


@router.get("/due", responses={404: REFUSALS[404]})
def read_due_visits(
    caller: SeesVisits,
    settings: AppSettings,
    *,
    grid: Grid = None,
    visit_class: Annotated[
        PlacedClass | None, Query(alias="class", description="Only of this class.")
    ] = None,
    state: Annotated[
        schemas.State | None, Query(description="Only in this state; left out: due and overdue.")
    ] = None,
    everything: Annotated[bool, Query(alias="all", description="Targets in any state.")] = False,
    limit: Limit = 1000,
) -> schemas.DueList:
    """List the targets of one's grids that are to be visited, most pressing first."""
    wanted = due.Filter(grid, visit_class, "all" if everything else state, limit)
    return due.due_list(caller.conn, settings, caller.scope, clock.now(), wanted)


@router.get("/coverage", responses={404: REFUSALS[404]})
def read_visit_coverage(
    caller: SeesVisits,
    settings: AppSettings,
    *,
    period: Annotated[
        str | None, Query(description="2026-W47, 2026-11 or 2026-Q4; left out: this quarter.", max_length=8)
    ] = None,
    grid: Grid = None,
) -> schemas.Coverage:
    """Count per grid how many targets were visited in a period; households count by address."""
    return coverage.coverage(caller.conn, settings, caller.scope, clock.now(), period=period, grid=grid)


@router.get("/counters", responses={404: REFUSALS[404]})
def read_visit_counters(
    caller: SeesVisits, settings: AppSettings, *, first: First = None, last: Last = None, grid: Grid = None
) -> schemas.CounterList:
    """Count per grid what was due and done of classes that are only counted."""
    days = _days(settings, first, last)
    return counters.counted(caller.conn, settings, caller.scope, clock.now(), days=days, grid=grid)


@router.put("/counters", responses=REFUSALS)
def enter_visit_counter(
    caller: Counts, settings: AppSettings, body: schemas.CounterEntered
) -> schemas.Counter:
    """Enter due and done of a class that is only counted, of a local day; entered again, it is corrected."""
    return counters.enter(caller.conn, settings, caller.scope, body, clock.now())


@router.get("/key-places", responses={404: REFUSALS[404]})
def read_key_places(
    caller: SeesVisits,
    settings: AppSettings,
    *,
    first: First = None,
    last: Last = None,
    day: Annotated[date | None, Query(description="This local day alone.")] = None,
    grid: Grid = None,
    limit: Limit = 1000,
) -> schemas.KeyPlaces:
    """List how the key places of one's grids were inspected, newest first; no request looks at a track."""
    days = _days(settings, day or first, day or last)
    return key_places.key_places(caller.conn, caller.scope, clock.now(), days=days, grid=grid, limit=limit)


@router.get("/appointments", responses={404: REFUSALS[404]})
def read_appointments(
    caller: SeesVisits, settings: AppSettings, *, first: First = None, last: Last = None, grid: Grid = None
) -> schemas.AppointmentList:
    """List appointments and what became of them; left out, the days end a month ahead."""
    today = _today(settings)
    days = _days(
        settings,
        first or min(today, last or today),
        last or min(max(today, first or today), LAST_DAY - _MONTH) + _MONTH,
    )
    return made.appointments(caller.conn, settings, caller.scope, clock.now(), days=days, grid=grid)


@router.post("/appointments", status_code=201, responses=REFUSALS)
def make_appointment(
    caller: Reports, settings: AppSettings, body: schemas.AppointmentMade
) -> schemas.Appointment:
    """Keep when one agreed to come; sent again with the same code it is the same appointment."""
    return made.appoint(caller.conn, settings, caller.scope, body, clock.now())


@router.post("/appointments/{code}/end", responses=REFUSALS)
def call_off_appointment(
    caller: Corrects, settings: AppSettings, code: Code, body: schemas.CalledOff
) -> schemas.Appointment:
    """Call an appointment off: one's own, or as a commander one in the own areas."""
    return made.call_off(caller.conn, settings, caller.scope, code, why=body.why, now=clock.now())


@router.post("/{code}/withdrawal", responses=REFUSALS)
def withdraw_visit(
    caller: Corrects, settings: AppSettings, code: Code, body: schemas.Withdrawal
) -> schemas.Visit:
    """Take a visit back that was reported wrongly; it stays, with who took it back, when and why."""
    return made.withdraw(caller.conn, settings, caller.scope, code, why=body.why, now=clock.now())


def _today(settings: Settings) -> date:
    return clock.now().astimezone(settings.tz).date()


def _days(settings: Settings, first: date | None, last: date | None) -> tuple[date, date]:
    today = _today(settings)
    for day in (first or today, last or today):
        if not FIRST_DAY <= day <= LAST_DAY:
            raise BadInput("The date is out of range", f"{day}; expected one from {FIRST_DAY} to {LAST_DAY}")
    end = last or max(today, first or today)
    return first or end - timedelta(days=6), end
