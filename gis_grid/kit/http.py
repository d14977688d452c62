"""How a request gets its connection and its settings, and how an error becomes a problem document."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, SQLAlchemyError
from starlette.exceptions import HTTPException

from gis_grid.kit.database import transaction
from gis_grid.kit.errors import (
    BadInput,
    Conflict,
    GisGridError,
    Malformed,
    NotAllowed,
    NotFound,
    NotReady,
    NotSignedIn,
    Stale,
    TooLarge,
    TooMany,
    Unavailable,
    Unconditional,
)
from gis_grid.kit.logs import named
from gis_grid.kit.middleware import SECURITY_HEADERS
from gis_grid.kit.problem import problem
from gis_grid.kit.problem_page import is_for_a_person, problem_page
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

log = logging.getLogger(__name__)

STATUS: dict[type[GisGridError], int] = {
    Malformed: 422,
    TooLarge: 413,
    BadInput: 400,
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Stale: 412,
    Unconditional: 428,
    TooMany: 429,
    NotReady: 503,
    Unavailable: 503,
}
"""The one table from error to status; the first that fits: a subclass not listed takes its parent's."""

_MAX_LISTED_ERRORS = 100
_REPEATED, _MOST_REPEATED = frozenset({"path", "query"}), 200
_NO_NUL = ("A text cannot be stored", "expected no NUL")
_UNUSABLE = {
    "22P05": _NO_NUL,
    "22021": ("A text cannot be stored", "expected UTF-8 without NUL"),
    "22003": ("A number is out of range", "expected one that the database can hold"),
    "22008": ("A time is out of range", "expected a day that calendars have"),
}
"""What PostgreSQL calls values that it cannot hold, and what is said of them."""
_UNUSABLE_FILTERS = {
    "22012": ("The filter cannot be computed", "it divides by nothing"),
    "2201F": ("The filter cannot be computed", "it takes a root of what has none"),
    "22025": ("The filter cannot be used", "like: nothing follows the backslash at the end"),
}
"""The same of filters, which people write; elsewhere it is a fault of the program."""
PAGES = ("/reports", "/ogc")
_OPEN_STANDARDS = "/ogc"
"""What begins the paths on which what is malformed is a bad request, as their standards want it."""
_WITHOUT_SECRETS = "/api/scenarios"
"""What begins the paths whose bodies are repeated where they are wrong: lines and numbers, no passwords."""
_HEADERS: dict[int, dict[str, str]] = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}


async def service_connection(request: Request) -> AsyncIterator[Connection]:
    """Yield the request's own transaction on the service's login; what it may see, a scope decides."""
    # Waiting for a connection happens here and not in a worker thread: requests that hold one still need a
    # thread to go on, and would never get it when all threads wait for a connection.
    state = request.app.state
    async with state.connections, contextmanager_in_threadpool(transaction(state.engines.service)) as conn:
        yield conn


async def door_connection(request: Request) -> AsyncIterator[Connection]:
    """Yield a transaction on the login that keeps accounts."""
    state = request.app.state
    async with state.door_connections, contextmanager_in_threadpool(transaction(state.engines.door)) as conn:
        yield conn


async def door_transactions(
    request: Request,
) -> AsyncIterator[Callable[[], AbstractContextManager[Connection]]]:
    """Yield what begins a transaction on that login, for what has to stay although the request fails."""
    state = request.app.state
    async with state.door_connections:
        yield partial(transaction, state.engines.door)


async def intake_connection(request: Request) -> AsyncIterator[Connection]:
    """Yield a transaction on the login that takes in what phones send, for those who sign for duty."""
    state = request.app.state
    async with (
        state.signing_connections,
        contextmanager_in_threadpool(transaction(state.engines.intake)) as conn,
    ):
        yield conn


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


# "function": committed before the answer leaves, so that a client never reads about what was not stored.
UnscopedConn = Annotated[Connection, Depends(service_connection, scope="function")]
"""The request's own transaction: committed when the route returns, rolled back when it raises.

No row of the town can be seen on it until a scope is entered (`accounts/http.py`).
"""

DoorConn = Annotated[Connection, Depends(door_connection, scope="function")]

