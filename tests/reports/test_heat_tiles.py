"""The cells of heat as vector tiles: the figures of the API, cell by cell, and never too many at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest
import two_grids
from sqlalchemy import text
from tiles_read import address, cells_of, places_of

from gis_grid.incidents import service as incidents
from gis_grid.incidents.rows import IncidentRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

GROUND = (118.77, 32.04, 118.80, 32.07)
ZOOMS = {7: 8, 9: 11, 10: 13, 11: 14}
MONDAY = int(datetime(2026, 11, 2, tzinfo=UTC).timestamp() * 1000)


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Three hundred incidents of all kinds strewn over two grids and around them, some closed."""
    with engine.connect() as conn, conn.begin() as transaction:
        two_grids.build(conn)
        chance, n = np.random.default_rng(5), 300
        west, south, east, north = GROUND
        at = (MONDAY + chance.integers(0, 14 * 86_400_000, n)).tolist()
        closed = chance.random(n) < 0.4
        incidents.load_incidents(
            conn,
            IncidentRows(
                code=[f"T{k}" for k in range(n)],
                kind=chance.choice(["hazard", "incident", "dispute", "errand"], n).tolist(),
                category=chance.choice(["堆物", "噪声", "<img src=x>"], n).tolist(),
                title=["三单元"] * n,
                state=["closed" if one else "reported" for one in closed],
                severity=chance.integers(1, 4, n).tolist(),
                reported_at=at,
                worker_code=["W1"] * n,
                deadline=[None] * n,
                closed_at=[t + 1000 if one else None for t, one in zip(at, closed, strict=True)],
                lon=chance.uniform(west, east, n).tolist(),
                lat=chance.uniform(south, north, n).tolist(),
            ),
        )
        yield conn
        transaction.rollback()


@pytest.fixture
def conn(town: Connection) -> Iterator[Connection]:
    """Return the town's transaction; what a test writes is undone."""
    with town.begin_nested() as part:
        yield town
        part.rollback()


@pytest.mark.parametrize(
    ("level", "query"),
    [
        (7, "kind=both"),
        (9, "kind=both&weight=severity&half_life=3"),
        (10, "kind=incident&category=噪声&from=2026-11-04&to=2026-11-09"),
        (10, "kind=both&half_life=2&to=2026-11-10"),
        (11, "kind=both&hour_from=20&hour_to=6&weekday=6&weekday=7"),
    ],
)
def test_tiles_tell_of_each_cell_what_the_api_tells(client: TestClient, level: int, query: str) -> None:
    answer = client.get(f"/api/heat/cells?{query}&resolution={level}").json()
    told = cells_of(client, "heat_cells", places_of(ZOOMS[level], *GROUND), f"{query}&resolution={level}")
    assert told
    assert told == {one["id"]: {"cell": one["id"], **one["properties"]} for one in answer["features"]}


def test_without_a_level_a_tile_has_the_finest_that_its_zoom_tells(client: TestClient) -> None:
    for level, zoom in ZOOMS.items():
        found = cells_of(client, "heat_cells", places_of(zoom, *GROUND))
        assert {int(cell[1], 16) for cell in found} == {level}
    assert cells_of(client, "heat_cells", places_of(7, *GROUND)) == {}


def test_no_tile_tells_what_concerns_homes(client: TestClient, conn: Connection) -> None:
    places = places_of(14, *GROUND)
    before = [client.get(address("heat_cells", place, "kind=both")).content for place in places]
    conn.execute(text("UPDATE incident SET category = 'SECRET' WHERE kind IN ('dispute', 'errand')"))
    assert [client.get(address("heat_cells", place, "kind=both")).content for place in places] == before
    told = sum(one["count"] for one in cells_of(client, "heat_cells", places, "kind=both").values())
    kept = "SELECT count(*) FROM incident WHERE kind IN ('hazard', 'incident')"
    assert told == conn.execute(text(kept)).scalar_one()


def test_a_tile_is_sent_again_only_when_it_differs(client: TestClient, conn: Connection) -> None:
    (place,) = places_of(8, *GROUND)
    first = client.get(address("heat_cells", place))
    known = {"If-None-Match": first.headers["etag"]}
    again = client.get(address("heat_cells", place), headers=known)
    assert (again.status_code, again.content) == (304, b"")
    conn.execute(text("UPDATE incident SET severity = 3, category = '积水'"))
    assert client.get(address("heat_cells", place), headers=known).status_code == 200


@pytest.mark.parametrize(
    ("layer", "zoom", "query", "status", "words"),
    [
        ("heat_cells", 13, "resolution=11", 400, "11 is told from zoom 14 on, this is 13"),
        ("heat_cells", 13, "resolution=8", 400, "there are 7, 9, 10, 11"),
        ("visit_cells", 12, "resolution=10", 400, "from zoom 13"),
        ("visit_cells", 14, "resolution=11", 400, "there are 9, 10"),
        ("heat_cells", 14, "kind=dispute", 400, "hazard"),
        ("heat_cells", 14, "kinds=hazard", 400, "kinds"),
        ("visit_cells", 14, "kind=hazard", 400, "kind"),
        ("heat_cells", 14, "from=2026-11-05&to=2026-11-04", 400, "before"),
        ("visit_cells", 25, "", 404, "expected 0 to 24"),
    ],
)
def test_what_no_tile_tells_is_refused(
    client: TestClient, layer: str, zoom: int, query: str, status: int, words: str
) -> None:
    answer = client.get(address(layer, (zoom, 0, 0), query))
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.text


def test_more_cells_than_one_answer_takes_are_refused_with_their_number_and_the_choices(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gis_grid.reports.heat.MOST_CELLS", 10)
    answer = client.get("/api/heat/cells?kind=both&resolution=11")
    assert answer.status_code == 400
    for words in ("at most 10; ", "resolution 10", "a shorter period", "tiles"):
        assert words in answer.json()["detail"]
    assert client.get("/api/heat/cells?kind=both&resolution=7").status_code == 200
