"""Map files that cannot be used: a clear message, and nothing half-written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import shapely
from files import feature, table, write_geojson, write_shapefile
from towns import MONDAY, community, square

from gis_grid.grids import service
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.service import ImportOptions, Layer

if TYPE_CHECKING:
    from pathlib import Path

    from files import Refuse
    from sqlalchemy import Connection

HOUSE = shapely.box(118.78, 32.05, 118.7801, 32.0501)
BOW_TIE = shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


def test_a_polygon_that_crosses_itself_is_named_with_the_place(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE), feature(BOW_TIE)])

    (error,) = refuse(path).errors

    assert str(error) == "row 2, geometry: the outline crosses itself at 1.0000000, 1.0000000"


def test_every_bad_row_is_named_in_the_order_of_the_file(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "a.geojson",
        [
            feature(HOUSE, units="many"),
            feature(HOUSE, units=3),
            feature(HOUSE, units=-1),
            feature(None, units=1),
            feature(HOUSE, units=2.5),
            feature(shapely.LineString([(0, 0), (1, 1)]), units=1),
        ],
    )

    error = refuse(path, households="units")

    assert error.title == "Some rows cannot be used"
    assert "5 in a.geojson; nothing was imported" in error.detail
    assert [str(row) for row in error.errors] == [
        "row 1, units = 'many': expected a whole number from 0 to 100,000",
        "row 3, units = '-1': expected a whole number from 0 to 100,000",
        "row 4, geometry: is missing, empty or cannot be read (a ring must be closed and have four corners)",
        "row 5, units = '2.5': expected a whole number from 0 to 100,000",
        "row 6, geometry: is a LineString, expected Polygon or MultiPolygon or Point",
    ]


def test_bad_rows_are_left_out_and_listed_when_asked(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE), feature(BOW_TIE)])

    report = service.import_file(
        conn, path, ImportOptions(Layer.BUILDINGS, skip_bad_rows=True), at=MONDAY, actor="test"
    )

    assert report.rows == 1
    assert [error.row for error in report.left_out.errors] == [2]


def test_a_file_of_bad_rows_only_is_refused_even_when_they_may_be_left_out(
    refuse: Refuse, tmp_path: Path
) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(BOW_TIE)])

    assert refuse(path, skip_bad_rows=True).title == "No row can be used"


def test_an_id_that_comes_twice_is_named(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "a.geojson", [feature(HOUSE, id="x"), feature(HOUSE, id="x"), feature(HOUSE, id="y")]
    )

    (error,) = refuse(path).errors

    assert str(error) == "id x, id = 'x': expected once, comes 2 times"


def test_rows_may_be_numbered_when_the_ids_repeat(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE, id="x"), feature(HOUSE, id="x")])

    options = ImportOptions(Layer.BUILDINGS, columns=ColumnNames(id="none"))
    assert service.import_file(conn, path, options, at=MONDAY, actor="test").rows == 2


def test_latitude_before_longitude_looks_swapped(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(shapely.box(32.05, 118.78, 32.0501, 118.7801))])

    error = refuse(path)

    assert error.title == "The coordinates look swapped"
    assert "32.0501, 118.78" in error.detail


def test_a_swap_within_range_is_seen_against_the_known_areas(
    refuse: Refuse, conn: Connection, tmp_path: Path
) -> None:
    service.load_areas(conn, community("C", shapely.box(-71.2, 42.3, -71.0, 42.4)))
    path = write_geojson(tmp_path / "a.geojson", [feature(shapely.box(42.35, -71.1, 42.351, -71.099))])

    error = refuse(path)

    assert error.title == "The coordinates look swapped"
    assert "-71.1000, 42.3500 would lie among them" in error.detail


def test_one_position_off_the_earth_is_named(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE), feature(shapely.box(10, 91, 11, 92))])

    (error,) = refuse(path).errors

    assert (error.row, error.value) == (2, "11, 91")


def test_metres_in_a_file_of_degrees_ask_for_their_system(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(shapely.box(385000, 3547000, 385010, 3547010))])

    error = refuse(path)

    assert error.title == "The coordinates are no degrees"
    assert "--crs EPSG:4547" in error.detail


def test_a_shapefile_without_a_reference_system_asks_for_it(refuse: Refuse, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", table([HOUSE], name=["a"]), prj=False)

    error = refuse(path)

    assert error.title == "The reference system is not known"
    assert "--crs" in error.detail


def test_a_reference_system_that_does_not_exist_is_named(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE)])

    assert "EPSG:999999" in refuse(path, crs="EPSG:999999").detail


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.zip", "a.osm.pbf", "a.shp"])
def test_an_empty_file_is_called_empty(refuse: Refuse, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    layer = Layer.OSM if name.endswith("pbf") else Layer.BUILDINGS

    assert refuse(path, layer).title == "The file is empty"


def test_a_collection_of_nothing_is_empty(refuse: Refuse, tmp_path: Path) -> None:
    assert refuse(write_geojson(tmp_path / "a.geojson", [])).title == "The file is empty"


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg", "a.zip", "a.docx"])
def test_what_is_no_map_is_called_so(refuse: Refuse, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("Dear reader, this is a letter.")

    assert refuse(path).title == "This is not a map file"


def test_what_is_no_openstreetmap_file_is_called_so(refuse: Refuse, tmp_path: Path) -> None:
    path = tmp_path / "a.osm.pbf"
    path.write_text("Dear reader, this is a letter.")

    assert refuse(path, Layer.OSM).title == "This is not an OpenStreetMap file"


def test_a_file_that_breaks_off_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE, n=number) for number in range(100)])
    path.write_bytes(path.read_bytes()[:-500])

    assert refuse(path).title == "This is not a map file"


def test_a_shapefile_whose_table_breaks_off_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", table([HOUSE] * 100, name=["a"] * 100))
    attributes = path.with_suffix(".dbf")
    attributes.write_bytes(attributes.read_bytes()[:-2000])

    error = refuse(path)

    assert error.title == "The file breaks off"
    assert "of 100 features can be read" in error.detail


def test_a_shapefile_whose_outlines_break_off_names_the_rows(refuse: Refuse, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", table([HOUSE] * 10, name=["a"] * 10))
    path.write_bytes(path.read_bytes()[:-200])

    assert [error.row for error in refuse(path).errors] == [9, 10]


def test_a_damaged_geopackage_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    table([HOUSE] * 3000, name=["a"] * 3000).to_file(path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\xff" * 20_000 + whole[len(whole) // 2 + 20_000 :])

    assert refuse(path).title in {"The file breaks off", "This is not a map file"}


def test_a_file_that_is_not_there_is_named(refuse: Refuse, tmp_path: Path) -> None:
    assert refuse(tmp_path / "nowhere.geojson").title == "There is no such file"


def test_a_shapefile_without_its_table_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "a.shp", table([HOUSE], name=["a"]))
    path.with_suffix(".dbf").unlink()

    assert refuse(path).title == "A part of the shapefile is missing"


def test_a_column_that_is_not_there_is_named_with_those_that_are(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE, units=1, use="flats")])

    assert refuse(path, households="homes").detail == "--households homes; the file has: units, use"


def test_grids_without_codes_ask_for_their_column(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), nr=1), feature(square(1, 0), nr=2)])

    assert refuse(path, Layer.GRIDS, community="C").detail == "name it with --code; the file has: nr"


def test_grids_without_a_community_ask_for_it(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), code="A")])

    assert "--community" in refuse(path, Layer.GRIDS).detail


def test_a_grid_file_that_overlaps_itself_is_refused_with_both_codes(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "a.geojson",
        [feature(square(0, 0), code="A"), feature(shapely.box(0.009, 0, 0.02, 0.01), code="B")],
    )

    error = refuse(path, Layer.GRIDS, community="C", create=True)

    assert error.title == "Grids overlap"
    assert str(error.errors[0]).startswith("grid A: overlaps grid B by 123,")


def test_an_area_that_comes_twice_is_named(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(square(n, 0), code="A") for n in range(2)])

    (error,) = refuse(path, Layer.AREAS).errors

    assert str(error) == "area A, code = 'A': expected once, comes 2 times"


def test_an_area_below_one_that_nobody_knows_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), code="A", parent="B")])

    (error,) = refuse(path, Layer.AREAS).errors

    assert str(error) == "area A, parent = 'B': expected a known area"


def test_an_area_of_an_unknown_kind_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), code="A", kind="planet")])

    (error,) = refuse(path, Layer.AREAS).errors

    assert str(error) == "row 1, kind = 'planet': expected county, subdistrict, community"


def test_a_geopackage_that_leaves_its_system_open_asks_for_it(refuse: Refuse, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    with pytest.warns(UserWarning, match="'crs' was not provided"):
        table([HOUSE], None, name=["a"]).to_file(path)

    assert refuse(path).title == "The reference system is not known"


def test_parcels_without_households_are_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "parcels.geojson", [feature(HOUSE, units=1)])

    assert refuse(path).title == "Parcels need households"


def test_a_wrong_encoding_is_refused_with_the_place(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE, name="锦绣花园")], encoding="gb18030")

    error = refuse(path, encoding="ascii")

    assert error.title == "The encoding does not fit"
    assert "a.geojson is not ascii near byte" in error.detail


def test_an_encoding_that_does_not_exist_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    for name, path in (
        ("geojson", write_geojson(tmp_path / "a.geojson", [feature(HOUSE)])),
        ("shapefile", write_shapefile(tmp_path / "b.shp", table([HOUSE], name=["a"]))),
    ):
        assert refuse(path, encoding="klingon").title == "The encoding is not known", name


def test_a_geopackage_of_several_layers_asks_which(refuse: Refuse, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    table([HOUSE], name=["a"]).to_file(path, layer="houses")
    table([HOUSE], name=["b"]).to_file(path, layer="sheds")

    assert refuse(path).detail == "a.gpkg: name one with --layer; its layers are: houses, sheds"
    assert "no layer 'huts'" in refuse(path, file_layer="huts").detail
