"""Server-sent events of one page: what is new, with a pause after each, and signs of life between.

A stream holds no connection of the database while it waits. Each look is a transaction of its own on the
service's login, for which the caller's session or token is shown anew. Nothing is piled up for a page that
reads slowly: its stream waits until all was taken, and then looks for what is newest.
"""

from __future__ import annotations

import asyncio
import json
import logging
import math
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import anyio
import psycopg
from anyio.lowlevel import checkpoint
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.kit.errors import GisGridError, NotFound, NotSignedIn, Unavailable
from gis_grid.kit.logs import named
from gis_grid.live import looks, news
from gis_grid.live.looks import Looks

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import tzinfo

    from anyio import CapacityLimiter
    from starlette.types import Receive, Scope, Send

    from gis_grid.accounts.http import Caller
    from gis_grid.live.hub import Hub
    from gis_grid.live.news import Ground, News
    from gis_grid.live.reading import Known, View

log = logging.getLogger(__name__)

MOST_LOOKS: Final = 4
"""How many streams of a process look at once; the others of its connections stay for what people ask."""

PACE_S: Final = 0.4
"""News come no sooner after those before: a little less than what the engine takes for a version."""

MOST_PACE_S: Final = 1.0
"""A stream whose looks take long rests for as long as each took; this is the most from one to the next."""

CHECK_S: Final = 10.0
"""So often a stream looks also without news: whether the caller may still see this, who is out of view."""

RETRY_S: Final = 3.0
"""How long a stream waits longer when it could not look."""

BEAT_S: Final = 2.0
"""A page hears something at least so often; with the engine's own beat that is less than what it warns of."""

PATIENCE_S: Final = 60.0
"""How long a page may take nothing of what is sent, before its place is given to another."""

_PIECE: Final = 64 * 1024
"""Bytes that are sent at once: the server keeps no more than two of them that were not taken."""


@dataclass(slots=True)
class Watch:
    """What one page was told, and how it is looked for what comes next."""

    view: View
    caller: Caller
    again: Callable[[Caller, Permission], AbstractContextManager[Caller]]
    tz: tzinfo
    known: Known | None
    newest: int = 0
    beat: dict[str, Any] | None = None
    _ground: Ground | None = None
    _looks: Looks = field(default_factory=Looks)

    def look(self, *, check: bool) -> News:
        """Look for what is new, in a transaction of its own.

        Parameters
        ----------
        check
            Whether to see too if all that was told still holds; if not, the whole is told.

        Raises
        ------
        NotSignedIn
            When the session or the token ended, or shows this no more.
        NotFound
            When a community that was asked for is not in sight any more.
        """
        now = clock.now()
        with self.again(self.caller, Permission.SEE_LIVE) as caller:
            ground = self._ground
            if check or ground is None or caller.scope != self.caller.scope:
                ground = news.ground_of(caller.conn, caller.scope, self.view, now, self.tz)
            after = None
            if self.known is not None and self.known.mark == ground.mark:
                after = max(self.newest, self.known.version)
            found = news.news_of(caller.conn, self.view, ground, now, self.tz, after=after)
            seen = self._looks.not_lately(found.seen, now)
            looks.note(caller.conn, seen, now, self.tz)
        # Only now that it is committed.
        self._looks.noted(seen, now)
        self.caller, self._ground = caller, ground
        self.known, self.newest = found.known, found.newest
        self.beat = None if found.beat is None else json.loads(found.beat)
        return found


