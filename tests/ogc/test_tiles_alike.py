"""Tiles decoded tell what items tell: the same features, the same properties, at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import numpy as np
import pytest
import shapely
import two_grids
from answering import client_on
from shapely.geometry import shape
from signed_in import signed_in
from sqlalchemy import text
from tiles_read import address, places_of

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.kit.database import raw
from gis_grid.ogc.tiles import LAYERS, ON_THE_MAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

    Place = tuple[int, int, int]

GROUND = (two_grids.WEST, two_grids.SOUTH, two_grids.EAST, two_grids.NORTH)
HALF_A_PIXEL = 4096 / 512 / 2

THINGS = """
    SELECT setseed(0.5);
    CREATE TEMPORARY TABLE spot ON COMMIT DROP AS
    SELECT n, 118.78 + random() * 0.0095 AS lon, 32.05 + random() * 0.0045 AS lat
    FROM generate_series(1, 60) AS n;
    INSERT INTO building (area_id, source, source_ref, kind, name, floors, households, estimated, geom, point)
    SELECT (SELECT id FROM area), 't', n::text, 'apartments', CASE WHEN n % 3 > 0 THEN n || '号楼' END,
        n % 7 + 0.5, n, n % 2 = 0, ST_Difference(ST_MakeEnvelope(lon, lat, lon + 2e-4, lat + 2e-4, 4326),
            ST_MakeEnvelope(lon + 1e-4, lat + 1e-4, lon + 1, lat + 1, 4326)), ST_Point(lon, lat, 4326)
    FROM spot;
    INSERT INTO road (source, source_ref, class, name, geom)
    SELECT 't', n::text, (ARRAY['main', 'lane', 'path', 'rail'])[n % 4 + 1], '路' || n,
        ST_Multi(ST_Boundary(ST_Buffer(ST_Point(lon, lat, 4326), 3e-4)))
    FROM spot WHERE n < 9;
    INSERT INTO water (source, source_ref, name, geom)
    SELECT 't', n::text, NULL, ST_Buffer(ST_Point(lon, lat, 4326), 2e-4) FROM spot WHERE n < 5;
    INSERT INTO incident (code, kind, category, title, state, state_kind, severity, reported_at, closed_at,
                          area_id, h3_r9, h3_r10, h3_r11, geom)
    SELECT 'I' || n, CASE WHEN n % 3 = 0 THEN 'hazard' ELSE 'incident' END, '堆物', '三单元',
        CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'reported' END,
        CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'open' END, 1 + n % 3,
        '2026-11-02T08:00+08:00'::timestamptz + n * interval '1 hour',
        CASE WHEN n % 2 = 0 THEN '2026-11-09T08:00:00.5+08:00'::timestamptz END,
        (SELECT id FROM area), cell, cell, cell, CASE WHEN cell > 0 THEN ST_Point(lon, lat, 4326) END
    FROM spot CROSS JOIN LATERAL (SELECT CASE WHEN n % 10 > 0 THEN n END AS cell) AS at;
"""


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Two grids, one of which was drawn anew, and sixty of everything."""
    with engine.connect() as conn, conn.begin() as transaction:
        two_grids.build(conn)
        two_grids.end_boundary(conn, "G1", two_grids.SPLIT)
        middle = (two_grids.WEST + two_grids.BORDER) / 2
        two_grids.add_boundary(conn, "G1", two_grids.WEST, middle, f"[{two_grids.SPLIT},)")
        raw(conn).execute(THINGS)
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def client(town: Connection) -> Iterator[TestClient]:
    """Return a client signed in as one who sees everything."""
    everyone = [(role, None) for role in Role if role is not Role.WORKER]
    with client_on(town) as client:
        client.cookies.set(COOKIE, signed_in(town, "everyone", everyone))
        yield client


def decoded(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """Return the features of each layer of a tile, rows downwards as they are stored."""
    found = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}) if content else {}
    return {name: layer["features"] for name, layer in found.items()}


