"""What reporting, moving and merging have in common: who acts, when things are due, how moves are shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.workflow import Actor, StateKind, allowed
from gis_grid.core.workflow.clocks import clocks
from gis_grid.incidents import workflows
from gis_grid.incidents.store import followed
from gis_grid.kit.columns import instants_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.core.workflow import Move, State, Workflow
    from gis_grid.incidents.rules import IncidentRules


@dataclass(frozen=True, slots=True)
class Who:
    """Who reports or handles: an account's name, and the worker that it is."""

    name: str
    worker_id: int | None = None


def workflow_of(row: Row[Any]) -> Workflow:
    """Return the workflow that an incident began with."""
    return workflows.get(row.workflow, row.workflow_version)


def actor_in(conn: Connection, row: Row[Any], who: Who, held: Sequence[str] | None = None) -> Actor:
    """Return what somebody is to an incident: the roles held in its area; who reported it is a worker."""
    roles = set(followed.roles_in(conn, row.area_id) if held is None else held)
    if who.worker_id is not None and row.reported_by == who.worker_id:
        roles.add("worker")
    acted = followed.has_acted(conn, row.id, who.name, workflow_of(row).start)
    return Actor(tuple(roles), acted)


def allowed_moves(row: Row[Any], actor: Actor) -> list[dict[str, Any]]:
    """Return what somebody can do with an incident, as the API shows it; with a merged one, nothing."""
    if row.duplicate_of is not None:
        return []
    return [shown(move) for move in allowed(workflow_of(row), row.state, actor)]


def shown(move: Move) -> dict[str, Any]:
    """Return a move as the API shows it."""
    return {"move": move.name, "zh": move.zh, "en": move.en, "to": move.to, "needs": list(move.needs)}


@dataclass(frozen=True, slots=True)
class Course:
    """What decides when an incident is due."""

    severity: int
    emergency: bool
    reported_at: datetime
    deadline: datetime | None


def due(
    workflow: Workflow, state: State, course: Course, entered: datetime, rules: IncidentRules
) -> dict[str, datetime | None]:
    """Return when an incident that comes into a state becomes yellow and red, as columns."""
    found = clocks(
        workflow,
        rules.working_time(workflow, course.reported_at),
        state,
        entered_ms=instant_ms(entered),
        reported_ms=instant_ms(course.reported_at),
        due_ms=None if course.deadline is None else instant_ms(course.deadline),
        emergency=course.emergency,
    )
    names: Sequence[str] = ("yellow_at", "red_at", "escalate_at")
    return dict(zip(names, instants_of([found.yellow, found.red, found.escalate]), strict=True))


def closed_at(state: State, before: datetime | None, now: datetime) -> datetime | None:
    """Return since when it is closed: opened again it is not, and what follows closing changes nothing."""
    return None if state.kind is StateKind.OPEN else before or now
