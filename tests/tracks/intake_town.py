"""A town with one worker and phones that send to the real program, over its own logins."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from answering import app_on
from emptied import empty
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from walking_ground import INSIDE, SHANGHAI, at, hire

from gis_grid.accounts.service import devices
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.tracks import service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx2
    from fastapi import FastAPI

TODAY: Final = now().astimezone(SHANGHAI).date() - timedelta(days=2)
"""Phones send what is past, by the program's own clock."""


@dataclass
class Program:
    """The program, and its database as its owner sees it."""

    owner: Engine
    engines: Engines
    app: FastAPI
    client: TestClient


@dataclass
class Town(Program):
    """One worker on duty all day, with a phone."""

    worker: int
    device: int
    token: str

    def at(self, hour: int, minute: int = 0) -> datetime:
        return at(TODAY, hour, minute)

    def send(
        self,
        when: datetime,
        place: tuple[float, float] = INSIDE,
        *,
        token: str | None = None,
        **more: Any,
    ) -> httpx2.Response:
        """Send one position as Traccar Client does."""
        sent = {"timestamp": round(when.timestamp()), "lon": place[0], "lat": place[1], **more}
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return self.client.post("/ingest/traccar", params=sent, headers=headers)

    def send_batch(self, moments: Sequence[datetime], place: tuple[float, float] = INSIDE) -> httpx2.Response:
        """Send positions as Overland does."""
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": list(place)},
                "properties": {"timestamp": moment.astimezone(UTC).isoformat()},
            }
            for moment in moments
        ]
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.post("/ingest/overland", json={"locations": features}, headers=headers)

    def query(self, statement: str, **values: Any) -> Sequence[Any]:
        """Return rows that the owner sees on another connection."""
        with self.owner.connect() as conn:
            return [tuple(row) for row in conn.execute(text(statement), values)]

    def errors(self) -> list[str]:
        """Return why messages are in quarantine."""
        return [row[0] for row in self.query("SELECT error FROM quarantine ORDER BY id")]

    def fixes(self) -> Sequence[Any]:
        return self.query("SELECT worker_id, lon, lat FROM fix ORDER BY t, lon")


@contextmanager
def program_on(url: str, **settings: Any) -> Iterator[Program]:
    """Yield the running program on a database, over the logins it has in life."""
    owner = make_engine(url)
    engines = Engines(*(make_engine(url, role=role) for role in LOGINS))
    with app_on(Settings(**settings), engines) as app, TestClient(app) as client:
        yield Program(owner, engines, app, client)
    engines.dispose()
    owner.dispose()


def settle(program: Program) -> Town:
    """Empty the database, and put one worker with a phone on duty on `TODAY`."""
    with program.owner.begin() as conn:
        empty(conn, "worker", "device", "fix", "touched_day", "quarantine", "off_duty_count")
        worker = hire(conn, grid=None)
        device = service.ensure_device(conn, "phone", worker)
        token = devices.make(conn, "phone", actor="test", now=now()).secret
        service.sign_in(conn, worker, [(at(TODAY, 8), at(TODAY, 18))])
    return Town(program.owner, program.engines, program.app, program.client, worker, device, token)
