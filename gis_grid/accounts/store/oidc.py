"""SQL of signing in with another provider: sign-ins under way, and whose account an identity is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Flow:
    """What a sign-in that has begun is to be ended with."""

    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next: str


@dataclass(frozen=True, slots=True)
class Linked:
    """An account that an identity belongs to."""

    id: int
    name: str
    disabled: bool


_FORGET = text("DELETE FROM oidc_flow WHERE expires_at <= :now")

_BEGIN = text("""
    INSERT INTO oidc_flow (state_digest, browser_digest, nonce, verifier, next, expires_at)
    VALUES (:state, :browser, :nonce, :verifier, :next, :expires_at)
""")

_TAKE = text("""
    DELETE FROM oidc_flow WHERE state_digest = :state AND browser_digest = :browser AND expires_at > :now
    RETURNING nonce, verifier, next
""")

_LINKED = text("""
    SELECT id, name, disabled_at IS NOT NULL AS disabled FROM account
    WHERE issuer = :issuer AND subject = :subject
""")

# An account that nothing was ever done with: no password, link, token or session. Whoever has another way in
# might not be whom the provider calls so, and an administrator is never taken on the strength of a name.
_LINK_BY_NAME = text("""
    UPDATE account a SET issuer = :issuer, subject = :subject
    WHERE name = :name AND issuer IS NULL AND password_hash IS NULL AND disabled_at IS NULL AND NOT demo
        AND NOT EXISTS (SELECT FROM one_time_link WHERE account_id = a.id)
        AND NOT EXISTS (SELECT FROM api_token WHERE account_id = a.id)
        AND NOT EXISTS (SELECT FROM session WHERE account_id = a.id)
        AND NOT EXISTS (SELECT FROM account_role WHERE account_id = a.id AND role = 'admin')
    RETURNING id, name, false AS disabled
""")

_LINK = text("UPDATE account SET issuer = :issuer, subject = :subject WHERE name = :name RETURNING id")

_END_SESSIONS = text("""
    UPDATE session SET ended_at = :now WHERE account_id = :account AND method = 'oidc' AND ended_at IS NULL
""")


def begin(
    conn: Connection, state: bytes, browser: bytes, flow: Flow, *, now: datetime, expires_at: datetime
) -> None:
    """Keep a sign-in until it expires, and forget those that have."""
    conn.execute(_FORGET, {"now": now})
    values = {"nonce": flow.nonce, "verifier": flow.verifier, "next": flow.next}
    conn.execute(_BEGIN, {"state": state, "browser": browser, "expires_at": expires_at, **values})


def take(conn: Connection, state: bytes, browser: bytes, now: datetime) -> Flow | None:
    """Take a sign-in out, once: only the browser that began it can."""
    row = conn.execute(_TAKE, {"state": state, "browser": browser, "now": now}).mappings().one_or_none()
    return None if row is None else Flow(**row)


def find_linked(conn: Connection, issuer: str, subject: str) -> Linked | None:
    """Return the account of an identity."""
    row = conn.execute(_LINKED, {"issuer": issuer, "subject": subject}).mappings().one_or_none()
    return None if row is None else Linked(**row)


def link_by_name(conn: Connection, issuer: str, subject: str, name: str) -> Linked | None:
    """Give an untouched account of a name an identity; ``None`` when there is no such account."""
    values = {"issuer": issuer, "subject": subject, "name": name}
    row = conn.execute(_LINK_BY_NAME, values).mappings().one_or_none()
    return None if row is None else Linked(**row)


def link(conn: Connection, name: str, issuer: str | None, subject: str | None, now: datetime) -> None:
    """Give an account an identity, or none; what the one before opened is ended."""
    account_id = conn.execute(_LINK, {"name": name, "issuer": issuer, "subject": subject}).scalar_one()
    conn.execute(_END_SESSIONS, {"account": account_id, "now": now})
