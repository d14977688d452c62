"""Visits that were made, reported and withdrawn, and appointments: without those of hidden classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.kit.days import instants
from gis_grid.kit.errors import NotAllowed, NotFound
from gis_grid.patrols.visiting import looking, schemas
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.visits import due as visits
from gis_grid.visits import reporting
from gis_grid.visits.reporting import Report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from sqlalchemy import Connection, Row

    from gis_grid.accounts.scope import Scope
    from gis_grid.kit.settings import Settings
    from gis_grid.visits.reporting import Target


def report(
    conn: Connection, settings: Settings, scope: Scope, sent: schemas.VisitReport, now: datetime
) -> schemas.Visit:
    """Store a visit of the worker that the caller is.

    Raises
    ------
    NotAllowed
        When the caller is no worker.
    NotFound
        When the target is not in sight, or of a class that is only counted: both look the same.
    BadInput, Conflict
        As :func:`gis_grid.visits.reporting.report`.
    """
    worker = _worker(scope)
    target = _target(conn, settings, sent.target, now)
    at = sent.at or reporting.time_of(conn, sent.code) or now
    row = reporting.report(conn, worker, target, Report(sent.code, sent.mode, at, sent.appointment), now=now)
    return _shown(conn, [row])[0]


def listed(
    conn: Connection,
    settings: Settings,
    scope: Scope,
    now: datetime,
    *,
    days: tuple[date, date],
    grid: str | None,
    limit: int,
) -> schemas.VisitList:
    """Return the visits of some local days in a caller's grids, newest first.

    Raises
    ------
    NotFound
        When a grid is named that is not in sight.
    BadInput
        When the days are more than a hundred, or upside down.
    """
    start, end = _span(days, settings)
    sight = looking.look(conn, settings, scope, now, grid=grid)
    targets = looking.shown_targets(conn, sight, now, *days)
    rows = reporting.visits_between(conn, start, end, targets.id.tolist())
    return schemas.VisitList(
        visits=_shown(conn, rows[:limit]), numberMatched=len(rows), numberReturned=min(len(rows), limit)
    )


def withdraw(
    conn: Connection, settings: Settings, scope: Scope, code: UUID, *, why: str, now: datetime
) -> schemas.Visit:
    """Take a visit back: one's own, or as a commander one in the own areas.

    Raises
    ------
    NotFound
        When there is none in sight that the caller may take back.
    Conflict
        When it was withdrawn before.
    """
    row = reporting.get_visit(conn, code)
    if not _may_correct(scope, row) or _is_hidden(conn, settings, row, now):
        raise NotFound("No such visit", str(code))
    reporting.withdraw(conn, row, by=scope.name, why=why, now=now)
    return _shown(conn, [reporting.get_visit(conn, code)])[0]


def appoint(
    conn: Connection, settings: Settings, scope: Scope, sent: schemas.AppointmentMade, now: datetime
) -> schemas.Appointment:
    """Store when the worker that the caller is agreed to come.

    Raises
    ------
    NotAllowed, NotFound, BadInput, Conflict
        As :func:`report`.
    """
    worker = _worker(scope)
    target = _target(conn, settings, sent.target, now)
    row = reporting.appoint(conn, worker, target, sent.code, (sent.start, sent.end), by=scope.name, now=now)
    return _appointments(conn, [row], now)[0]


def appointments(
    conn: Connection,
    settings: Settings,
    scope: Scope,
    now: datetime,
    *,
    days: tuple[date, date],
    grid: str | None,
) -> schemas.AppointmentList:
    """Return the appointments of some local days in a caller's grids.

    Raises
    ------
    NotFound, BadInput
        As :func:`listed`.
    """
    start, end = _span(days, settings)
    sight = looking.look(conn, settings, scope, now, grid=grid)
    shown = set(looking.shown_targets(conn, sight, now, *days).id.tolist())
    rows = [row for row in reporting.appointments_between(conn, start, end) if row.target_id in shown]
    return schemas.AppointmentList(appointments=_appointments(conn, rows, now))


def call_off(
    conn: Connection, settings: Settings, scope: Scope, code: UUID, *, why: str, now: datetime
) -> schemas.Appointment:
    """Call an appointment off.

    Raises
    ------
    NotFound
        When there is none in sight that the caller may call off.
    Conflict
        When it was kept, or called off before.
    """
    row = reporting.get_appointment(conn, code)
    if not _may_correct(scope, row) or _is_hidden(conn, settings, row, now):
        raise NotFound("No such appointment", str(code))
    reporting.call_off(conn, row, by=scope.name, why=why, now=now)
    return _appointments(conn, [reporting.get_appointment(conn, code)], now)[0]


def _worker(scope: Scope) -> int:
    if scope.worker_id is None:
        raise NotAllowed(
            "Not a grid worker", "the account is no worker's: visits are reported by who made them"
        )
    return scope.worker_id


def _target(conn: Connection, settings: Settings, reference: str, now: datetime) -> Target:
    found = reporting.find_target(conn, reference)
    if found is None or _hidden(conn, settings, found.area_id, found.visit_class, now):
        raise NotFound("No such target", repr(reference))
    return found


def _may_correct(scope: Scope, row: Row[Any]) -> bool:
    """Say whether a visit or an appointment is the caller's, or in the areas of which workers are seen."""
    return row.worker_id == scope.worker_id or scope.people is None or row.area_id in scope.people


