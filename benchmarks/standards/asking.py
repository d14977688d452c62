"""Who asks: a process of its own with a few connections, each asks the next as soon as it was answered.

asking.py    reads a `Plan` as JSON, prints `Answered` as JSON

It shares the processors with those it asks, so that it does no more than it must: a library that reads all of
an answer's headers takes a third of the time in which a tile is made.
"""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from dataclasses import asdict, dataclass, field
from time import perf_counter
from typing import Final

_PATIENCE_S: Final = 120.0
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


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
    paths = plan.paths[number :: plan.connections] if plan.once else plan.paths
    at = 0 if plan.once else number * len(paths) // plan.connections
    requests = [_request(plan, path) for path in paths]
    with socket.create_connection(("127.0.0.1", plan.port), timeout=_PATIENCE_S) as connection:
        while perf_counter() - begun < plan.seconds and (at < len(paths) or not plan.once):
            connection.sendall(requests[at % len(paths)])
            status, octets = _answer(connection)
            at += 1
            with lock:
                found.answers += 1
                found.octets += octets
                found.statuses[status] = found.statuses.get(status, 0) + 1


def _request(plan: Plan, path: str) -> bytes:
    tag = {"If-None-Match": plan.tags[path]} if path in plan.tags else {}
    headers = {"Host": f"127.0.0.1:{plan.port}", "Accept-Encoding": "identity", **plan.headers, **tag}
    told = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{told}\r\n".encode()


def _answer(connection: socket.socket) -> tuple[str, int]:
    """Return the status of an answer and the bytes of its body, all of which has come."""
    head, end, body = b"", b"", b""
    while not end:
        head, end, body = (head + end + body + _more(connection)).partition(b"\r\n\r\n")
    status = head[9:12].decode()
    length = _LENGTH.search(head)
    assert length is not None or status in {"204", "304"}, head
    octets, came = int(length[1]) if length is not None and status != "304" else 0, len(body)
    while came < octets:
        came += len(_more(connection))
    return status, octets


def _more(connection: socket.socket) -> bytes:
    found = connection.recv(1 << 18)
    assert found, "the server ended the connection"
    return found


if __name__ == "__main__":
    print(json.dumps(asdict(ask(Plan(**json.loads(sys.stdin.read()))))))
