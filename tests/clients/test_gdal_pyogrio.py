"""The newer GDAL inside pyogrio, which geopandas reads with, and mapbox-vector-tile for tiles."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Final

import geopandas
import mapbox_vector_tile
import pyogrio
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from served_town import Town

BOX: Final = (112.19, 31.945, 112.195, 31.95)

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(autouse=True)
def _token(town: Town) -> Iterator[None]:
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": town.token})
    yield
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": None, "GDAL_HTTP_BEARER": None})


def test_it_lists_the_collections(town: Town) -> None:
    assert [name for name, _ in pyogrio.list_layers(f"OAPIF:{town.ogc}")] == town.collections()


def test_it_counts_and_reads_each_to_the_end(town: Town) -> None:
    for name in town.collections():
        features = town.features(name)
        assert pyogrio.read_info(f"OAPIF:{town.ogc}", layer=name)["features"] in {len(features), -1}, name
        found = geopandas.read_file(f"OAPIF:{town.ogc}", layer=name, PAGE_SIZE=100)
        assert len(found) == len(features), name


def test_it_asks_for_a_box_and_filters(town: Town) -> None:
    found = geopandas.read_file(f"OAPIF:{town.ogc}", layer="buildings", bbox=BOX)
    assert len(found) == len(town.features("buildings", bbox=",".join(map(str, BOX)))) > 0
    closed = geopandas.read_file(f"OAPIF:{town.ogc}", layer="hazards", where="state_kind = 'closed'")
    wanted = town.features("hazards", filter="state_kind = 'closed'")
    assert set(closed["code"]) == {one["properties"]["code"] for one in wanted} != set()


def test_places_and_values_are_those_of_the_items(town: Town) -> None:
    found = geopandas.read_file(f"OAPIF:{town.ogc}", layer="hazards").set_index("code")
    for one in town.features("hazards", limit=50)[:50]:
        row = found.loc[one["properties"]["code"]]
        assert [row.geometry.x, row.geometry.y] == one["geometry"]["coordinates"]
        assert row["grid_code"] == one["properties"]["grid_code"]


@pytest.mark.parametrize("name", ["areas", "grids", "buildings", "roads", "hazards"])
def test_a_tile_decoded_has_the_ids_and_values_of_the_items(town: Town, name: str) -> None:
    answer = town.get(f"/collections/{name}/tiles/WebMercatorQuad/16/26624/53192")
    content = answer.content
    tile = mapbox_vector_tile.decode(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content)
    items = {one["id"]: one["properties"] for one in town.features(name)}
    assert tile[name]["features"]
    for one in tile[name]["features"]:
        assert one["id"] in items
        for key, value in one["properties"].items():
            if key in items[one["id"]]:
                assert value == items[one["id"]][key], (one["id"], key)
