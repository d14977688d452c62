"""Who asks: a process of its own with a few connections, each asks the next as soon as it was answered.

asking.py    reads a `Plan` as JSON, prints `Answered` as JSON
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Final

_PATIENCE_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked.

    Attributes
    ----------
    paths : list of str
        With their queries; asked in turns, each connection begins at another.
    headers : dict
        Of every request; ``If-None-Match`` of a path is in `tags`.
    once : bool
        Each path is asked for once at most.
    """

    port: int
    paths: list[str]
    headers: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    seconds: float = 5.0
    connections: int = 4
    once: bool = False


@dataclass(slots=True)
class Answered:
    """How many answers of which status came, their bytes, and the seconds that it took."""

    answers: int = 0
    octets: int = 0
    seconds: float = 0.0
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


def ask(plan: Plan) -> Answered:
    """Ask until the time is over."""
    found, lock = Answered(), threading.Lock()
    begun = perf_counter()
    threads = [
        threading.Thread(target=_one, args=(plan, number, begun, found, lock))
        for number in range(plan.connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = perf_counter() - begun
    return found


def _one(plan: Plan, number: int, begun: float, found: Answered, lock: threading.Lock) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", plan.port, timeout=_PATIENCE_S)
    paths = plan.paths[number :: plan.connections] if plan.once else plan.paths
    at = 0 if plan.once else number * len(paths) // plan.connections
    while perf_counter() - begun < plan.seconds and (at < len(paths) or not plan.once):
        path = paths[at % len(paths)]
        tag = {"If-None-Match": plan.tags[path]} if path in plan.tags else {}
        connection.request("GET", path, headers={**plan.headers, **tag})
        answer = connection.getresponse()
        octets, status = len(answer.read()), str(answer.status)
        at += 1
        with lock:
            found.answers += 1
            found.octets += octets
            found.statuses[status] = found.statuses.get(status, 0) + 1
    connection.close()


if __name__ == "__main__":
    print(json.dumps(asdict(ask(Plan(**json.loads(sys.stdin.read()))))))
