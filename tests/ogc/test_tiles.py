"""Vector tiles, read back by GDAL's own reader."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyogrio
import pytest
import shapely
from signed_in import signed_in
from sqlalchemy import text

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

Read = Callable[[str, int, int, int], list[dict[str, Any]]]


TOWN = """
    INSERT INTO area (code, name, kind, geom)
    SELECT code, code, kind, ST_Multi(ST_MakeEnvelope(118.779, 32.0495, 118.7795, 32.05, 4326))
    FROM (VALUES ('S', 'subdistrict'), ('C', 'community')) AS one (code, kind);

    INSERT INTO building (source, source_ref, name, households, estimated, geom, point)
    SELECT 't', '1', '一号楼', 12, false, geom, ST_PointOnSurface(geom) FROM area WHERE code = 'C';

    INSERT INTO road (source, source_ref, class, geom)
    SELECT 't', class, class, 'SRID=4326;MULTILINESTRING((118.779 32.0495, 118.7795 32.05))'
    FROM unnest(ARRAY['main', 'rail', 'lane', 'path']) AS class;

    INSERT INTO water (source, source_ref, name, geom) SELECT 't', '1', '湖', geom FROM area WHERE code = 'C';
    INSERT INTO water (source, source_ref, name, geom)
    VALUES ('t', '2', '溪', 'SRID=4326;LINESTRING(118.779 32.0495, 118.7795 32.05)');
"""


@pytest.fixture
def town(conn: Connection) -> Connection:
    """One of everything at one place."""
    conn.exec_driver_sql(TOWN)
    return conn


@pytest.fixture
def read(client: TestClient, tmp_path: Path) -> Read:
    """Return a function that fetches a tile and decodes its features with GDAL."""

    def read(layer: str, zoom: int, row: int, column: int) -> list[dict[str, Any]]:
        answer = client.get(f"/ogc/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{row}/{column}")
        if answer.status_code == 204:
            return []
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
        path = tmp_path / "tile.mvt"
        path.write_bytes(answer.content)
        table = pyogrio.read_dataframe(path, layer=layer)
        return table.to_dict("records")

    return read


def at_zoom(zoom: int) -> tuple[int, int, int]:
    """Return zoom, row and column of the tile with the town in it."""
    column = (118.7792 + 180) / 360
    row = (1 - math.asinh(math.tan(math.radians(32.0497))) / math.pi) / 2
    return zoom, int(row * 2**zoom), int(column * 2**zoom)


def test_a_building_is_drawn_where_it_stands_with_its_households(town: Connection, read: Read) -> None:
    (found,) = read("buildings", *at_zoom(16))

    assert (found["name"], found["households"], found["estimated"]) == ("一号楼", 12, False)
    west, south, east, north = shapely.bounds(found["geometry"])
    assert 0 < west < east
    assert 0 < south < north


def test_features_carry_the_ids_of_the_tables(town: Connection, client: TestClient) -> None:
    building = town.execute(text("SELECT id FROM building")).scalar_one()
    zoom, row, column = at_zoom(14)

    tile = client.get(f"/ogc/collections/buildings/tiles/WebMercatorQuad/{zoom}/{row}/{column}").content

    # Field 1 of a feature, as a varint.
    low, high = building % 128, building // 128
    assert bytes([0x08, low | 0x80, high] if high else [0x08, low]) in tile


@pytest.mark.parametrize(
    ("zoom", "classes"), [(7, []), (8, ["main"]), (10, ["main", "rail"]), (13, 3), (15, 4)]
)
def test_roads_appear_by_class_as_one_comes_closer(
    town: Connection, read: Read, zoom: int, classes: Any
) -> None:
    found = sorted(road["class"] for road in read("roads", *at_zoom(zoom)))

    assert found == classes or len(found) == classes


@pytest.mark.parametrize(
    ("layer", "zoom", "names"),
    [
        ("areas", 7, set()),
        ("areas", 10, {"S"}),
        ("areas", 16, {"S", "C"}),
    ],
)
def test_areas_appear_by_kind(town: Connection, read: Read, layer: str, zoom: int, names: set[str]) -> None:
    assert {area["code"] for area in read(layer, *at_zoom(zoom))} == names


def test_small_water_is_drawn_only_from_near(town: Connection, read: Read) -> None:
    assert read("water", *at_zoom(8)) == []
    assert {water["name"] for water in read("water", *at_zoom(16))} == {"湖", "溪"}


def test_the_whole_world_is_one_tile(conn: Connection, read: Read) -> None:
    conn.execute(
        text(
            "INSERT INTO area (code, name, kind, geom) "
            "VALUES ('X', 'x', 'county', ST_Multi(ST_MakeEnvelope(100, 20, 120, 40, 4326)))"
        )
    )
    assert [area["code"] for area in read("areas", 0, 0, 0)] == ["X"]
    assert [area["code"] for area in read("areas", 1, 0, 1)] == ["X"]
    assert read("areas", 1, 0, 0) == []


@pytest.mark.parametrize(
    "path",
    [
        "pipes/tiles/WebMercatorQuad/0/0/0",
        "areas/tiles/WebMercatorQuad/1/2/0",
        "areas/tiles/WebMercatorQuad/1/0/-1",
        "areas/tiles/WebMercatorQuad/25/0/0",
        "areas/tiles/WebMercatorQuad/-1/0/0",
    ],
)
def test_what_is_not_in_the_matrix_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(f"/ogc/collections/{path}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_tile_is_sent_again_only_after_a_change(town: Connection, client: TestClient) -> None:
    zoom, row, column = at_zoom(16)
    path = f"/ogc/collections/areas/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
    tag = client.get(path).headers["etag"]

    assert client.get(path, headers={"If-None-Match": f'"other", {tag}'}).status_code == 304

    town.exec_driver_sql("UPDATE area SET name = '新' WHERE code = 'C'")
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_who_sees_other_areas_is_not_told_that_nothing_changed(town: Connection, client: TestClient) -> None:
    zoom, row, column = at_zoom(16)
    path = f"/ogc/collections/areas/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
    everywhere = client.get(path)

    client.cookies.set(COOKIE, signed_in(town, "consumer-s", [(Role.CONSUMER, "S")]))
    in_one = client.get(path, headers={"If-None-Match": everywhere.headers["etag"]})

    assert in_one.status_code == 200
    assert in_one.headers["etag"] != everywhere.headers["etag"]
    assert len(in_one.content) < len(everywhere.content)
    assert {"cookie", "authorization"} <= set(in_one.headers["vary"].lower().split(", "))


def test_the_functions_of_the_tiles_may_run_in_parallel_and_write_nothing(conn: Connection) -> None:
    kinds = conn.execute(
        text("SELECT provolatile, proparallel FROM pg_proc WHERE proname LIKE 'gis_grid_tile_%'")
    ).all()

    assert len(kinds) == 12
    assert {tuple(kind) for kind in kinds} == {("s", "s")}


def test_what_reads_a_layer_is_planned_once_a_connection(conn: Connection) -> None:
    # Else PostgreSQL plans each tile that holds little anew, which takes longer than to draw it.
    kept = conn.execute(
        text(
            "SELECT proname, 'plan_cache_mode=force_generic_plan' = ANY (coalesce(proconfig, '{}'))"
            " FROM pg_proc WHERE proname LIKE 'gis_grid_tile_%' AND proname <> 'gis_grid_tile_cells'"
            " AND prorettype = 'bytea'::regtype"
        )
    ).all()

    assert len(kept) == 7
    assert all(planned_once for _, planned_once in kept), kept
