"""GeoJSON of areas and grids, as the page reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import shapely
from towns import MONDAY, community, grids, square

from gis_grid.grids import service

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

SUNDAY = MONDAY + timedelta(days=6)


@pytest.fixture
def town(conn: Connection) -> Connection:
    """A community of two grids, one with a worker."""
    service.load_areas(conn, community("C1", shapely.box(0, 0, 0.02, 0.01)), synthetic=True)
    service.load_grids(conn, grids("C1", A=square(0, 0), B=square(1, 0)), valid_from=MONDAY)
    service.add_workers(conn, [("w1", "甲")])
    service.assign(conn, [("w1", "A", MONDAY, SUNDAY)])
    return conn


def test_areas_are_geojson_with_their_properties(town: Connection, client: TestClient) -> None:
    answer = client.get("/api/areas")

    assert answer.headers["content-type"] == "application/geo+json"
    (area,) = answer.json()["features"]
    assert area["properties"] == {"code": "C1", "name": "社区C1", "kind": "community", "synthetic": True}
    assert area["geometry"]["type"] == "MultiPolygon"


def test_outer_rings_run_counter_clockwise(town: Connection, client: TestClient) -> None:
    for feature in client.get("/api/grids", params={"at": SUNDAY.isoformat()}).json()["features"]:
        (ring,) = feature["geometry"]["coordinates"][0]
        assert shapely.LinearRing(ring).is_ccw


def test_a_grid_shows_its_worker_while_assigned(town: Connection, client: TestClient) -> None:
    def worker(at: str) -> list[str | None]:
        features = client.get("/api/grids", params={"at": at}).json()["features"]
        return [feature["properties"]["worker_code"] for feature in features]

    assert worker((SUNDAY - timedelta(seconds=1)).isoformat()) == ["w1", None]
    assert worker(SUNDAY.isoformat()) == [None, None]


def test_whoever_only_names_grids_gets_nothing_else(town: Connection, client: TestClient) -> None:
    drawn, named = (
        client.get("/api/grids", params={"at": SUNDAY.isoformat(), "names": names}).json()["features"]
        for names in (False, True)
    )
    told = [{name: one["properties"][name] for name in ("code", "name")} for one in drawn]
    assert [one["properties"] for one in named] == told != []
    assert {one["geometry"] for one in named} == {None}


def test_before_the_first_boundary_there_are_no_grids(town: Connection, client: TestClient) -> None:
    at = (MONDAY - timedelta(days=1)).isoformat()

    assert client.get("/api/grids", params={"at": at}).json() == {"type": "FeatureCollection", "features": []}


def test_a_time_without_an_offset_is_refused(client: TestClient) -> None:
    answer = client.get("/api/grids", params={"at": "2026-11-09T08:00:00"})

    assert answer.status_code == 400
    assert answer.json()["title"] == "The time has no offset"


def test_left_out_the_time_is_now(town: Connection, client: TestClient) -> None:
    assert client.get("/api/grids").status_code == 200
