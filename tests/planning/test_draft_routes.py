"""The routes of drafts: opened, edited in the revision that was read, taken back, published."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import planned_town
import pytest
import shapely
from answering import client_on
from planned_town import BLOCK, COLUMNS, COMMUNITY, ROWS, SOUTH, WEST, objects
from planners_page import Page

from gis_grid.grids import service as grids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection


@pytest.fixture
def client(conn: Connection) -> Iterator[TestClient]:
    planned_town.build(conn)
    with client_on(conn) as client:
        yield client


@pytest.fixture
def page(conn: Connection, client: TestClient) -> Page:
    return Page(client, conn, "ann", COMMUNITY)


def across(column: float) -> dict[str, Any]:
    """Return a line from south to north."""
    x = WEST + column * BLOCK
    return {"type": "LineString", "coordinates": [[x, SOUTH - BLOCK], [x, SOUTH + (ROWS + 1) * BLOCK]]}


def test_a_draft_shows_todays_grids_with_their_figures(page: Page) -> None:
    shown = page.open(COMMUNITY)
    assert page.etag == '"1-br"'
    assert [(grid["code"], grid["households"], grid["band"]) for grid in shown["grids"]] == [
        (f"{COMMUNITY}001", 450, "in"),
        (f"{COMMUNITY}002", 450, "in"),
    ]
    assert shown["totals"]["households"] == 900
    assert (shown["checks"], shown["history"], shown["writer"]) == ([], [], None)
    assert page.get().json()["id"] == shown["id"]
    assert [row["id"] for row in page.get("/api/scenarios").json()["scenarios"]] == [shown["id"]]
    assert page.get("/api/scenarios?community=none").json()["scenarios"] == []


def test_limits_are_those_of_the_handbook_unless_others_are_asked_for(page: Page) -> None:
    by_people = {"least": 1350, "most": 1650, "target": 1500, "size": "people"}
    assert page.open(COMMUNITY, limits={"size": "people"})["limits"] == by_people
    narrow = {"least": 400, "most": 500, "target": 420, "size": "households"}
    assert page.open(COMMUNITY, limits={"least": 400, "target": 420})["limits"] == narrow
    for wrong in ({"least": 501}, {"target": 299}, {"least": 0}, {"most": "500"}, {"more": 1}):
        answer = page.post("/api/scenarios", {"community": COMMUNITY, "limits": wrong})
        assert answer.status_code == 422, wrong
        assert answer.json()["errors"][0]["field"].startswith("body.limits")
    empty = page.open(COMMUNITY, **{"from": "empty"})
    assert (empty["grids"], empty["totals"]["gap_households"]) == ([], 900)


def test_maps_of_a_draft_are_geojson(page: Page) -> None:
    page.open(COMMUNITY)
    grids = page.get("/grids")
    assert grids.headers["content-type"] == "application/geo+json"
    assert grids.headers["ETag"] == '"1-br"'
    features = grids.json()["features"]
    assert [feature["id"] for feature in features] == [0, 1]
    assert features[0]["properties"]["households"] == 450
    atoms = page.get("/atoms").json()["features"]
    assert len(atoms) == COLUMNS * ROWS
    assert {feature["properties"]["label"] for feature in atoms} == {0, 1}
    buildings = page.get("/buildings").json()["features"]
    assert {feature["geometry"]["type"] for feature in buildings} == {"Point"}
    assert sum(feature["properties"]["households"] for feature in buildings) == 900


def test_an_edit_is_answered_with_what_has_to_be_drawn_again(page: Page) -> None:
    page.open(COMMUNITY)
    edited = page.edited("split_by_line", grid=0, line=across(1))
    assert page.etag == '"2-br"'
    assert {feature["id"] for feature in edited.changed["features"]} == {0, 2}
    assert edited.removed == []
    assert {grid.label: grid.households for grid in edited.scenario.grids} == {0: 300, 1: 450, 2: 150}
    errors = [check for check in edited.scenario.checks if check.severity == "error"]
    assert [(check.code, check.grids) for check in errors] == [("under", [2])]
    assert edited.scenario.history[0].en
    assert edited.scenario.writer is not None
    assert edited.scenario.writer.name == "ann"
    undone = page.change("/undo").json()
    assert undone["removed"] == [2]
    assert undone["scenario"]["can_redo"]
    assert undone["scenario"]["history"][0]["undone"]
    redone = page.change("/redo").json()
    assert {grid["label"] for grid in redone["scenario"]["grids"]} == {0, 1, 2}
    merged = page.edit("merge", grids=[0, 2]).json()
    assert merged["removed"] == [2]


def test_a_change_says_for_which_revision_it_is(page: Page) -> None:
    page.open(COMMUNITY)
    page.etag = ""
    missing = page.post(f"{page.path}/edits", {"op": "merge", "grids": [0, 1]})
    assert missing.status_code == 428
    assert missing.json()["title"] == "If-Match is missing"
    for wrong in ("1", "*", '"x"', '"1", "2"'):
        answer = page.post(f"{page.path}/undo", None, {"If-Match": wrong})
        assert answer.status_code == 400, wrong
        assert answer.json()["errors"][0]["field"] == "If-Match"
        assert answer.json()["errors"][0]["value"] == wrong
    weak = page.post(f"{page.path}/edits", {"op": "merge", "grids": [0, 1]}, {"If-Match": 'W/"1"'})
    assert weak.status_code == 200
    stale = page.post(f"{page.path}/undo", None, {"If-Match": '"1"'})
    assert stale.status_code == 412
    assert {key: stale.json()[key] for key in ("code", "revision", "by")} == {
        "code": "stale",
        "revision": 2,
        "by": "ann",
    }


def test_a_refusal_says_why_and_what_can_be_done(page: Page) -> None:
    page.open(COMMUNITY)
    short = {"type": "LineString", "coordinates": [[WEST + 0.0015, SOUTH], [WEST + 0.0015, SOUTH + 0.0011]]}
    answer = page.edit("split_by_line", grid=0, line=short)
    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "line_does_not_cross"
    assert told["numbers"] == {"grids": [0]}
    assert "没有穿过" in told["zh"]
    assert told["en"] == "The line does not cross grid 001"
    (choice,) = told["choices"]
    assert choice["edit"]["op"] == "split_by_line"
    assert page.get().json()["revision"] == 1
    page.edited(**choice["edit"])


def test_what_is_drawn_is_counted_without_a_change(page: Page) -> None:
    page.open(COMMUNITY)
    answer = page.post(f"{page.path}/count", {"grid": 0, "line": across(1)})
    assert {side["label"]: side["households"] for side in answer.json()["sides"]} == {0: 300, 2: 150}
    around = {"type": "Polygon", "coordinates": [list(planned_town.block(0, 0, 2, 3).exterior.coords)]}
    answer = page.post(f"{page.path}/count", {"polygon": around})
    assert {side["label"]: side["households"] for side in answer.json()["sides"]} == {0: 150, 2: 300}
    answer = page.post(f"{page.path}/count", {"grids": [0, 1], "line": across(2)})
    assert {side["label"]: side["households"] for side in answer.json()["sides"]} == {0: 300, 1: 600}
    assert page.post(f"{page.path}/count", {"grid": 0}).status_code == 422
    atom = next(one["properties"] for one in page.get(f"{page.path}/atoms").json()["features"])
    assert page.post(f"{page.path}/count", {"atoms": [atom["key"]]}).status_code == 422
    refused = page.post(f"{page.path}/count", {"atoms": [atom["key"]], "to": atom["label"]})
    assert refused.json()["code"] == "nothing_changes"
    told = page.post(f"{page.path}/count?drawing=true", {"atoms": [atom["key"]], "to": atom["label"]})
    assert (told.status_code, told.json()["refused"]["code"]) == (200, "nothing_changes")
    assert page.get().json()["revision"] == 1


def test_who_was_faster_is_told_by_name(conn: Connection, client: TestClient, page: Page) -> None:
    page.open(COMMUNITY)
    bob = Page(client, conn, "bob", None)
    bob.path, bob.etag = page.path, page.etag
    assert bob.change("/review").json()["reviewed_by"] == "bob"
    answer = page.edit("merge", grids=[0, 1])
    assert (answer.status_code, answer.json()["by"], answer.json()["revision"]) == (412, "bob", 2)


def test_another_planner_is_told_who_works_there_and_until_when(
    conn: Connection, client: TestClient, page: Page
) -> None:
    page.open(COMMUNITY)
    assert page.edit("merge", grids=[0, 1]).status_code == 200
    bob = Page(client, conn, "bob", None)
    bob.path, bob.etag = page.path, page.etag
    answer = bob.change("/undo")
    assert answer.status_code == 409
    assert {key: answer.json()[key] for key in ("code", "name")} == {"code": "another_writer", "name": "ann"}
    assert answer.json()["until"]


def test_a_draft_is_put_away(page: Page) -> None:
    page.open(COMMUNITY)
    assert page.drop().status_code == 204
    assert page.get("/api/scenarios").json()["scenarios"] == []
    (dropped,) = page.get("/api/scenarios?dropped=true").json()["scenarios"]
    assert dropped["state"] == "dropped"


_SQUARE = [[WEST, SOUTH], [WEST + BLOCK, SOUTH], [WEST + BLOCK, SOUTH + BLOCK], [WEST, SOUTH]]


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        ({"op": "draw", "polygon": {"type": "Polygon", "coordinates": [_SQUARE[:3]]}}, "coordinates.0"),
        ({"op": "draw", "polygon": {"type": "Polygon", "coordinates": [[*_SQUARE[:3], [0, 0]]]}}, "polygon"),
        ({"op": "draw", "polygon": {"type": "MultiPolygon", "coordinates": [[_SQUARE]]}}, "type"),
        (
            {
                "op": "split_by_line",
                "grid": 0,
                "line": {"type": "LineString", "coordinates": [[181, 0], [0, 0]]},
            },
            "coordinates.0.0",
        ),
        (
            {
                "op": "split_by_line",
                "grid": 0,
                "line": {"type": "LineString", "coordinates": [[0, 0], [0, 1e999]]},
            },
            "coordinates.1.1",
        ),
        (
            {"op": "split_by_line", "grid": 0, "line": {"type": "LineString", "coordinates": [[0, 0], "x"]}},
            "coordinates.1",
        ),
        ({"op": "border", "grids": [0, 1], "line": {"type": "LineString", "coordinates": []}}, "coordinates"),
        ({"op": "merge", "grids": [0, "1"]}, "grids.1"),
        ({"op": "move", "to": 1}, "move"),
        ({"op": "move", "to": 1, "at": [116, 39], "atoms": [1]}, "move"),
        ({"op": "lock", "grid": 0, "locked": 1}, "locked"),
        ({"op": "split", "grid": 0, "parts": 1}, "parts"),
        ({"op": "partition", "seed": -1}, "seed"),
        ({"op": "fly"}, "body"),
        ({"op": "merge", "grids": [0, 1], "more": 1}, "more"),
    ],
    ids=lambda value: value if isinstance(value, str) else value["op"],
)
def test_what_cannot_be_read_is_told_by_field_and_value(page: Page, edit: dict[str, Any], field: str) -> None:
    page.open(COMMUNITY)
    content = json.dumps(edit)
    answer = page.send("POST", f"{page.path}/edits", content, {"If-Match": page.etag})
    assert answer.status_code == 422, answer.text
    errors = answer.json()["errors"]
    assert any(error["field"].startswith("body") and field in error["field"] for error in errors), errors
    assert all(error["value"] and error["message"] for error in errors)


def test_a_line_of_too_many_vertices_is_refused(page: Page) -> None:
    page.open(COMMUNITY)
    line = {"type": "LineString", "coordinates": [[116, 39]] * 2_001}
    answer = page.edit("split_by_line", grid=0, line=line)
    assert answer.status_code == 422
    assert "2000" in answer.json()["errors"][0]["message"]


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ({"op": "merge", "grids": [0, 77]}, "77"),
        ({"op": "lock", "grid": 99, "locked": True}, "99"),
        ({"op": "move", "atoms": [12345], "to": 1}, "12345"),
    ],
    ids=["merge", "lock", "move"],
)
def test_what_the_draft_does_not_have_is_bad_input(page: Page, edit: dict[str, Any], named: str) -> None:
    page.open(COMMUNITY)
    answer = page.edit(**edit)
    assert answer.status_code == 400, answer.text
    (error,) = answer.json()["errors"]
    assert error["field"] in {*edit, "grid"}
    assert named in error["value"]


def test_a_refusal_tells_its_place_in_degrees(page: Page) -> None:
    page.open(COMMUNITY)
    x, y = WEST + BLOCK, SOUTH + BLOCK
    loop = [[x, SOUTH - BLOCK], [x + BLOCK, y], [x - BLOCK / 2, y], [x + BLOCK, SOUTH - BLOCK / 2]]
    told = page.edit("split_by_line", grid=0, line={"type": "LineString", "coordinates": loop}).json()
    assert told["code"] == "line_crosses_itself"
    assert told["numbers"]["at"] == pytest.approx([WEST + BLOCK, SOUTH + BLOCK / 2], abs=BLOCK)


def test_what_would_act_on_a_terminal_is_no_text(page: Page) -> None:
    page.open(COMMUNITY)
    clear = "\x1b[2J"
    for answer in (
        page.post("/api/scenarios", {"community": COMMUNITY, "name": clear}),
        page.change("/review", {"note": clear}),
        page.edit("accept", grid=0, reason=clear),
    ):
        assert answer.status_code == 422, answer.text
        assert "control character" in answer.json()["errors"][0]["message"]
    assert page.change("/review", {"note": "社区\n<b>gut</b>"}).json()["note"] == "社区\n<b>gut</b>"


def test_a_community_that_is_none_in_metres_is_told_so(conn: Connection, client: TestClient) -> None:
    speck = shapely.box(112, 32, 112 + 2e-9, 32 + 2e-9)
    rows = [objects(each) for each in ("speck", "x", "community", None, speck)]
    grids.load_areas(conn, grids.AreaRows(*rows))
    answer = Page(client, conn, "bob", None).post("/api/scenarios", {"community": "speck"})
    assert (answer.status_code, answer.json()["title"]) == (409, "The community cannot be divided")


def test_half_a_letter_is_no_code(page: Page) -> None:
    page.open(COMMUNITY)
    shape = shapely.geometry.mapping(planned_town.block(0, 0, 6, 3))
    grid = {"type": "Feature", "geometry": shape, "properties": {"code": "\ud800"}}
    assert page.change("/division", {"type": "FeatureCollection", "features": [grid]}).status_code == 422


def test_what_somebody_has_already_is_not_sent_again(page: Page, conn: Connection) -> None:
    page.open(COMMUNITY)

    def status(what: str, known: str) -> int:
        answer = page.send("GET", f"{page.path}{what}", None, {"If-None-Match": known})
        assert answer.headers["ETag"] == page.etag
        assert (answer.status_code == 304) is (answer.content == b"")
        return answer.status_code

    for what in ("", "/grids", "/atoms", "/buildings"):
        first = page.get(what).headers["ETag"]
        assert [status(what, known) for known in (first, f"W/{first}", f'"99", {first}')] == [304] * 3
        assert [status(what, known) for known in ('"99"', "x", "")] == [200] * 3
    page.edited("lock", grid=0, locked=True)
    assert [status(what, first) for what in ("", "/grids")] == [200, 200]
    assert status("", page.etag) == 304
    conn.exec_driver_sql("DELETE FROM road WHERE source_ref = 'R0'")
    assert [status(what, page.etag) for what in ("", "/grids")] == [200, 304], "an import is told at once"
    page.path = "/api/scenarios/999999"
    assert page.send("GET", page.path, None, {"If-None-Match": '"1"'}).status_code == 404


def test_412_names_who_withdrew(page: Page, conn: Connection, client: TestClient) -> None:
    page.open(COMMUNITY)
    stale = page.etag
    assert page.change("/publish", {"valid_from": "2100-01-01T00:00:00+08:00"}).status_code == 200
    bob = Page(client, conn, "bob", COMMUNITY)
    bob.path, bob.etag = page.path, page.etag
    assert bob.change("/withdraw").status_code == 200
    page.etag = stale
    answer = page.edit("lock", grid=0, locked=True)
    assert (answer.status_code, answer.json()["by"], answer.json()["revision"]) == (412, "bob", 3)
