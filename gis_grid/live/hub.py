"""What wakes the streams of a process: one connection that listens, however many there are."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import psycopg

from gis_grid.kit.logs import named
from gis_grid.live.store.rows import TOPIC

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.kit.direct import Direct

log = logging.getLogger(__name__)

MOST_STREAMS: Final = 100
"""How many streams a process has at once."""

MOST_OF_ONE: Final = 8
"""And how many of them one account: a few pages, and a large screen."""

_SILENCE_S: Final = 30.0
"""The engine is heard every two seconds: after so long without a word the connection is made anew."""

_RETRY_S: Final = 2.0


class Hub:
    """Hears that something is new, tells it to all streams, and counts them.

    Attributes
    ----------
    changes : int
        How often it was heard that something is other than before.
    beat : dict or None
        What was last heard of the engine: `at`, `behind_ms`.
    turns : int
        How often the connection was made: what was said between two is missed.
    """

    def __init__(self, direct: Direct | None) -> None:
        self._direct = direct
        self._listening: asyncio.Task[None] | None = None
        self._next = asyncio.Event()
        self._streams: Counter[int] = Counter()
        self._version: Any = None
        self.changes = 0
        self.turns = 0
        self.beat: dict[str, Any] | None = None
        self.is_open = False

    async def start(self) -> None:
        """Begin to listen; where there is nothing to listen with, streams tell what is and end."""
        if self._direct is not None:
            self.is_open = True
            self._listening = asyncio.create_task(self._listen(self._direct))

    def end(self) -> None:
        """Let all streams end now."""
        self.is_open = False
        self._wake()

    async def stop(self) -> None:
        """Listen no more."""
        self.end()
        # One cancel may be lost in a library that is just waited in.
        while self._listening is not None and not self._listening.done():
            self._listening.cancel()
            await asyncio.wait([self._listening], timeout=1)

    async def wait(self, patience_s: float) -> None:
        """Wait until something is heard, for so long at most."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                await self._next.wait()

    def is_full(self) -> bool:
        """Say whether this process has no place for another stream."""
        return self._streams.total() >= MOST_STREAMS

    def is_full_for(self, account_id: int) -> bool:
        """Say whether an account has as many streams as it may."""
        return self._streams[account_id] >= MOST_OF_ONE

    @contextmanager
    def place(self, account_id: int) -> Iterator[bool]:
        """Take a place as long as the block lasts, and yield whether there was one."""
        is_free = not (self.is_full() or self.is_full_for(account_id))
        self._streams[account_id] += is_free
        try:
            yield is_free
        finally:
            self._streams[account_id] -= is_free
            if not self._streams[account_id]:
                del self._streams[account_id]

    async def _listen(self, direct: Direct) -> None:
        while True:
            try:
                async with direct.listening(TOPIC) as conn:
                    # What was said before may have been missed: streams look for themselves.
                    self.turns += 1
                    self._wake()
                    await self._hear_all(conn)
            except psycopg.Error as error:
                log.warning("the live map hears nothing: %s", named(error))
            await asyncio.sleep(_RETRY_S)

    async def _hear_all(self, conn: psycopg.AsyncConnection[Any]) -> None:
        """Hear until nothing came for long."""
        heard = True
        while heard:
            heard = False
            async for notice in conn.notifies(timeout=_SILENCE_S, stop_after=1):
                heard = True
                self._hear(notice.payload)

    def _hear(self, payload: str) -> None:
        """Take in a notice: of the engine an object, of an alert that somebody handled its version."""
        try:
            said = json.loads(payload)
            if isinstance(said, dict):
                datetime.fromisoformat(said["at"])
                self.beat = {"at": said["at"], "behind_ms": int(said["behind_ms"])}
                # A mere sign of life names the version of before.
                self.changes += said["version"] != self._version
                self._version = said["version"]
            else:
                self.changes += 1
        except (ValueError, TypeError, KeyError):
            # Whoever may connect may speak; it is looked up what is so.
            log.warning("something on the topic %s cannot be read", TOPIC)
        self._wake()

    def _wake(self) -> None:
        waiting, self._next = self._next, asyncio.Event()
        waiting.set()
