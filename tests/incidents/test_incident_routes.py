"""`GET /api/incidents` as a client sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import h3
import pytest
import two_grids
from test_incidents import ms, rows

from gis_grid.incidents import service

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection


@pytest.fixture
def loaded(conn: Connection) -> Connection:
    two_grids.build(conn)
    days = ["2026-11-02T23:59+08:00", "2026-11-03T00:00+08:00", "2026-11-03T23:59+08:00"]
    service.load_incidents(
        conn,
        rows(
            3,
            reported_at=[ms(day) for day in days],
            kind=["hazard", "incident", "hazard"],
            deadline=[ms("2026-11-06T00:00+08:00"), None, None],
            lon=[118.7825, 118.7875, 118.123456789],
        ),
    )
    return conn


@pytest.mark.usefixtures("loaded")
def test_incidents_are_geojson_points_newest_first(client: TestClient) -> None:
    answer = client.get("/api/incidents")
    assert answer.headers["content-type"].startswith("application/geo+json")
    features = answer.json()["features"]
    assert [feature["properties"]["grid_code"] for feature in features] == [None, "G2", "G1"]
    oldest = features[-1]
    assert oldest["type"] == "Feature"
    assert oldest["geometry"] == {"type": "Point", "coordinates": [118.7825, 32.0525]}
    assert oldest["properties"] == {
        "id": oldest["id"],
        "code": "H1",
        "kind": "hazard",
        "category_code": "safety.stairway",
        "workflow": "base",
        "state_kind": "open",
        "state_zh": "已上报",
        "state_en": "reported",
        "level": "worker",
        "emergency": False,
        "place": "point",
        "address": "",
        "yellow_at": None,
        "red_at": "2026-11-05T16:00:00+00:00",
        "closed_at": None,
        "light": "red",
        "merged": False,
        "revision": 1,
        "category": "楼道堆物",
        "title": "三单元楼道堆物",
        "state": "reported",
        "severity": 2,
        "reported_at": "2026-11-02T15:59:00+00:00",
        "deadline": "2026-11-05T16:00:00+00:00",
        "h3": h3.latlng_to_cell(32.0525, 118.7825, 10),
        "grid_code": "G1",
    }
    assert features[0]["geometry"]["coordinates"][0] == 118.1234568


@pytest.mark.usefixtures("loaded")
def test_days_are_local_and_both_inside_the_period(client: TestClient) -> None:
    answer = client.get("/api/incidents", params={"from": "2026-11-03", "to": "2026-11-03"}).json()
    assert answer["numberMatched"] == 2


@pytest.mark.usefixtures("loaded")
def test_a_kind_is_only_that_kind(client: TestClient) -> None:
    kinds = [
        feature["properties"]["kind"]
        for feature in client.get("/api/incidents", params={"kind": "hazard"}).json()["features"]
    ]
    assert kinds == ["hazard", "hazard"]


@pytest.mark.usefixtures("loaded")
def test_a_limit_says_how_many_it_left_out(client: TestClient) -> None:
    answer = client.get("/api/incidents", params={"limit": 2}).json()
    assert (answer["numberMatched"], answer["numberReturned"], len(answer["features"])) == (3, 2, 2)


def test_no_incident_is_an_empty_collection(client: TestClient) -> None:
    answer = client.get("/api/incidents").json()
    assert (answer["type"], answer["features"], answer["numberMatched"]) == ("FeatureCollection", [], 0)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("kind=rumour", 422),
        ("from=yesterday", 422),
        ("limit=0", 422),
        ("limit=1000000", 422),
        ("from=2026-11-04&to=2026-11-03", 400),
        ("to=9999-12-31", 400),
    ],
)
def test_a_bad_parameter_is_a_problem_document(client: TestClient, query: str, status: int) -> None:
    answer = client.get(f"/api/incidents?{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"]
