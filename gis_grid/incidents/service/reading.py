"""One incident as the API shows it: where it stands, its history, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gis_grid.core.rules.calendar import instant_ms
from gis_grid.incidents import categories, workflows
from gis_grid.incidents.rows import OPEN_KINDS
from gis_grid.incidents.service.acting import actor_in, allowed_moves, workflow_of
from gis_grid.incidents.store import followed
from gis_grid.kit.errors import NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.core.workflow import Workflow
    from gis_grid.incidents.rules import IncidentRules
    from gis_grid.incidents.service.acting import Who

_PLAIN = (
    *("code", "kind", "title", "description", "severity", "emergency", "persons", "reporter_tier", "place"),
    *("address", "building_id", "grid_code", "area_code", "level", "reported_at", "deadline", "yellow_at"),
    *("red_at", "closed_at", "duplicates", "revision"),
)


def read(
    conn: Connection,
    code: str,
    who: Who,
    *,
    now: datetime,
    rules: IncidentRules,
    names: bool = True,
    private: bool = True,
) -> dict[str, Any]:
    """Return an incident with its history and the moves that this person can make.

    Parameters
    ----------
    names
        Whether it is told who made each move.
    private
        Whether disputes, errands and information may be read.

    Raises
    ------
    NotFound
        When there is none, or it may not be seen.
    """
    row = followed.find(conn, code)
    if row is None or not (private or row.kind in OPEN_KINDS):
        raise NotFound("No such incident", repr(code))
    workflow = workflow_of(row)
    state = workflow.state(row.state)
    return {
        **{name: getattr(row, name) for name in _PLAIN},
        "category": _category(row),
        "workflow": {
            "id": workflow.id,
            "version": workflow.version,
            "zh": workflow.zh,
            "en": workflow.en,
        },
        "state": {"name": state.name, "kind": row.state_kind, "zh": state.zh, "en": state.en},
        "light": light(row, now),
        "due_in_h": _hours_left(row, workflow, now, rules),
        "geometry": None if row.lon is None else {"type": "Point", "coordinates": [row.lon, row.lat]},
        "duplicate_of": row.duplicate_of_code,
        "history": [_told(workflow, one, names=names) for one in followed.history(conn, row.id)],
        "allowed": allowed_moves(row, actor_in(conn, row, who)),
    }


def light(row: Row[Any], now: datetime) -> str:
    """Return whether an incident is near a deadline (yellow), over it (red), or neither."""
    if row.red_at is not None and row.red_at <= now:
        return "red"
    return "yellow" if row.yellow_at is not None and row.yellow_at <= now else "none"


def _hours_left(row: Row[Any], workflow: Workflow, now: datetime, rules: IncidentRules) -> float | None:
    """Return the working hours until the next deadline, below zero since it; an emergency's are all hours."""
    if row.red_at is None:
        return None
    if row.emergency:
        return round(float((row.red_at - now).total_seconds()) / 3600, 2)
    time = rules.working_time(workflow, min(row.red_at, now))
    left = time.worked_between(instant_ms(now), instant_ms(row.red_at))
    over = time.worked_between(instant_ms(row.red_at), instant_ms(now))
    return round((left - over) / 3_600_000, 2)


def every_workflow() -> list[dict[str, Any]]:
    """Return all workflows as the API shows them: states and moves in both languages."""
    return [
        {
            "id": one.id,
            "version": one.version,
            "profile": one.profile,
            "kinds": list(one.kinds),
            "zh": one.zh,
            "en": one.en,
            "source": one.source,
            "start": one.start,
            "states": [
                {
                    "name": state.name,
                    "kind": state.kind,
                    "zh": state.zh,
                    "en": state.en,
                    "within_h": None if state.within_ms is None else state.within_ms / 3_600_000,
                }
                for state in one.states
            ],
            "moves": [
                {
                    "move": move.name,
                    "zh": move.zh,
                    "en": move.en,
                    "from": list(move.from_states),
                    "to": move.to,
                    "roles": list(move.roles),
                    "needs": list(move.needs),
                    "source": move.source,
                }
                for move in one.moves
            ],
        }
        for one in workflows.every()
    ]


def every_category() -> list[dict[str, Any]]:
    """Return the tree of categories as the API shows it."""
    return [
        {
            "code": one.code,
            "parent": one.parent,
            "zh": one.zh,
            "en": one.en,
            "kind": one.kind,
            "severity": one.severity,
            "emergency": one.emergency,
        }
        for one in categories.tree().values()
    ]


def _category(row: Row[Any]) -> dict[str, Any]:
    known = categories.tree().get(row.category_code or "")
    if known is None:
        return {"code": None, "zh": row.category, "en": row.category}
    return {"code": known.code, "zh": known.zh, "en": known.en}


def _told(workflow: Workflow, row: Row[Any], *, names: bool) -> dict[str, Any]:
    move = workflow.find_move(row.move)
    zh, en = (move.zh, move.en) if move else _OUR_MOVES.get(row.move, (row.move, row.move))
    return {
        "n": row.n,
        "move": row.move,
        "zh": zh,
        "en": en,
        "from": row.from_state,
        "to": row.to_state,
        "by": row.by_account if names else None,
        "role": row.role,
        "at": row.at,
        "why": row.why,
        "level": row.level,
        "rating": row.rating,
        "other": row.other,
    }


_OUR_MOVES = {
    "report": ("上报", "reported"),
    "merge": ("并入另一事件", "merged into another"),
    "take_in": ("并入重复事件", "a duplicate merged into it"),
    "unmerge": ("撤销并入", "not merged any more"),
    "let_go": ("分出并入的事件", "a duplicate taken out of it"),
}
