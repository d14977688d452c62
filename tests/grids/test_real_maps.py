"""Published maps, as they are: extracts of OpenStreetMap and the parcels of a city."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from towns import MONDAY

from gis_grid.grids import service
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.service import ImportOptions, Layer, Loaded
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection


def run(conn: Connection, path: Path, options: ImportOptions) -> service.ImportReport:
    """Import a file."""
    return service.import_file(conn, path, options, at=MONDAY, actor="test")


@pytest.mark.parametrize(
    ("name", "buildings", "roads", "water", "left_out"),
    [
        ("beijing_tsinghua_2017", 521, 645, 6, 0),
        ("beijing_cau_2026", 257, 301, 1, 0),
        ("nanjing_gulou_2021", 1277, 384, 5, 1),
        ("monaco_2021", 1207, 2367, 18, 0),
        ("helsinki_center_2019", 446, 2691, 6, 290),
    ],
)
def test_an_extract_of_openstreetmap_comes_in_whole_but_for_what_is_cut(
    conn: Connection, shared_data: Path, name: str, buildings: int, roads: int, water: int, left_out: int
) -> None:
    path = shared_data / "osm_pbf" / f"{name}.osm.pbf"

    report = run(conn, path, ImportOptions(Layer.OSM))

    assert {layer: loaded.new for layer, loaded in report.loaded.items()} == {
        "buildings": buildings,
        "roads": roads,
        "water": water,
    }
    assert report.left_out.count == left_out
    assert all(str(error.row).startswith(("way/", "relation/")) for error in report.left_out.errors)


def test_an_extract_read_again_changes_nothing(conn: Connection, shared_data: Path) -> None:
    path = shared_data / "osm_pbf" / "beijing_bupt_2025.osm.pbf"
    run(conn, path, ImportOptions(Layer.OSM))

    again = run(conn, path, ImportOptions(Layer.OSM))

    assert again.loaded == {
        "buildings": Loaded(0, 0, 111),
        "roads": Loaded(0, 0, 193),
        "water": Loaded(0, 0, 0),
    }


def test_an_extract_that_breaks_off_is_refused(conn: Connection, shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "osm_pbf" / "beijing_bupt_2025.osm.pbf").read_bytes()
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadInput, match="not an OpenStreetMap file"):
        run(conn, cut, ImportOptions(Layer.OSM))


def test_parcels_of_a_city_keep_every_counted_home(conn: Connection, shared_data: Path) -> None:
    path = shared_data / "cambridge_ma" / "parcels_fy2014_units.geojson"

    report = run(conn, path, ImportOptions(Layer.BUILDINGS, columns=ColumnNames(households="units")))

    assert report.rows == 13_115
    assert report.notes[0] == "1 rows without a place and without households were left aside"
    stored = conn.exec_driver_sql(
        "SELECT sum(households), count(*) FILTER (WHERE estimated), array_agg(DISTINCT kind) FROM building"
    ).one()
    assert tuple(stored) == (36_131, 814, ["parcel"])


def test_buildings_of_a_city_fall_into_its_neighbourhoods(conn: Connection, shared_data: Path) -> None:
    folder = shared_data / "cambridge_ma"
    parcels = ImportOptions(Layer.BUILDINGS, columns=ColumnNames(households="units"))
    run(conn, folder / "parcels_fy2014_units.geojson", parcels)
    run(
        conn, folder / "neighborhoods.geojson", ImportOptions(Layer.AREAS, columns=ColumnNames(code="N_HOOD"))
    )

    placed = conn.exec_driver_sql("SELECT count(area_id), count(DISTINCT area_id) FROM building").one()

    assert placed[0] > 13_000
    assert placed[1] == 13
