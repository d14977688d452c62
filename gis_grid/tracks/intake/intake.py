"""Group commit across requests: what waits when one commit ends is the next transaction.

Requests wait in one bounded queue of this process; a thread with a connection takes from it whatever is
there, and another one goes on when the first hangs. The reply to each means that its message is committed.
Alone, a message is committed at once; under load the groups grow, and with them what one commit carries.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Condition, Lock, Thread
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import Unavailable
from gis_grid.tracks.intake import credential
from gis_grid.tracks.intake.commit import Outcome, commit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from gis_grid.tracks.intake.group import Entry, Policy

log = logging.getLogger(__name__)

MOST_WAITING: Final = 10_000
"""Messages that wait at most, and with those being committed are held in memory."""

MOST_HELD_BYTES: Final = 64 * 1024 * 1024
"""What they may weigh together, with bodies that are still on their way."""

MOST_IN_GROUP: Final = 2_000
MOST_GROUP_BYTES: Final = 8 * 1024 * 1024
_COMMITTERS: Final = 2
_STUCK_S: Final = 1
"""One commits at a time, which costs least; when it hangs for so long, the other one goes on."""
_PATIENCE_S: Final = 30
"""How long a request waits for its commit; nothing but a database that hangs takes so long."""
_LAST_COMMITS_S: Final = 10

_PAUSE_S: Final = 0.05
_SOME, _MANY = 4, 200
_SMALL_BYTES: Final = 64 * 1024
"""Under load by single fixes the committers take breath, so that groups grow; nobody waits in quiet times.

Nor when many come at once: the next group grows meanwhile by itself.
"""
_LATER: Final = "send it again later"


@dataclass(slots=True, eq=False)
class _Waiting:
    """A message, and the request that waits for it."""

    entry: Entry
    answer: asyncio.Future[Outcome] = field(repr=False)


class Intake:
    """Takes messages from requests and answers each once it is committed.

    Parameters
    ----------
    engine
        The login that writes fixes and reads none.
    """

    def __init__(
        self,
        engine: Engine,
        policy: Policy,
        *,
        most_waiting: int = MOST_WAITING,
        most_held_bytes: int = MOST_HELD_BYTES,
    ) -> None:
        self.most_waiting = most_waiting
        self.most_held_bytes = most_held_bytes
        self._engine = engine
        self._policy = policy
        self._queue: deque[_Waiting] = deque()
        self._changed = Condition()
        self._turn = Lock()
        self._held_bytes = 0
        self._threads: list[Thread] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Begin to take messages, from requests of the running loop."""
        self._loop = asyncio.get_running_loop()
        # Daemons: a database that hangs must not keep the program from ending.
        self._threads = [
            Thread(target=self._commit_all, name=f"intake-{n}", daemon=True) for n in range(_COMMITTERS)
        ]
        for thread in self._threads:
            thread.start()

    async def stop(self) -> None:
        """Commit and answer what waits, and end; what takes too long is told to come again."""
        with self._changed:
            self._loop = None
            self._changed.notify_all()
        for thread in self._threads:
            await asyncio.to_thread(thread.join, _LAST_COMMITS_S)
        with self._changed:
            left = list(self._queue)
            self._queue.clear()
        _answer(left, [Outcome.NOT_STORED] * len(left))

    def hold(self, size: int) -> None:
        """Count bytes of a request that stay in memory until it is answered.

        Raises
        ------
        Unavailable
            When too much waits already, or the program ends.
        """
        if self._loop is None:
            raise Unavailable("The program ends", _LATER)
        if self._held_bytes + size > self.most_held_bytes or len(self._queue) >= self.most_waiting:
            raise Unavailable("Too much waits to be stored", _LATER)
        self._held_bytes += size

    def let_go(self, size: int) -> None:
        """Take bytes off the count."""
        self._held_bytes -= size

    async def submit(self, entry: Entry) -> None:
        """Return when a message is committed.

        Raises
        ------
        NotSignedIn
            When its token is not known, or revoked.
        Unavailable
            When it is not stored, and should be sent again.
        """
        one = _Waiting(entry, asyncio.get_running_loop().create_future())
        with self._changed:
            if self._loop is None:
                raise Unavailable("The program ends", _LATER)
            self._queue.append(one)
            self._changed.notify()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                outcome = await one.answer
        except TimeoutError:
            outcome = Outcome.NOT_STORED
            # What nobody waits for must not stay in memory, where it is no longer counted.
            with self._changed, suppress(ValueError):
                self._queue.remove(one)
        if outcome is Outcome.UNKNOWN_TOKEN:
            raise credential.unknown()
        if outcome is Outcome.NOT_STORED:
            raise Unavailable("The database does not answer", _LATER)

    def _commit_all(self) -> None:
        while self._wait():
            in_turn = self._turn.acquire(timeout=_STUCK_S)
            try:
                if group := self._take():
                    self._commit(group)
            finally:
                if in_turn:
                    self._turn.release()

    def _wait(self) -> bool:
        """Wait for messages; say whether there are any, and not the end of the intake."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._loop is None)
            return bool(self._queue)

    def _take(self) -> list[_Waiting]:
        """Take the first messages; none when somebody else did."""
        with self._changed:
            taken: list[_Waiting] = []
            size = 0
            while self._queue and len(taken) < MOST_IN_GROUP and size < MOST_GROUP_BYTES:
                taken.append(self._queue.popleft())
                size += len(taken[-1].entry.message.body)
            return taken

    def _commit(self, group: list[_Waiting]) -> None:
        try:
            outcomes = commit(self._engine, [one.entry for one in group], self._policy)
        except BaseException:  # nobody must wait for a thread that is gone
            log.exception("messages could not be stored")
            outcomes = [Outcome.NOT_STORED] * len(group)
        # A loop that is closed has nobody left who waits.
        with suppress(RuntimeError):
            group[0].answer.get_loop().call_soon_threadsafe(_answer, group, outcomes)
        if _is_many_small(group):
            time.sleep(_PAUSE_S)


def _is_many_small(group: list[_Waiting]) -> bool:
    """Say whether a group cost its transaction more than what is in it: then the next one shall be larger."""
    size = sum(len(one.entry.message.body) for one in group)
    return _SOME <= len(group) < _MANY and size < _SMALL_BYTES


def _answer(group: list[_Waiting], outcomes: Sequence[Outcome]) -> None:
    for one, outcome in zip(group, outcomes, strict=True):
        if not one.answer.done():  # else whoever asked went away
            one.answer.set_result(outcome)
