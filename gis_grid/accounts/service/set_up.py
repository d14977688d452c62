"""The first administrator: made without a password, and let in by a link that the operator reads."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.roles import Role
from gis_grid.accounts.service import accounts
from gis_grid.accounts.service.accounts import Keeper, Wanted
from gis_grid.kit.errors import Conflict, NotFound

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

NAME: Final = "admin"
VALID_FOR: Final = timedelta(hours=24)

_KEEPER: Final = Keeper("first start")


def set_up_link(conn: Connection, now: datetime) -> str | None:
    """Return the secret of a link for the first administrator, until somebody can sign in as one.

    Made anew at each call: whoever comes late to the first start gets one by starting the program again.

    Raises
    ------
    Conflict
        When nobody is administrator everywhere and the name `admin` belongs to somebody else.
    """
    admins = [
        account
        for account in accounts.listed(conn, _KEEPER)
        if account.is_admin_everywhere and account.disabled_at is None and not account.demo
    ]
    if any(account.has_password or account.signs_in_elsewhere for account in admins):
        return None
    if not admins:
        _add(conn, now)
    elif NAME not in {account.name for account in admins}:
        return None  # the operator has added another one, and has that one's link
    return accounts.make_link(conn, _KEEPER, NAME, now=now, valid_for=VALID_FOR)


def _add(conn: Connection, now: datetime) -> None:
    try:
        accounts.get(conn, _KEEPER, NAME)
    except NotFound:
        accounts.add(conn, _KEEPER, NAME, [Wanted(Role.ADMIN)], now=now)
    else:
        raise Conflict(
            "Nobody is administrator everywhere",
            f"and the name {NAME} is somebody else's; run `gis-grid user add NAME --role admin`",
        )