Door = Annotated[
    Callable[[], AbstractContextManager[Connection]], Depends(door_transactions, scope="function")
]
"""Several transactions on the login that keeps accounts, one after the other; so many requests at a time."""

IntakeConn = Annotated[Connection, Depends(intake_connection, scope="function")]

AppSettings = Annotated[Settings, Depends(_settings)]


class GeoJson(Response):
    """A finished GeoJSON text."""

    media_type = "application/geo+json"


def _own_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, GisGridError)
    if isinstance(error, NotSignedIn) and _opened_by_a_person(request):
        return _way_in(request)
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    rows = [
        {"row": row.row, "field": row.field, "value": row.value, "message": row.message}
        for row in error.errors[:_MAX_LISTED_ERRORS]
    ]
    headers = _HEADERS.get(status, {})
    if isinstance(error, TooMany):
        headers = {"Retry-After": str(error.wait_s)}
    # What the database says of a failed connection names its host and its logins.
    detail = "" if isinstance(error.__cause__, SQLAlchemyError) else error.detail
    return problem(
        status, error.title, detail, headers=headers, where=error.where, errors=rows, **error.members
    )


def _opened_by_a_person(request: Request) -> bool:
    """Say whether somebody opens a page that this program writes; other pages ask for data by script."""
    return request.scope["path"].startswith(PAGES) and is_for_a_person(request.scope)


def _way_in(request: Request) -> Response:
    """Lead to the sign-in page, and from there back."""
    wanted = f"{request.url.path}?{request.url.query}".removesuffix("?")
    query = {"lang": request.query_params.get("lang", "zh"), "next": wanted}
    return RedirectResponse(f"/sign-in/?{urlencode(query)}", 303, headers={"Cache-Control": "no-store"})


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # What stands in a body or a header is not repeated: it may be a password or a token.
    repeated = _REPEATED | ({"body"} if request.scope["path"].startswith(_WITHOUT_SECRETS) else set())
    rows = [
        {
            "field": ".".join(map(str, item["loc"])),
            "value": repr(item.get("input"))[:_MOST_REPEATED] if item["loc"][0] in repeated else None,
            "message": item["msg"],
        }
        for item in error.errors()[:_MAX_LISTED_ERRORS]
    ]
    status = 400 if request.scope["path"].startswith(_OPEN_STANDARDS) else 422
    return problem(status, "The request is malformed", "see errors", errors=rows)


def _http_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(error.status_code, str(error.detail), headers=error.headers)


def _database_away(_: Request, error: Exception) -> Response:
    log.error("the database failed a request: %s", named(error))
    return problem(503, "The database does not answer", headers={"Retry-After": "5"})


def _unusable_value(request: Request, error: Exception) -> Response:
    assert isinstance(error, DataError)
    state = getattr(error.orig, "sqlstate", None) or ""
    told = _UNUSABLE.get(state)
    if request.scope["path"].startswith(_OPEN_STANDARDS):
        told = told or _UNUSABLE_FILTERS.get(state)
    # psycopg refuses a NUL before it asks.
    if told is None and "(0x00)" in str(error.orig):
        told = _NO_NUL
    if told is not None:
        return problem(400, *told)
    log.error("a request failed", exc_info=error)
    return _unexpected(request, error)


def _unexpected(request: Request, _: Exception) -> Response:
    # Starlette logs it with its traceback; this answer is made outside of every middleware.
    headers = {**SECURITY_HEADERS, "X-Frame-Options": "DENY", "Cache-Control": "no-store"}
    title, detail = "The program has a fault", "it is in the log"
    if is_for_a_person(request.scope):
        return problem_page(request.scope, {"status": 500, "title": title, "detail": detail}, headers)
    return problem(500, title, detail, headers=headers)


def refusal(request: Request, error: Exception) -> Response:
    """Return what an error is answered, where something stays stored all the same."""
    handlers = request.app.exception_handlers
    made: Response = next(handlers[kind] for kind in type(error).__mro__ if kind in handlers)(request, error)
    return made


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error with a problem document."""
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(InterfaceError, _database_away)
    app.add_exception_handler(DataError, _unusable_value)
    app.add_exception_handler(Exception, _unexpected)
    for kind in STATUS:
        app.add_exception_handler(kind, _own_error)
