"""Accounts of tests, written straight into the tables: how people really sign in has tests of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from gis_grid.accounts.secrets import digest, new_secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from gis_grid.accounts.roles import Role


def signed_in(
    conn: Connection,
    name: str,
    roles: Iterable[tuple[Role, str | None]],
    *,
    worker: str | None = None,
) -> str:
    """Make an account with roles in areas (by code; ``None``: everywhere) and return its session's secret."""
    account_id = conn.execute(
        text(
            "INSERT INTO account (name, display_name, worker_id, created_at) "
            "VALUES (:name, :name, (SELECT id FROM worker WHERE code = :worker), now()) RETURNING id"
        ),
        {"name": name, "worker": worker},
    ).scalar_one()
    for role, area in roles:
        conn.execute(
            text(
                "INSERT INTO account_role (account_id, role, area_id) "
                "VALUES (:account, :role, (SELECT id FROM area WHERE code = :area))"
            ),
            {"account": account_id, "role": role, "area": area},
        )
    return open_session(conn, account_id)


def open_session(conn: Connection, account_id: int) -> str:
    """Open a session of an account and return its secret."""
    secret = new_secret()
    conn.execute(
        text(
            "INSERT INTO session (account_id, secret_digest, method, opened_at, last_seen_at, expires_at) "
            "VALUES (:account, :digest, 'password', now(), now(), now() + interval '1 day')"
        ),
        {"account": account_id, "digest": digest(secret)},
    )
    return secret


def give_token(conn: Connection, name: str, permissions: Iterable[str]) -> str:
    """Give an account a token that may do so much, and return its secret."""
    secret = new_secret()
    conn.execute(
        text(
            "INSERT INTO api_token (account_id, name, secret_digest, permissions, created_at, expires_at) "
            "SELECT id, 'test', :digest, :permissions, now(), now() + interval '1 day' "
            "FROM account WHERE name = :name"
        ),
        {"name": name, "digest": digest(secret), "permissions": list(permissions)},
    )
    return secret
