"""A lane of its own for phones: from the request to the reply past all that serves people.

Most requests of a city are theirs, a fix each. To lead them through the layers that others pass, and to
compare their addresses with each route, costs more than to take them in. Only what is plain is answered here:
all else goes on to the routes, whose answers are the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from gis_grid.kit.errors import GisGridError
from gis_grid.kit.http import refusal
from gis_grid.tracks.intake.routes import PATH, take, too_slow
from gis_grid.tracks.phones.clients import CLIENTS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gis_grid.tracks.phones.clients import Client

_CLIENTS: Final = {f"{PATH}/{client.name}": client for client in CLIENTS}


class PhoneLane:
    """Answers phones; leads all others on.

    Parameters
    ----------
    most_bytes
        What a body may hold; whose length is larger, or not said, goes on.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._replies = {client.name: _reply(client) for client in CLIENTS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or pass it on."""
        client = _CLIENTS.get(scope["path"]) if scope["type"] == "http" else None
        if client is None or scope["method"] not in client.methods or not self._is_small(scope):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            await take(client, request)
        except ClientDisconnect:
            return
        except TimeoutError:
            await too_slow()(scope, receive, send)
        except (GisGridError, HTTPException) as error:
            await refusal(request, error)(scope, receive, send)
        else:
            for message in self._replies[client.name]:
                await send(message)

    def _is_small(self, scope: Scope) -> bool:
        """Say whether a request has no body, or one that says how long it is, and may be so long."""
        size = b"0"
        for name, value in scope["headers"]:
            if name == b"content-length":
                size = value
            elif name == b"transfer-encoding":
                return False
        return size.isdigit() and int(size) <= self._most_bytes


def _reply(client: Client) -> tuple[Message, Message]:
    """Return the messages of a reply, which are the same each time."""
    headers = [(b"content-length", str(len(client.reply)).encode())]
    if client.reply_type:
        headers.append((b"content-type", client.reply_type.encode()))
    start = {"type": "http.response.start", "status": 200, "headers": headers}
    return start, {"type": "http.response.body", "body": client.reply}
