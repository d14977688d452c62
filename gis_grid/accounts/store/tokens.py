"""SQL of tokens: those of programs, which belong to accounts, and those of phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from gis_grid.accounts.roles import Permission
from gis_grid.accounts.rows import DeviceToken, Token

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


_TOKENS = text("""
    SELECT t.id, a.name AS account, t.name, t.permissions, t.created_at, t.last_used_at, t.expires_at,
           t.revoked_at
    FROM api_token t JOIN account a ON a.id = t.account_id
    WHERE (CAST(:account AS bigint) IS NULL OR t.account_id = :account)
        AND (CAST(:id AS bigint) IS NULL OR t.id = :id)
    ORDER BY t.created_at DESC, t.id DESC
""")

_ADD = text("""
    INSERT INTO api_token (account_id, name, secret_digest, permissions, created_at, expires_at)
    VALUES (:account, :name, :digest, CAST(:permissions AS text[]), :at, :expires_at) RETURNING id
""")

_REVOKE = text("""
    UPDATE api_token SET revoked_at = :at
    WHERE id = :id AND revoked_at IS NULL AND (CAST(:account AS bigint) IS NULL OR account_id = :account)
    RETURNING (SELECT name FROM account WHERE account.id = account_id)
""")

_DEVICE_TOKENS = text("""
    SELECT t.id, d.code AS device, t.created_at, t.revoked_at
    FROM device_token t JOIN device d ON d.id = t.device_id
    WHERE (CAST(:device AS bigint) IS NULL OR t.device_id = :device)
        AND (CAST(:id AS bigint) IS NULL OR t.id = :id)
    ORDER BY t.created_at DESC, t.id DESC
""")

_ADD_DEVICE_TOKEN = text("""
    INSERT INTO device_token (device_id, secret_digest, created_at)
    VALUES (:device, :digest, :at) RETURNING id
""")

_REVOKE_DEVICE_TOKEN = text("""
    UPDATE device_token SET revoked_at = :at WHERE id = :id AND revoked_at IS NULL
    RETURNING (SELECT code FROM device WHERE device.id = device_id)
""")


def tokens(conn: Connection, *, account_id: int | None = None, token_id: int | None = None) -> list[Token]:
    """Return tokens, those of one account only or the one of an id, newest first."""
    rows = conn.execute(_TOKENS, {"account": account_id, "id": token_id}).mappings()
    return [Token(**{**row, "permissions": tuple(map(Permission, row["permissions"]))}) for row in rows]


def count_in_effect(conn: Connection, account_id: int, at: datetime) -> int:
    """Return how many tokens of an account are good."""
    query = text(
        "SELECT count(*) FROM api_token "
        "WHERE account_id = :account AND revoked_at IS NULL AND expires_at > :at"
    )
    return int(conn.execute(query, {"account": account_id, "at": at}).scalar_one())


def add(
    conn: Connection,
    account_id: int,
    name: str,
    digest: bytes,
    permissions: Sequence[Permission],
    *,
    at: datetime,
    expires_at: datetime,
) -> Token:
    """Add a token."""
    values = {
        "account": account_id,
        "name": name,
        "digest": digest,
        "permissions": [permission.value for permission in permissions],
        "at": at,
        "expires_at": expires_at,
    }
    (made,) = tokens(conn, token_id=conn.execute(_ADD, values).scalar_one())
    return made


def revoke(conn: Connection, token_id: int, at: datetime, *, account_id: int | None = None) -> str | None:
    """End a token, of one account only or of any, and return whose it was; ``None`` when none is good."""
    values = {"id": token_id, "at": at, "account": account_id}
    name: str | None = conn.execute(_REVOKE, values).scalar_one_or_none()
    return name


def find_device(conn: Connection, code: str) -> int | None:
    """Return the id of a device."""
    query = text("SELECT id FROM device WHERE code = :code")
    found: int | None = conn.execute(query, {"code": code}).scalar_one_or_none()
    return found


def device_tokens(
    conn: Connection, *, device_id: int | None = None, token_id: int | None = None
) -> list[DeviceToken]:
    """Return tokens of phones, those of one only or the one of an id, newest first."""
    rows = conn.execute(_DEVICE_TOKENS, {"device": device_id, "id": token_id}).mappings()
    return [DeviceToken(**row) for row in rows]


def add_device_token(conn: Connection, device_id: int, digest: bytes, at: datetime) -> DeviceToken:
    """Add a token of a phone."""
    values = {"device": device_id, "digest": digest, "at": at}
    (made,) = device_tokens(conn, token_id=conn.execute(_ADD_DEVICE_TOKEN, values).scalar_one())
    return made


def revoke_device_token(conn: Connection, token_id: int, at: datetime) -> str | None:
    """End a phone's token and return the phone's code; ``None`` when none is good."""
    code: str | None = conn.execute(_REVOKE_DEVICE_TOKEN, {"id": token_id, "at": at}).scalar_one_or_none()
    return code
