"""SQL of messages that could not be used: looked at, replayed, dropped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, RowMapping

_LISTED = """
    SELECT quarantine.id, received_at, device.code AS device, worker.code AS worker, client,
           octet_length(body) AS body_bytes, error, replayed_at {more}
    FROM quarantine
    JOIN device ON device.id = quarantine.device_id
    LEFT JOIN device_holder AS holder
        ON holder.device_id = quarantine.device_id AND holder.valid @> quarantine.received_at
    LEFT JOIN worker ON worker.id = holder.worker_id
"""

_NEWEST = text(
    _LISTED.format(more="")
    + """
    WHERE device.code = coalesce(:device, device.code)
        AND received_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
    ORDER BY quarantine.id DESC LIMIT :limit
    """
)

_NOT_KEPT = text("""
    SELECT code AS device, not_kept AS messages, not_kept_at AS last_at
    FROM quarantine_tally JOIN device ON device.id = device_id
    WHERE not_kept > 0 AND code = coalesce(:device, code)
        AND not_kept_at >= coalesce(CAST(:since AS timestamptz), '-infinity')
    ORDER BY code
""")

_ONE = text(
    _LISTED.format(more=", method, query, content_type, user_agent, body") + " WHERE quarantine.id = :id"
)

_WAITING = text("""
    SELECT id FROM quarantine
    WHERE replayed_at IS NULL AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(CAST(:ids AS bigint[])))
    ORDER BY id
""")

_TO_REPLAY = text("""
    SELECT device_id, device.code AS device, received_at, client, method, query, content_type, user_agent,
           body
    FROM quarantine JOIN device ON device.id = device_id
    WHERE quarantine.id = :id AND replayed_at IS NULL FOR UPDATE OF quarantine
""")

_EMPTY = text(
    "UPDATE quarantine SET query = '', content_type = '', user_agent = '', body = '' WHERE id = :id"
)

_DROP = text("""
    DELETE FROM quarantine USING device
    WHERE device.id = device_id AND quarantine.id = ANY(CAST(:ids AS bigint[]))
    RETURNING quarantine.id, device.code AS device
""")


def newest(conn: Connection, device: str | None, since: datetime | None, limit: int) -> Sequence[RowMapping]:
    """Return messages without what they say, newest first."""
    return conn.execute(_NEWEST, {"device": device, "since": since, "limit": limit}).mappings().all()


def not_kept(conn: Connection, device: str | None, since: datetime | None) -> Sequence[RowMapping]:
    """Return how many messages were not kept, by device."""
    return conn.execute(_NOT_KEPT, {"device": device, "since": since}).mappings().all()


def one(conn: Connection, message_id: int) -> RowMapping | None:
    """Return a message with what it says."""
    return conn.execute(_ONE, {"id": message_id}).mappings().one_or_none()


def waiting(conn: Connection, ids: Sequence[int] | None) -> list[int]:
    """Return which messages have not been replayed, of some or of all, oldest first."""
    return list(conn.execute(_WAITING, {"ids": None if ids is None else list(ids)}).scalars())


def known(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Return which messages are there."""
    query = text("SELECT id FROM quarantine WHERE id = ANY(CAST(:ids AS bigint[]))")
    return set(conn.execute(query, {"ids": list(ids)}).scalars())


def to_replay(conn: Connection, message_id: int) -> Row[Any] | None:
    """Return a message and keep others from replaying it; ``None`` when it is replayed or gone."""
    return conn.execute(_TO_REPLAY, {"id": message_id}).one_or_none()


def mark_replayed(conn: Connection, message_id: int, at: datetime) -> None:
    """Note that all of a message is in; what it says is needed no longer."""
    conn.execute(text("UPDATE quarantine SET replayed_at = :at WHERE id = :id"), {"id": message_id, "at": at})
    empty(conn, message_id)


def set_error(conn: Connection, message_id: int, error: str) -> None:
    """Note why a message cannot be used now."""
    conn.execute(
        text("UPDATE quarantine SET error = :error WHERE id = :id"), {"id": message_id, "error": error}
    )


def empty(conn: Connection, message_id: int) -> None:
    """Keep nothing of what a message says."""
    conn.execute(_EMPTY, {"id": message_id})


def drop(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Delete messages and return (id, device) of each."""
    return conn.execute(_DROP, {"ids": list(ids)}).all()


def drop_older(conn: Connection, than: datetime) -> int:
    """Delete messages that came before a time, and counts from before it; return how many messages."""
    conn.execute(
        text("DELETE FROM quarantine_tally WHERE coalesce(not_kept_at, since) < :than"), {"than": than}
    )
    return conn.execute(text("DELETE FROM quarantine WHERE received_at < :than"), {"than": than}).rowcount
