"""A community of two grids with a worker, two commanders and their neighbours, who call by the API."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import two_grids
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.incidents.routes import asked
from gis_grid.incidents.rules import IncidentRules

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

IN_WEST: Final = (118.7825, 32.0525)
REPORT: Final = {"category": "safety.stairway", "title": "三单元楼道堆物"}

PEOPLE: Final = {
    "worker": (Role.WORKER, "C1", "W1"),
    "helper": (Role.WORKER, "C1", "W2"),
    "commander": (Role.COMMANDER, "C1", None),
    "colleague": (Role.COMMANDER, "C1", None),
    "police": (Role.COMMANDER, "C1", None),
    "auditor": (Role.AUDITOR, "C1", None),
    "consumer": (Role.CONSUMER, "C1", None),
    "neighbour": (Role.COMMANDER, "C2", None),
}


class Town:
    """Who calls, on one connection."""

    def __init__(self, client: TestClient, conn: Connection) -> None:
        self.client, self.conn = client, conn
        two_grids.build(conn)
        conn.execute(
            text(
                "INSERT INTO area (code, name, kind, geom) VALUES ('C2', '邻社区', 'community', "
                "ST_Multi(ST_MakeEnvelope(118.79, 32.05, 118.80, 32.055, 4326)));"
                "INSERT INTO assignment (worker_id, grid_id, valid) SELECT w.id, g.id, '[2026-01-01,)' "
                "FROM worker w JOIN grid g ON right(w.code, 1) = right(g.code, 1)"
            )
        )
        self.secrets = {
            name: signed_in(conn, name, [(role, area)], worker=worker)
            for name, (role, area, worker) in PEOPLE.items()
        }

    def call(self, name: str, method: str, path: str, **sent: Any) -> httpx2.Response:
        """Call as somebody."""
        self.client.cookies.clear()
        self.client.cookies.set(COOKIE, self.secrets[name])
        headers = {CSRF_HEADER: csrf_token(self.secrets[name]), **sent.pop("headers", {})}
        return self.client.request(method, f"/api{path}", headers=headers, **sent)

    def report(self, name: str = "worker", **changed: Any) -> dict[str, Any]:
        """Report something and return the incident."""
        lon, lat = IN_WEST
        body = {**REPORT, "lon": lon, "lat": lat, **changed}
        body = {key: value for key, value in body.items() if value is not None}
        answer = self.call(name, "POST", "/incidents", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def move(self, name: str, code: str, move: str, **sent: Any) -> httpx2.Response:
        """Move an incident."""
        return self.call(name, "POST", f"/incidents/{code}/moves", json={"move": move, **sent})

    def walk(self, code: str, *steps: tuple[str, str, dict[str, Any], str]) -> dict[str, Any]:
        """Make moves one after the other, each to the state that is expected."""
        found: dict[str, Any] = {}
        for name, move, sent, state in steps:
            answer = self.move(name, code, move, **sent)
            assert answer.status_code == 200, (move, answer.text)
            found = answer.json()
            assert found["state"]["name"] == state, move
        return found

    def read(self, code: str, name: str = "commander") -> dict[str, Any]:
        """Return an incident."""
        answer = self.call(name, "GET", f"/incidents/{code}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def go_by(client: TestClient, path: Path, profile: str) -> None:
    """Let the community go by a profile, as a file of rules says it."""
    path.write_text(f'[[areas]]\narea = "C1"\nprofiles = ["{profile}"]\n', "utf-8")
    settings = client.app.state.settings  # type: ignore[attr-defined]
    rules = replace(IncidentRules.of(settings), rules_file=path)
    client.app.dependency_overrides[asked._rules] = lambda: rules  # type: ignore[attr-defined]
