"""A draft's division out as a file, and in again from elsewhere: mended, told, and undone like any edit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import planned_town
import pyogrio
import pytest
import shapely
from answering import client_on
from planned_town import COLUMNS, COMMUNITY, ROWS, block
from planners_page import Page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

FIRST, SECOND = f"{COMMUNITY}001", f"{COMMUNITY}002"


@pytest.fixture
def client(conn: Connection) -> Iterator[TestClient]:
    planned_town.build(conn)
    with client_on(conn) as client:
        yield client


@pytest.fixture
def page(conn: Connection, client: TestClient) -> Page:
    page = Page(client, conn, "ann", COMMUNITY)
    page.open(COMMUNITY)
    return page


def collection(*grids: tuple[str | None, shapely.Geometry]) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(outline)),
            "properties": {"code": code, "colour": "red"},
        }
        for code, outline in grids
    ]
    return {"type": "FeatureCollection", "features": features}


def halves(shift: float = 0.0) -> dict[str, Any]:
    """Return a western third and the rest; the rest may begin a little further east or west."""
    west, rest = block(0, 0, 2, ROWS), block(2, 0, COLUMNS - 2, ROWS)
    from_west, south, east, north = rest.bounds
    return collection((FIRST, west), (None, shapely.box(from_west + shift, south, east, north)))


def test_a_division_goes_out_and_comes_in_again_unchanged(page: Page) -> None:
    out = page.get("/division")
    assert out.headers["content-type"] == "application/geo+json"
    assert out.headers["ETag"] == '"1-br"'
    before = page.get("/grids").content
    answer = page.change("/division", out.json())
    assert answer.status_code == 200, answer.text
    assert answer.json()["mended"] == []
    shown = answer.json()["scenario"]
    assert [(grid["code"], grid["households"]) for grid in shown["grids"]] == [(FIRST, 450), (SECOND, 450)]
    assert page.get("/grids").content == before


def test_another_division_replaces_the_grids_and_is_taken_back_byte_for_byte(page: Page) -> None:
    before = page.get("/atoms").content
    shown = page.change("/division", halves()).json()["scenario"]
    assert [(grid["code"], grid["households"]) for grid in shown["grids"]] == [(FIRST, 300), (None, 600)]
    assert shown["history"][-1]["en"] == "Imported a division of 2 grids"
    assert page.change("/undo").status_code == 200
    assert page.get("/atoms").content == before
    assert page.change("/redo").json()["scenario"]["totals"]["grids"] == 2


@pytest.mark.parametrize(("shift", "code"), [(0.00003, "gap"), (-0.00003, "overlap")])
def test_what_does_not_fit_is_mended_and_told(page: Page, shift: float, code: str) -> None:
    answer = page.change("/division", halves(shift)).json()
    (told,) = answer["mended"]
    assert told["code"] == code
    assert told["area_m2"] == pytest.approx(2.6 * 333, rel=0.05)
    assert told["at"] == pytest.approx([116.302, 39.9015], abs=0.002)
    assert told["zh"]
    assert told["en"]
    grids = shapely.from_geojson(
        [json.dumps(each["geometry"]) for each in page.get("/grids").json()["features"]]
    )
    assert shapely.coverage_is_valid(grids)
    assert answer["scenario"]["totals"]["gap_m2"] == 0
    assert answer["scenario"]["totals"]["households"] == 900


def test_locked_grids_stay(page: Page) -> None:
    page.edited("lock", grid=0, locked=True)
    answer = page.change("/division", halves())
    assert answer.status_code == 409
    assert "locked" in answer.json()["title"]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (collection((FIRST, block(0, 0)), (FIRST, block(1, 0))), "code"),
        (
            collection((FIRST, shapely.Polygon([(116.3, 39.9), (116.301, 39.9), (116.3, 39.901)]))),
            None,
        ),
        ({"type": "FeatureCollection", "features": []}, "features"),
        ({"type": "Polygon"}, "type"),
    ],
)
def test_bad_grids_change_nothing(page: Page, wrong: dict[str, Any], named: str | None) -> None:
    if named is None:
        ring = wrong["features"][0]["geometry"]["coordinates"][0]
        ring[1], ring[2] = [116.3, 39.901], [116.3, 39.902]
    answer = page.change("/division", wrong)
    assert answer.status_code in {400, 422}, answer.text
    assert named is None or named in answer.text
    assert page.get().json()["revision"] == 1


def test_a_division_goes_out_as_a_geopackage(page: Page, tmp_path: Path) -> None:
    answer = page.get("/division?f=gpkg")
    assert answer.headers["content-type"] == "application/geopackage+sqlite3"
    file = tmp_path / "division.gpkg"
    file.write_bytes(answer.content)
    read = pyogrio.read_dataframe(file)
    assert read.crs is not None
    assert read["households"].tolist() == [450, 450]
    assert read["code"].tolist() == [FIRST, SECOND]
    assert shapely.coverage_is_valid(shapely.get_parts(read.geometry.to_numpy()))


def test_an_outline_in_another_part_of_the_world_is_refused_by_its_row(page: Page) -> None:
    far = shapely.box(planned_town.WEST - 90, 0, planned_town.WEST - 89, 1)
    answer = page.change("/division", collection((FIRST, block(0, 0, 3, 3)), (SECOND, far)))
    assert answer.status_code == 400, answer.text
    assert [error["row"] for error in answer.json()["errors"]] == [2]
    assert page.get().json()["revision"] == 1


def test_a_geopackage_is_told_to_be_no_geojson(page: Page) -> None:
    file = page.get("/division?f=gpkg").content
    headers = {"If-Match": '"1"', "Content-Type": "application/geopackage+sqlite3"}
    answer = page.send("POST", f"{page.path}/division", file, headers)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert page.get().json()["revision"] == 1
