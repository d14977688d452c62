"""Tokens of phones: apart from those of programs, since a phone sends fixes and reads nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.accounts.store import tokens as store
from gis_grid.kit.errors import NotFound
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.rows import DeviceToken

PREFIX: Final = "ggd_"


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and its secret, which is nowhere else."""

    token: DeviceToken
    secret: str = field(repr=False)


def listed(conn: Connection, device: str | None = None) -> list[DeviceToken]:
    """Return the tokens of a phone, or all, newest first.

    Raises
    ------
    NotFound
        When there is no such phone.
    """
    return store.device_tokens(conn, device_id=None if device is None else _device(conn, device))


def make(conn: Connection, device: str, *, actor: str, now: datetime) -> Made:
    """Make a token of a phone; older ones stay good until they are revoked.

    Raises
    ------
    NotFound
        When there is no such phone.
    """
    secret = new_secret(PREFIX)
    token = store.add_device_token(conn, _device(conn, device), digest(secret), now)
    ledger.record(conn, now, actor, "device_token_made", f"device:{device}", {"token": token.id})
    return Made(token, secret)


def revoke(conn: Connection, token_id: int, *, actor: str, now: datetime) -> None:
    """End a token of a phone.

    Raises
    ------
    NotFound
        When there is no such token, or it was revoked before.
    """
    device = store.revoke_device_token(conn, token_id, now)
    if device is None:
        raise NotFound("No such token of a device", f"{token_id}")
    ledger.record(conn, now, actor, "token_revoked", f"device:{device}", {"token": token_id})


def _device(conn: Connection, code: str) -> int:
    found = store.find_device(conn, code)
    if found is None:
        raise NotFound("No such device", f"{code!r}; `gis-grid device add` issues one")
    return found
