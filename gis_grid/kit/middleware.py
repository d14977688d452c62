"""What every request passes on its way in, and every answer on its way out.

Plain ASGI: a browser that leaves while its answer is being made must not become an error in the log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from starlette.datastructures import MutableHeaders

from gis_grid.kit.problem import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What a page may do: nothing that reaches another host."""

SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), payment=(), usb=()",
}

HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}
"""For a program behind a proxy with TLS: browsers never try it without again."""

MOST_URL_BYTES: Final = 8 * 1024
MOST_HEADER_BYTES: Final = 16 * 1024

_ASKS_WHERE: Final = "/report/"
"""The one page that may ask a browser where it is, when its reader presses the button for that."""

_FRAMES: Final = "/reports/"
"""The one page with a frame: a report, which may run its own scripts there and nothing else."""

_SCOPED: Final = ("/api", "/ogc", "/reports")
"""Paths whose answers depend on who asks: no cache may give them to another."""


class NotFor:
    """Leads requests whose path begins with a prefix past a middleware."""

    def __init__(self, app: ASGIApp, prefix: str, middleware: Callable[[ASGIApp], ASGIApp]) -> None:
        self._past = app
        self._through = middleware(app)
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        skips = scope["type"] == "http" and scope["path"].startswith(self._prefix)
        await (self._past if skips else self._through)(scope, receive, send)


class SecurityHeaders:
    """Adds the headers of safety that a route has not set itself, and lets browsers keep hashed assets."""

    def __init__(self, app: ASGIApp, *, https: bool = False) -> None:
        self._app = app
        self._headers = {**SECURITY_HEADERS, **(HTTPS_ONLY if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if scope["path"] == _ASKS_WHERE:
                    policy = self._headers["Permissions-Policy"]
                    headers["Permissions-Policy"] = policy.replace("geolocation=()", "geolocation=(self)")
                if scope["path"] == _FRAMES:
                    policy = self._headers["Content-Security-Policy"]
                    headers["Content-Security-Policy"] = f"{policy}; frame-src 'self'"
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                # What older browsers know instead of the policy's frame-ancestors.
                framed = "frame-ancestors 'self'" in headers["Content-Security-Policy"]
                headers.setdefault("X-Frame-Options", "SAMEORIGIN" if framed else "DENY")
                if scope["path"].startswith(_SCOPED):
                    headers.setdefault("Cache-Control", "private, no-store")
                    headers.add_vary_header("Cookie, Authorization")
                if scope["path"].startswith("/assets/") and message["status"] == 200:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
            await send(message)

        await self._app(scope, receive, send_with_headers)


class ProblemsOnly:
    """Turns what the libraries refuse in one line of plain text into a problem document of that title."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        refused: Message | None = None

        async def send_problem(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and _is_plain_refusal(message):
                refused = message
            elif refused is None:
                await send(message)
            elif not message.get("more_body"):
                title = message.get("body", b"").decode(errors="replace")
                await problem(refused["status"], title)(scope, receive, send)

        await self._app(scope, receive, send_problem if scope["type"] == "http" else send)


def _is_plain_refusal(message: Message) -> bool:
    return message["status"] >= 400 and MutableHeaders(scope=message).get("Content-Type", "").startswith(
        "text/plain"
    )


class SoundRequests:
    """Refuses what no browser of a person sends: endless addresses and headers, text that is none."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer what is wrong with it."""
        refused = _unsound(scope) if scope["type"] == "http" else None
        await (self._app if refused is None else refused)(scope, receive, send)


def _unsound(scope: Scope) -> Response | None:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    if len(raw) + len(query) > MOST_URL_BYTES:
        return problem(414, "The address is too long", f"expected at most {MOST_URL_BYTES} bytes")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
        return problem(431, "The headers are too long", f"expected at most {MOST_HEADER_BYTES} bytes")
    for part, sent in (("path", raw), ("query", query)):
        try:
            text = unquote_to_bytes(sent).decode()
        except UnicodeDecodeError:
            return problem(400, "The address is no text", f"its {part} is not UTF-8")
        # PostgreSQL holds no NUL in a text.
        if "\0" in text:
            return problem(400, "The address is no text", f"its {part} holds a NUL")
    return None


class HeadAsGet:
    """Answers HEAD as GET without its body: routes are declared for GET alone, and probes send HEAD.

    Whoever would answer without an end finds `is_head` in the scope.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def send_head(message: Message) -> None:
            await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

        if scope["type"] == "http" and scope["method"] == "HEAD":
            await self._app({**scope, "method": "GET", "is_head": True}, receive, send_head)
        else:
            await self._app(scope, receive, send)
