"""`/api/locate`, `/api/near` and `/api/in-cell`: what is asked, what is answered, what is refused."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import h3
import pytest
import shapely
from signed_in import signed_in
from towns import MONDAY, community, grids, houses, square

from gis_grid.accounts.http import COOKIE, CSRF_HEADER, csrf_token
from gis_grid.accounts.roles import Role
from gis_grid.grids import schemas, service
from gis_grid.grids.service.whereabouts import MOST_NEAREST

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

AT = (MONDAY + timedelta(days=7)).isoformat()


@pytest.fixture
def town(conn: Connection) -> Connection:
    """Two communities side by side of two grids each, with houses in the first."""
    service.load_areas(conn, community("C1", shapely.box(0, 0, 0.02, 0.01)))
    service.load_areas(conn, community("C2", shapely.box(0.02, 0, 0.05, 0.01)))
    service.load_grids(conn, grids("C1", A=square(0, 0), B=square(1, 0)), valid_from=MONDAY)
    service.load_grids(conn, grids("C2", C=square(2, 0), D=square(3, 0)), valid_from=MONDAY)
    places = [(0.005, 0.005), (0.0052, 0.005), (0.009, 0.005), (0.025, 0.005)]
    service.load_buildings(conn, [houses(places, [10, 20, 30, 40])], source="t")
    return conn


def _get(client: TestClient, path: str, **query: Any) -> dict[str, Any]:
    answer = client.get(path, params={"at": AT, **query})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_point_in_a_grid(town: Connection, client: TestClient) -> None:
    found = _get(client, "/api/locate", lon=0.005, lat=0.005)

    assert found["grid"]["code"] == "A"
    assert found["grid"]["community"] == found["community"] == {"code": "C1", "name": "社区C1"}
    assert found["nearest"] is None
    assert found["cells"] == {str(r): h3.latlng_to_cell(0.005, 0.005, r) for r in (7, 9, 11)}
    assert found["grid"]["valid_from"].startswith(MONDAY.isoformat()[:19])


def test_a_point_outside_of_all_grids_is_told_the_nearest(town: Connection, client: TestClient) -> None:
    found = _get(client, "/api/locate", lon=0.045, lat=0.005)

    assert found["grid"] is None
    assert found["community"]["code"] == "C2", "the ground of a community that no grid has"
    assert found["nearest"] == {"code": "D", "name": "网格D", "distance_m": pytest.approx(556.6, abs=0.1)}


def test_before_the_first_boundary_there_is_none(town: Connection, client: TestClient) -> None:
    found = _get(client, "/api/locate", lon=0.005, lat=0.005, at=(MONDAY - timedelta(days=1)).isoformat())
    assert (found["grid"], found["nearest"]) == (None, None)


@pytest.mark.parametrize(
    ("query", "status"),
    [({"lon": 181, "lat": 0}, 422), ({"lon": 0}, 422), ({"lon": "nan", "lat": 0}, 422)],
)
def test_a_point_off_the_globe_is_refused(client: TestClient, query: dict[str, Any], status: int) -> None:
    assert client.get("/api/locate", params=query).status_code == status


def test_many_points_as_columns(town: Connection, client: TestClient) -> None:
    body = {"lon": [0.005, 0.01, 0.045], "lat": [0.005, 0.005, 0.005], "at": AT}
    found = client.post("/api/locate", json=body).json()

    assert (found["count"], found["outside"]) == (3, 1)
    assert found["grid"] == ["A", "A", None]
    assert found["community"] == ["C1", "C1", "C2"]
    assert found["nearest"] == [None, None, "D"]
    assert found["nearest_m"] == [None, None, pytest.approx(556.6, abs=0.1)]
    assert [grid["code"] for grid in found["grids"]] == ["A"]


def test_each_of_many_points_may_have_its_own_time(town: Connection, client: TestClient) -> None:
    before = (MONDAY - timedelta(seconds=1)).isoformat()
    body = {"lon": [0.005, 0.005], "lat": [0.005, 0.005], "at": [before, AT]}
    assert client.post("/api/locate", json=body).json()["grid"] == [None, "A"]


def test_a_table_comes_back_with_more_columns(town: Connection, client: TestClient) -> None:
    town.exec_driver_sql("UPDATE grid SET name = '=1+1' WHERE code = 'A'")
    table = f"编号;经度;纬度;time\r\n甲;0.005;0.005;{AT}\r\n\r\n乙;0.045;0.005;{AT}\r\n"
    answer = client.post("/api/locate", content=table.encode("gb18030"), headers={"Content-Type": "text/csv"})

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    first, second = csv.DictReader(io.StringIO(answer.text))
    assert (first["编号"], first["grid"], first["community"], first["nearest_grid"]) == ("甲", "A", "C1", "")
    assert first["grid_name"] == "'=1+1", "no office program carries it out"
    assert (second["grid"], second["nearest_grid"], second["nearest_m"][:5]) == ("", "D", "556.6")


@pytest.mark.parametrize(("mib", "status"), [(2, 200), (17, 413)])
def test_a_table_may_be_larger_than_other_requests(client: TestClient, mib: int, status: int) -> None:
    table = b"lon,lat,note\n" + b"0.5,0.5," + b"x" * 50_000 + b"\n"
    body = table + (b"0.5,0.5," + b"x" * 50_000 + b"\n") * (mib * 21)
    answer = client.post("/api/locate", content=body, headers={"Content-Type": "text/csv"})
    assert answer.status_code == status, answer.text[:500]


@pytest.mark.parametrize(
    ("body", "status", "row", "field"),
    [
        (b"lon,lat\n1,2\n3,x\n", 422, 3, "lat"),
        (b"lon,lat\n1,2\n\n181,2\n", 422, 4, "lon"),
        (b"lon,lat\n1\n", 422, 2, "lat"),
        (b"lon,lat,time\n1,2,2026-11-09T08:00:00\n", 422, 2, "time"),
        (b"x,y\n1,2\n", 422, None, None),
        (b"", 422, None, None),
        (b"lon,lat\n\xff\xff,2\n", 422, None, None),
        (b'lon,lat\n"1,2\n', 422, 2, "lon"),
        (b"lon,lat\n" + b"1,2\n" * (schemas.MOST_POINTS + 1), 413, schemas.MOST_POINTS + 2, None),
    ],
)
def test_a_table_that_cannot_be_read_names_its_rows(
    client: TestClient, body: bytes, status: int, row: int | None, field: str | None
) -> None:
    answer = client.post("/api/locate", content=body, headers={"Content-Type": "text/csv"})

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    if row is not None:
        error = answer.json()["errors"][0]
        assert (error["row"], error.get("field")) == (row, field)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"lon": [1, 181], "lat": [2, 2]}, 422, "body.lon.1"),
        ({"lon": [1, 2], "lat": [2]}, 422, "body"),
        ({"lon": [1], "lat": [2], "at": "2026-11-09T08:00:00"}, 422, "body.at.datetime"),
        ({"lon": [1], "lat": [2], "at": [AT, AT]}, 422, "body"),
        ({"lon": [0.5] * 100_001, "lat": [0.5] * 100_001}, 413, "lon"),
    ],
)
def test_columns_that_cannot_be_read_name_their_place(
    client: TestClient, body: dict[str, Any], status: int, field: str
) -> None:
    answer = client.post("/api/locate", json=body)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert field in [error["field"] for error in answer.json()["errors"]]


def test_what_is_within_some_metres_comes_with_its_distance(town: Connection, client: TestClient) -> None:
    grid = _get(client, "/api/near", lon=0.009, lat=0.005, within_m=200)
    assert [(one["code"], one["distance_m"]) for one in grid["found"]] == [
        ("A", 0),
        ("B", pytest.approx(111.32, abs=0.01)),
    ]
    houses_near = _get(client, "/api/near", lon=0.005, lat=0.005, within_m=200, what="buildings")
    assert [(one["code"], one["households"]) for one in houses_near["found"]] == [("0", 10), ("1", 20)]
    assert houses_near["found"][1]["distance_m"] == pytest.approx(21.15, abs=0.1)
    assert _get(client, "/api/near", lon=1, lat=1, within_m=200)["found"] == []


def test_the_nearest_so_many(town: Connection, client: TestClient) -> None:
    found = _get(client, "/api/near", lon=0.008, lat=0.005, k=3, what="buildings")
    assert [one["code"] for one in found["found"]] == ["2", "1", "0"]
    assert [one["code"] for one in _get(client, "/api/near", lon=0.021, lat=0.02, k=2)["found"]] == ["C", "B"]


def test_near_is_one_of_two(client: TestClient) -> None:
    for query in ({}, {"within_m": 5, "k": 5}):
        answer = client.get("/api/near", params={"lon": 0, "lat": 0, **query})
        assert (answer.status_code, answer.json()["title"]) == (400, "How near?")


def test_what_is_in_a_cell_h3_itself_decides(town: Connection, client: TestClient) -> None:
    cell = h3.latlng_to_cell(0.005, 0.005, 11)
    there = [
        str(n) for n, lon in enumerate((0.005, 0.0052, 0.009)) if h3.latlng_to_cell(0.005, lon, 11) == cell
    ]

    found = _get(client, f"/api/in-cell/{cell}", what="buildings")
    assert [one["code"] for one in found["found"]] == there == ["0", "1"][: len(there)]

    wide = _get(client, f"/api/in-cell/{h3.latlng_to_cell(0.005, 0.01, 9)}")
    assert {one["code"] for one in wide["found"]} == {"A", "B"}
    assert sum(one["share"] for one in wide["found"]) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    "cell", ["nothing", "8f", "ffffffffffffffff", "-1", "9" * 100, h3.latlng_to_cell(0, 0, 6), "网格"]
)
def test_a_cell_that_is_none_or_too_large_is_refused(client: TestClient, cell: str) -> None:
    assert client.get(f"/api/in-cell/{cell}").status_code == 400


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_utc_has_not_is_refused(client: TestClient, at: str) -> None:
    assert client.get("/api/locate", params={"lon": 0, "lat": 0, "at": at}).status_code == 400
    assert client.post("/api/locate", json={"lon": [0], "lat": [0], "at": at}).status_code == 400


def test_only_grids_in_ones_areas_are_known(
    town: Connection, conn: Connection, anonymous: TestClient
) -> None:
    secret = signed_in(conn, "planner-c2", [(Role.PLANNER, "C2")])
    anonymous.cookies.set(COOKIE, secret)
    anonymous.headers[CSRF_HEADER] = csrf_token(secret)

    found = _get(anonymous, "/api/locate", lon=0.015, lat=0.005)
    assert (found["grid"], found["community"], found["nearest"]["code"]) == (None, None, "C")
    on_border = _get(anonymous, "/api/locate", lon=0.02, lat=0.005)
    assert on_border["grid"] is None, "it is in B, whoever asks"
    many = anonymous.post("/api/locate", json={"lon": [0.02, 0.025], "lat": [0.005] * 2, "at": AT}).json()
    assert many["grid"] == [None, "C"]
    near = _get(anonymous, "/api/near", lon=0.02, lat=0.005, k=10)
    assert [one["code"] for one in near["found"]] == ["C", "D"]
    buildings = _get(anonymous, "/api/near", lon=0.005, lat=0.005, within_m=5_000, what="buildings")
    assert [one["households"] for one in buildings["found"]] == [40]


def test_of_many_points_outside_only_the_first_are_told_the_nearest(
    town: Connection, client: TestClient
) -> None:
    n = MOST_NEAREST + 5
    found = client.post("/api/locate", json={"lon": [0.045] * n, "lat": [0.005] * n, "at": AT}).json()
    assert (found["outside"], found["nearest"].count("D"), found["nearest"][-1]) == (n, MOST_NEAREST, None)
