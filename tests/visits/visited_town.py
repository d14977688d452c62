"""Two grids with workers who have them, targets of every class, and a client to ask as each of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import two_grids
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.grids import service as grids
from gis_grid.kit import clock
from gis_grid.visits import service
from gis_grid.visits.rows import TargetRows, VisitRows

if TYPE_CHECKING:
    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG_AGO = datetime(2020, 1, 1, tzinfo=SHANGHAI)
IN_G1, IN_G2 = (118.7825, 32.0525), (118.7880, 32.0525)
HOMES = [f"HOME-{n}" for n in range(4)]


def today() -> date:
    """Return the local day of now."""
    return clock.now().astimezone(SHANGHAI).date()


def at(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """Return a local time."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


def ms(moment: datetime) -> int:
    """Return epoch milliseconds."""
    return round(moment.timestamp() * 1000)


def build(conn: Connection) -> None:
    """Make grids G1 and G2 with W1 and W2, four homes in G1 and one in G2, all since long ago."""
    two_grids.build(conn)
    conn.execute(text("UPDATE boundary SET valid = tstzrange(:since, NULL)"), {"since": LONG_AGO})
    grids.assign(conn, [("W1", "G1", LONG_AGO, None), ("W2", "G2", LONG_AGO, None)])
    add_targets(conn, HOMES)
    add_targets(conn, ["HOME-G2"], place=IN_G2)


def add_targets(
    conn: Connection,
    references: list[str],
    visit_class: str = "household",
    place: tuple[float, float] = IN_G1,
) -> None:
    """Store targets at one place."""
    n = len(references)
    service.load_targets(conn, TargetRows(references, [visit_class] * n, [place[0]] * n, [place[1]] * n))


def visit(conn: Connection, reference: str, moment: datetime, worker: str = "W1", mode: str = "door") -> None:
    """Store a visit as a file would."""
    service.load_visits(conn, VisitRows([reference], [worker], [ms(moment)], [mode]))


def excuse(conn: Connection, worker: str, first: date, last: date, stand_in: str | None = None) -> None:
    """Approve an absence, with a colleague who stands in for all of it."""
    absence = conn.execute(
        text(
            "INSERT INTO absence (worker_id, first_date, last_date, approved_by) "
            "SELECT id, :first, :last, 'c' FROM worker WHERE code = :worker RETURNING id"
        ),
        {"worker": worker, "first": first, "last": last},
    ).scalar_one()
    if stand_in is not None:
        conn.execute(
            text(
                "INSERT INTO stand_in (absence_id, worker_id, during) "
                "SELECT :absence, id, tstzrange(:start, :end) FROM worker WHERE code = :worker"
            ),
            {
                "absence": absence,
                "worker": stand_in,
                "start": at(first, 0),
                "end": at(last + timedelta(days=1), 0),
            },
        )


def sign_in(conn: Connection) -> dict[str, str]:
    """Return the sessions of both workers, of their commander and of one who only reads."""
    return {
        "W1": signed_in(conn, "worker-1", [(Role.WORKER, "C1")], worker="W1"),
        "W2": signed_in(conn, "worker-2", [(Role.WORKER, "C1")], worker="W2"),
        "commander": signed_in(conn, "chief", [(Role.COMMANDER, "C1")]),
        "consumer": signed_in(conn, "reader", [(Role.CONSUMER, "C1")]),
    }


class Asker:
    """Asks as one caller after the other."""

    def __init__(self, client: TestClient, secrets: dict[str, str]) -> None:
        self._client = client
        self._secrets = secrets

    def get(self, who: str, path: str, **query: Any) -> httpx2.Response:
        """Ask for something."""
        self._become(who)
        return self._client.get(path, params=query)

    def post(self, who: str, path: str, body: dict[str, Any]) -> httpx2.Response:
        """Send something."""
        self._become(who)
        headers = {CSRF_HEADER: csrf_token(self._secrets[who])}
        return self._client.post(path, json=body, headers=headers)

    def put(self, who: str, path: str, body: dict[str, Any]) -> httpx2.Response:
        """Put something there."""
        self._become(who)
        headers = {CSRF_HEADER: csrf_token(self._secrets[who])}
        return self._client.put(path, json=body, headers=headers)

    def _become(self, who: str) -> None:
        self._client.cookies.clear()
        self._client.cookies.set(COOKIE, self._secrets[who])

    def report(self, who: str, target: str, **more: Any) -> httpx2.Response:
        """Report a visit that was just made."""
        body = {"code": str(uuid4()), "target": target, "mode": "door", **more}
        return self.post(who, "/api/visits", body)

    def due(self, who: str, **query: Any) -> dict[str, str]:
        """Return the state of every target in sight."""
        answer = self.get(who, "/api/visits/due", all=True, **query)
        assert answer.status_code == 200, answer.text
        return {row["target"]: row["state"] for row in answer.json()["due"]}
