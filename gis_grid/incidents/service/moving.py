"""Moves: one at a time, checked against the workflow, kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gis_grid.core.workflow import Lacking, Level, Need, NotAllowed, moved
from gis_grid.incidents.errors import IncidentMoved, MoveRefused
from gis_grid.incidents.service.acting import (
    Course,
    actor_in,
    allowed_moves,
    closed_at,
    due,
    workflow_of,
)
from gis_grid.incidents.store import followed
from gis_grid.kit.errors import BadInput, NotFound, RowError
from gis_grid.kit.errors import NotAllowed as OutOfReach
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.core.workflow import Actor, Move, State
    from gis_grid.incidents.rules import IncidentRules
    from gis_grid.incidents.service.acting import Who


@dataclass(frozen=True, slots=True)
class Wanted:
    """A move that somebody wants to make.

    Parameters
    ----------
    revision
        For which revision of the incident it was made; ``None``: for whichever it has.
    """

    move: str
    why: str = ""
    level: Level | None = None
    rating: int | None = None
    revision: int | None = None

    @property
    def given(self) -> set[Need]:
        """What was given beside the name."""
        values = {Need.WHY: self.why.strip(), Need.LEVEL: self.level, Need.RATING: self.rating}
        return {need for need, value in values.items() if value}


def move(
    conn: Connection,
    code: str,
    wanted: Wanted,
    who: Who,
    *,
    now: datetime,
    rules: IncidentRules,
    roles: Sequence[str] | None = None,
) -> None:
    """Move an incident on.

    Parameters
    ----------
    roles
        What the person is where the incident lies; ``None``: as their account says, in whose scope this is.

    Raises
    ------
    NotFound
        When there is no such incident, or it may not be seen.
    kit.errors.NotAllowed
        When one reported it, and it lies outside of the areas where one handles incidents.
    IncidentMoved
        When it has another revision by now.
    MoveRefused
        When the workflow does not allow the move now, or not to this person.
    BadInput
        When the move needs a reason, a level or a rating that was not given, or has no use for what was.
    """
    row = followed.lock(conn, [code]).get(code)
    if row is None and followed.find(conn, code) is not None:
        raise OutOfReach("Not allowed", "it lies outside of the areas where you handle incidents")
    if row is None:
        raise NotFound("No such incident", repr(code))
    actor = actor_in(conn, row, who, roles)
    if wanted.revision not in {None, row.revision}:
        raise IncidentMoved(
            wanted.revision or 0, state=row.state, revision=row.revision, allowed=allowed_moves(row, actor)
        )
    step, state = _checked(row, wanted, actor)
    level = wanted.level or (Level.WORKER if state.name == workflow_of(row).start else Level(row.level))
    course = Course(row.severity, row.emergency, row.reported_at, row.deadline)
    followed.change(
        conn,
        row.id,
        {
            "state": state.name,
            "state_kind": state.kind,
            "level": level,
            "closed_at": closed_at(state, row.closed_at, now),
            **due(workflow_of(row), state, course, now, rules),
        },
    )
    role = next(role for role in step.roles if role in actor.roles)
    followed.add_move(conn, _kept(row, step, wanted, who, role=role, now=now))
    detail = {"move": step.name, "from": row.state, "to": state.name, "level": level, "as": role}
    ledger.record(conn, now, who.name, "move_incident", f"incident:{code}", detail)


def _checked(row: Row[Any], wanted: Wanted, actor: Actor) -> tuple[Move, State]:
    if row.duplicate_of is not None:
        raise MoveRefused(
            "it was merged into another incident", state=row.state, revision=row.revision, allowed=()
        )
    try:
        step, state = moved(workflow_of(row), row.state, wanted.move, actor, wanted.given)
    except NotAllowed as error:
        raise MoveRefused(
            error.message, state=row.state, revision=row.revision, allowed=allowed_moves(row, actor)
        ) from None
    except Lacking as error:
        problems = [RowError("body", need, None, f"the move {wanted.move} needs it") for need in error.needs]
        raise BadInput("The move lacks something", error.message, errors=problems) from None
    for need in wanted.given - set(step.needs) - {Need.WHY}:
        problem = RowError("body", need, None, f"the move {wanted.move} has no use for it")
        raise BadInput("The move cannot be used", problem.message, errors=[problem])
    return step, state


def _kept(row: Row[Any], step: Move, wanted: Wanted, who: Who, *, role: str, now: datetime) -> dict[str, Any]:
    return {
        "incident_id": row.id,
        "move": step.name,
        "from_state": row.state,
        "to_state": step.to,
        "by_account": who.name,
        "by_worker": who.worker_id,
        "role": role,
        "at": now,
        "why": wanted.why,
        "level": wanted.level,
        "rating": wanted.rating,
    }
