"""SQL of sessions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


class Live(NamedTuple):
    """A session that is good now, with the name of its account."""

    id: int
    account_id: int
    name: str


class Listed(NamedTuple):
    """What one is told of one's own session."""

    id: int
    method: str
    browser: str
    opened_at: datetime
    last_seen_at: datetime
    expires_at: datetime


_ADD = text("""
    INSERT INTO session (account_id, secret_digest, method, browser, opened_at, last_seen_at, expires_at)
    VALUES (:account, :digest, :method, :browser, :now, :now, :expires)
""")

# The same conditions as in gis_grid_enter, which answers all other requests.
_FIND = text("""
    SELECT s.id, s.account_id, a.name FROM session s JOIN account a ON a.id = s.account_id
    WHERE s.secret_digest = :digest AND s.ended_at IS NULL AND s.expires_at > :now
        AND s.last_seen_at > :idle_since AND a.disabled_at IS NULL
""")

_LISTED = text("""
    SELECT id, method, browser, opened_at, last_seen_at, expires_at FROM session
    WHERE account_id = :account AND ended_at IS NULL AND expires_at > :now AND last_seen_at > :idle_since
    ORDER BY last_seen_at DESC, id DESC
""")

_END = text("""
    UPDATE session SET ended_at = :now
    WHERE account_id = :account AND id = :id AND ended_at IS NULL AND expires_at > :now
        AND last_seen_at > :idle_since
""")

_END_SHOWN = text("UPDATE session SET ended_at = :now WHERE secret_digest = :digest AND ended_at IS NULL")

_END_OTHERS = text("""
    UPDATE session SET ended_at = :now
    WHERE account_id = :account AND ended_at IS NULL AND id IS DISTINCT FROM CAST(:kept AS bigint)
""")

_FORGET = text("DELETE FROM session WHERE account_id = :account AND expires_at < :before")


def add(
    conn: Connection,
    account_id: int,
    digest: bytes,
    *,
    method: str,
    browser: str,
    now: datetime,
    expires: datetime,
) -> None:
    """Add a session."""
    values = {"account": account_id, "digest": digest, "method": method, "browser": browser}
    conn.execute(_ADD, {**values, "now": now, "expires": expires})


def find_live(conn: Connection, digest: bytes, now: datetime, idle_since: datetime) -> Live | None:
    """Return the session of a secret, if it is good."""
    row = conn.execute(_FIND, {"digest": digest, "now": now, "idle_since": idle_since}).one_or_none()
    return None if row is None else Live(*row)


def listed(conn: Connection, account_id: int, now: datetime, idle_since: datetime) -> Sequence[Listed]:
    """Return the good sessions of an account, the one used last first."""
    rows = conn.execute(_LISTED, {"account": account_id, "now": now, "idle_since": idle_since})
    return [Listed(*row) for row in rows]


def end(conn: Connection, account_id: int, session_id: int, now: datetime, idle_since: datetime) -> bool:
    """End one good session of an account; say whether there was such a one."""
    values = {"account": account_id, "id": session_id, "now": now, "idle_since": idle_since}
    return conn.execute(_END, values).rowcount == 1


def end_shown(conn: Connection, digest: bytes, now: datetime) -> None:
    """End the session of a secret, whosever it is."""
    conn.execute(_END_SHOWN, {"digest": digest, "now": now})


def end_others(conn: Connection, account_id: int, kept: int | None, now: datetime) -> None:
    """End the sessions of an account, but for one."""
    conn.execute(_END_OTHERS, {"account": account_id, "kept": kept, "now": now})


def forget(conn: Connection, account_id: int, before: datetime) -> None:
    """Remove the sessions of an account that were over at a time."""
    conn.execute(_FORGET, {"account": account_id, "before": before})
