"""Reports: checked, placed, given their workflow and deadline, stored once whatever is sent twice."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.workflow import Level
from gis_grid.core.workflow.clocks import closing_due
from gis_grid.incidents import categories
from gis_grid.incidents.service.acting import Course, due
from gis_grid.incidents.service.placing import place
from gis_grid.incidents.store import alerts, followed
from gis_grid.kit import bus
from gis_grid.kit.columns import instants_of
from gis_grid.kit.errors import BadInput, Conflict, RowError
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.incidents.categories import Category
    from gis_grid.incidents.rules import IncidentRules
    from gis_grid.incidents.service.acting import Who
    from gis_grid.incidents.service.placing import Said, Within

TOPIC: Final = "incidents"
"""Where emergencies and red lights are published: lists of codes."""

_AHEAD: Final = timedelta(minutes=5)
"""How far a phone's clock may be ahead."""
_OLD: Final = timedelta(days=31)
"""How late a report may come in from a phone without a network."""


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody reports.

    Parameters
    ----------
    code
        Given by the reporter, so that a report that is sent twice is one incident.
    at
        When it was found; ``None``: now.
    severity, emergency
        ``None``: as the category says.
    persons
        How many were concerned; never who.
    reporter_tier
        JY-9; ``None``: 1 for a worker, none for others.
    """

    category: str
    title: str
    where: Said
    code: str | None = None
    kind: str | None = None
    description: str = ""
    at: datetime | None = None
    severity: int | None = None
    emergency: bool | None = None
    persons: int | None = None
    reporter_tier: int | None = None


@dataclass(frozen=True, slots=True)
class Reported:
    """The code of an incident, and whether this report made it or had been sent before."""

    code: str
    new: bool


def report(
    conn: Connection, given: Report, who: Who, within: Within, *, now: datetime, rules: IncidentRules
) -> Reported:
    """Store a report; an emergency is sent up and told at once.

    Raises
    ------
    BadInput
        For a category, time or place that cannot be.
    Conflict
        When another report has its code.
    """
    category = _category(given)
    at = _time(given, now)
    placed = place(conn, given.where, at, within)
    kind = given.kind or str(category.kind)
    workflow = rules.workflow_for(kind, followed.codes_above(conn, placed.area_id))
    severity = given.severity or category.severity
    emergency = category.emergency if given.emergency is None else given.emergency
    state = workflow.state(workflow.emergency.state if emergency else workflow.start)
    level = workflow.emergency.level if emergency else Level.WORKER
    time = rules.working_time(workflow, at)
    closing = closing_due(
        workflow, time, instant_ms(at), severity=severity, emergency=emergency, within_ms=category.within_ms
    )
    (deadline,) = instants_of([closing])
    clocks = due(workflow, state, Course(severity, emergency, at, deadline), now, rules)
    code = given.code or str(uuid.uuid4())
    sent = _digest(given, who)
    values: dict[str, Any] = {
        "code": code,
        "kind": kind,
        "category": category.zh,
        "category_code": category.code,
        "title": given.title,
        "description": given.description,
        "workflow": workflow.id,
        "workflow_version": workflow.version,
        "state": state.name,
        "state_kind": state.kind,
        "level": level,
        "severity": severity,
        "emergency": emergency,
        "persons": given.persons,
        "reported_at": at,
        "reported_by": who.worker_id,
        "reporter_tier": given.reporter_tier or (1 if who.worker_id is not None else None),
        "deadline": deadline,
        **clocks,
        "sent_digest": sent,
        "boundary_id": placed.boundary_id,
        "area_id": placed.area_id,
        "place": placed.place,
        "address": given.where.address,
        "building_id": given.where.building_id,
        **dict(zip(("h3_r7", "h3_r9", "h3_r10", "h3_r11"), placed.cells, strict=True)),
    }
    added = followed.add(conn, values, placed.lon, placed.lat)
    if added is None:
        return _sent_before(conn, code, sent)
    _first_move(conn, added, values, who, now)
    if emergency:
        alerts.add(
            conn, {"incident_id": added, "kind": "emergency", "due_at": deadline, "at": now, "level": level}
        )
        bus.publish(conn, TOPIC, [code])
    detail = {"kind": kind, "category": category.code, "emergency": emergency}
    ledger.record(conn, now, who.name, "report_incident", f"incident:{code}", detail)
    return Reported(code, new=True)


def _category(given: Report) -> Category:
    category = categories.tree().get(given.category)
    if category is None or category.kind is None:
        known = ", ".join(one.code for one in categories.tree().values() if one.kind)
        raise _wrong("category", given.category, f"expected one of {known}")
    return category


def _time(given: Report, now: datetime) -> datetime:
    if given.at is None:
        return now
    if not now - _OLD <= given.at <= now + _AHEAD:
        raise _wrong("at", given.at.isoformat(), "expected a time within the last 31 days")
    return given.at


def _first_move(conn: Connection, incident_id: int, values: dict[str, Any], who: Who, now: datetime) -> None:
    role = "worker" if who.worker_id is not None else "commander"
    followed.add_move(
        conn,
        {
            "incident_id": incident_id,
            "move": "report",
            "from_state": None,
            "to_state": values["state"],
            "by_account": who.name,
            "by_worker": who.worker_id,
            "role": role,
            "at": now,
            "why": "",
            "level": values["level"],
            "rating": None,
        },
    )


def _digest(given: Report, who: Who) -> bytes:
    return hashlib.sha256(orjson.dumps([given, who.name], option=orjson.OPT_SORT_KEYS)).digest()


def _sent_before(conn: Connection, code: str, sent: bytes) -> Reported:
    found = followed.find(conn, code)
    if found is None or found.sent_digest is None or bytes(found.sent_digest) != sent:
        raise Conflict("The code is taken", f"another report has {code!r}; give this one its own")
    return Reported(code, new=False)


def _wrong(field: str, value: str, message: str) -> BadInput:
    return BadInput(
        "The report cannot be used", "see errors", errors=[RowError("body", field, value, message)]
    )
