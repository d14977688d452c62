"""The program on a real port with rows of the live map, and pages that listen to it."""

from __future__ import annotations

import json
import socket
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import live_rows
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.cli.serve import server_in_background
from gis_grid.kit import clock
from gis_grid.kit.database import Engines, login_of, make_engine
from gis_grid.kit.direct import Direct
from gis_grid.kit.logins import LOGINS, SERVICE_ROLE
from gis_grid.kit.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it came, and when."""

    name: str
    id: str | None
    data: Any
    at: float


@dataclass(frozen=True, slots=True)
class Served:
    """Where it is served, and its database."""

    url: str
    owner: Engine

    @property
    def place(self) -> tuple[str, int]:
        found = urlsplit(self.url)
        return found.hostname or "", found.port or 0

    def notify(self, **said: Any) -> None:
        """Say what the engine says each time."""
        with self.owner.begin() as conn:
            conn.execute(text("SELECT pg_notify('gis_grid_live', :said)"), {"said": json.dumps(said)})

    def change(self, worker: str = "W1", grid: str = "G1") -> int:
        """Let a worker be seen anew and say so, as the engine does."""
        now = clock.now()
        with self.owner.begin() as conn:
            number = live_rows.see(conn, worker, grid, live_rows.PLACES[grid], now)
            said = {"version": number, "at": now.isoformat(), "behind_ms": 7}
            conn.execute(text("SELECT pg_notify('gis_grid_live', :said)"), {"said": json.dumps(said)})
        return number

    def do(self, statement: str, **values: Any) -> None:
        """Change something in the database."""
        with self.owner.begin() as conn:
            conn.execute(text(statement), values)

    def ask(self, query: str) -> Any:
        """Return the one value that a query answers."""
        with self.owner.begin() as conn:
            return conn.execute(text(query)).scalar_one()

    def account(self, name: str) -> str:
        """Make a commander of the community and return the secret of a session."""
        with self.owner.begin() as conn:
            return signed_in(conn, name, [(Role.COMMANDER, "C1")])


@contextmanager
def served(url: str) -> Iterator[Served]:
    """Serve a migrated database that has the rows."""
    owner = make_engine(url)
    with owner.begin() as conn:
        live_rows.build(conn, clock.now())
    direct = Direct(login_of(url, role=SERVICE_ROLE))
    engines = Engines(*(make_engine(url, role=role) for role in LOGINS), direct)
    with server_in_background(Settings(port=0), engines) as address:
        yield Served(address.rstrip("/"), owner)
    engines.dispose()
    owner.dispose()


class Page:
    """One that listens, over a socket of its own."""

    def __init__(
        self,
        place: tuple[str, int],
        secret: str,
        *,
        method: str = "GET",
        receive_bytes: int | None = None,
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> None:
        self.socket = socket.socket()
        if receive_bytes is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.connect(place)
        self.socket.settimeout(PATIENCE_S)
        path = f"/api/live/events?{urlencode(query)}"
        asked = {"Host": "localhost", "Cookie": f"{COOKIE}={secret}", **(headers or {})}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in asked.items()), "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        self._raw = self.socket.makefile("rb")
        self.status = int(self._raw.readline().split()[1])
        self.headers = dict(self._headers())
        self._unzip = zlib.decompressobj(31) if self.headers.get("content-encoding") == "gzip" else None
        self._text = b""

    def _headers(self) -> Iterator[tuple[str, str]]:
        while line := self._raw.readline().strip():
            name, _, value = line.decode().partition(":")
            yield name.lower(), value.strip()

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave."""
        self._raw.close()
        self.socket.close()

    def next(self) -> Event | None:
        """Return the next event; ``None`` when the answer has come to its end."""
        while b"\n\n" not in self._text:
            size = int(self._raw.readline(), 16)
            piece = self._raw.read(size)
            self._raw.readline()
            if not size:
                return None
            self._text += self._unzip.decompress(piece) if self._unzip else piece
        whole, self._text = self._text.split(b"\n\n", 1)
        fields = dict(line.split(": ", 1) for line in whole.decode().splitlines())
        return Event(fields["event"], fields.get("id"), json.loads(fields["data"]), time.monotonic())

    def wait_for(self, name: str) -> Event:
        """Return the next event of a name."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            event = self.next()
            assert event is not None, f"it ended without {name}"
            if event.name == name:
                return event
        raise AssertionError(f"no {name} came")

    def during(self, seconds: float) -> list[Event]:
        """Return what comes meanwhile."""
        until, found = time.monotonic() + seconds, []
        while time.monotonic() < until:
            event = self.next()
            if event is None:
                break
            found.append(event)
        return found
