"""Who watches the live map, as a process of its own: streams of server-sent events, read as they come.

    streams.py PLAN      reads a `Plan` as JSON; prints what each stream saw as JSON

A worker's new `seen_at` is the time at which the request with that fix was due, by the same clock: what has
passed until the news are read is the latency, of every fix that is told.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final

import numpy as np
import orjson
import uvloop

_PATIENCE_S: Final = 30.0
_SMALL: Final = 4096


@dataclass(frozen=True, slots=True)
class Plan:
    """Which streams, for how long.

    Attributes
    ----------
    queries : dict
        Of each stream by its name.
    slow : int
        How many more of the whole town, which are asked for and never read.
    warm_s : float
        What is told before is not counted.
    """

    port: int
    cookie: str
    seconds: float
    queries: dict[str, str]
    slow: int = 0
    warm_s: float = 0.0


@dataclass(slots=True)
class Seen:
    """What one stream saw; latencies in milliseconds."""

    news: int = 0
    told: int = 0
    octets: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    longest: float = 0.0
    beats: int = 0
    ended: bool = False


@dataclass(slots=True)
class _Reading:
    seen: Seen = field(default_factory=Seen)
    at: dict[str, str] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    def take(self, kind: bytes, data: bytes, counted: bool) -> None:
        now = time.time()
        if kind == b"beat":
            self.seen.beats += 1
        if kind == b"end":
            self.seen.ended = True
        if kind != b"news":
            return
        self.seen.news += 1
        self.seen.octets += len(data)
        for worker in orjson.loads(data)["workers"]:
            seen_at = worker["seen_at"]
            if seen_at is None or self.at.get(worker["code"]) == seen_at:
                continue
            is_first = worker["code"] not in self.at
            self.at[worker["code"]] = seen_at
            if counted and not is_first:
                self.seen.told += 1
                self.latencies.append((now - datetime.fromisoformat(seen_at).timestamp()) * 1000)


def _request(plan: Plan, query: str) -> bytes:
    return (
        f"GET /api/live/events?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {plan.cookie}\r\n"
        "Accept: text/event-stream\r\n\r\n"
    ).encode()


async def _read(plan: Plan, query: str, counted_from: float) -> Seen:
    reader, writer = await asyncio.open_connection("127.0.0.1", plan.port, limit=2**26)
    writer.write(_request(plan, query))
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.split(b" ", 2)[1] == b"200", head[:300]
    reading, begun = _Reading(), [b""]
    while not reading.seen.ended:
        length = int(await reader.readline(), 16)
        begun.append((await reader.readexactly(length + 2))[:-2])
        # The whole comes in hundreds of pieces of one line, each looked through once.
        if b"\n" in begun[-1]:
            *events, rest = b"".join(begun).split(b"\n\n")
            begun = [rest]
        else:
            events = []
        for event in events:
            lines = dict(line.split(b": ", 1) for line in event.split(b"\n") if b": " in line)
            reading.take(lines.get(b"event", b""), lines.get(b"data", b""), time.time() >= counted_from)
        if length == 0 or time.time() >= counted_from - plan.warm_s + plan.seconds:
            break
    writer.close()
    latencies = np.array(reading.latencies or [0.0])
    seen = reading.seen
    seen.p50, seen.p95, seen.p99 = np.percentile(latencies, (50, 95, 99)).tolist()
    seen.longest = float(latencies.max())
    return seen


def _not_read(plan: Plan) -> socket.socket:
    """Ask for the whole town and never read."""
    slow = socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL)
    slow.connect(("127.0.0.1", plan.port))
    slow.sendall(_request(plan, ""))
    return slow


async def run(plan: Plan) -> dict[str, Seen]:
    """Watch until the time is over."""
    slow = [_not_read(plan) for _ in range(plan.slow)]
    counted_from = time.time() + plan.warm_s
    watching = (
        asyncio.wait_for(_read(plan, query, counted_from), plan.seconds + _PATIENCE_S)
        for query in plan.queries.values()
    )
    seen = await asyncio.gather(*watching)
    for one in slow:
        one.close()
    return dict(zip(plan.queries, seen, strict=True))


if __name__ == "__main__":
    found = uvloop.run(run(Plan(**json.loads(sys.argv[1]))))
    print(json.dumps({name: asdict(one) for name, one in found.items()}))
