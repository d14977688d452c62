"""Phones that lose nothing: what was not acknowledged is sent again, in order, until it is."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

from ingesting.messages import message

if TYPE_CHECKING:
    from collections.abc import Mapping

_PATIENCE_S: Final = 5.0
_PAUSE_S: Final = 0.15
_PAUSE_AFTER_FAILURE_S: Final = 0.2


@dataclass(slots=True)
class Phone:
    """One phone with a connection of its own.

    Attributes
    ----------
    fixes : int
        In each message.
    acknowledged : int
        Fixes so far: those numbered below it, and no other.
    failures : dict
        Why messages had to be sent again, and how often.
    """

    number: int
    port: int
    fixes: int
    acknowledged: int = 0
    answered_at: float = 0.0
    failures: dict[str, int] = field(default_factory=dict)
    _writer: asyncio.StreamWriter | None = None
    _reader: asyncio.StreamReader | None = None

    async def send_until(self, over: asyncio.Event) -> None:
        """Send message after message; the last one is acknowledged too."""
        while not over.is_set():
            request = message(self.number, self.acknowledged, self.fixes).request
            while (failure := await self._sent(request)) is not None:
                self.failures[failure] = self.failures.get(failure, 0) + 1
                await asyncio.sleep(_PAUSE_AFTER_FAILURE_S)
            self.acknowledged += self.fixes
            self.answered_at = monotonic()
            await asyncio.sleep(_PAUSE_S)
        self._hang_up()

    async def _sent(self, request: bytes) -> str | None:
        """Send one message; return what went wrong, None when it was acknowledged."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                if self._writer is None or self._reader is None:
                    self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
                self._writer.write(request)
                head = await self._reader.readuntil(b"\r\n\r\n")
                await self._reader.readexactly(int(_headers(head).get(b"content-length", 0)))
        except (OSError, EOFError, TimeoutError) as error:
            self._hang_up()
            return type(error).__name__
        status = head.split(b" ", 2)[1].decode()
        return None if status == "200" else status

    def _hang_up(self) -> None:
        if self._writer is not None:
            with suppress(RuntimeError):
                self._writer.close()
        self._reader = self._writer = None


def _headers(head: bytes) -> Mapping[bytes, bytes]:
    lines = head.lower().split(b"\r\n")[1:]
    return {name: value.strip() for name, _, value in (line.partition(b":") for line in lines)}
