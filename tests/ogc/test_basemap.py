"""The base map as one file: what is in it and what never is, how it is written, and how it is served."""

from __future__ import annotations

import errno
import gzip
import io
import os
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import mapbox_vector_tile
import pyogrio
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles

from gis_grid.cli.replaced_file import replaced_file
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput, NotReady
from gis_grid.kit.features import Reading
from gis_grid.kit.settings import Settings
from gis_grid.ogc.basemap.building import build
from gis_grid.ogc.basemap.files import map_file
from gis_grid.ogc.tiles_file import layer_named, write_tiles

if TYPE_CHECKING:
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

FILE = "/basemap/town.pmtiles"

TOWN = """
    INSERT INTO area (code, name, kind, geom)
    VALUES ('C', '秘密社区', 'community', ST_Multi(ST_MakeEnvelope(118.77, 32.04, 118.79, 32.06, 4326)));
    INSERT INTO grid (code, name, area_id) SELECT 'C01', '第一网格', id FROM area WHERE code = 'C';
    INSERT INTO boundary (grid_id, households, buildings, valid, geom)
    SELECT grid.id, 12, 1, '[2026-01-01,)', area.geom FROM grid JOIN area ON area.id = grid.area_id;
    INSERT INTO building (area_id, source, source_ref, name, kind, households, estimated, geom, point)
    SELECT area.id, 't', '1', '一号楼', 'dormitory', 12, false, outline, ST_Centroid(outline)
    FROM area, ST_MakeEnvelope(118.779, 32.0495, 118.7795, 32.05, 4326) AS outline;
    INSERT INTO road (source, source_ref, class, name, geom) VALUES
        ('t', '1', 'main', '人民路', 'SRID=4326;MULTILINESTRING((118.771 32.045, 118.78 32.05))'),
        ('t', '2', 'main', '人民路', 'SRID=4326;MULTILINESTRING((118.78 32.05, 118.789 32.045))');
    INSERT INTO water (source, source_ref, name, geom)
    VALUES ('t', '1', '湖', ST_MakeEnvelope(118.781, 32.0505, 118.7815, 32.051, 4326));
"""


@pytest.fixture
def town(conn: Connection) -> Connection:
    """One of everything."""
    conn.exec_driver_sql(TOWN)
    return conn


