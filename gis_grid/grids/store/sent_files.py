"""SQL of files of buildings that were sent: which were answered how, and which wait."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection, Row


def add(
    conn: Connection, account_id: int, key: str | None, *, digest: bytes, asked: Any, at: datetime
) -> UUID | None:
    """Note a file that was sent; ``None`` when the account has used the key. Waits for who uses it now."""
    query = text(
        "INSERT INTO bulk_write (account_id, key, digest, asked, state, at) "
        "VALUES (:account, :key, :digest, CAST(:asked AS jsonb), 'waiting', :at) "
        "ON CONFLICT (account_id, key) DO NOTHING RETURNING id"
    )
    values = {"account": account_id, "key": key, "digest": digest, "asked": json.dumps(asked), "at": at}
    found: UUID | None = conn.execute(query, values).scalar_one_or_none()
    return found


def by_key(conn: Connection, account_id: int, key: str) -> Row[Any]:
    """Return (id, digest, state, answer, at, ended_at) of what an account sent with a key."""
    query = text(
        "SELECT id, digest, asked, state, answer, at, ended_at FROM bulk_write "
        "WHERE account_id = :account AND key = :key"
    )
    return conn.execute(query, {"account": account_id, "key": key}).one()


def by_id(conn: Connection, account_id: int, sent_id: UUID) -> Row[Any] | None:
    """Return the same of one by its id."""
    query = text(
        "SELECT id, digest, asked, state, answer, at, ended_at FROM bulk_write "
        "WHERE account_id = :account AND id = :id"
    )
    return conn.execute(query, {"account": account_id, "id": sent_id}).one_or_none()


def end(conn: Connection, sent_id: UUID, state: str, answer: Any, at: datetime) -> None:
    """Note what came of a file."""
    query = text(
        "UPDATE bulk_write SET state = :state, answer = CAST(:answer AS jsonb), ended_at = :at WHERE id = :id"
    )
    values = {"id": sent_id, "state": state, "answer": json.dumps(answer, ensure_ascii=False), "at": at}
    conn.execute(query, values)


def count_waiting(conn: Connection, account_id: int) -> int:
    """Return how many files of an account wait."""
    query = text("SELECT count(*) FROM bulk_write WHERE account_id = :account AND state = 'waiting'")
    return int(conn.execute(query, {"account": account_id}).scalar_one())


def next_waiting(conn: Connection) -> Row[Any] | None:
    """Return (id, account_id, asked) of the file that waits longest and that nobody else writes now."""
    query = text(
        "SELECT id, account_id, asked FROM bulk_write WHERE state = 'waiting' "
        "ORDER BY at LIMIT 1 FOR UPDATE SKIP LOCKED"
    )
    return conn.execute(query).one_or_none()


def forget(conn: Connection, before: datetime) -> int:
    """Forget the files that ended before a time; return how many."""
    query = text("DELETE FROM bulk_write WHERE ended_at < :before")
    return conn.execute(query, {"before": before}).rowcount


def waiting(conn: Connection) -> Sequence[UUID]:
    """Return the ids of all files that wait."""
    return list(conn.execute(text("SELECT id FROM bulk_write WHERE state = 'waiting'")).scalars())
