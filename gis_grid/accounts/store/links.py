"""SQL of links that work once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


class Used(NamedTuple):
    """Whose link was used."""

    account_id: int
    name: str


_ADD = text("""
    INSERT INTO one_time_link (account_id, secret_digest, purpose, made_at, expires_at)
    VALUES (:account, :digest, :purpose, :now, :expires)
""")

# Of two that come at once the second waits for the first, and then finds the link used.
_USE = text("""
    UPDATE one_time_link SET used_at = :now FROM account
    WHERE account.id = account_id AND account.disabled_at IS NULL AND secret_digest = :digest
        AND purpose = :purpose AND used_at IS NULL AND expires_at > :now
    RETURNING account.id, account.name
""")

_VOID = text("UPDATE one_time_link SET used_at = :now WHERE account_id = :account AND used_at IS NULL")

_FORGET = text("DELETE FROM one_time_link WHERE account_id = :account AND expires_at < :before")


def add(
    conn: Connection, account_id: int, digest: bytes, purpose: str, *, now: datetime, expires: datetime
) -> None:
    """Add a link."""
    values = {"account": account_id, "digest": digest, "purpose": purpose, "now": now, "expires": expires}
    conn.execute(_ADD, values)


def use(conn: Connection, digest: bytes, purpose: str, now: datetime) -> Used | None:
    """Use up a link; ``None`` when there is none such, it was used, is over or the account is closed."""
    row = conn.execute(_USE, {"digest": digest, "purpose": purpose, "now": now}).one_or_none()
    return None if row is None else Used(*row)


def void(conn: Connection, account_id: int, now: datetime) -> None:
    """Let no link of an account work any more."""
    conn.execute(_VOID, {"account": account_id, "now": now})


def forget(conn: Connection, account_id: int, before: datetime) -> None:
    """Remove the links of an account that were over at a time."""
    conn.execute(_FORGET, {"account": account_id, "before": before})
