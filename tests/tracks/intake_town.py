"""A town with one worker and phones that send to the real program, over its own logins."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from walking_ground import INSIDE, at, hire

from gis_grid.accounts.service import devices
from gis_grid.app import create_app
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.tracks import service

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import httpx2
    from fastapi import FastAPI

TODAY: Final = date(2026, 11, 2)


@dataclass
class Town:
    """One worker on duty all day, with a phone."""

    owner: Engine
    app: FastAPI
    client: TestClient
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

    def query(self, statement: str, **values: Any) -> Sequence[Any]:
        """Return rows that the owner sees on another connection."""
        with self.owner.connect() as conn:
            return [tuple(row) for row in conn.execute(text(statement), values)]

    def fixes(self) -> Sequence[Any]:
        return self.query("SELECT worker_id, lon, lat FROM fix ORDER BY t, lon")


@contextmanager
def town_on(url: str, *, on_duty: bool = True, **settings: Any) -> Iterator[Town]:
    """Yield the program on an empty database, with a worker who is on duty on `TODAY`."""
    owner = make_engine(url)
    engines = Engines(*(make_engine(url, role=role) for role in LOGINS))
    with owner.begin() as conn:
        worker = hire(conn, grid=None)
        device = service.ensure_device(conn, "phone", worker)
        token = devices.make(conn, "phone", actor="test", now=now()).secret
        if on_duty:
            service.sign_in(conn, worker, [(at(TODAY, 8), at(TODAY, 18))])
    app = create_app(Settings(**settings), engines)
    with TestClient(app) as client:
        yield Town(owner, app, client, worker, device, token)
    engines.dispose()
    owner.dispose()
