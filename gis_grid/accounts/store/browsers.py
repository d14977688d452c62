"""SQL of browsers that signed an account in before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

_KNOWN = text(
    "SELECT EXISTS (SELECT FROM known_browser WHERE account_id = :account AND secret_digest = :digest)"
)

_ADD = text("""
    INSERT INTO known_browser (account_id, secret_digest, since, last_used_at)
    VALUES (:account, :digest, :now, :now)
""")

_USED = text("""
    UPDATE known_browser SET last_used_at = :now WHERE account_id = :account AND secret_digest = :digest
""")

_FORGET = text("DELETE FROM known_browser WHERE account_id = :account AND last_used_at < :before")


def is_known(conn: Connection, account_id: int, digest: bytes) -> bool:
    """Say whether a browser signed an account in before."""
    return bool(conn.execute(_KNOWN, {"account": account_id, "digest": digest}).scalar_one())


def add(conn: Connection, account_id: int, digest: bytes, now: datetime) -> None:
    """Add a browser."""
    conn.execute(_ADD, {"account": account_id, "digest": digest, "now": now})


def used(conn: Connection, account_id: int, digest: bytes, now: datetime) -> bool:
    """Note that a browser signed an account in again; say whether it did before."""
    return conn.execute(_USED, {"account": account_id, "digest": digest, "now": now}).rowcount == 1


def forget(conn: Connection, account_id: int, before: datetime) -> None:
    """Remove the browsers that have not signed an account in since a time."""
    conn.execute(_FORGET, {"account": account_id, "before": before})
