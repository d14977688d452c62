"""Tokens of programs: each belongs to an account, may do a part of what the account may, and ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import MAY, SESSION_ONLY, Permission, Role
from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.accounts.store import tokens as store
from gis_grid.kit.errors import BadInput, Conflict, NotFound
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.rows import Token

PREFIX: Final = "ggt_"
"""Tells people and scanners of leaked secrets what they have found."""

DEFAULT_DAYS: Final = 90
MOST_DAYS: Final = 365
MOST_TOKENS: Final = 50
"""How many tokens of one account are good at a time."""

_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Owner:
    """The account that a token is for, with all its roles."""

    account_id: int
    name: str
    roles: Iterable[str]


@dataclass(frozen=True, slots=True)
class Made:
    """A new token and its secret, which is nowhere else."""

    token: Token
    secret: str = field(repr=False)


def listed(conn: Connection, account_id: int | None = None) -> list[Token]:
    """Return the tokens of an account, or all, newest first."""
    return store.tokens(conn, account_id=account_id)


def make(
    conn: Connection,
    owner: Owner,
    *,
    name: str,
    permissions: Iterable[str],
    now: datetime,
    days: int = DEFAULT_DAYS,
    actor: str | None = None,
) -> Made:
    """Make a token; the areas in which it may do things are those of the account's roles.

    Parameters
    ----------
    actor
        Who makes it; left out: the account itself.

    Raises
    ------
    BadInput
        When the name or the days cannot be used, or a permission is not the account's or not a program's.
    Conflict
        When the account has as many tokens as it may.
    """
    shown = name.strip()
    if not shown or len(shown) > _LONGEST_NAME or not shown.isprintable():
        raise BadInput("The token's name cannot be used", f"expected 1 to {_LONGEST_NAME} printable signs")
    if not 1 <= days <= MOST_DAYS:
        raise BadInput("The days cannot be used", f"{days}; a token is good for 1 to {MOST_DAYS} days")
    granted = _granted(owner, permissions)
    if store.count_in_effect(conn, owner.account_id, now) >= MOST_TOKENS:
        raise Conflict("Too many tokens", f"{owner.name} has {MOST_TOKENS}; revoke one that is not used")
    secret = new_secret(PREFIX)
    expires_at = now + timedelta(days=days)
    token = store.add(conn, owner.account_id, shown, digest(secret), granted, at=now, expires_at=expires_at)
    detail = {"token": token.id, "permissions": [*granted], "expires_at": expires_at.isoformat()}
    ledger.record(conn, now, actor or owner.name, "token_made", f"account:{owner.name}", detail)
    return Made(token, secret)


def revoke(
    conn: Connection, token_id: int, *, actor: str, now: datetime, account_id: int | None = None
) -> None:
    """End a token, one of an account's own or, without an account, any.

    Raises
    ------
    NotFound
        When there is no such token, or it was revoked before.
    """
    owner = store.revoke(conn, token_id, now, account_id=account_id)
    if owner is None:
        raise NotFound("No such token", f"{token_id}")
    ledger.record(conn, now, actor, "token_revoked", f"account:{owner}", {"token": token_id})


def grantable(roles: Iterable[str]) -> list[Permission]:
    """Return what a token of an account with these roles may be given."""
    held = {permission for role in roles for permission in MAY[Role(role)]}
    return [permission for permission in Permission if permission in held - SESSION_ONLY]


def _granted(owner: Owner, permissions: Iterable[str]) -> list[Permission]:
    wanted = set(permissions)
    possible = grantable(owner.roles)
    if not wanted or wanted - set(possible):
        words = ", ".join(possible) or "nothing"
        wrong = ", ".join(sorted(wanted - set(possible)))
        raise BadInput(
            "The token cannot be given that", f"{wrong or 'no permission'}; {owner.name} can give {words}"
        )
    return [permission for permission in possible if permission in wanted]
