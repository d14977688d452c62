"""Sessions of browsers: how they begin, how long they last, and how they end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.accounts.store import accounts, browsers
from gis_grid.accounts.store import sessions as store
from gis_grid.kit.errors import NotFound, NotSignedIn
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.rows import Account
    from gis_grid.accounts.store.sessions import Listed, Live

IDLE: Final = timedelta(hours=12)
"""How long a session lasts that nobody uses; `gis_grid_enter` in the database has the same number."""

LONGEST: Final = timedelta(days=7)
"""How long it lasts at most."""

KNOWN_BROWSER: Final = timedelta(days=180)
"""How long a browser counts as one that signed the account in before."""

_KEPT: Final = timedelta(days=30)
"""How long a session that is over is kept, for whoever asks how somebody got in."""

AT_THE_DOOR: Final = "door:sign-in"
"""Who acts before anybody is signed in; no account has such a name."""

Method = Literal["password", "oidc", "link"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who comes to the door.

    Attributes
    ----------
    network : str
        Where from.
    browser : str
        What with, in a few words.
    browser_secret : str or None
        Of a browser that signed somebody in before.
    session_secret : str or None
        Of a session that is to end, since another begins.
    """

    network: str
    browser: str = ""
    browser_secret: str | None = None
    session_secret: str | None = None

    def __repr__(self) -> str:
        """Never a secret, never an address."""
        return f"Visitor({self.browser})"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun, and what the browser has to keep."""

    account: Account
    session_secret: str
    browser_secret: str

    def __repr__(self) -> str:
        """Never a secret."""
        return f"SignedIn({self.account.name})"


def open_session(conn: Connection, name: str, method: Method, visitor: Visitor, now: datetime) -> SignedIn:
    """Begin a session of an account, whose right to it the caller has checked.

    Its secret is new, whatever the browser showed; a session that the browser showed ends.

    Raises
    ------
    NotSignedIn
        When the account is closed.
    """
    account = accounts.find(conn, name)
    if account is None or account.disabled_at is not None:
        raise NotSignedIn("Not signed in", "the account is closed")
    if visitor.session_secret:
        store.end_shown(conn, digest(visitor.session_secret), now)
    store.forget(conn, account.id, now - _KEPT)
    secret = new_secret()
    store.add(
        conn,
        account.id,
        digest(secret),
        method=method,
        browser=visitor.browser,
        now=now,
        expires=now + LONGEST,
    )
    browser_secret = _know_browser(conn, account.id, visitor, now)
    detail = {"method": method, "browser": visitor.browser}
    ledger.record(conn, now, account.name, "sign_in", f"account:{account.name}", detail)
    return SignedIn(account, secret, browser_secret)


def find_live(conn: Connection, secret: str, now: datetime) -> Live | None:
    """Return the session of a secret, if it is good."""
    return store.find_live(conn, digest(secret), now, now - IDLE)


def listed(conn: Connection, account_id: int, now: datetime) -> Sequence[Listed]:
    """Return the good sessions of an account, the one used last first."""
    return store.listed(conn, account_id, now, now - IDLE)


def end(conn: Connection, live: Live, session_id: int, now: datetime) -> None:
    """End a session of the one who is signed in with another, or with this one.

    Raises
    ------
    NotFound
        When it is none of one's own, or over already.
    """
    if not store.end(conn, live.account_id, session_id, now, now - IDLE):
        raise NotFound("No such session", "it is none of your own, or it is over")
    ledger.record(
        conn,
        now,
        live.name,
        "sign_out",
        f"account:{live.name}",
        {} if session_id == live.id else {"session": "another"},
    )


def end_others(conn: Connection, account_id: int, kept: int | None, now: datetime) -> None:
    """End the sessions of an account, but for one: others may know its old password."""
    store.end_others(conn, account_id, kept, now)


def is_known(conn: Connection, account_id: int, browser_secret: str) -> bool:
    """Say whether a browser signed an account in before."""
    return browsers.is_known(conn, account_id, digest(browser_secret))


def _know_browser(conn: Connection, account_id: int, visitor: Visitor, now: datetime) -> str:
    """Return the secret of a browser that has signed an account in; a new one if it is the first time."""
    browsers.forget(conn, account_id, now - KNOWN_BROWSER)
    shown = visitor.browser_secret
    if shown is not None and browsers.used(conn, account_id, digest(shown), now):
        return shown
    secret = new_secret()
    browsers.add(conn, account_id, digest(secret), now)
    return secret