@dataclass(slots=True)
class Stream:
    """The events of one page, as they go out."""

    hub: Hub
    watch: Watch
    looking: CapacityLimiter
    connections: CapacityLimiter
    _turn: int = -1
    _heard: int = 0
    _looked_at: float = -math.inf
    _pace_s: float = PACE_S
    _checked_at: float = -math.inf

    async def events(self) -> AsyncGenerator[bytes]:
        """Yield events until the page leaves, the session ends, or the server stops."""
        while True:
            reason = None
            try:
                yield await self._look() if self._is_due() else _beat(self._sign_of_life())
            except (Unavailable, SQLAlchemyError, psycopg.Error) as error:
                log.warning("a stream cannot look: %s", named(error.__cause__ or error))
                self._looked_at += RETRY_S
                yield _beat(self._sign_of_life())
            except NotSignedIn:
                reason = "signed_out"
            except NotFound:
                reason = "gone"
            except GisGridError:
                log.exception("a stream ends")
                reason = "failed"
            if reason is None and not self.hub.is_open:
                reason = "stopping"
            if reason is not None:
                yield _event("end", json.dumps({"reason": reason}))
                return
            await self._wait()

    def _is_due(self) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._checked_at >= CHECK_S or self._turn != self.hub.turns:
            return True
        return self._has_news() and now - self._looked_at >= self._pace_s

    def _has_news(self) -> bool:
        """Say whether something was heard of since the last look began: that one showed all before."""
        return self.hub.changes != self._heard

    async def _look(self) -> bytes:
        now = asyncio.get_running_loop().time()
        check = now - self._checked_at >= CHECK_S
        self._looked_at, self._turn, self._heard = now, self.hub.turns, self.hub.changes
        if check:
            self._checked_at = now
        # A place among the connections is waited for here, as all requests do, and not in a thread.
        async with self.looking, self.connections:
            found = await run_in_threadpool(partial(self.watch.look, check=check))
        took_s = asyncio.get_running_loop().time() - now
        self._pace_s = min(max(PACE_S, 2 * took_s), MOST_PACE_S)
        if found.is_empty:
            return _beat(self._sign_of_life())
        return _event("news", found.text, str(found.known))

    def _sign_of_life(self) -> Mapping[str, Any] | None:
        """Return the newest that is known of the engine: what was looked up, or heard since."""
        known, heard = self.watch.beat, self.hub.beat
        if known is None or heard is None:
            return known
        is_newer = datetime.fromisoformat(heard["at"]) > datetime.fromisoformat(known["at"])
        return {**known, **heard} if is_newer else known

    async def _wait(self) -> None:
        """Wait until there may be news, a sign of life is due, or the server stops."""
        loop = asyncio.get_running_loop()
        until = loop.time() + BEAT_S
        while self.hub.is_open and self._turn == self.hub.turns and (left := until - loop.time()) > 0:
            if self._has_news():
                # Whatever comes until then is told at once.
                await asyncio.sleep(max(0.0, self._looked_at + self._pace_s - loop.time()))
                return
            await self.hub.wait(left)


class EventStream(Response):
    """An answer that goes on: each event is sent when the page has taken the one before."""

    media_type = "text/event-stream"

    def __init__(self, stream: Stream) -> None:
        super().__init__(
            headers={
                "Cache-Control": "no-store",
                # nginx would keep back what comes in small pieces.
                "X-Accel-Buffering": "no",
            }
        )
        del self.headers["content-length"]
        self._stream = stream

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until one of both ends it."""
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if scope.get("is_head"):
            await send({"type": "http.response.body", "body": b""})
            return
        stream = self._stream
        with stream.hub.place(stream.watch.caller.scope.account_id) as is_free:
            if not is_free:
                last = _event("end", json.dumps({"reason": "full"}))
                await send({"type": "http.response.body", "body": last})
                return
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_leave, receive, tasks.cancel_scope)
                await self._send_all(send)
                tasks.cancel_scope.cancel()

    async def _send_all(self, send: Send) -> None:
        async with aclosing(self._stream.events()) as events:
            async for event in events:
                for start in range(0, len(event), _PIECE):
                    piece = event[start : start + _PIECE]
                    with anyio.move_on_after(PATIENCE_S) as patience:
                        await send({"type": "http.response.body", "body": piece, "more_body": True})
                    if patience.cancelled_caught:
                        # The server calls what follows an error: the answer has no end, which nobody reads.
                        log.warning("a page took nothing for %.0f s: its stream ends", PATIENCE_S)
                        return
                    await checkpoint()
        await send({"type": "http.response.body", "body": b""})


async def _leave(receive: Receive, everything: anyio.CancelScope) -> None:
    """End everything once the page is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    everything.cancel()


def _event(name: str, data: str, event_id: str | None = None) -> bytes:
    identity = "" if event_id is None else f"id: {event_id}\n"
    return f"event: {name}\n{identity}data: {data}\n\n".encode()


def _beat(sign: Mapping[str, Any] | None) -> bytes:
    """Return the engine's sign of life; without one a comment, so that the connection is used."""
    return b": no live engine has run\n\n" if sign is None else _event("beat", json.dumps(sign))
