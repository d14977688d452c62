"""Merging: a person says that two reports are of one thing; both keep their history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.workflow import StateKind
from gis_grid.core.workflow.parse_workflow import CLOSED
from gis_grid.incidents.service.acting import actor_in, workflow_of
from gis_grid.incidents.store import followed, merged
from gis_grid.kit.errors import BadInput, Conflict, NotAllowed, NotFound
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.service.acting import Who

ROLE: Final = "commander"
"""Who merges, and undoes it."""
CLOCKS: Final = ("yellow_at", "red_at", "escalate_at")


def merge(conn: Connection, code: str, into: str, who: Who, *, why: str, now: datetime) -> None:
    """Close an incident as a duplicate of another, which goes on; what was merged into it goes along.

    Raises
    ------
    NotFound
        When one of them cannot be seen.
    BadInput
        When both are the same.
    NotAllowed
        When the person does not command the areas of both.
    Conflict
        When one of them was merged before, or what is open would be merged into what is closed.
    """
    if code == into:
        raise BadInput("An incident is no duplicate of itself", repr(code))
    merged.one_at_a_time(conn)
    rows = followed.lock(conn, [code, into])
    for name in (code, into):
        if name not in rows:
            raise NotFound("No such incident", repr(name))
    part, whole = rows[code], rows[into]
    for row in (part, whole):
        if ROLE not in actor_in(conn, row, who).roles:
            raise NotAllowed("Not allowed", "who merges commands the areas of both incidents")
        if row.duplicate_of is not None:
            raise Conflict("It was merged before", f"{row.code} is a duplicate already; merge into the other")
    if whole.state_kind == StateKind.CLOSED and part.state_kind != StateKind.CLOSED:
        raise Conflict("It would end without being handled", f"{into} is closed; merge it into {code}")
    merged.move_along(conn, part.id, whole.id)
    closed = workflow_of(part).state(CLOSED)
    followed.change(
        conn,
        part.id,
        {
            "duplicate_of": whole.id,
            "state": closed.name,
            "state_kind": StateKind.CLOSED,
            "closed_at": part.closed_at or now,
            "yellow_at": None,
            "red_at": None,
            "escalate_at": None,
        },
    )
    is_waited_for = part.state_kind != StateKind.CLOSED
    sooner = {name: _earlier(part, whole, name) for name in CLOCKS}
    followed.change(conn, whole.id, sooner if is_waited_for else {})
    followed.add_move(conn, kept(part, "merge", closed.name, whole, who, why=why, now=now))
    followed.add_move(conn, kept(whole, "take_in", whole.state, part, who, why=why, now=now))
    ledger.record(conn, now, who.name, "merge_incidents", f"incident:{code}", {"into": into})


def _earlier(part: Row[Any], whole: Row[Any], clock: str) -> datetime | None:
    """Return the earlier of two deadlines: what was merged is waited for no longer than before."""
    return min((at for at in (getattr(part, clock), getattr(whole, clock)) if at is not None), default=None)


def kept(
    row: Row[Any], name: str, to_state: str, other: Row[Any], who: Who, *, why: str, now: datetime
) -> dict[str, Any]:
    """Return a move of merging as it is kept: its reason says with which other incident."""
    return {
        "incident_id": row.id,
        "move": name,
        "from_state": row.state,
        "to_state": to_state,
        "by_account": who.name,
        "by_worker": who.worker_id,
        "role": ROLE,
        "at": now,
        "why": f"{other.code}: {why}" if why else other.code,
        "level": None,
        "rating": None,
        "other_id": other.id,
    }
