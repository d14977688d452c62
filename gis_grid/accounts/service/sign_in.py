"""Signing in by name and password, and changing one's own password.

Each takes several short transactions: a failure stays written down although the request fails, and no
connection is held while a password is checked, which takes a processor for a while.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from gis_grid.accounts import passwords
from gis_grid.accounts.service import sessions, throttle
from gis_grid.accounts.service.sessions import AT_THE_DOOR
from gis_grid.accounts.store import links
from gis_grid.accounts.store import passwords as store
from gis_grid.kit.errors import NotAllowed, NotSignedIn
from gis_grid.ledger import service as ledger

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.accounts.service.sessions import SignedIn, Visitor
    from gis_grid.accounts.service.throttle import Try
    from gis_grid.accounts.store.passwords import Holder
    from gis_grid.accounts.store.sessions import Live
    from gis_grid.kit.http import Door


def by_password(door: Door, name: str, password: str, visitor: Visitor, now: datetime) -> SignedIn:
    """Sign in by name and password.

    Raises
    ------
    NotSignedIn
        When there is no such account, it is closed, it has no password, or this is not it: all look the same
        and take as long.
    TooMany
        When there were too many failures; the password is not looked at.
    """
    name = unicodedata.normalize("NFKC", name).strip().lower()
    with door() as conn:
        holder = _find(conn, name)
        tried = throttle.begin(conn, _buckets(conn, holder, name, visitor), now)
    match = passwords.check(password, holder.password_hash if holder else None)
    if holder is None or not match.right:
        _note_refusal(door, holder, tried, now)
        raise _wrong()
    with door() as conn:
        _require_same(conn, holder)
        throttle.forgive(conn, tried)
        if match.newer_hash is not None:
            store.keep(conn, holder.account_id, match.newer_hash)
        return sessions.open_session(conn, holder.name, "password", visitor, now)


def change_password(door: Door, live: Live, old: str, new: str, now: datetime) -> None:
    """Change the password of the one who is signed in; all their other sessions, and their links, end.

    Raises
    ------
    BadInput
        When the new password is not good enough.
    NotAllowed
        When the old one is wrong, or the account has none.
    TooMany
        When the old one was wrong too often.
    """
    passwords.require_good(new, live.name)
    with door() as conn:
        holder = store.find(conn, live.name)
        tried = throttle.begin(conn, throttle.of_session(live.id), now)
    if holder is None or not passwords.check(old, holder.password_hash).right:
        _note_refusal(door, holder, tried, now)
        raise NotAllowed("The old password is wrong", "nothing was changed")
    new_hash = passwords.hashed(new)
    with door() as conn:
        _require_same(conn, holder)
        throttle.forgive(conn, tried)
        store.keep(conn, live.account_id, new_hash)
        links.void(conn, live.account_id, now)
        sessions.end_others(conn, live.account_id, live.id, now)
        ledger.record(conn, now, live.name, "password_set", f"account:{live.name}", {"by": "oneself"})


def _find(conn: Connection, name: str) -> Holder | None:
    return None if "\0" in name else store.find(conn, name)


def _buckets(
    conn: Connection, holder: Holder | None, name: str, visitor: Visitor
) -> tuple[throttle.Bucket, ...]:
    secret = visitor.browser_secret
    # Asked of an unknown account too: a refusal must not take less time for one.
    if secret is not None and sessions.is_known(conn, holder.account_id if holder else 0, secret):
        return throttle.of_browser(secret)
    return throttle.of_stranger(name, visitor.network)


def _note_refusal(door: Door, holder: Holder | None, tried: Try, now: datetime) -> None:
    """Write into the ledger that tries at an account are held back from now on: once, not for each try."""
    if holder is None or not tried.fills:
        return
    with door() as conn:
        subject = f"account:{holder.name}"
        ledger.record(conn, now, AT_THE_DOOR, "sign_in_refused", subject, {"why": "too many failures"})


def _require_same(conn: Connection, holder: Holder) -> None:
    """Refuse when the account was closed, or its password changed, while this one was being checked."""
    if holder.password_hash is None or not store.hold(conn, holder.account_id, holder.password_hash):
        raise _wrong()


def _wrong() -> NotSignedIn:
    return NotSignedIn("Not signed in", "the name or the password is wrong")