@pytest.fixture
def data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the data folder of the programs that are made after it."""
    monkeypatch.setenv("GIS_GRID_DATA_DIR", str(tmp_path))
    return tmp_path


def built(conn: Connection, path: Path, *sources: Path) -> bytes:
    """Return the file that is built of the town, or of map files."""
    undone = conn.begin_nested()
    with replaced_file(path) as file:
        build(conn, file, [map_file(str(source), type(path)) for source in sources])
    undone.rollback()
    return path.read_bytes()


def tiles_of(content: bytes) -> dict[tuple[int, int, int], bytes]:
    """Return the tiles of a file by zoom, column and row."""
    return {place: gzip.decompress(tile) for place, tile in all_tiles(MemorySource(content))}


def test_a_town_gives_roads_and_water_and_nothing_that_only_some_may_see(
    town: Connection, tmp_path: Path
) -> None:
    content = built(town, tmp_path / "town.pmtiles")

    header, metadata = Reader(MemorySource(content)).header(), Reader(MemorySource(content)).metadata()
    layers = [(one["id"], one["minzoom"], one["maxzoom"]) for one in metadata["vector_layers"]]
    assert layers == [("roads", 8, 15), ("water", 6, 15)]
    assert metadata["description"] == "Roads and water"
    assert header["min_lon_e7"] == pytest.approx(1187710000)
    assert header["max_lat_e7"] == pytest.approx(320510000)
    assert header["clustered"]
    nearest = [
        mapbox_vector_tile.decode(tile) for (zoom, _, _), tile in tiles_of(content).items() if zoom == 15
    ]
    features = {
        name: [one for tile in nearest if name in tile for one in tile[name]["features"]]
        for name in ("roads", "water")
    }
    assert {name for tile in nearest for name in tile} == features.keys()
    assert all(one["id"] == 0 for found in features.values() for one in found)
    assert {str(one["properties"]) for one in features["roads"]} == {"{'class': 'main', 'name': '人民路'}"}
    assert [one["properties"]["name"] for one in features["water"]] == ["湖"]
    for secret in ("秘密", "一号楼", "dormitory", "C01"):
        assert not any(secret.encode() in tile for tile in tiles_of(content).values())


def test_the_same_town_makes_the_same_file(town: Connection, tmp_path: Path) -> None:
    assert built(town, tmp_path / "a.pmtiles") == built(town, tmp_path / "b.pmtiles")


def test_an_extract_of_openstreetmap_makes_a_file_that_gdal_reads(
    conn: Connection, tmp_path: Path, shared_data: Path
) -> None:
    path = tmp_path / "nanjing.pmtiles"
    content = built(conn, path, shared_data / "osm_pbf" / "nanjing_gulou_2021.osm.pbf")

    assert "OpenStreetMap" in Reader(MemorySource(content)).metadata()["attribution"]
    assert {name for name, _ in pyogrio.list_layers(path)} == {"roads", "water", "buildings"}
    buildings = pyogrio.read_dataframe(path, layer="buildings").to_crs(4326)
    assert len(buildings) > 1000
    assert buildings.total_bounds == pytest.approx([118.76, 32.03, 118.80, 32.06], abs=0.02)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("town.geojson", "{}", "roads=town.geojson"),
        ("streets=town.geojson", "{}", "expected one of roads, water, buildings"),
        ("roads=missing.geojson", None, "There is no such file"),
        ("roads=town.geojson", "no map", "town.geojson"),
        ("town.osm.pbf", "no map", "not an OpenStreetMap file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_and_the_older_map_stays(
    conn: Connection, tmp_path: Path, name: str, content: str | None, said: str
) -> None:
    older = tmp_path / "basemap.pmtiles"
    older.write_bytes(b"older")
    if content is not None:
        (tmp_path / name.rpartition("=")[2]).write_text(content)

    with pytest.raises(BadInput) as refused, replaced_file(older) as file:
        build(conn, file, [map_file(name, tmp_path.joinpath)])

    assert said in str(refused.value)
    assert older.read_bytes() == b"older"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_town_without_ground_is_told_what_to_do(town: Connection) -> None:
    town.exec_driver_sql("DELETE FROM road; DELETE FROM water")
    with pytest.raises(BadInput, match="import some, or name a file with --from"):
        build(town, io.BytesIO())


def test_a_full_disk_is_told_and_leaves_the_older_file(tmp_path: Path) -> None:
    older = tmp_path / "basemap.pmtiles"
    older.write_bytes(b"older")

    with pytest.raises(NotReady, match="No space left on device"), replaced_file(older):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert [path.name for path in tmp_path.iterdir()] == ["basemap.pmtiles"]
    assert older.read_bytes() == b"older"


def test_without_a_file_the_way_to_one_is_told(data_folder: Path, client: TestClient) -> None:
    answer = client.get(FILE)

    assert answer.status_code == 404
    assert "gis-grid basemap build" in answer.json()["detail"]
    assert client.get("/api/about").json()["basemap"] is False


def test_clients_read_the_parts_they_need(
    data_folder: Path, client: TestClient, anonymous: TestClient
) -> None:
    content = os.urandom(5000)
    (data_folder / "basemap.pmtiles").write_bytes(content)

    whole = client.get(FILE, headers={"Accept-Encoding": "br, gzip"})
    tag = whole.headers["etag"]
    assert (whole.status_code, whole.content) == (200, content)
    assert whole.headers["content-type"] == "application/vnd.pmtiles"
    assert whole.headers["accept-ranges"] == "bytes"
    assert "content-encoding" not in whole.headers
    assert not tag.startswith("W/")
    assert client.get("/api/about").json()["basemap"] is True

    part = client.get(FILE, headers={"Range": "bytes=100-199", "If-Range": tag})
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["content-range"] == "bytes 100-199/5000"
    assert part.headers["etag"] == tag
    assert client.get(FILE, headers={"Range": "bytes=100-199", "If-Range": '"another"'}).content == content
    assert client.get(FILE, headers={"If-None-Match": tag}).status_code == 304
    beyond = client.get(FILE, headers={"Range": "bytes=9000-"})
    assert (beyond.status_code, beyond.headers["content-type"]) == (416, "application/problem+json")

    with replaced_file(data_folder / "basemap.pmtiles") as file:
        file.write(content)
    assert client.get(FILE, headers={"If-None-Match": tag}).status_code == 200


def test_nobody_reads_it_without_signing_in(data_folder: Path, anonymous: TestClient) -> None:
    (data_folder / "basemap.pmtiles").write_bytes(b"map")

    assert anonymous.get(FILE).status_code == 401


@pytest.mark.parametrize("name", ["grids", "buildings"])
def test_a_set_of_tiles_for_off_line_use_is_what_the_service_gives(
    town: Connection, client: TestClient, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "tiles.pmtiles"
    reading = Reading(
        conn=town, areas=None, people=None, now=clock.now(), settings=Settings(), caller="cli:test"
    )
    with replaced_file(path) as file:
        write_tiles(file, reading, layer_named(name), (7, 14))
    content = path.read_bytes()

    found = tiles_of(content)
    assert {zoom for zoom, _, _ in found} == set(range(7, 15))
    for (zoom, column, row), tile in found.items():
        served = client.get(f"/ogc/collections/{name}/tiles/WebMercatorQuad/{zoom}/{row}/{column}")
        assert tile == served.content
    told: list[dict[str, Any]] = Reader(MemorySource(content)).metadata()["vector_layers"]
    assert [one["id"] for one in told] == [f"{name}_by_community", name]
    assert all(far["maxzoom"] + 1 == near["minzoom"] for far, near in pairwise(told))
    nearest = mapbox_vector_tile.decode(next(tile for place, tile in found.items() if place[0] == 14))
    assert nearest[name]["features"][0]["properties"].keys() <= told[1]["fields"].keys()


def test_a_layer_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(BadInput, match="there are: areas, grids"):
        layer_named("tracks")
