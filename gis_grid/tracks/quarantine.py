"""Messages of phones that could not be used: an operator looks at them, replays them or drops them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy.exc import DBAPIError

from gis_grid.kit.database import transaction
from gis_grid.kit.errors import NotFound
from gis_grid.kit.logs import named
from gis_grid.ledger import service as ledger
from gis_grid.ledger.service import Look
from gis_grid.tracks.intake import file_import, pipeline
from gis_grid.tracks.intake.group import Entry
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message
from gis_grid.tracks.store import quarantine as store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Engine, Row

    from gis_grid.tracks.intake.group import Policy

_CLIENTS: Final = {client.name: client for client in (*CLIENTS, file_import.CLIENT)}
_REASON: Final = "a message that could not be used"


@dataclass(frozen=True, slots=True)
class Listed:
    """A message without what it says.

    Attributes
    ----------
    worker : str or None
        Who held the device when it came.
    """

    id: int
    received_at: datetime
    device: str
    worker: str | None
    client: str
    body_bytes: int
    error: str
    replayed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown(Listed):
    """A message as it came, less the token."""

    method: str
    query: str = field(repr=False)
    content_type: str
    user_agent: str
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of a message; no fault: all of it is in."""

    id: int
    faults: list[str]


@dataclass(frozen=True, slots=True)
class NotKept:
    """How many messages of a device were too many, and when the last one came."""

    device: str
    messages: int
    last_at: datetime


def not_kept(conn: Connection, *, device: str | None = None, since: datetime | None = None) -> list[NotKept]:
    """Return how many messages were not kept, by device."""
    return [NotKept(**row) for row in store.not_kept(conn, device, since)]


def listed(
    conn: Connection, *, device: str | None = None, since: datetime | None = None, limit: int = 50
) -> list[Listed]:
    """Return messages without what they say, newest first."""
    return [Listed(**row) for row in store.newest(conn, device, since, limit)]


def show(conn: Connection, message_id: int, *, tz: ZoneInfo, actor: str, now: datetime) -> Shown:
    """Return a message with what it says. Positions may be in it: it is a look at its worker's track.

    Raises
    ------
    NotFound
        When there is no such message.
    """
    row = store.one(conn, message_id)
    if row is None:
        raise NotFound("No such message", str(message_id))
    shown = Shown(**row)
    if shown.worker is None:
        subject, detail = f"device:{shown.device}", {"message": message_id}
        ledger.record(conn, now, actor, "quarantine_shown", subject, detail)
    else:
        day = shown.received_at.astimezone(tz).date()
        ledger.record_look(conn, now, actor, shown.worker, Look(day, day, _REASON))
    return shown


def replay(
    engine: Engine, ids: Sequence[int] | None, policy: Policy, *, actor: str, now: datetime
) -> Iterator[Replayed]:
    """Take messages in once more, each in its own transaction; those that are in already are passed over.

    Parameters
    ----------
    ids
        Which; ``None`` for all that have not been replayed.

    Raises
    ------
    NotFound
        When there is no such message, before any is replayed.
    """
    with transaction(engine) as conn:
        _require(conn, ids or ())
        waiting = store.waiting(conn, ids)
    for message_id in waiting:
        with transaction(engine) as conn:
            row = store.to_replay(conn, message_id)
            if row is None:
                continue
            faults = _replay_one(conn, message_id, row, policy, actor=actor, now=now)
        yield Replayed(message_id, faults)


def _replay_one(
    conn: Connection, message_id: int, row: Row[object], policy: Policy, *, actor: str, now: datetime
) -> list[str]:
    """Take one message in, note what came of it and return what cannot be used."""
    client = _CLIENTS.get(row.client)
    if client is None:
        faults = [f"nothing reads messages of {row.client!r}"]
    else:
        message = Message(row.method, row.query, row.content_type, bytes(row.body), row.user_agent)
        entry = Entry(client, message, b"", row.received_at)
        again = file_import.replay if client is file_import.CLIENT else pipeline.replay
        try:
            with conn.begin_nested():
                faults = again(conn, row.device_id, entry, policy)
        except (DBAPIError, psycopg.DataError, psycopg.IntegrityError) as error:
            faults = [f"it cannot be stored ({named(error)})"]
        else:
            if faults and entry.off_duty:
                store.empty(conn, message_id)
    if faults:
        store.set_error(conn, message_id, "; ".join(faults))
    else:
        store.mark_replayed(conn, message_id, now)
    detail = {"message": message_id, "faults": len(faults)}
    ledger.record(conn, now, actor, "quarantine_replayed", f"device:{row.device}", detail)
    return faults


def drop(conn: Connection, ids: Sequence[int], *, actor: str, now: datetime) -> int:
    """Delete messages for good and return how many.

    Raises
    ------
    NotFound
        When there is no such message; none is deleted then.
    """
    _require(conn, ids)
    dropped = store.drop(conn, ids)
    for row in dropped:
        ledger.record(conn, now, actor, "quarantine_dropped", f"device:{row.device}", {"message": row.id})
    return len(dropped)


def forget_old(conn: Connection, *, now: datetime, days: int) -> int:
    """Delete what came more than so many days ago and return how many."""
    return store.drop_older(conn, now - timedelta(days=days))


def _require(conn: Connection, ids: Sequence[int]) -> None:
    missing = sorted(set(ids) - store.known(conn, ids))
    if missing:
        raise NotFound("No such message", ", ".join(map(str, missing)))
