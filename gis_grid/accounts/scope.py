"""The one file that decides what a request may see: it enters the caller's scope, in its own transaction.

The database checks the credential itself and keeps the scope under a seal that only it can make
(`gis_grid_enter` in the migrations): SQL by hand on the service's login, without a credential, sees nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.kit.errors import NotAllowed
from gis_grid.kit.logins import SERVICE_ROLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy import Connection

    from gis_grid.accounts.roles import Permission

_ENTER = text("SELECT gis_grid_enter(:kind, :secret, :permission)")

ENTERED: Final = "gis_grid_enter(%(kind)s, %(secret)s, %(permission)s)"
"""The same as SQL of a statement that is a transaction of its own; `NULL` when the credential is not good.

What is to be seen within the scope has to be given something of it: that is when it is looked at.
"""
_ENTER_AS = text("SELECT gis_grid_enter_as(:account, :permission)")

_HELD = text("""
    SELECT permission FROM unnest(CAST(:permissions AS text[])) AS permission
    WHERE (gis_grid_enter(:kind, :secret, permission) ->> 'holds')::boolean
""")


@dataclass(frozen=True, slots=True)
class Credential:
    """What a caller shows: a browser's session, or a program's token."""

    kind: str
    secret: str

    def __repr__(self) -> str:
        """Never the secret."""
        return f"Credential({self.kind})"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a caller may see with one permission.

    Attributes
    ----------
    account_id : int
    name : str
        What the account signs in with; the ledger's actor.
    roles : tuple of str
        All roles of the account, wherever.
    holds : bool
        Whether any of them has the permission, and the token, where one was shown, too.
    areas : tuple of int or None
        Ids of the areas whose ground may be seen, each with all below it; ``None`` for everywhere.
    people : tuple of int or None
        Ids of the areas whose workers may be seen; ``None`` for everywhere.
    worker_id : int or None
        The worker that the account is, where the permission shows one oneself.
    """

    account_id: int
    name: str
    roles: tuple[str, ...]
    holds: bool
    areas: tuple[int, ...] | None
    people: tuple[int, ...] | None
    worker_id: int | None


def enter(conn: Connection, credential: Credential, permission: Permission) -> Scope | None:
    """Enter the scope of a caller until the transaction ends; ``None`` when the credential is not good.

    Parameters
    ----------
    conn
        On the service's login, at the start of a transaction.
    """
    shown = {"kind": credential.kind, "secret": credential.secret, "permission": permission.value}
    found: dict[str, Any] | None = conn.execute(_ENTER, shown).scalar_one()
    return None if found is None else entered(found)


def entered(found: Mapping[str, Any]) -> Scope:
    """Return the scope that the database says was entered (`ENTERED`)."""
    return Scope(
        account_id=found["account"],
        name=found["name"],
        roles=tuple(found["roles"]),
        holds=found["holds"],
        areas=_ids(found["areas"]),
        people=_ids(found["people"]),
        worker_id=found["worker"],
    )


def held(
    conn: Connection, credential: Credential, permissions: Iterable[Permission], *, back_to: Permission
) -> frozenset[Permission]:
    """Return which permissions a caller has, somewhere; the scope is that of `back_to` again afterwards."""
    shown = {"kind": credential.kind, "secret": credential.secret}
    found = conn.execute(_HELD, {**shown, "permissions": [one.value for one in permissions]}).scalars().all()
    enter(conn, credential, back_to)
    return frozenset(map(type(back_to), found))


@contextmanager
def acting_for(conn: Connection, account_id: int, permission: Permission) -> Iterator[Scope]:
    """Do later what an account asked for, within the scope that it has now and with the service's rights.

    Parameters
    ----------
    conn
        On the owner's login. After an error only a savepoint takes back the scope and the rights.

    Raises
    ------
    NotAllowed
        When the account has the permission no more.
    """
    found: dict[str, Any] | None = conn.execute(
        _ENTER_AS, {"account": account_id, "permission": permission.value}
    ).scalar_one()
    if found is None:
        raise NotAllowed("Not allowed", f"the account has the permission {permission.value} no more")
    areas, people = _ids(found["areas"]), _ids(found["people"])
    conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
    yield Scope(account_id, found["name"], (), holds=True, areas=areas, people=people, worker_id=None)
    conn.exec_driver_sql("RESET ROLE")


def _ids(found: list[int] | None) -> tuple[int, ...] | None:
    return None if found is None else tuple(found)
