"""Every answer that any test is given is compared with the program's own description of it."""

from __future__ import annotations

import json
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from starlette.datastructures import Headers
from starlette.routing import compile_path

if TYPE_CHECKING:
    import re

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_DOCUMENT: Final = Path(__file__).resolve().parent.parent / "web" / "openapi.json"
PROBLEM: Final = "application/problem+json"


class AsDescribed:
    """Lets no answer out whose status or kind the OpenAPI document does not know at that address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_if_described(message: Message) -> None:
            if message["type"] == "http.response.start":
                kind = Headers(raw=message["headers"]).get("content-type", "").partition(";")[0]
                wrong = undescribed(scope["method"], scope["path"], message["status"], kind)
                assert wrong is None, wrong
            await send(message)

        await self._app(scope, receive, send_if_described if scope["type"] == "http" else send)


def undescribed(method: str, path: str, status: int, kind: str) -> str | None:
    """Return what an answer has that the document does not say; ``None`` when it says all of it."""
    operation = _operation(method, path)
    if operation is None or status in {405, 500}:  # no such operation, or a fault
        return None
    where = f"{method} {path} answered {status}"
    answer = operation["responses"].get(str(status))
    if answer is None:
        return f"{where}, which its description does not know"
    offered = {PROBLEM, "text/html"} if "$ref" in answer else set(answer.get("content", {}))
    if not kind or status in {204, 304} or any(fnmatch(kind, one) for one in offered):
        return None
    return f"{where} as {kind}, described as {', '.join(sorted(offered)) or 'nothing'}"


def _operation(method: str, path: str) -> dict[str, Any] | None:
    method = "get" if method == "HEAD" else method.lower()
    return next((one[method] for way, one in _addresses() if method in one and way.match(path)), None)


@cache
def _addresses() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """Return the document's operations by what their addresses look like."""
    return [(compile_path(path)[0], operations) for path, operations in document()["paths"].items()]


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document from where it is kept: each process would take seconds to make it.

    `accounts/test_every_route.py` compares it with the program's.
    """
    kept: dict[str, Any] = json.loads(_DOCUMENT.read_text("utf-8"))
    return kept
