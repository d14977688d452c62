"""Map files of every kind and reference system, into the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import shapely
from files import feature, table, write_geojson, write_shapefile, zip_shapefile
from pyproj import Transformer
from towns import MONDAY, community, square

from gis_grid.grids import service
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.grids.service import ImportOptions, Layer

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection

HOUSE = shapely.box(118.78, 32.05, 118.7801, 32.0501)
SHED = shapely.box(118.79, 32.05, 118.79005, 32.05005)


def run(conn: Connection, path: Path, layer: Layer = Layer.BUILDINGS, **options: Any) -> service.ImportReport:
    """Import a file."""
    names = {
        name: options.pop(name) for name in list(options) if name in ("households", "floors", "id", "code")
    }
    return service.import_file(
        conn, path, ImportOptions(layer, columns=ColumnNames(**names), **options), at=MONDAY, actor="test"
    )


def rows(conn: Connection, columns: str, table_name: str = "building") -> list[tuple[Any, ...]]:
    """Return stored rows in the order of their names."""
    return [tuple(row) for row in conn.exec_driver_sql(f"SELECT {columns} FROM {table_name} ORDER BY name")]


def test_a_geojson_file_of_buildings_comes_in_with_its_households(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "houses.geojson",
        [
            feature(HOUSE, name="一号楼", units=12, building="apartments", levels="6"),
            feature(SHED, name="2", units=0),
        ],
    )

    report = run(conn, path, households="units")

    assert report.loaded["buildings"] == service.Loaded(2, 0, 0)
    assert rows(conn, "name, households, estimated, kind, floors, source, source_ref") == [
        ("2", 0, False, None, None, "houses.geojson", "#2"),
        ("一号楼", 12, False, "apartments", 6.0, "houses.geojson", "#1"),
    ]


def test_households_without_a_column_are_estimated_and_marked(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "houses.geojson", [feature(HOUSE, name="a", building="apartments")])

    report = run(conn, path)

    # 9.44 m x 11.09 m x 6 floors x 0.85 / 110 m2
    assert rows(conn, "households, estimated") == [(5, True)]
    assert "1 buildings are estimated" in report.notes[0]


def test_a_row_without_a_count_is_estimated_beside_those_that_have_one(
    conn: Connection, tmp_path: Path
) -> None:
    path = write_geojson(
        tmp_path / "houses.geojson",
        [feature(HOUSE, name="a", units=9), feature(HOUSE, name="b", units=None, building="apartments")],
    )

    run(conn, path, households="units")

    assert rows(conn, "households, estimated") == [(9, False), (5, True)]


def test_the_same_file_again_changes_nothing_and_a_new_number_is_an_update(
    conn: Connection, tmp_path: Path
) -> None:
    path = write_geojson(
        tmp_path / "houses.geojson", [feature(HOUSE, name="a", units=9), feature(SHED, name="b", units=0)]
    )
    run(conn, path, households="units")

    assert run(conn, path, households="units").loaded["buildings"] == service.Loaded(0, 0, 2)

    write_geojson(path, [feature(HOUSE, name="a", units=10)])
    changed = run(conn, path, households="units")
    assert changed.loaded["buildings"] == service.Loaded(0, 1, 0)
    assert "1 rows of houses.geojson that this file does not hold stay as they are" in changed.notes
    assert rows(conn, "households") == [(10,), (0,)]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4549", "EPSG:2362", "EPSG:32650", "EPSG:3857"])
def test_positions_of_any_reference_system_land_on_the_same_place(
    conn: Connection, tmp_path: Path, crs: str
) -> None:
    moved = table([HOUSE], name=["a"]).to_crs(crs)
    moved.to_file(tmp_path / "houses.gpkg", layer="houses")

    run(conn, tmp_path / "houses.gpkg")

    ((stored,),) = rows(conn, "ST_AsBinary(geom)")
    # EPSG:2362 counts its zone number into the easting, as Chinese surveys do.
    assert shapely.from_wkb(stored).hausdorff_distance(HOUSE) < 1e-7


@pytest.mark.parametrize(
    ("crs", "rough"), [("EPSG:4490", False), ("EPSG:4549", False), ("EPSG:4214", True), ("EPSG:4610", True)]
)
def test_a_datum_without_a_published_shift_is_told(
    conn: Connection, tmp_path: Path, crs: str, rough: bool
) -> None:
    table([HOUSE], name=["a"]).to_crs(crs).to_file(tmp_path / "houses.gpkg", layer="houses")

    report = run(conn, tmp_path / "houses.gpkg")

    assert any("may be off by some 100 m" in note for note in report.notes) is rough


def test_a_geojson_file_may_name_its_system_in_the_old_way(conn: Connection, tmp_path: Path) -> None:
    east, north = Transformer.from_crs(4326, 4549, always_xy=True).transform(118.78, 32.05)
    yard = shapely.box(east, north, east + 10, north + 10)
    name = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}

    run(conn, write_geojson(tmp_path / "houses.geojson", [feature(yard)], crs=name))

    ((place,),) = rows(conn, "ST_AsText(point)")
    assert place.startswith("POINT(118.7800")


def test_a_shapefile_without_a_reference_system_takes_the_one_that_is_named(
    conn: Connection, tmp_path: Path
) -> None:
    east, north = Transformer.from_crs(4326, 4549, always_xy=True).transform(118.78, 32.05)
    yard = table([shapely.box(east, north, east + 10, north + 10)], name=["a"])
    path = write_shapefile(tmp_path / "houses.shp", yard, prj=False)

    run(conn, path, crs="EPSG:4549")

    ((place,),) = rows(conn, "ST_AsText(point)")
    assert place.startswith("POINT(118.7800")


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
@pytest.mark.parametrize("zipped", [False, True])
def test_chinese_names_of_a_shapefile_without_an_encoding_are_read(
    conn: Connection, tmp_path: Path, encoding: str, zipped: bool
) -> None:
    path = write_shapefile(tmp_path / "楼.shp", table([HOUSE], name=["锦绣花园1栋"]), encoding=encoding)
    if zipped:
        path = zip_shapefile(path, tmp_path / "楼.zip")

    run(conn, path)

    assert rows(conn, "name") == [("锦绣花园1栋",)]


def test_an_encoding_that_is_named_wins(conn: Connection, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "houses.shp", table([HOUSE], name=["錦繡"]), encoding="BIG5")

    run(conn, path, encoding="BIG5")

    assert rows(conn, "name") == [("錦繡",)]


def test_a_shapefile_that_names_its_encoding_is_read_in_it(conn: Connection, tmp_path: Path) -> None:
    path = write_shapefile(tmp_path / "houses.shp", table([HOUSE], name=["錦繡"]), encoding="BIG5", cpg=True)

    run(conn, path)

    assert rows(conn, "name") == [("錦繡",)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_names_of_a_geojson_file_are_read(conn: Connection, tmp_path: Path, encoding: str) -> None:
    path = write_geojson(tmp_path / "houses.geojson", [feature(HOUSE, name="锦绣花园1栋")], encoding=encoding)

    run(conn, path)

    assert rows(conn, "name") == [("锦绣花园1栋",)]


def test_a_layer_of_a_geopackage_is_taken_by_name(conn: Connection, tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    table([HOUSE], name=["a"]).to_file(path, layer="houses")
    table([SHED], name=["b"]).to_file(path, layer="sheds")

    run(conn, path, file_layer="sheds")

    assert rows(conn, "name") == [("b",)]


def test_polygons_are_taken_out_of_a_collection_that_a_repair_left(conn: Connection, tmp_path: Path) -> None:
    crumbs = shapely.GeometryCollection([HOUSE, shapely.LineString([(118.78, 32.05), (118.77, 32.05)])])
    run(conn, write_geojson(tmp_path / "houses.geojson", [feature(crumbs, name="a")]))

    assert rows(conn, "ST_GeometryType(geom)") == [("ST_MultiPolygon",)]


def test_a_row_without_a_place_and_without_households_is_left_aside(conn: Connection, tmp_path: Path) -> None:
    nowhere = {"type": "Polygon", "coordinates": []}
    path = write_geojson(tmp_path / "a.geojson", [feature(nowhere, units=0), feature(HOUSE, units=1)])

    report = run(conn, path, households="units")

    assert report.loaded["buildings"].rows == 1
    assert "1 rows without a place" in report.notes[0]


def test_areas_know_what_lies_above_them(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "areas.geojson",
        [
            feature(square(0, 0), code="C", name="社区", kind="community", parent="S"),
            feature(shapely.box(0, 0, 1, 1), code="S", name="街道", kind="subdistrict"),
        ],
    )

    run(conn, path, Layer.AREAS)

    assert conn.exec_driver_sql(
        "SELECT parent.code FROM area JOIN area parent ON parent.id = area.parent_id WHERE area.code = 'C'"
    ).scalars().all() == ["S"]


def test_grids_are_published_from_the_asked_day(conn: Connection, tmp_path: Path) -> None:
    service.load_areas(conn, community("C1", shapely.box(0, 0, 0.02, 0.01)))
    path = write_geojson(
        tmp_path / "grids.geojson",
        [feature(square(0, 0), code="A", name="一"), feature(square(1, 0), code="B", name="二")],
    )

    report = run(conn, path, Layer.GRIDS, community="C1", valid_from=MONDAY)

    assert report.loaded["grids"].new == 2
    assert report.notes == ()
    assert conn.exec_driver_sql("SELECT DISTINCT lower(valid) FROM boundary").scalar_one() == MONDAY


def test_one_hand_drawn_polygon_is_a_grid_and_its_community(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "mine.geojson", [feature(square(0, 0))])

    report = run(conn, path, Layer.GRIDS, community="MINE", create=True)

    assert conn.exec_driver_sql("SELECT code FROM grid").scalars().all() == ["MINE-1"]
    assert report.notes == ("community MINE was made from its grids",)


def test_roads_take_their_class_from_openstreetmap_or_our_own_words(conn: Connection, tmp_path: Path) -> None:
    line = shapely.LineString([(118.78, 32.05), (118.79, 32.05)])
    path = write_geojson(
        tmp_path / "roads.geojson",
        [
            feature(line, name="a", highway="tertiary_link"),
            feature(line, name="b", highway="residential"),
            feature(line, name="c", highway="steps"),
            feature(line, name="d", railway="rail"),
            feature(line, name="e", highway="construction"),
            feature(line, name="f", railway="subway", tunnel="yes"),
            feature(line, name="g", highway="lane"),
        ],
    )

    report = run(conn, path, Layer.ROADS)

    assert rows(conn, "name, class", "road") == [
        ("a", "main"),
        ("b", "lane"),
        ("c", "path"),
        ("d", "rail"),
        ("g", "lane"),
    ]
    assert report.notes[0].startswith("2 ways that are no road")


def test_water_may_be_an_area_or_a_line(conn: Connection, tmp_path: Path) -> None:
    river = shapely.LineString([(118.78, 32.05), (118.79, 32.05)])
    run(
        conn,
        write_geojson(tmp_path / "w.geojson", [feature(river, name="河"), feature(HOUSE, name="湖")]),
        Layer.WATER,
    )

    assert rows(conn, "name, ST_GeometryType(geom)", "water") == [
        ("河", "ST_LineString"),
        ("湖", "ST_Polygon"),
    ]


def test_an_import_is_written_down_with_the_files_digest(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "houses.geojson", [feature(HOUSE, name="a")])
    run(conn, path)

    run_row = conn.exec_driver_sql(
        "SELECT layer, file_name, length(sha256), rows_in, rows_left_out FROM import_run"
    ).one()
    assert tuple(run_row) == ("buildings", "houses.geojson", 64, 1, 0)
    assert conn.exec_driver_sql("SELECT action FROM ledger").scalars().all() == ["import"]


def test_progress_counts_the_features_of_the_file(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(tmp_path / "houses.geojson", [feature(HOUSE, name=str(n)) for n in range(3)])
    told: list[tuple[int, int | None]] = []

    service.import_file(
        conn,
        path,
        ImportOptions(Layer.BUILDINGS),
        at=MONDAY,
        actor="test",
        progress=lambda done, total: told.append((done, total)),
    )

    assert told == [(3, 3)]


def test_floors_that_are_no_number_above_0_are_counted_and_told(conn: Connection, tmp_path: Path) -> None:
    path = write_geojson(
        tmp_path / "houses.geojson",
        [feature(HOUSE, name="a", floors="-3", units=1), feature(SHED, name="b", floors="B2;3", units=1)],
    )

    report = run(conn, path, households="units")

    assert rows(conn, "floors") == [(None,), (None,)]
    assert report.notes == ("2 values of floors are no number of floors above 0 and were taken as not known",)


@pytest.mark.parametrize("layer", [Layer.AREAS, Layer.BUILDINGS, Layer.WATER, Layer.ROADS])
def test_the_same_shape_drawn_from_another_corner_the_other_way_round_is_the_same(
    conn: Connection, tmp_path: Path, layer: Layer
) -> None:
    ring = shapely.get_coordinates(HOUSE)
    turned = shapely.Polygon([*ring[2:], *ring[1:3]][::-1])
    first, second = (HOUSE, turned) if layer is not Layer.ROADS else (HOUSE.exterior, turned.exterior)
    assert not shapely.equals_exact(first, second)
    for shape in (first, second):
        line_or_area = shapely.LineString(shape) if layer is Layer.ROADS else shape
        columns = {"code": "A", "id": "1", "name": "a", "households": 3, "class": "lane"}
        columns["kind"] = "community" if layer is Layer.AREAS else "apartments"
        path = write_geojson(tmp_path / "a.geojson", [feature(line_or_area, **columns)])
        report = run(conn, path, layer)

    assert report.loaded[layer] == service.Loaded(0, 0, 1)


def test_a_grid_drawn_from_another_corner_makes_no_new_boundary(conn: Connection, tmp_path: Path) -> None:
    ring = shapely.get_coordinates(square(0, 0))
    turned = shapely.MultiPolygon([shapely.Polygon([*ring[2:], *ring[1:3]][::-1])])
    for outline in (square(0, 0), turned):
        path = write_geojson(tmp_path / "a.geojson", [feature(outline, code="A", name="a")])
        report = run(conn, path, Layer.GRIDS, community="C", create=True)

    assert report.loaded["grids"].same == 1
    assert conn.exec_driver_sql("SELECT count(*) FROM boundary").scalar_one() == 1
