"""Key places and offices from files: points by version, in their grids and communities."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import shapely
from files import feature, write_geojson
from towns import MONDAY

from gis_grid.grids import service
from gis_grid.grids.service import ImportOptions, ImportReport, Layer
from gis_grid.kit.errors import BadInput, Conflict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy import Connection

WEEK = timedelta(days=7)
CSV = "code,name,class,lon,lat\nK1,学校门口,position,118.0005,32.0005\nK2,市场,,118.0015,32.0005\n"


@pytest.fixture
def town(conn: Connection, tmp_path: Path) -> Connection:
    """Two grids side by side in one community, each with a worker, from Monday on."""
    grids = [
        feature(shapely.box(118 + n / 1000, 32, 118.001 + n / 1000, 32.001), code=f"G{n}", community="C")
        for n in range(2)
    ]
    options = ImportOptions(Layer.GRIDS, create=True, valid_from=MONDAY)
    service.import_file(
        conn, write_geojson(tmp_path / "grids.geojson", grids), options, at=MONDAY, actor="test"
    )
    service.add_workers(conn, [("W0", "甲"), ("W1", "乙")])
    service.assign(conn, [(f"W{n}", f"G{n}", MONDAY, None) for n in range(2)])
    return conn


def imported(
    conn: Connection, path: Path, layer: Layer = Layer.KEY_PLACES, **options: object
) -> ImportReport:
    wanted = ImportOptions(layer, **{"valid_from": MONDAY, **options})  # type: ignore[arg-type]
    return service.import_file(conn, path, wanted, at=MONDAY, actor="test")


def ids(conn: Connection) -> list[int]:
    found = service.worker_ids(conn, ["W0", "W1"])
    return [found["W0"], found["W1"]]


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_text(text, encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_of_key_places_goes_in_and_each_is_the_workers_whose_grid_holds_it(
    town: Connection, tmp_path: Path, encoding: str
) -> None:
    report = imported(town, written(tmp_path / "places.csv", CSV, encoding))

    assert (report.loaded["key places"].new, report.left_out.count) == (2, 0)
    first, second = ids(town)
    found = service.key_places_of(town, [first, second], MONDAY, MONDAY + WEEK)
    assert [(place.name, place.lon, place.lat) for place in found[first]] == [("学校门口", 118.0005, 32.0005)]
    assert [place.name for place in found[second]] == ["市场"]
    classes = town.exec_driver_sql("SELECT class FROM key_place ORDER BY code").scalars().all()
    assert classes == ["position", "place"]


def test_the_same_file_again_changes_nothing_and_a_moved_place_is_a_new_version(
    town: Connection, tmp_path: Path
) -> None:
    path = written(tmp_path / "places.csv", CSV)
    imported(town, path)
    again = imported(town, path, valid_from=MONDAY + WEEK).loaded["key places"]
    moved = imported(
        town, written(path, CSV.replace("118.0005", "118.0006")), valid_from=MONDAY + WEEK
    ).loaded["key places"]

    assert (again.new, again.changed, again.same) == (0, 0, 2)
    assert (moved.new, moved.changed, moved.same) == (0, 1, 1)
    first, _ = ids(town)
    before, after = service.key_places_of(town, [first], MONDAY, MONDAY + 2 * WEEK)[first]
    assert before.until_ms == after.since_ms
    assert (before.lon, after.lon) == (118.0005, 118.0006)


def test_a_place_stays_one_place_when_only_the_boundary_around_it_changes(
    town: Connection, tmp_path: Path
) -> None:
    imported(town, written(tmp_path / "places.csv", CSV))
    wider = [feature(shapely.box(118, 32, 118.001, 32.0009), code="G0", community="C")]
    imported(town, write_geojson(tmp_path / "new.geojson", wider), Layer.GRIDS, valid_from=MONDAY + WEEK)

    first, _ = ids(town)
    (place,) = service.key_places_of(town, [first], MONDAY, MONDAY + 2 * WEEK)[first]
    assert place.until_ms is None


def test_a_place_on_the_border_of_two_grids_is_asked_of_the_lower_code_only(
    town: Connection, tmp_path: Path
) -> None:
    imported(town, written(tmp_path / "places.csv", "code,lon,lat\nK1,118.001,32.0005\n"))
    first, second = ids(town)
    assert list(service.key_places_of(town, [first, second], MONDAY, MONDAY + WEEK)) == [first]
    assert service.key_places_of(town, [second], MONDAY, MONDAY + WEEK) == {}


def test_an_office_belongs_to_the_community_around_it_or_to_the_one_that_is_named(
    town: Connection, tmp_path: Path
) -> None:
    points = [
        feature(shapely.Point(118.0001, 32.0001), code="O1", name="居委会"),
        feature(shapely.Point(119, 32), code="O2", community="C"),
    ]
    imported(town, write_geojson(tmp_path / "offices.geojson", points), Layer.OFFICES)
    first, second = ids(town)
    found = service.offices_of(town, [first, second], MONDAY, MONDAY + WEEK)
    assert [place.name for place in found[first]] == ["居委会", "O2"]
    assert found[first] == found[second]


@pytest.mark.parametrize(
    ("text", "layer", "said"),
    [
        ("code,lon,lat\nK1,118,32\nK1,118,32\n", Layer.KEY_PLACES, "comes 2 times"),
        ("code,class,lon,lat\nK1,secret,118,32\n", Layer.KEY_PLACES, "expected area, position, place"),
        ("code,lon,lat\nK1,,\n", Layer.KEY_PLACES, "is missing, empty"),
        ("code,lon,lat\nO1,150,32\n", Layer.OFFICES, "expected the code of a known community"),
        ("code,lon,lat\n,118,32\n", Layer.OFFICES, "expected a code"),
        ("code,x,y\nK1,118,32\n", Layer.KEY_PLACES, "expected one of lon, lng, longitude"),
    ],
)
def test_a_place_that_cannot_be_used_refuses_the_file(
    town: Connection,
    tmp_path: Path,
    refuse: Callable[..., BadInput],
    text: str,
    layer: Layer,
    said: str,
) -> None:
    refused = refuse(written(tmp_path / "bad.csv", text), layer, valid_from=MONDAY)
    assert said in " ".join([str(refused), *map(str, refused.errors)])


def test_a_version_before_one_that_is_stored_is_refused(town: Connection, tmp_path: Path) -> None:
    imported(town, written(tmp_path / "places.csv", CSV), valid_from=MONDAY + WEEK)
    with pytest.raises(Conflict, match="begins at that time or later") as refused:
        imported(town, written(tmp_path / "places.csv", CSV.replace("32.0005", "32.0006")))
    assert [error.row for error in refused.value.errors] == ["key place K1", "key place K2"]
