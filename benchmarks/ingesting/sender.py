"""The load, as a process of its own: phones that send by their timetable, or as fast as they are answered.

    sender.py PORT KIND ...      see `Plan`; prints `Outcome` as JSON

The timetable is open: a message goes out when it is due, however slow the answers are, and its latency counts
from then on. Connections are kept alive, as a proxy in front of the program keeps them; one that is lost is
made again and what was not answered is sent again, as phones do. All messages are made beforehand.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Final, cast

import numpy as np
import uvloop

sys.path.insert(0, str(Path(__file__).parents[1]))

from ingesting.messages import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingesting.messages import Sent

SEED: Final = 20261122
_PATIENCE_S: Final = 60.0
_TICK_S: Final = 0.002


@dataclass(frozen=True, slots=True)
class Plan:
    """What is sent.

    Attributes
    ----------
    fixes : int
        In a message; 1 goes as a form, more go as GeoJSON.
    first : int
        Number of each phone's first fix of this run.
    period_s : float
        How often a phone sends, at a moment of its own; 0: no timetable, the next when one is answered.
    warm_s : float
        Messages due before are sent and answered, but not in the figures of latency.
    """

    port: int
    phones: int
    fixes: int
    first: int
    seconds: float
    period_s: float
    connections: int
    warm_s: float = 0.0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it; latencies in milliseconds."""

    fixes: int
    messages: int
    seconds: float
    refused: int
    sent_again: int
    p50: float
    p95: float
    p99: float
    longest: float
    cpu_s: float


class _Line(asyncio.Protocol):
    """One connection; one message is under way on it at a time."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.transport: asyncio.Transport | None = None
        self.due: tuple[float, Sent] | None = None
        self.answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.load.freed(self)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return
        head = head.lower()
        at = head.find(b"content-length:")
        if len(body) < (int(head[at + 15 :].split(b"\r", 1)[0]) if at >= 0 else 0):
            return
        self.answer = b""
        due, self.due = self.due, None
        if due is not None:
            self.load.answered(due, head[9:12])
        self.load.freed(self)

    def connection_lost(self, exc: Exception | None) -> None:
        due, self.due = self.due, None
        self.transport = None
        self.load.lost(self, due)


class Load:
    """Messages under way, on a number of connections."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.free: deque[_Line] = deque()
        self.waiting: deque[tuple[float, Sent]] = deque()
        self.latencies: list[float] = []
        self.fixes = self.messages = self.refused = self.sent_again = 0
        self.open = 0
        self.begun = self.last = self.warm_until = 0.0
        self.next: Iterator[tuple[float, Sent]] = iter(())

    def send(self, due: float, sent: Sent) -> None:
        """Send a message as soon as a connection is free."""
        self.open += 1
        self.waiting.append((due, sent))
        self._push()

    def freed(self, line: _Line) -> None:
        """Use a connection for the next message."""
        self.free.append(line)
        self._push()

    def _push(self) -> None:
        while self.waiting and self.free:
            line = self.free.popleft()
            if line.transport is None or line.transport.is_closing():
                continue
            line.due = self.waiting.popleft()
            line.transport.write(line.due[1].request)

    def answered(self, due: tuple[float, Sent], status: bytes) -> None:
        """Count an answer."""
        self.open -= 1
        self.last = perf_counter()
        self._send_next()
        if status != b"200":
            self.refused += 1
            return
        if due[0] >= self.warm_until:
            self.latencies.append(self.last - due[0])
        self.messages += 1
        self.fixes += due[1].fixes

    def lost(self, line: _Line, due: tuple[float, Sent] | None) -> None:
        """Connect anew, and send again what was not answered."""
        if line in self.free:
            self.free.remove(line)
        if due is not None:
            self.sent_again += 1
            self.waiting.appendleft(due)
        asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(100):
            try:
                await loop.create_connection(lambda: _Line(self), "127.0.0.1", self.plan.port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                return

    async def run(self, timetable: Iterable[tuple[float, Sent]]) -> float:
        """Send everything when it is due and wait for the answers; return the CPU seconds of it.

        A timetable may be made while it is gone through: what is due later is not asked for yet.
        """
        for _ in range(self.plan.connections):
            await self._connect()
        cpu = process_time()
        self.begun = self.last = perf_counter()
        self.warm_until = self.begun + self.plan.warm_s
        await (self._by_timetable if self.plan.period_s else self._flat_out)(timetable)
        given_up = perf_counter() + _PATIENCE_S
        while self.open and perf_counter() < given_up:
            await asyncio.sleep(0.01)
        self.refused += self.open
        return process_time() - cpu

    async def _by_timetable(self, timetable: Iterable[tuple[float, Sent]]) -> None:
        for at, sent in timetable:
            due = self.begun + at
            while perf_counter() < due:
                await asyncio.sleep(max(_TICK_S, due - perf_counter()))
            self.send(due, sent)

    async def _flat_out(self, timetable: Iterable[tuple[float, Sent]]) -> None:
        self.next = iter(timetable)
        for _ in range(self.plan.connections):
            self._send_next()
        await asyncio.sleep(self.plan.seconds)

    def _send_next(self) -> None:
        now = perf_counter()
        if now < self.begun + self.plan.seconds and (following := next(self.next, None)):
            self.send(now, following[1])


def _timetable(plan: Plan) -> list[tuple[float, Sent]]:
    """Return when what is due, in order."""
    draw = random.Random(SEED)
    if not plan.period_s:
        phones = draw.sample(range(1, plan.phones + 1), plan.phones)
        turns = [divmod(n, plan.phones) for n in range(plan.most)]
        return [(0.0, message(phones[at], plan.first + turn * plan.fixes, plan.fixes)) for turn, at in turns]
    offsets = [(draw.uniform(0, plan.period_s), phone + 1) for phone in range(plan.phones)]
    turns_of = range(int(plan.seconds / plan.period_s) + 1)
    due = sorted(
        (offset + turn * plan.period_s, phone, turn)
        for offset, phone in offsets
        for turn in turns_of
        if offset + turn * plan.period_s < plan.seconds
    )
    return [(at, message(phone, plan.first + turn * plan.fixes, plan.fixes)) for at, phone, turn in due]


def run(plan: Plan) -> Outcome:
    """Carry a plan out in this process."""
    timetable = _timetable(plan)
    load = Load(plan)
    return outcome_of(load, uvloop.run(load.run(timetable)))


def outcome_of(load: Load, cpu_s: float) -> Outcome:
    """Return what came of a load that is over."""
    latencies = np.array(load.latencies or [0.0]) * 1000
    p50, p95, p99 = np.percentile(latencies, (50, 95, 99)).tolist()
    return Outcome(
        load.fixes,
        load.messages,
        load.last - load.begun,
        load.refused,
        load.sent_again,
        p50,
        p95,
        p99,
        float(latencies.max()),
        cpu_s,
    )


if __name__ == "__main__":
    print(json.dumps(asdict(run(Plan(**json.loads(sys.argv[1]))))))
