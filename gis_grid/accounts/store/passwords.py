"""SQL of password hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Holder(NamedTuple):
    """An open account and the hash of its password, where it has one."""

    account_id: int
    name: str
    password_hash: str | None

    def __repr__(self) -> str:
        """Never the hash."""
        return f"Holder({self.name})"


_FIND = text("""
    SELECT id, name, password_hash FROM account WHERE name = :name AND disabled_at IS NULL
""")

# Waits for whoever changes the password, and lets nobody change it meanwhile.
_HOLD = text("""
    SELECT password_hash = :hash FROM account
    WHERE id = :account AND disabled_at IS NULL FOR NO KEY UPDATE
""")

_KEEP = text("UPDATE account SET password_hash = :hash WHERE id = :account")


def find(conn: Connection, name: str) -> Holder | None:
    """Return the open account of a name."""
    row = conn.execute(_FIND, {"name": name}).one_or_none()
    return None if row is None else Holder(*row)


def hold(conn: Connection, account_id: int, password_hash: str) -> bool:
    """Say whether an account is open and still has a hash; it keeps both until the transaction ends."""
    return bool(conn.execute(_HOLD, {"account": account_id, "hash": password_hash}).scalar_one_or_none())


def keep(conn: Connection, account_id: int, password_hash: str) -> None:
    """Give an account a password."""
    conn.execute(_KEEP, {"account": account_id, "hash": password_hash})
