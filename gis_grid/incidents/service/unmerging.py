"""Undoing a merge: what was merged by mistake is an incident of its own again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.core.workflow import StateKind
from gis_grid.incidents.service.acting import Course, actor_in, due, workflow_of
from gis_grid.incidents.service.merging import CLOCKS, ROLE, kept
from gis_grid.incidents.service.reporting import TOPIC
from gis_grid.incidents.store import followed, merged
from gis_grid.kit import bus
from gis_grid.kit.errors import Conflict, NotAllowed, NotFound
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.rules import IncidentRules
    from gis_grid.incidents.service.acting import Who


def unmerge(conn: Connection, code: str, who: Who, *, why: str, now: datetime, rules: IncidentRules) -> None:
    """Let an incident that was merged be one of its own again, in the state that it had.

    Nobody could handle it meanwhile, so the time of its state runs anew; by when it has to be closed stays,
    since it waited all along. The other keeps its history, and has the deadlines that it would have without.

    Raises
    ------
    NotFound
        When there is no such incident, or it may not be seen.
    NotAllowed
        When the person does not command the areas of both.
    Conflict
        When it is not merged, or was merged into another meanwhile.
    """
    merged.one_at_a_time(conn)
    found = followed.find(conn, code)
    if found is None:
        raise NotFound("No such incident", repr(code))
    if found.duplicate_of is None:
        raise Conflict("It is not merged", f"{code} is no duplicate of another")
    rows = followed.lock(conn, [code, found.duplicate_of_code or ""])
    part, whole = rows[code], rows.get(found.duplicate_of_code)
    if whole is None or any(ROLE not in actor_in(conn, row, who).roles for row in (part, whole)):
        raise NotAllowed("Not allowed", "who undoes a merge commands the areas of both incidents")
    if part.duplicate_of != whole.id:
        raise Conflict("It has moved on", f"{code} is not a duplicate of {whole.code} any more")
    (before,) = [row for row in merged.stood(conn, whole.id) if row.id == part.id]
    workflow = workflow_of(part)
    state = workflow.state(before.merged_from or workflow.start)
    is_open = state.kind is StateKind.OPEN
    own = {
        "duplicate_of": None,
        "state": state.name,
        "state_kind": state.kind,
        "closed_at": None if is_open else part.closed_at,
        **due(workflow, state, _course(part), now, rules),
    }
    followed.change(conn, part.id, own)
    merged.move_back(conn, part.id, whole.id)
    followed.change(conn, whole.id, _without(conn, whole, rules))
    followed.add_move(conn, kept(part, "unmerge", state.name, whole, who, why=why, now=now))
    followed.add_move(conn, kept(whole, "let_go", whole.state, part, who, why=why, now=now))
    if part.emergency and is_open:
        bus.publish(conn, TOPIC, [code])
    ledger.record(conn, now, who.name, "unmerge_incidents", f"incident:{code}", {"from": whole.code})


def _without(conn: Connection, whole: Row[Any], rules: IncidentRules) -> dict[str, datetime | None]:
    """Return the deadlines of an incident as its own steps gave them, and what is merged into it still."""
    if whole.state_kind == StateKind.CLOSED:
        return {}
    every = merged.stood(conn, whole.id)
    (own,) = [row for row in every if row.id == whole.id]
    taken_in = [
        row
        for row in every
        # A step gives new deadlines: what had been taken in before has none of its own any more.
        if row.id != whole.id and (own.entered_at is None or row.merged_at >= own.entered_at)
    ]
    clocks = [_clocks(own, own.state, rules), *(_clocks(row, row.merged_from, rules) for row in taken_in)]
    return {name: min((at[name] for at in clocks if at[name]), default=None) for name in CLOCKS}


def _clocks(row: Row[Any], state_name: str, rules: IncidentRules) -> dict[str, Any]:
    workflow = workflow_of(row)
    state = workflow.state(state_name)
    if state.kind is StateKind.CLOSED:
        return dict.fromkeys(CLOCKS)
    if row.entered_at is None:  # as files bring it
        return {**dict.fromkeys(CLOCKS), "red_at": row.deadline}
    return dict(due(workflow, state, _course(row), row.entered_at, rules))


def _course(row: Row[Any]) -> Course:
    return Course(row.severity, row.emergency, row.reported_at, row.deadline)
