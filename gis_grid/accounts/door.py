"""Who stands at the door: a visitor who wants to sign in, or somebody who minds their own sessions."""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - FastAPI reads the annotations
from contextlib import AbstractContextManager  # noqa: TC003
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.params import Security
from fastapi.security import HTTPAuthorizationCredentials  # noqa: TC002 - FastAPI reads the annotations
from sqlalchemy import Connection  # noqa: TC002

from gis_grid.accounts.cookies import BROWSER_COOKIE
from gis_grid.accounts.http import COOKIE, bearer_token, cookie_name, require_own_page, session_cookie, shown
from gis_grid.accounts.roles import MAY, Permission
from gis_grid.accounts.service import sessions
from gis_grid.accounts.service.sessions import Visitor
from gis_grid.accounts.service.throttle import network_of
from gis_grid.accounts.store import accounts
from gis_grid.kit.clock import now
from gis_grid.kit.errors import BadInput, NotAllowed, NotSignedIn
from gis_grid.kit.http import AppSettings, Door  # noqa: TC001

if TYPE_CHECKING:
    from gis_grid.accounts.rows import Account
    from gis_grid.accounts.store.sessions import Live

_BROWSERS: Final = {
    "MicroMessenger": "WeChat",
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS: Final = {
    "OpenHarmony": "HarmonyOS",
    "HarmonyOS": "HarmonyOS",
    "Android": "Android",
    "iPhone": "iOS",
    "iPad": "iOS",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}
"""What browsers say they are; the first that fits, since each also says that it is those after it."""


@dataclass(frozen=True, slots=True)
class OwnSession:
    """One who is signed in with a browser, at the door: no scope of the town is entered.

    The session's row is not held either, as it is while another request is answered: that would wait for
    itself when the session ends.
    """

    door: Callable[[], AbstractContextManager[Connection]]
    live: Live
    account: Account
    secret: str

    def __repr__(self) -> str:
        """Never the secret."""
        return f"OwnSession({self.live.name})"


def own_session() -> Any:
    """Let a route be called by one who is signed in with a browser, for what is one's own."""
    return Security(_own_session, scope="function", scopes=(Permission.OWN_ACCOUNT.value,))


def own_origin(request: Request, settings: AppSettings) -> None:
    """Refuse to sign somebody in at the wish of another site's page: there is no session yet to prove it by.

    Raises
    ------
    NotAllowed
        When the browser says that another site's page sent this.
    BadInput
        When it is no JSON: a form of another site could have sent it.
    """
    origin = request.headers.get("Origin")
    # A proxy may call the program by another name than browsers do.
    own = {request.headers.get("Host"), urlsplit(settings.public_url or "").netloc}
    foreign = origin is not None and urlsplit(origin).netloc not in own - {""}
    if foreign or request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowed("Not sent by our own page", "another site's page cannot sign anybody in")
    if request.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadInput("Expected JSON", "Content-Type: application/json")


def visitor(request: Request, settings: AppSettings) -> Visitor:
    """Return who comes, as far as it matters to signing in."""
    return Visitor(
        network=network_of(request.client.host if request.client else None),
        browser=browser_name(request.headers.get("User-Agent", "")),
        browser_secret=request.cookies.get(cookie_name(BROWSER_COOKIE, settings)),
        session_secret=request.cookies.get(cookie_name(COOKIE, settings)),
    )


def browser_name(user_agent: str) -> str:
    """Return what a browser and its system are called; the rest of what it says of itself is not kept.

    >>> browser_name("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0 Safari/537.36")
    'Chrome, Linux'
    """
    found = (
        next((name for mark, name in marks.items() if mark in user_agent), "")
        for marks in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))


AVisitor = Annotated[Visitor, Depends(visitor)]


def _own_session(
    request: Request,
    door: Door,
    session: Annotated[str | None, Security(session_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(bearer_token)],
) -> OwnSession:
    credential = shown(session, bearer)
    if credential.kind != "session":
        raise NotAllowed("Not with a token", "accounts, sessions and tokens are kept by people who sign in")
    require_own_page(request, credential)
    with door() as conn:
        live = sessions.find_live(conn, credential.secret, now())
        account = None if live is None else accounts.find(conn, live.name)
    if live is None or account is None:
        raise NotSignedIn("Not signed in", "the session is not known, has ended or has expired")
    if not any(Permission.OWN_ACCOUNT in MAY[held.role] for held in account.roles):
        raise NotAllowed(
            "Not allowed", f"none of the account's roles has the permission {Permission.OWN_ACCOUNT}"
        )
    return OwnSession(door, live, account, credential.secret)
