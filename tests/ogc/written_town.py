"""Two communities side by side with a grid and two buildings each, and planners who write in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from signed_in import give_token, signed_in
from sqlalchemy import text

from gis_grid.accounts.roles import Permission, Role

if TYPE_CHECKING:
    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

ITEMS: Final = "/ogc/collections/buildings/items"
HERE, THERE = [116.3011, 39.9011], [116.3061, 39.9011]
SQUARE: Final = {
    "type": "Polygon",
    "coordinates": [
        [[116.301, 39.901], [116.3012, 39.901], [116.3012, 39.9012], [116.301, 39.9012], [116.301, 39.901]]
    ],
}
"""Of 17.1 m by 22.2 m, in HERE."""

_COMMUNITY: Final = """
    WITH community AS (
        INSERT INTO area (code, name, kind, geom)
        VALUES (:area, :area, 'community', ST_Multi(ST_MakeEnvelope(:w, 39.900, :e, 39.903, 4326)))
        RETURNING id, geom
    ), made AS (
        INSERT INTO grid (code, name, area_id) SELECT :grid, :grid, id FROM community RETURNING id
    ), outlined AS (
        INSERT INTO boundary (grid_id, households, buildings, valid, geom)
        SELECT made.id, 20, 2, '[2026-11-01,)', geom FROM made, community
    )
    INSERT INTO building (area_id, source, source_ref, name, households, estimated, geom, point)
    SELECT id, :source, 'H-' || n, 'B-' || :source, 10, false, shape, ST_PointOnSurface(shape)
    FROM community, generate_series(0, 1) AS n,
        ST_Buffer(ST_SetSRID(ST_MakePoint(:w + 0.002, 39.9015 + n * 1e-4), 4326), 3e-5) AS shape
"""


def build(conn: Connection) -> dict[str, dict[str, str]]:
    """Fill the town; return the headers with which planners of HERE, of NEXT and of all of it call."""
    for name, west, east in (("HERE", 116.300, 116.304), ("NEXT", 116.304, 116.308)):
        values = {"area": f"C-{name}", "grid": f"G-{name}", "source": name, "w": west, "e": east}
        conn.execute(text(_COMMUNITY), values)
    for name, area in (("here", "C-HERE"), ("next", "C-NEXT"), ("all", None)):
        signed_in(conn, f"plan-{name}", [(Role.PLANNER, area)])
    return {name: _token(conn, f"plan-{name}") for name in ("here", "next", "all")}


def _token(conn: Connection, name: str) -> dict[str, str]:
    secret = give_token(conn, name, [Permission.EDIT_MAP, Permission.SEE_MAP])
    return {"Authorization": f"Bearer {secret}"}


class Planner:
    """A program that writes as somebody."""

    def __init__(self, client: TestClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        """Send a body: bytes as they are, else as JSON."""
        kind = "application/merge-patch+json" if method == "PATCH" else "application/geo+json"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"content": body} if isinstance(body, bytes) else {} if body is None else {"json": body}
        return self.client.request(
            method, path, headers={"Content-Type": kind, **self.headers, **named}, **sent
        )

    def get(self, fid: object) -> httpx2.Response:
        """Read a building."""
        return self.client.get(f"{ITEMS}/{fid}", headers=self.headers)

    def add(self, **properties: Any) -> tuple[str, str]:
        """Add a building HERE; return its id and ETag."""
        answer = self.ask("POST", ITEMS, feature(**properties))
        assert answer.status_code == 201, answer.text
        return answer.headers["Location"].rpartition("/")[2], answer.headers["ETag"]


def feature(place: Any = None, **properties: Any) -> dict[str, Any]:
    """Return a building as GeoJSON: a point, or the square."""
    geometry = SQUARE if place is None else {"type": "Point", "coordinates": place}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def grid(conn: Connection, code: str) -> tuple[int, int]:
    """Return the households and buildings of a grid."""
    query = (
        "SELECT boundary.households, boundary.buildings FROM boundary JOIN grid ON grid.id = grid_id "
        "WHERE code = :code"
    )
    row = conn.execute(text(query), {"code": code}).one()
    return row.households, row.buildings
