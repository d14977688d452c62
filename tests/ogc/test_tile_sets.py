"""The documents about tiles: whoever reads them finds the tiles, and what is told of them is so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pytest
import two_grids
from answering import client_on
from signed_in import signed_in
from sqlalchemy import text
from tiles_read import places_of

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.ogc.tiles import DESCRIBED, LAYERS, ON_THE_MAP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    """Two grids of one community."""
    with engine.connect() as conn, conn.begin() as transaction:
        two_grids.build(conn)
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[tuple[TestClient, str]]:
    """Return a client of the program on the town, and the session of one who sees everything."""
    everyone = [(role, None) for role in Role if role is not Role.WORKER]
    with client_on(town) as client:
        yield client, signed_in(town, "everyone", everyone)


@pytest.fixture
def client(program: tuple[TestClient, str]) -> TestClient:
    """Return the client, signed in as one who sees everything."""
    client, secret = program
    client.cookies.clear()
    client.cookies.set(COOKIE, secret)
    return client


@pytest.fixture
def conn(town: Connection) -> Iterator[Connection]:
    """Return the town's transaction; what a test writes is undone."""
    with town.begin_nested() as part:
        yield town
        part.rollback()


def document(client: TestClient, path: str) -> Any:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def linked(found: dict[str, Any], rel: str) -> str:
    for_programs = [one for one in found["links"] if one.get("type") != "text/html"]
    (href,) = (one["href"] for one in for_programs if one["rel"].endswith(rel))
    assert isinstance(href, str)
    return href


def test_from_the_landing_page_one_gets_to_a_tile_by_links_alone(client: TestClient) -> None:
    sets = document(client, linked(document(client, "/ogc"), "/tilesets-vector"))
    about = document(client, linked(sets["tilesets"][0], "self"))
    scheme = document(client, linked(about, "/tiling-scheme"))
    (zoom, row, column), *_ = places_of(14, *two_grids_box(client))
    assert scheme["tileMatrices"][zoom]["matrixWidth"] == 2**14
    place = {"tileMatrix": zoom, "tileRow": row, "tileCol": column}
    answer = client.get(linked(about, "item").format(**place))
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    assert "grids" in mapbox_vector_tile.decode(answer.content)


def two_grids_box(client: TestClient) -> tuple[float, float, float, float]:
    west, south, east, north = document(client, "/ogc/tiles/WebMercatorQuad/tilejson.json")["bounds"]
    return (west + east) / 2, (south + north) / 2, (west + east) / 2, (south + north) / 2


@pytest.mark.parametrize("name", list(DESCRIBED))
def test_each_collection_names_its_tiles_their_layers_and_their_properties(
    client: TestClient, name: str
) -> None:
    address = linked(document(client, f"/ogc/collections/{name}"), "/tilesets-vector")
    (item,) = document(client, address)["tilesets"]
    about = document(client, linked(item, "self"))
    json = document(client, linked(about, "describedby"))
    assert json["tilejson"] == "3.0.0"
    layers = {one["id"]: one for one in about["layers"]}
    told = {one["id"]: one for one in json["vector_layers"]}
    assert set(layers) == set(told)
    for one, layer in layers.items():
        assert list(told[one]["fields"]) == list(layer["propertiesSchema"]["properties"])
        assert json["minzoom"] <= told[one]["minzoom"] <= told[one]["maxzoom"] <= json["maxzoom"]
    (template,) = json["tiles"]
    tile = client.get(template.format(z=20, x=0, y=0))
    assert tile.status_code == 204, "the address is one of ours"


def test_the_box_is_that_of_ones_own_areas(client: TestClient, conn: Connection) -> None:
    conn.execute(
        text(
            "INSERT INTO area (code, name, kind, geom) "
            "VALUES ('far', 'far', 'community', ST_Multi(ST_MakeEnvelope(100, 20, 101, 21, 4326)))"
        )
    )
    everywhere = document(client, "/ogc/tiles/WebMercatorQuad/tilejson.json")["bounds"]
    client.cookies.set(COOKIE, signed_in(conn, "far", [(Role.CONSUMER, "far")]))
    own = document(client, "/ogc/tiles/WebMercatorQuad/tilejson.json")["bounds"]
    assert own == [100, 20, 101, 21]
    assert everywhere[2] > 101
    box = document(client, "/ogc/tiles/WebMercatorQuad")["boundingBox"]
    assert (box["lowerLeft"], box["upperRight"]) == ([100, 20], [101, 21])


def test_scales_are_those_of_the_standard(client: TestClient) -> None:
    found = document(client, "/ogc/tileMatrixSets/WebMercatorQuad")
    first = found["tileMatrices"][0]
    assert first["scaleDenominator"] == pytest.approx(559082264.028717, abs=1e-3)
    assert first["cellSize"] == pytest.approx(156543.033928041, abs=1e-6)
    (one,) = document(client, "/ogc/tileMatrixSets")["tileMatrixSets"]
    assert document(client, linked(one, "self")) == found


def test_a_moment_goes_into_the_addresses_of_tiles(client: TestClient) -> None:
    path = "/ogc/collections/{}/tiles/WebMercatorQuad/tilejson.json?datetime=2026-11-02T00:00:00Z"
    (template,) = document(client, path.format("grids"))["tiles"]
    assert template.endswith("/{z}/{y}/{x}?datetime=2026-11-02T00%3A00%3A00Z")
    assert client.get(path.format("roads")).status_code == 400


def test_titles_are_in_the_language_that_is_asked_for(client: TestClient) -> None:
    path = "/ogc/collections/grids/tiles/WebMercatorQuad/tilejson.json?lang={}"
    assert [document(client, path.format(lang))["name"] for lang in ("zh", "en")] == ["网格", "Grids"]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("collections/patrols/tiles", 404, "there are: areas, grids"),
        ("collections/pipes/tiles/WebMercatorQuad", 404, "pipes"),
        ("collections/grids/tiles/WorldCRS84Quad", 404, ""),
        ("tileMatrixSets/WorldCRS84Quad", 404, ""),
        ("collections/grids/tiles?colour=red", 400, "colour"),
        ("tiles/WebMercatorQuad/tilejson.json?f=html", 400, "json"),
    ],
)
def test_what_is_not_there_is_told(client: TestClient, path: str, status: int, words: str) -> None:
    answer = client.get(f"/ogc/{path}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert words in answer.text


def test_of_what_one_may_not_read_no_tiles_are_told(client: TestClient, conn: Connection) -> None:
    client.cookies.set(COOKIE, signed_in(conn, "one", [(Role.CONSUMER, None)]))
    assert client.get("/ogc/collections/heat_cells/tiles").status_code == 403
    assert client.get("/ogc/collections/incidents/tiles").status_code == 200


def test_the_map_holds_what_its_permission_shows() -> None:
    assert [one.name for one in ON_THE_MAP] == ["areas", "grids", "boundaries", "buildings", "roads", "water"]
    assert set(LAYERS) - {one.name for one in ON_THE_MAP} == {"incidents", "hazards"}
