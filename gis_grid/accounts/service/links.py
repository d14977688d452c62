"""Links that work once: they sign somebody in, or let them set a password."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from gis_grid.accounts import passwords
from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.accounts.service import sessions
from gis_grid.accounts.store import links as store
from gis_grid.accounts.store import passwords as password_store
from gis_grid.kit.errors import NotSignedIn
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.service.sessions import SignedIn, Visitor
    from gis_grid.accounts.store.links import Used

Purpose = Literal["set_password", "sign_in"]

_KEPT: Final = timedelta(days=30)


def make_link(
    conn: Connection, account_id: int, purpose: Purpose, now: datetime, valid_for: timedelta
) -> str:
    """Make a link of an account and return its secret, which is shown once and stored as a digest.

    Older links of the account end: nobody finds one in a message from last week that still works.
    """
    secret = new_secret()
    store.void(conn, account_id, now)
    store.forget(conn, account_id, now - _KEPT)
    store.add(conn, account_id, digest(secret), purpose, now=now, expires=now + valid_for)
    return secret


def sign_in(conn: Connection, secret: str, visitor: Visitor, now: datetime) -> SignedIn:
    """Sign in by a link.

    Raises
    ------
    NotSignedIn
        When the link is not good: unknown, used, over, for another purpose, or of a closed account.
    """
    used = _use(conn, secret, "sign_in", now)
    return sessions.open_session(conn, used.name, "link", visitor, now)


def set_password(conn: Connection, secret: str, password: str, visitor: Visitor, now: datetime) -> SignedIn:
    """Set a password by a link and sign in; older sessions and all other links of the account end.

    Raises
    ------
    NotSignedIn
        When the link is not good.
    BadInput
        When the password is not; the link stays good, since the transaction does not happen.
    """
    used = _use(conn, secret, "set_password", now)
    passwords.require_good(password, used.name)
    password_store.keep(conn, used.account_id, passwords.hashed(password))
    store.void(conn, used.account_id, now)
    sessions.end_others(conn, used.account_id, None, now)
    ledger.record(conn, now, used.name, "password_set", f"account:{used.name}", {"by": "link"})
    return sessions.open_session(conn, used.name, "link", visitor, now)


def _use(conn: Connection, secret: str, purpose: Purpose, now: datetime) -> Used:
    used = store.use(conn, digest(secret), purpose, now)
    if used is None:
        raise NotSignedIn(
            "The link does not work", "it works once and for a time; an administrator makes another"
        )
    ledger.record(conn, now, used.name, "link_used", f"account:{used.name}", {"purpose": purpose})
    return used