def _is_hidden(conn: Connection, settings: Settings, row: Row[Any], now: datetime) -> bool:
    return _hidden(conn, settings, row.area_id, row.visit_class, now)


def _hidden(
    conn: Connection, settings: Settings, area_id: int | None, visit_class: str, now: datetime
) -> bool:
    """Say whether a class is only counted where a target lies."""
    areas = [] if area_id is None else [area_id]
    codes = visits.codes_up(conn, areas).get(area_id or 0, ())
    return visit_class in VisitRules.read(settings, now).of(codes).hidden


def _span(days: tuple[date, date], settings: Settings) -> tuple[datetime, datetime]:
    start, end = instants(*days, settings.tz)
    looking.refuse_too_long(days)
    return start, end


def _shown(conn: Connection, rows: Sequence[Row[Any]]) -> list[schemas.Visit]:
    references = visits.references(conn, sorted({row.target_id for row in rows}))
    counting = reporting.counting(conn, rows)
    return [
        schemas.Visit(
            code=row.code,
            target=references.get(row.target_id, ""),
            visit_class=row.visit_class,
            worker=row.worker or "",
            at=row.at,
            mode=row.mode,
            counts=row.id in counting,
            by_stand_in=counting.get(row.id, False),
            appointment=row.appointment,
            withdrawn=None
            if row.withdrawn_at is None
            else schemas.Withdrawn(at=row.withdrawn_at, by=row.withdrawn_by, why=row.withdrawn_why),
            proof=None
            if row.state is None
            else schemas.Proof(
                state=row.state,
                nearest_m=row.nearest_m,
                stayed_s=row.stayed_s,
                within_m=row.within_m,
                at_least_s=row.at_least_s,
                computed_at=row.computed_at,
            ),
        )
        for row in rows
    ]


def _appointments(conn: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[schemas.Appointment]:
    references = visits.references(conn, sorted({row.target_id for row in rows}))
    return [
        schemas.Appointment(
            code=row.code,
            target=references.get(row.target_id, ""),
            visit_class=row.visit_class,
            worker=row.worker or "",
            start=row.start,
            end=row.end,
            state=_state(row, now),
        )
        for row in rows
    ]


def _state(row: Row[Any], now: datetime) -> schemas.AppointmentState:
    if row.kept:
        return "kept"
    if row.ended_at is not None:
        return "called_off"
    return "missed" if row.end <= now else "open"
