"""Map files that contradict themselves or the Earth: places, encodings and areas that cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from files import feature, table, write_geojson, write_shapefile
from towns import MONDAY, square

from gis_grid.grids import service
from gis_grid.grids.service import ImportOptions, Layer

if TYPE_CHECKING:
    from files import Refuse
    from sqlalchemy import Connection

HOUSE = shapely.box(118.78, 32.05, 118.7801, 32.0501)


def test_an_area_below_itself_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(square(0, 0), code="A", parent="A")])

    error = refuse(path, Layer.AREAS)

    assert error.title == "An area lies below itself"
    assert str(error.errors[0]) == "area A, parent = 'A': expected an area that is not below it"


def test_a_ring_of_areas_above_each_other_is_refused_with_each_of_them(
    refuse: Refuse, tmp_path: Path
) -> None:
    parents = {"A": "B", "B": "C", "C": "A", "D": "A"}
    path = write_geojson(
        tmp_path / "a.geojson",
        [feature(square(n, 0), code=code, parent=parent) for n, (code, parent) in enumerate(parents.items())],
    )

    errors = refuse(path, Layer.AREAS).errors

    assert [(error.row, error.value) for error in errors] == [
        ("area A", "B"),
        ("area B", "C"),
        ("area C", "A"),
    ]


def test_a_ring_that_closes_over_a_stored_area_is_refused(
    refuse: Refuse, conn: Connection, tmp_path: Path
) -> None:
    first = write_geojson(
        tmp_path / "a.geojson", [feature(square(0, 0), code="A"), feature(square(1, 0), code="B", parent="A")]
    )
    service.import_file(conn, first, ImportOptions(Layer.AREAS), at=MONDAY, actor="test")
    second = write_geojson(tmp_path / "b.geojson", [feature(square(0, 0), code="A", parent="B")])

    assert refuse(second, Layer.AREAS).title == "An area lies below itself"


def test_degrees_called_metres_are_refused_with_both_places(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE)])

    error = refuse(path, crs="EPSG:4547")

    assert error.title == "The coordinates do not fit their reference system"
    assert "118.7801, 32.05, in CGCS2000 / 3-degree Gauss-Kruger CM 114E" in error.detail
    assert "longitude and latitude 109.5" in error.detail
    assert "it is used from 112.5, 21.52 to 115.5, 45.45" in error.detail


def test_one_position_far_from_where_its_system_is_used_is_named(refuse: Refuse, tmp_path: Path) -> None:
    near, far = shapely.box(500_000, 3_547_000, 500_010, 3_547_010), shapely.box(118, 32, 119, 33)
    path = write_geojson(tmp_path / "a.geojson", [feature(near), feature(far)])

    (error,) = refuse(path, crs="EPSG:4547").errors

    assert (error.row, error.value) == (2, "119, 32")
    assert error.message == "lies far from where CGCS2000 / 3-degree Gauss-Kruger CM 114E is used"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_coordinate_that_is_no_place_is_named_and_nothing_is_warned_about(
    refuse: Refuse, tmp_path: Path, number: str
) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE), feature(HOUSE)])
    whole = path.read_text("utf-8")
    place = whole.rindex("118.78, 32.0501")
    path.write_text(whole[:place] + number + whole[place + len("118.78") :], "utf-8")

    (error,) = refuse(path).errors

    assert str(error) == "row 2, geometry: expected finite coordinates, has NaN or Infinity"


def test_a_geopackage_of_coordinates_that_are_no_place_names_every_row(
    refuse: Refuse, tmp_path: Path
) -> None:
    with np.errstate(invalid="ignore"):
        nowhere = shapely.Polygon([(0, 0), (1, 0), (np.nan, 1), (0, 0)])
    path = tmp_path / "a.gpkg"
    table([nowhere, nowhere], name=["a", "b"]).to_file(path)

    assert [error.message for error in refuse(path).errors] == [
        "expected finite coordinates, has NaN or Infinity"
    ] * 2


def test_a_folder_is_called_a_folder_and_a_device_a_device(refuse: Refuse, tmp_path: Path) -> None:
    folder = tmp_path / "a.geojson"
    folder.mkdir()

    assert refuse(folder).detail == f"{folder} is a folder"
    assert refuse(Path("/dev/null")).detail == "/dev/null is a device"


def test_a_layer_of_a_file_that_has_none_is_refused(refuse: Refuse, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "a.geojson", [feature(HOUSE)])

    error = refuse(path, file_layer="zzz")

    assert str(error) == "Only a GeoPackage has layers: a.geojson: leave --layer zzz out"


def test_a_table_that_does_not_fit_its_declared_encoding_asks_for_the_right_one(
    refuse: Refuse, tmp_path: Path
) -> None:
    path = write_shapefile(tmp_path / "a.shp", table([HOUSE], name=["锦绣花园"]), encoding="GB18030")
    path.with_suffix(".cpg").write_text("UTF-8")

    error = refuse(path)

    assert error.title == "The encoding does not fit"
    assert error.detail == "a.shp holds text that is not utf-8; name its encoding, e.g. --encoding gb18030"


def test_column_names_that_do_not_fit_the_declared_encoding_ask_for_the_right_one(
    refuse: Refuse, tmp_path: Path
) -> None:
    path = write_shapefile(tmp_path / "a.shp", table([HOUSE], 名称=["a"]), encoding="GB18030")
    path.with_suffix(".cpg").write_text("UTF-8")

    assert refuse(path).title == "The encoding does not fit"
