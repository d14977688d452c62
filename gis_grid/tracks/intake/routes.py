"""Where phones send to: one path a client app, and the reply that the app waits for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.params import Security
from fastapi.routing import APIRoute
from fastapi.security import HTTPBearer
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from gis_grid.accounts.secrets import digest
from gis_grid.kit.clock import now
from gis_grid.kit.middleware import MOST_URL_BYTES
from gis_grid.kit.problem import problem
from gis_grid.tracks.intake import credential
from gis_grid.tracks.intake.group import Entry
from gis_grid.tracks.phones.clients import CLIENTS
from gis_grid.tracks.phones.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from gis_grid.tracks.intake.intake import Intake
    from gis_grid.tracks.phones.clients import Client

PATH: Final = "/ingest"
"""What begins every path of phones."""

_PATIENCE_S: Final = 60
"""How long a message may take to come in: what is on its way counts as held, whoever sends it."""

device_token = HTTPBearer(
    auto_error=False,
    scheme_name="device",
    description="Also as the password of `Basic`, or where the app puts an id: `id`, `deviceid`, `device_id` "
    "or `token` in the query, the form or the JSON.",
)


class PatientRoute(APIRoute):
    """Waits a minute for a body, and no longer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what reads the body and then answers as ever."""
        answer = super().get_route_handler()

        async def read_and_answer(request: Request) -> Response:
            try:
                async with asyncio.timeout(_PATIENCE_S):
                    await request.body()
            except TimeoutError:
                return too_slow()
            return await answer(request)

        return read_and_answer


def too_slow() -> Response:
    """Return what is answered when a body does not come in."""
    headers = {"Connection": "close"}
    return problem(408, "The message does not come in", "expected within a minute", headers=headers)


class _PhoneRoute(APIRoute):
    """Hands over the request as it is: reading parameters would cost as much as all the rest."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the endpoint itself."""
        endpoint: Callable[[Request], Coroutine[Any, Any, Response]] = self.endpoint
        return endpoint


router = APIRouter(
    prefix=PATH, tags=["ingest"], dependencies=[Security(device_token)], route_class=_PhoneRoute
)


def _endpoint(client: Client) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Return what answers the requests of an app."""

    async def answer(request: Request) -> Response:
        try:
            await take(client, request)
        except TimeoutError:
            return too_slow()
        return Response(client.reply, media_type=client.reply_type or None)

    return answer


async def take(client: Client, request: Request) -> None:
    """Take in what an app sent, and return when it is committed.

    Raises
    ------
    TimeoutError
        When its body does not come in.
    ClientDisconnect
        When the phone left before.
    NotSignedIn, Unavailable, HTTPException
        When it is not stored.
    """
    intake: Intake = request.app.state.intake
    held = 0
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(_PATIENCE_S):
            more = True
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                part = message.get("body", b"")
                intake.hold(len(part))
                held += len(part)
                parts.append(part)
                more = message.get("more_body", False)
        await intake.submit(_entry(client, request, b"".join(parts)))
    finally:
        intake.let_go(held)


def _entry(client: Client, request: Request, body: bytes) -> Entry:
    scope = request.scope
    query: bytes = scope["query_string"]
    if len(query) > MOST_URL_BYTES:
        raise HTTPException(414, "The address is too long")
    headers = dict(scope["headers"])
    message = Message(
        method=scope["method"],
        query=kept(query),
        content_type=kept(headers.get(b"content-type", b"")),
        body=body,
        user_agent=kept(headers.get(b"user-agent", b"")),
    )
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    shown = credential.require(message, authorization, request.path_params.get("token", ""))
    return Entry(client, shown.message, digest(shown.secret), now())


def kept(sent: bytes) -> str:
    """Return what stood in a request's head as PostgreSQL can hold it."""
    return sent.replace(b"\0", b"")[:MOST_URL_BYTES].decode("latin-1")


RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    401: {"description": "No token of a device, or one that is not known or was revoked."},
    408: {"description": "The message did not come in within a minute."},
    413: {"description": "The body is too large."},
    414: {"description": "The address is too long."},
    503: {"description": "Not stored: to be sent again after the seconds that `Retry-After` names."},
}

_IN_PATH: Final = {"gpslogger"}
"""Apps that can show a token in the address alone."""


_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def refuse_others(router: APIRouter, path: str, methods: Sequence[str]) -> None:
    """Answer all other methods of a path with 405: the pages would say that there is no such address."""
    allowed = ", ".join(methods)

    async def refuse(_: Request) -> Response:
        return problem(405, "Method Not Allowed", f"expected {allowed}", headers={"Allow": allowed})

    router.add_route(path, refuse, [one for one in _METHODS if one not in methods], include_in_schema=False)


def _add(client: Client, path: str, name: str, parameters: list[dict[str, Any]]) -> None:
    for method in client.methods:
        router.add_api_route(
            path,
            _endpoint(client),
            methods=[method],
            name=f"{method.lower()}_{name}",
            summary=f"Take in what {client.title} sends",
            description="The answer means that it is committed.",
            responses=RESPONSES,
            response_class=Response,
            openapi_extra={"parameters": parameters},
        )
    refuse_others(router, f"{PATH}{path}", client.methods)


for _client in CLIENTS:
    _add(_client, f"/{_client.name}", _client.name, [])
    if _client.name in _IN_PATH:
        _token = {"name": "token", "in": "path", "required": True, "schema": {"type": "string"}}
        _add(_client, f"/{_client.name}/{{token}}", f"{_client.name}_token", [_token])
