"""HTTP of signing in with another provider: whether there is one, the way there, the way back."""

import re
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Cookie, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from gis_grid.accounts import cookies
from gis_grid.accounts.door import AVisitor
from gis_grid.accounts.provider import Provider
from gis_grid.accounts.refusal_page import refusal_page
from gis_grid.accounts.service import oidc as service
from gis_grid.kit.clock import now
from gis_grid.kit.errors import BadInput, GisGridError, NotAllowed, NotFound, NotSignedIn
from gis_grid.kit.http import AppSettings, door_connection
from gis_grid.kit.problem_page import is_for_a_person

router = APIRouter(prefix="/oidc", tags=["sign-in"])

COOKIE: Final = "gis-grid-oidc"
_PATH: Final = "/api/oidc"
_REFUSALS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": why, "content": {"text/html": {}}}
    for status, why in {
        400: "This sign-in was not begun in this browser, or is over",
        401: "The provider signed nobody in",
        403: "Known to the provider, and not here",
        404: "No provider is configured",
        503: "The provider does not answer",
    }.items()
}
"""A person is shown a page that says the same."""

_ERROR_CODE: Final = re.compile(r"[a-z_]{1,40}")

_T = TypeVar("_T")


class SignInProvider(BaseModel):
    """What the sign-in page says of it."""

    name: str = Field(description="What the button says.")


def _provider(request: Request) -> Provider | None:
    found: Provider | None = request.app.state.provider
    return found


def _required(provider: Annotated[Provider | None, Depends(_provider)]) -> Provider:
    if provider is None:
        raise NotFound("No sign-in provider", "none is configured")
    return provider


_AProvider = Annotated[Provider, Depends(_required)]


def _redirect_uri(request: Request, settings: AppSettings) -> str:
    """Return where the provider sends browsers back to, as it is registered there."""
    # Without a public address the program is on loopback alone, and hosts of other names are refused.
    own = settings.public_url or str(request.base_url)
    return f"{own.rstrip('/')}{_PATH}/callback"


_RedirectUri = Annotated[str, Depends(_redirect_uri)]


@router.get("")
def read_oidc(provider: Annotated[Provider | None, Depends(_provider)]) -> SignInProvider | None:
    """Say which provider one may sign in with, if any."""
    return None if provider is None else SignInProvider(name=provider.name)


@router.get("/start", status_code=303, response_class=RedirectResponse, responses=_REFUSALS)
async def start_oidc(
    request: Request,
    provider: _AProvider,
    redirect_uri: _RedirectUri,
    onwards: Annotated[
        str, Query(alias="next", description="Path of this program to go on to when signed in.")
    ] = "/",
) -> Response:
    """Send the browser to the provider, with a cookie that only this browser can end the sign-in with."""
    path = "/"
    try:
        path = service.local_path(onwards)
        begun = service.new_sign_in()
        address = await provider.authorization_url(redirect_uri, begun.sent, now())
        await _at_the_door(request, lambda conn: service.begin(conn, begun, path, now()))
    except GisGridError as error:
        return _refused(request, error, path)
    answer = RedirectResponse(address, 303)
    answer.headers["Cache-Control"] = "no-store"
    answer.set_cookie(
        COOKIE,
        begun.browser,
        max_age=int(service.TIME_TO_SIGN_IN.total_seconds()),
        path=_PATH,
        secure=True,
        httponly=True,
        samesite="lax",
    )
    return answer


@router.get("/callback", status_code=303, response_class=RedirectResponse, responses=_REFUSALS)
async def end_oidc(
    request: Request,
    provider: _AProvider,
    redirect_uri: _RedirectUri,
    visitor: AVisitor,
    *,
    state: str = "",
    code: str = "",
    error: Annotated[str, Query(description="Why the provider did not sign anybody in.")] = "",
    iss: Annotated[str | None, Query(description="Who answers (RFC 9207).")] = None,
    browser: Annotated[str, Cookie(alias=COOKIE)] = "",
) -> Response:
    """Take the browser back from the provider: open a session for its account and go on."""
    path = "/"
    try:
        # Three steps, so that no connection waits for the provider, and a sign-in that has come back once
        # is used up whatever becomes of it.
        back = await _at_the_door(request, lambda conn: service.come_back(conn, state, browser, now()))
        path = back.next
        _require_signed_in(provider, code=code, error=error, answering=iss)
        identity = await provider.identity(code, redirect_uri, back.expected, now())
        signed_in = await _at_the_door(request, lambda conn: service.sign_in(conn, identity, visitor, now()))
        if signed_in is None:
            raise NotAllowed(
                "Known to the provider, not here", "no open account here is linked to this person"
            )
    except GisGridError as problem:
        return _refused(request, problem, path)
    answer = RedirectResponse(path, 303)
    answer.delete_cookie(COOKIE, path=_PATH, secure=True, httponly=True, samesite="lax")
    cookies.keep(answer, signed_in, request.app.state.settings)
    return answer


def _require_signed_in(provider: Provider, *, code: str, error: str, answering: str | None) -> None:
    if answering is not None and answering != provider.issuer:
        raise BadInput("Another provider answers", "iss: expected the configured issuer")
    if error:
        # The provider's own text is not repeated: whoever writes a link could put words into it.
        why = error if _ERROR_CODE.fullmatch(error) else "an error"
        raise NotSignedIn("The provider did not sign you in", why)
    if not code:
        raise BadInput("The provider's answer is incomplete", "code: expected, since there is no error")


async def _at_the_door(request: Request, work: Callable[[Connection], _T]) -> _T:
    """Do something in a transaction of its own, which is over when this returns."""
    async with asynccontextmanager(door_connection)(request) as conn:
        return await run_in_threadpool(work, conn)


def _refused(request: Request, error: GisGridError, onwards: str) -> Response:
    if not is_for_a_person(request.scope):
        raise error
    return refusal_page(error, onwards)
