"""Edits of a draft: one writer a community, each edit made in the state that its writer saw."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from gis_grid.core.plan.errors import Refused
from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.planning import wire
from gis_grid.planning.errors import AnotherWriter, DraftChanged
from gis_grid.planning.service import states as states_of
from gis_grid.planning.service.operating import operate
from gis_grid.planning.service.states import Draft, open_draft
from gis_grid.planning.service.wording import names, numbers_of, told_refusal
from gis_grid.planning.store import edits, scenarios

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.core.plan.division import Change
    from gis_grid.core.plan.ground import Ground
    from gis_grid.core.plan.state import Plan

WRITES_FOR: Final = timedelta(minutes=10)
"""How long after an edit others are told that somebody works on the community."""

MOST_EDITS: Final = 5_000
"""Of a draft: each is told with its history, and read again where no process remembers it."""

EDITABLE: Final = ("draft", "review", "withdrawn")


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft after an edit, and the state before: what differs is what a map has to draw again."""

    draft: Draft
    before: Plan


def edit(
    conn: Connection,
    scenario_id: int,
    op: str,
    params: Mapping[str, Any],
    *,
    revision: int,
    who: str,
    now: datetime,
) -> Edited:
    """Do an operation in a draft; what was taken back before is forgotten.

    Parameters
    ----------
    op, params
        As people ask for it: places as GeoJSON in lon, lat.
    revision
        Of the draft that the edit was made for.

    Raises
    ------
    NotFound, DraftChanged, AnotherWriter, Conflict
        There is no such draft, it has another revision, somebody else works on its community, or it is no
        draft any more.
    RefusedEdit
        What was asked for would make a bad division.
    BadInput
        It names what the draft does not have, or cannot be read.
    """
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now)
    try:
        change = operate(draft, op, params)
    except Refused as refused:
        raise told_refusal(refused, names(conn, draft), draft.frame) from refused
    return record(conn, draft, op, params, change, who=who, now=now)


def record(
    conn: Connection,
    draft: Draft,
    op: str,
    params: Mapping[str, Any],
    change: Change,
    *,
    who: str,
    now: datetime,
    ground: Ground | None = None,
    ground_seen: Mapping[str, int] | None = None,
) -> Edited:
    """Put a change behind those of a draft that is locked for writing.

    Parameters
    ----------
    ground, ground_seen
        Where the edit has other ground than before; and the sums of changes of the map that it was read of.
    """
    row, position = draft.row, draft.row.position + 1
    if position > MOST_EDITS:
        raise Conflict(
            "The draft has too many edits",
            f"{MOST_EDITS:,}; publish it, or take its division over into a new one",
        )
    edits.drop_after(conn, row.id, row.position)
    written = wire.change_to_bytes(change)
    new_ground = None if ground is None else wire.ground_to_bytes(ground)
    before = _digest(conn, draft)
    digest = states_of.digest_of(before, written, new_ground or b"")
    # As it is read again: what others will see is what is kept, byte for byte.
    plan = states_of.after(draft.plan, wire.change_from_bytes(written), ground)
    edits.add(
        conn,
        {
            "scenario_id": row.id,
            "n": position,
            "op": op,
            "params": dict(params),
            "change": written,
            "ground": new_ground,
            "digest": digest,
            "numbers": numbers_of(op, change, plan),
            "by": who,
            "at": now,
            "ground_seen": ground_seen,
        },
    )
    states_of.keep(digest, plan)
    return _moved(conn, draft, plan, position, who=who, now=now)


def undo(conn: Connection, scenario_id: int, *, revision: int, who: str, now: datetime) -> Edited:
    """Take the last edit back; `redo` brings it again until another is made. Errors as of `edit`."""
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now)
    return _go_to(conn, draft, -1, who=who, now=now)


def redo(conn: Connection, scenario_id: int, *, revision: int, who: str, now: datetime) -> Edited:
    """Do an edit again that was taken back. Errors as of `edit`."""
    draft = for_writing(conn, scenario_id, revision=revision, who=who, now=now)
    return _go_to(conn, draft, +1, who=who, now=now)


def for_writing(
    conn: Connection,
    scenario_id: int,
    *,
    revision: int,
    who: str,
    now: datetime,
    publishing: bool = False,
    states: Sequence[str] = EDITABLE,
    waits: bool = True,
) -> Draft:
    """Return a draft that nobody else can write until the transaction ends. Errors as of `edit`.

    Parameters
    ----------
    publishing
        Boundaries in force are written too.
    states
        What it has to be.
    waits
        Whether somebody else who works on the community is in the way.
    """
    area_id = scenarios.area_of(conn, scenario_id)
    if area_id is None:
        raise NotFound("No such draft", str(scenario_id))
    scenarios.lock(conn, area_id, publishing=publishing)
    # Read once more: it may have changed while we waited.
    draft = open_draft(conn, scenario_id)
    row = draft.row
    if row.state not in states:
        raise Conflict(f"The draft is {row.state}", f"expected {' or '.join(states)}")
    other = scenarios.other_writer(conn, area_id, who, now) if waits else None
    if other is not None:
        raise AnotherWriter(other.writer, other.writer_until)
    if row.revision != revision:
        raise DraftChanged(revision, row.revision, row.changed_by or row.created_by)
    return draft


def _go_to(conn: Connection, draft: Draft, steps: int, *, who: str, now: datetime) -> Edited:
    position = draft.row.position + steps
    if not 0 <= position <= draft.row.edits:
        raise Conflict("Nothing to take back" if position < 0 else "Nothing to do again")
    plan = states_of.state_at(conn, draft.row, position)
    return _moved(conn, draft, plan, position, who=who, now=now)


def _moved(conn: Connection, draft: Draft, plan: Plan, position: int, *, who: str, now: datetime) -> Edited:
    scenarios.change(
        conn,
        draft.row.id,
        {
            "state": "draft",
            "reviewed_by": None,
            "position": position,
            "revision": draft.row.revision + 1,
            "changed_at": now,
            "changed_by": who,
            "writer": who,
            "writer_until": now + WRITES_FOR,
        },
    )
    row = scenarios.find(conn, draft.row.id)
    assert row is not None
    return Edited(replace(draft, row=row, plan=replace(plan, limits=draft.limits)), draft.plan)


def _digest(conn: Connection, draft: Draft) -> bytes:
    return [bytes(draft.row.digest), *edits.digests(conn, draft.row.id, draft.row.position)][-1]
