"""Compression of answers, by Brotli where the client takes it, else gzip, each with an ETag of its own.

Two codings of one answer are two representations (RFC 9110, 8.8.3.3): what is compressed has a strong ETag
with the coding's name at its end, `"7-br"`. A client shows it again as it got it; routes see `"7"`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from starlette.datastructures import MutableHeaders
from starlette_compress import CompressMiddleware, add_compress_type

from gis_grid.kit.problem import PROBLEM

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES: Final = 1024
"""Less is not worth compressing."""
CODINGS: Final = ("br", "gzip")
"""The best first."""
_ALSO: Final = (
    PROBLEM,
    "application/schema+json",
    "application/vnd.mapbox.style+json",
    "application/vnd.oai.openapi+json",
    "application/vnd.google-earth.kml+xml",
    "text/csv",
)
_ENDLESS: Final = frozenset({"/api/live/events"})
"""Answers without an end, each with a compressor of its own: that of Brotli holds 6 MB, that of gzip 0.3."""
_CONDITIONS: Final = frozenset({b"if-match", b"if-none-match"})
_CODED: Final = re.compile(rf'("[^"]*)-(?:{"|".join(CODINGS)})"'.encode())

for _media_type in _ALSO:
    add_compress_type(_media_type)


class Compression:
    """Compresses what is worth it, and keeps strong ETags strong."""

    def __init__(self, app: ASGIApp) -> None:
        # Zstandard is as fast, and its tiles are a tenth larger.
        self._app = CompressMiddleware(app, minimum_size=LEAST_BYTES, zstd=False)
        self._endless = CompressMiddleware(app, zstd=False, brotli=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] in _ENDLESS:
            await self._endless(scope, receive, send)
            return
        shown = MutableHeaders(scope=scope).get("If-None-Match", "")

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                _tag(message, shown)
            await send(message)

        headers = [
            (name, _CODED.sub(rb'\1"', value) if name in _CONDITIONS else value)
            for name, value in scope["headers"]
        ]
        await self._app({**scope, "headers": headers}, receive, send_tagged)


def coded_tag(tag: str, coding: str) -> str:
    """Return the ETag of an answer in a coding: a strong one names it, a weak one stands for all of them."""
    return f'{tag[:-1]}-{coding}"' if tag.startswith('"') else tag


def _tag(message: Message, shown: str) -> None:
    """Name the coding in an answer's strong ETag; of a 304, as the client has it."""
    headers = MutableHeaders(scope=message)
    tag = headers.get("ETag", "")
    if not tag.startswith('"'):
        return
    plain = tag.removesuffix('"')
    if coding := headers.get("Content-Encoding"):
        headers["ETag"] = coded_tag(tag, coding)
    elif message["status"] == 304:
        held = re.search(rf'{re.escape(plain)}(?:-(?:{"|".join(CODINGS)}))?"', shown)
        headers["ETag"] = held[0] if held else tag