def tile(client: TestClient, layer: str, place: Place, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(address(layer, place, query))
    assert answer.status_code in {200, 204}, answer.text
    return decoded(answer.content).get(layer, [])


def items(client: TestClient, layer: str, query: str = "") -> dict[int, dict[str, Any]]:
    answer = client.get(f"/ogc/collections/{layer}/items?limit=1000&{query}")
    assert answer.status_code == 200, answer.text
    return {one["id"]: one for one in answer.json()["features"] if one["geometry"] is not None}


def drawn_exactly(item: dict[str, Any], place: Place) -> shapely.Geometry:
    """Return an item in the units of a tile, by the formula of Mercator, cut as tiles are."""
    zoom, row, column = place

    def units(coordinates: Any) -> Any:
        lon, lat = np.radians(coordinates).T
        x = (lon + np.pi) / (2 * np.pi) * 2**zoom - column
        y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2 * 2**zoom - row
        return np.column_stack([x, y]) * 4096

    exact = shapely.transform(shape(item["geometry"]), units)
    return shapely.clip_by_rect(exact, -64, -64, 4160, 4160)


@pytest.mark.parametrize(
    ("zoom", "layers"),
    [
        (9, ["grids", "boundaries"]),
        (11, ["areas", "grids", "boundaries"]),
        (12, ["areas", "grids", "boundaries", "buildings", "incidents", "hazards"]),
        (15, list(LAYERS)),
    ],
)
def test_a_tile_tells_what_the_items_tell(client: TestClient, zoom: int, layers: list[str]) -> None:
    for layer in layers:
        told = {one.name for one in LAYERS[layer].properties}
        wanted, seen = items(client, layer), set()
        for place in places_of(zoom, *GROUND):
            for one in tile(client, layer, place):
                item = wanted[one["id"]]
                properties = {k: v for k, v in item["properties"].items() if k in told and v is not None}
                assert one["properties"] == properties, layer
                exact, found = drawn_exactly(item, place), shape(one["geometry"])
                assert shapely.hausdorff_distance(exact, found) <= HALF_A_PIXEL, (layer, place, one)
                seen.add(one["id"])
        assert seen == set(wanted), layer


@pytest.mark.parametrize(
    "moment", ["2026-11-05T11:59:59+08:00", "2026-11-05T12:00:00+08:00", "2026-10-01T00:00:00Z", "../.."]
)
def test_tiles_travel_in_time_as_items_do(client: TestClient, moment: str) -> None:
    (place,) = places_of(12, *GROUND)
    query = f"datetime={moment.replace('+', '%2B')}"
    for layer in ("grids", "boundaries", "incidents"):
        found = tile(client, layer, place, query)
        assert {one["id"] for one in found} == set(items(client, layer, query)), layer
        for one in found:
            item = items(client, layer, query)[one["id"]]["properties"]
            assert one["properties"].get("valid_until") == item.get("valid_until")


def test_one_tile_holds_each_layer_as_its_own_tile_does(client: TestClient) -> None:
    (place,) = places_of(12, *GROUND)
    zoom, row, column = place
    path = f"/ogc/tiles/WebMercatorQuad/{zoom}/{row}/{column}"
    whole = decoded(client.get(path).content)
    alone = {one.name: tile(client, one.name, place) for one in ON_THE_MAP}
    assert whole == {name: features for name, features in alone.items() if features}
    two = decoded(client.get(f"{path}?collections=water,roads,water").content)
    assert list(two) == ["water", "roads"]
    for wrong in ("incidents", "pipes", ""):
        answer = client.get(f"{path}?collections={wrong}")
        assert answer.status_code == 400
        assert "there are: areas, grids" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("layer", "zoom", "told"),
    [
        ("buildings", 11, {"count": 60, "households": 1830}),
        ("grids", 8, {"count": 2}),
        ("boundaries", 0, {"count": 3}),
        ("incidents", 5, {"count": 36, "open": 20}),
        ("hazards", 11, {"count": 18, "open": 10}),
    ],
)
def test_from_far_away_a_tile_tells_how_many_there_are(
    client: TestClient, town: Connection, layer: str, zoom: int, told: dict[str, int]
) -> None:
    (place,) = places_of(zoom, *GROUND[:2], *GROUND[:2])
    found = decoded(client.get(address(layer, place)).content)
    assert list(found) == [f"{layer}_by_community"], "no feature is mistaken for a count"
    ((one,),) = found.values()
    assert one["id"] == town.execute(text("SELECT id FROM area")).scalar_one()
    assert one["properties"] == {"code": "C1", "name": "示范社区", **told}
    assert layer == "boundaries" or told["count"] == len(items(client, layer))
    assert shape(one["geometry"]).geom_type == "Point"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("collections/grids/tiles/WebMercatorQuad/1/0/0?colour=red", "colour"),
        ("collections/roads/tiles/WebMercatorQuad/1/0/0?datetime=2026-11-02T00:00:00Z", "datetime"),
        ("collections/grids/tiles/WebMercatorQuad/1/0/0?datetime=yesterday", "yesterday"),
        ("collections/grids/tiles/WebMercatorQuad/1/0/0?f=png", "mvt"),
        ("collections/grids/tiles/WebMercatorQuad/1/0/x", "column"),
        ("tiles/WebMercatorQuad/1/0/0?limit=10", "limit"),
    ],
)
def test_what_is_not_understood_is_a_bad_request(client: TestClient, path: str, words: str) -> None:
    answer = client.get(f"/ogc/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert words in answer.text


def test_who_has_a_tile_in_whatever_coding_is_not_sent_it_again(client: TestClient) -> None:
    path = address("buildings", places_of(12, *GROUND)[0])
    tags = {}
    for coding in ("br", "gzip", "identity"):
        answer = client.get(path, headers={"Accept-Encoding": coding})
        assert answer.headers.get("content-encoding", "identity") == coding
        assert {"Accept-Encoding", "Cookie", "Authorization"} <= set(answer.headers["vary"].split(", "))
        tags[coding] = answer.headers["etag"]
    assert len(set(tags.values())) == 3
    for tag in tags.values():
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.headers["etag"], again.content) == (304, tag, b"")
