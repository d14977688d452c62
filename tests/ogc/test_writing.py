"""Buildings written one by one: who may, where, on which state of them, and what follows from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from answering import client_on
from sqlalchemy import text
from written_town import HERE, ITEMS, SQUARE, THERE, Planner, build, feature, grid

from gis_grid.ogc.routes.writing import CONFORMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx2
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[tuple[Connection, dict[str, dict[str, str]]]]:
    with engine.connect() as conn, conn.begin() as transaction:
        yield conn, build(conn)
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: tuple[Connection, Any]) -> Iterator[TestClient]:
    with client_on(town[0]) as client:
        yield client


@pytest.fixture
def conn(town: tuple[Connection, Any]) -> Iterator[Connection]:
    with town[0].begin_nested() as part:
        yield town[0]
        part.rollback()


@pytest.fixture
def here(program: TestClient, conn: Connection, town: tuple[Any, dict[str, dict[str, str]]]) -> Planner:
    return Planner(program, town[1]["here"])


@pytest.fixture
def everywhere(program: TestClient, conn: Connection, town: tuple[Any, dict[str, dict[str, str]]]) -> Planner:
    return Planner(program, town[1]["all"])


def pointers(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    return [one["field"] for one in answer.json()["errors"]]


def test_what_was_added_is_read_counted_and_in_the_ledger(here: Planner, conn: Connection) -> None:
    households, buildings = grid(conn, "G-HERE")
    drafts = (
        "SELECT coalesce(sum(buildings), 0) FROM ground_change JOIN area ON area.id = area_id "
        "WHERE code = 'C-HERE'"
    )
    before = conn.execute(text(drafts)).scalar_one()
    fid, tag = here.add(households=12, name="七号楼", kind="apartments", floors=6, people=30)

    found = here.get(fid)
    assert found.headers["ETag"] == tag
    told = found.json()["properties"]
    assert told == {
        "source": "C-HERE",
        "source_ref": told["source_ref"],
        "kind": "apartments",
        "name": "七号楼",
        "floors": 6,
        "households": 12,
        "estimated": False,
        "community_code": "C-HERE",
    }
    assert grid(conn, "G-HERE") == (households + 12, buildings + 1)
    assert conn.execute(text(drafts)).scalar_one() == before + 1
    entry = conn.execute(text("SELECT actor, subject, detail FROM ledger WHERE action = 'write_map'")).one()
    assert tuple(entry) == ("plan-here", f"building:{fid}", {"how": "create"})
    assert conn.execute(text("SELECT people FROM building WHERE id = :id"), {"id": fid}).scalar_one() == 30


def test_households_that_nobody_counted_are_estimated_as_an_import_does(here: Planner) -> None:
    fid, _ = here.add(kind="apartments", floors=10)
    told = here.get(fid).json()["properties"]
    assert told["estimated"] is True
    assert told["households"] == 29  # 17.1 m x 22.2 m x 10 floors x 0.85 / 110


def test_one_that_is_read_and_put_back_stays_as_it_is(here: Planner) -> None:
    fid, tag = here.add(households=3, floors=2)
    again = here.ask("PUT", f"{ITEMS}/{fid}", here.get(fid).json(), If_Match=tag)
    assert (again.status_code, again.headers["ETag"]) == (204, tag)


def test_a_replacement_says_all_of_it_and_a_patch_what_changes(here: Planner, conn: Connection) -> None:
    fid, tag = here.add(households=3, floors=2, name="老楼", people=9)
    answer = here.ask("PUT", f"{ITEMS}/{fid}", feature(households=4), If_Match=tag)
    told = here.get(fid).json()["properties"]
    assert (told["households"], told["floors"], told["name"]) == (4, None, None)

    patch = {"properties": {"name": "新楼", "people": None}}
    answer = here.ask(
        "PATCH", f"{ITEMS}/{fid}", patch, If_Match=answer.headers["ETag"], Prefer="return=representation"
    )
    assert answer.status_code == 200
    assert answer.headers["Preference-Applied"] == "return=representation"
    told = answer.json()["properties"]
    assert (told["households"], told["name"]) == (4, "新楼")
    assert conn.execute(text("SELECT people FROM building WHERE id = :id"), {"id": fid}).scalar_one() is None
    assert answer.headers["ETag"] == here.get(fid).headers["ETag"]


def test_a_patch_of_a_name_moves_no_corner(here: Planner, conn: Connection) -> None:
    fid = conn.execute(text("SELECT id FROM building WHERE name = 'B-HERE' LIMIT 1")).scalar_one()
    outline = text("SELECT ST_AsEWKB(geom) FROM building WHERE id = :id")
    before = conn.execute(outline, {"id": fid}).scalar_one()
    assert here.ask("PATCH", f"{ITEMS}/{fid}", {"properties": {"name": "x"}}, If_Match="*").status_code == 204
    assert conn.execute(outline, {"id": fid}).scalar_one() == before


def test_whoever_says_how_many_households_has_counted(here: Planner) -> None:
    fid, tag = here.add(kind="apartments")
    here.ask("PATCH", f"{ITEMS}/{fid}", {"properties": {"households": 5}}, If_Match=tag)
    assert here.get(fid).json()["properties"]["estimated"] is False


def test_a_building_taken_away_is_counted_no_more(here: Planner, conn: Connection) -> None:
    before = grid(conn, "G-HERE")
    fid, tag = here.add(households=12)
    assert here.ask("DELETE", f"{ITEMS}/{fid}", If_Match=tag).status_code == 204
    assert grid(conn, "G-HERE") == before
    assert here.get(fid).status_code == 404


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_says_which_state_it_was_made_for(here: Planner, method: str) -> None:
    fid, tag = here.add(households=3)
    body = None if method == "DELETE" else feature(households=4)
    address = f"{ITEMS}/{fid}"
    assert here.ask(method, address, body).status_code == 428
    for wrong in ('"0"', f"W/{tag}"):
        stale = here.ask(method, address, body, If_Match=wrong)
        assert stale.status_code == 412
        assert tag in stale.json()["detail"]
    assert here.ask(method, address, body, If_Match="0").status_code == 400
    assert here.ask(method, address, body, If_Match=f'"0", {tag}').status_code == 204


def test_other_coordinates_are_understood_or_refused(here: Planner) -> None:
    lat_lon = feature([HERE[1], HERE[0]], households=1)
    uri = "<http://www.opengis.net/def/crs/EPSG/0/4490>"
    answer = here.ask("POST", ITEMS, lat_lon, Content_Crs=uri, Prefer="return=representation")
    assert answer.json()["geometry"]["coordinates"] == HERE
    refused = here.ask("POST", ITEMS, lat_lon, Content_Crs="<http://www.opengis.net/def/crs/EPSG/0/27700>")
    assert (refused.status_code, "EPSG/0/4490" in refused.text) == (400, True)


@pytest.mark.parametrize(
    ("properties", "wrong"),
    [
        ({"households": -1}, ["/properties/households"]),
        ({"households": "12"}, ["/properties/households"]),
        ({"households": 100_001}, ["/properties/households"]),
        ({"floors": 0}, ["/properties/floors"]),
        ({"name": "a\u0000b"}, ["/properties/name"]),
        ({"name": "a" * 201, "kind": "\u0007"}, ["/properties/name", "/properties/kind"]),
        ({"colour": "red"}, ["/properties/colour"]),
        ({"source_ref": " x"}, ["/properties/source_ref"]),
    ],
)
def test_a_value_that_cannot_be_used_is_named(here: Planner, properties: Any, wrong: list[str]) -> None:
    assert sorted(pointers(here.ask("POST", ITEMS, feature(**properties)))) == sorted(wrong)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "GeometryCollection", "geometries": [SQUARE]},
        {"type": "LineString", "coordinates": [HERE, THERE]},
        {"type": "Point", "coordinates": []},
        {"type": "Point", "coordinates": ["a", "b"]},
        {"type": "Point", "coordinates": [1e999, 1]},
        {"type": "Polygon", "coordinates": [[HERE, THERE]]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Point", "coordinates": [116.9, 39.9]},
    ],
)
def test_a_geometry_that_cannot_be_used_is_refused(here: Planner, geometry: Any) -> None:
    text = json.dumps({"type": "Feature", "geometry": geometry, "properties": {}})
    answer = here.ask("POST", ITEMS, text.replace("Infinity", "1e999").encode())
    assert all(one.startswith("/geometry") for one in pointers(answer))


def test_latitude_before_longitude_is_recognised(here: Planner) -> None:
    answer = here.ask("POST", ITEMS, feature([39.9011, 116.3011], households=1))
    assert (answer.status_code, answer.json()["title"]) == (400, "The coordinates look swapped")


def test_a_height_is_left_out(here: Planner) -> None:
    answer = here.ask("POST", ITEMS, feature([*HERE, 55.0], households=1), Prefer="return=representation")
    assert answer.json()["geometry"]["coordinates"] == HERE


def test_a_body_says_of_which_type_it_is(here: Planner) -> None:
    assert here.ask("POST", ITEMS, feature(), Content_Type="text/csv").status_code == 415
    assert here.ask("POST", ITEMS, feature(), Content_Type="").status_code == 400


def test_the_methods_and_media_types_of_an_address_are_told(here: Planner) -> None:
    items, item = here.ask("OPTIONS", ITEMS), here.ask("OPTIONS", f"{ITEMS}/1")
    assert (items.status_code, item.status_code) == (200, 200)
    assert items.headers["Accept-Post"] == "application/geo+json, application/json"
    assert item.headers["Accept-Patch"] == "application/merge-patch+json"


def test_an_id_in_a_body_renames_nothing(here: Planner) -> None:
    answer = here.ask("POST", ITEMS, {**feature(households=1), "id": 77})
    fid = answer.headers["Location"].rpartition("/")[2]
    put = here.ask("PUT", f"{ITEMS}/{fid}", {**feature(households=2), "id": 78}, If_Match="*")
    assert (put.status_code, here.get(78).status_code) == (204, 404)
    assert pointers(here.ask("PATCH", f"{ITEMS}/{fid}", {"id": 78}, If_Match="*")) == ["/id"]


def test_what_does_not_exist_is_not_made_by_replacing_it(here: Planner) -> None:
    for headers in ({}, {"If_Match": '"xyz"'}):
        assert here.ask("PUT", f"{ITEMS}/987654321", feature(), **headers).status_code == 404


def test_conformance_names_what_is_tested_here(here: Planner) -> None:
    named = here.client.get("/ogc/conformance", headers=here.headers).json()["conformsTo"]
    assert set(CONFORMS) <= set(named)


def test_an_id_that_the_source_has_is_a_conflict(here: Planner) -> None:
    fid, _ = here.add(source_ref="7")
    again = here.ask("POST", ITEMS, feature(source_ref="7"))
    assert (again.status_code, fid in again.text) == (409, True)
    assert here.ask("POST", ITEMS, feature(source="C-HERE:poll", source_ref="7")).status_code == 201


def test_what_a_building_is_known_by_stays(here: Planner) -> None:
    fid, tag = here.add(source_ref="7")
    answer = here.ask("PATCH", f"{ITEMS}/{fid}", {"properties": {"source_ref": "8"}}, If_Match=tag)
    assert pointers(answer) == ["/properties/source_ref"]


def test_nothing_is_written_elsewhere_and_nothing_learned_of_it(here: Planner, conn: Connection) -> None:
    theirs = conn.execute(text("SELECT id FROM building WHERE name = 'B-NEXT' ORDER BY id")).scalars().first()
    nobodys = theirs + 1_000_000
    for method, body in (("PUT", feature(households=1)), ("PATCH", {}), ("DELETE", None)):
        there, nowhere = (here.ask(method, f"{ITEMS}/{one}", body, If_Match="*") for one in (theirs, nobodys))
        assert there.status_code == nowhere.status_code == 404
        assert there.text.replace(str(theirs), "X") == nowhere.text.replace(str(nobodys), "X")

    outside, nobodys_place = (
        here.ask("POST", ITEMS, feature(place, households=1)) for place in (THERE, [116.39, 39.99])
    )
    assert outside.status_code == nobodys_place.status_code == 400
    assert outside.json() == nobodys_place.json()

    # The source and id of a building there, and one that there is not: the same answer.
    taken, free = (here.ask("POST", ITEMS, feature(source="NEXT", source_ref=ref)) for ref in ("H-0", "H-9"))
    assert (taken.status_code, taken.content) == (403, free.content)

    fid, tag = here.add(households=1)
    moved = {"geometry": {"type": "Point", "coordinates": THERE}}
    assert here.ask("PATCH", f"{ITEMS}/{fid}", moved, If_Match=tag).status_code == 400
    assert here.get(fid).headers["ETag"] == tag


def test_who_writes_everywhere_moves_a_building_and_both_grids_follow(
    everywhere: Planner, conn: Connection
) -> None:
    before = grid(conn, "G-HERE"), grid(conn, "G-NEXT")
    fid, tag = everywhere.add(households=12, source="survey", source_ref="1")
    moved = {"geometry": {"type": "Point", "coordinates": THERE}}
    answer = everywhere.ask("PATCH", f"{ITEMS}/{fid}", moved, If_Match=tag)
    assert answer.status_code == 204
    (a, b), (c, d) = before
    assert (grid(conn, "G-HERE"), grid(conn, "G-NEXT")) == ((a, b), (c + 12, d + 1))
    assert everywhere.get(fid).json()["properties"]["community_code"] == "C-NEXT"


@pytest.mark.parametrize(
    ("path", "allowed", "where"),
    [
        ("grids/items", "GET, HEAD, OPTIONS", "/api/scenarios"),
        ("incidents/items/1", "GET, HEAD, OPTIONS", "/api/incidents"),
        ("areas/items", "GET, HEAD, OPTIONS", "gis-grid import"),
        ("buildings/items", "GET, POST, HEAD, OPTIONS", "by its id"),
        ("buildings/items/1", "GET, PUT, PATCH, DELETE, HEAD, OPTIONS", "`items`"),
    ],
)
def test_what_is_written_elsewhere_says_where(here: Planner, path: str, allowed: str, where: str) -> None:
    method = "POST" if path.endswith("/1") else "DELETE"
    answer = here.ask(method, f"/ogc/collections/{path}", {} if method == "POST" else None)
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert where in answer.json()["detail"]
    assert here.ask("OPTIONS", f"/ogc/collections/{path}").headers["Allow"] == allowed
