"""How a route says who may call it: `caller: Annotated[Caller, may(Permission.SEE_MAP)]`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from hmac import compare_digest
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import Depends, Request
from fastapi.params import Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes
from sqlalchemy import Connection  # noqa: TC002 - FastAPI reads the annotations
from starlette.requests import HTTPConnection  # noqa: TC002 - FastAPI reads the annotations

from gis_grid.accounts import scope
from gis_grid.accounts.roles import SESSION_ONLY, Permission
from gis_grid.accounts.scope import Credential, Scope
from gis_grid.accounts.secrets import derived
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import NotAllowed, NotSignedIn
from gis_grid.kit.http import UnscopedConn  # noqa: TC001 - FastAPI reads the annotations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.kit.settings import Settings

COOKIE: Final = "gis-grid-session"
CSRF_HEADER: Final = "X-CSRF-Token"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})


def cookie_name(plain: str, settings: Settings) -> str:
    """Return what a cookie is called here: over TLS so that no other host can set it."""
    return f"__Host-{plain}" if settings.public_url else plain


class _SessionCookie(APIKeyCookie):
    async def __call__(self, request: HTTPConnection) -> str | None:
        return request.cookies.get(cookie_name(COOKIE, request.app.state.settings))


session_cookie = _SessionCookie(
    name=COOKIE,
    auto_error=False,
    scheme_name="session",
    description="Behind a proxy with TLS the name begins with `__Host-`.",
)
bearer_token = HTTPBearer(auto_error=False, scheme_name="token")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls a route, with the transaction that shows what they may see."""

    conn: Connection
    scope: Scope
    credential: Credential

    @property
    def name(self) -> str:
        """What the account signs in with."""
        return self.scope.name


def may(permission: Permission) -> Any:
    """Let a route be called by those who have a permission, within the areas in which they have it."""
    return Security(_caller, scope="function", scopes=(permission.value,))


def service_transactions(request: Request) -> Callable[[], AbstractContextManager[Connection]]:
    """Return what begins a transaction on the service's login; it shows nothing until a scope is entered."""
    return partial(transaction, request.app.state.engines.service)


def _again(
    transactions: Annotated[Callable[[], AbstractContextManager[Connection]], Depends(service_transactions)],
) -> Callable[[Caller, Permission], AbstractContextManager[Caller]]:
    @contextmanager
    def again(caller: Caller, permission: Permission) -> Iterator[Caller]:
        with transactions() as conn:
            entered = scope.enter(conn, caller.credential, permission)
            if entered is None or not entered.holds:
                raise NotSignedIn("Not signed in any more", "the session or token ended meanwhile")
            yield Caller(conn, entered, caller.credential)

    return again


Again = Annotated[Callable[[Caller, Permission], AbstractContextManager[Caller]], Depends(_again)]
"""The same caller in a transaction of its own, for what is read when the route has returned already.

Whoever begins one waits for a place among the service's connections first.
"""


def csrf_token(session_secret: str) -> str:
    """Return what a page has to send with whatever changes something."""
    return derived(session_secret, "csrf")


def _caller(
    request: Request,
    scopes: SecurityScopes,
    conn: UnscopedConn,
    session: Annotated[str | None, Security(session_cookie)],
    bearer: Annotated[HTTPAuthorizationCredentials | None, Security(bearer_token)],
) -> Caller:
    permission = Permission(scopes.scopes[0])
    credential = shown(session, bearer)
    require_own_page(request, credential)
    entered = scope.enter(conn, credential, permission)
    if entered is None:
        raise NotSignedIn("Not signed in", "the session or token is not known, has ended or has expired")
    if credential.kind == "token" and permission in SESSION_ONLY:
        raise NotAllowed("Not with a token", "accounts, sessions and tokens are kept by people who sign in")
    if not entered.holds:
        lacking = "none of the account's roles has" if credential.kind == "session" else "the token lacks"
        raise NotAllowed("Not allowed", f"{lacking} the permission {permission.value}")
    return Caller(conn, entered, credential)


def shown(session: str | None, bearer: HTTPAuthorizationCredentials | None) -> Credential:
    """Return what was shown; a token goes first, since a program that sends one means it.

    Raises
    ------
    NotSignedIn
        When nothing was.
    """
    if bearer is not None:
        return Credential("token", bearer.credentials)
    if session:
        return Credential("session", session)
    raise NotSignedIn(
        "Not signed in", "expected a session's cookie, or a token as `Authorization: Bearer ...`"
    )


def require_own_page(request: Request, credential: Credential) -> None:
    """Refuse what changes something when a browser sends its cookie along for another site's page.

    Raises
    ------
    NotAllowed
        When the header that only our own pages know is missing or wrong.
    """
    if credential.kind != "session" or request.method in _SAFE:
        return
    sent = request.headers.get(CSRF_HEADER, "")
    if not compare_digest(sent.encode(), csrf_token(credential.secret).encode()):
        raise NotAllowed("Not sent by our own page", f"{CSRF_HEADER} is missing or not this session's")
