"""Signs people in who are known to another provider, and says whose account an identity is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.accounts.provider import Secrets
from gis_grid.accounts.secrets import digest, new_secret
from gis_grid.accounts.service import accounts, sessions
from gis_grid.accounts.service.sessions import AT_THE_DOOR
from gis_grid.accounts.store import oidc as store
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.provider import Identity
    from gis_grid.accounts.service.accounts import Keeper
    from gis_grid.accounts.service.sessions import SignedIn, Visitor

TIME_TO_SIGN_IN: Final = timedelta(minutes=10)
"""How long somebody may take at the provider."""

_LONGEST_NEXT: Final = 1000
# No second slash, no backslash and no control sign: browsers would read another host out of them.
_LOCAL_PATH: Final = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has begun: what goes to the provider, and what only this browser holds."""

    sent: Secrets
    browser: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Returned:
    """A sign-in that came back to its browser."""

    expected: Secrets
    next: str


def local_path(text: str) -> str:
    """Return a path of our own to go on to.

    Raises
    ------
    BadInput
        When it could lead to another host.
    """
    if len(text) > _LONGEST_NEXT or not _LOCAL_PATH.fullmatch(text):
        raise BadInput("Not an address of this program", "next: expected a path such as /reports/")
    return text


def new_sign_in() -> Begun:
    """Return fresh secrets for one sign-in in one browser."""
    return Begun(Secrets(new_secret(), new_secret(), new_secret()), new_secret())


def begin(conn: Connection, begun: Begun, onwards: str, now: datetime) -> None:
    """Keep what a sign-in has to be ended with."""
    sent = begun.sent
    flow = store.Flow(sent.nonce, sent.verifier, onwards)
    expires_at = now + TIME_TO_SIGN_IN
    store.begin(conn, digest(sent.state), digest(begun.browser), flow, now=now, expires_at=expires_at)


def come_back(conn: Connection, state: str, browser: str, now: datetime) -> Returned:
    """Take up, once, a sign-in that this browser has begun.

    Raises
    ------
    BadInput
        When it was begun in another browser or not at all, has come back before, or took too long.
    """
    flow = store.take(conn, digest(state), digest(browser), now)
    if flow is None:
        raise BadInput(
            "This sign-in was not begun here",
            "it was begun in another browser, has ended, or took more than ten minutes: begin again",
        )
    return Returned(Secrets(state, flow.nonce, flow.verifier), flow.next)


def sign_in(conn: Connection, identity: Identity, visitor: Visitor, now: datetime) -> SignedIn | None:
    """Open a session for the account of an identity; ``None`` when there is no open one here.

    At the first sign-in an untouched account of the name is linked. No account is made.
    """
    found = store.find_linked(conn, identity.issuer, identity.subject)
    if found is None and identity.name:
        found = store.link_by_name(conn, identity.issuer, identity.subject, identity.name)
        if found is not None:
            detail = {"issuer": identity.issuer, "linked_by": "name"}
            ledger.record(conn, now, found.name, "account_changed", f"account:{found.name}", detail)
    if found is None or found.disabled:
        # What the provider calls a stranger is not kept: they are nobody here.
        who, why = (f"account:{found.name}", "the account is closed") if found else ("account:", "no account")
        ledger.record(conn, now, AT_THE_DOOR, "sign_in_refused", who, {"method": "oidc", "why": why})
        return None
    return sessions.open_session(conn, found.name, "oidc", visitor, now)


def link(
    conn: Connection, keeper: Keeper, name: str, issuer: str | None, subject: str | None, *, now: datetime
) -> None:
    """Say by hand who an account is to a provider; without issuer and subject, nobody any more.

    Raises
    ------
    NotFound
        When the keeper may not see such an account.
    BadInput
        When only one of the two is given, or one cannot be used.
    Conflict
        When another account is that already.
    """
    accounts.get(conn, keeper, name)
    if (issuer is None) != (subject is None):
        raise BadInput("An identity is an issuer and a subject", "give both, or neither to end the link")
    if issuer is not None and subject is not None:
        if not (issuer.strip() and subject.strip()) or "\0" in issuer + subject:
            raise BadInput("The identity cannot be used", "expected an issuer's address and a subject's text")
        other = store.find_linked(conn, issuer, subject)
        if other is not None and other.name != name:
            raise Conflict("The identity is taken", "another account is linked to it")
    store.link(conn, name, issuer, subject, now)
    detail = {"issuer": issuer, "linked_by": "hand"}
    ledger.record(conn, now, keeper.name, "account_changed", f"account:{name}", detail)
