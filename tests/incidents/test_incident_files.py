"""Files of incidents as cities publish them go in whole; rows without a position are listed, never lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import two_grids
from sqlalchemy import text

from gis_grid.incidents.files.clock_times import Dates, read_moment
from gis_grid.incidents.files.meanings import USUAL
from gis_grid.incidents.rows import Kind
from gis_grid.incidents.service.file_import import FileImported, FileWanted, import_file
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from fastapi.testclient import TestClient
    from sqlalchemy import Connection

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
AT = datetime(2026, 11, 22, tzinfo=UTC)

SFPD = ("code=PdId", "time=Date+Time", "title=Descript", "lon=X", "lat=Y")


def load(conn: Connection, path: Path, *columns: str, tz: ZoneInfo = SHANGHAI, **more: Any) -> FileImported:
    return import_file(conn, FileWanted(path, columns, tz, **more), at=AT, actor="test")


def stored(conn: Connection, what: str = "count(*)") -> Any:
    return conn.execute(text(f"SELECT {what} FROM incident")).scalar_one()


def real(shared_data: Path, name: str) -> Path:
    path = shared_data / "incidents" / name
    if not path.is_file():
        pytest.skip(f"needs the published file {path}")
    return path


def test_a_month_of_san_francisco(conn: Connection, shared_data: Path) -> None:
    path = real(shared_data, "sfpd_incidents_2015_08.csv")
    done = load(conn, path, *SFPD, tz=ZoneInfo("America/Los_Angeles"), dates=Dates.MDY)

    assert (done.new, done.without_position, done.left_out.count) == (13_249, 0, 0)
    assert stored(conn) == 13_249
    assert stored(conn, "count(DISTINCT category)") == 35
    first, last = stored(conn, "min(reported_at)"), stored(conn, "max(reported_at)")
    assert (first.isoformat(), last.isoformat()) == ("2015-08-01T07:01:00+00:00", "2015-09-01T06:55:00+00:00")
    again = load(conn, path, *SFPD, tz=ZoneInfo("America/Los_Angeles"), dates=Dates.MDY)
    assert (again.new, again.known) == (0, 13_249)


def test_five_hours_of_new_york(conn: Connection, client: TestClient, shared_data: Path) -> None:
    path = real(shared_data, "nyc_311_20191231_1000.csv")
    done = load(conn, path, tz=NEW_YORK)

    assert (done.new, done.without_position, stored(conn)) == (1_000, 13, 1_000)
    listed = client.get("/api/incidents", params={"limit": 1_000}).json()
    without = [one for one in listed["features"] if one["geometry"] is None]
    assert (listed["numberMatched"], len(without)) == (1_000, 13)
    assert {one["properties"]["place"] for one in without} <= {"address", "none"}
    first = next(one["properties"] for one in listed["features"] if one["properties"]["code"] == "45278137")
    assert (first["category"], first["title"], first["state"], first["address"]) == (
        "Noise - Commercial",
        "Banging/Pounding",
        "closed",
        "3939 EMMONS AVENUE",
    )
    assert datetime.fromisoformat(first["reported_at"]) == datetime(2019, 12, 31, 23, 59, 11, tzinfo=NEW_YORK)


def test_sixteen_years_of_animals(conn: Connection, shared_data: Path) -> None:
    path = real(shared_data, "nyc_311_animal_2010_2025.csv")
    wanted = {"tz": NEW_YORK, "dates": Dates.MDY, "source": "nyc"}

    with pytest.raises(BadInput, match="nothing was imported") as refused:
        load(conn, path, **wanted)
    assert [(one.field, one.value) for one in refused.value.errors] == [
        ("closed", "01/01/1900 12:00:00 AM")
    ] * 2
    assert stored(conn) == 0

    done = load(conn, path, skip_bad_rows=True, **wanted)
    assert (done.new, done.left_out.count, stored(conn)) == (5_893, 2, 5_893)
    conn.exec_driver_sql("DELETE FROM incident")
    done = load(conn, path, "closed=none", **wanted)
    assert (done.new, done.without_position, stored(conn)) == (5_895, 57, 5_895)


def test_points_of_a_map_file_and_features_without_one(conn: Connection, tmp_path: Path) -> None:
    two_grids.build(conn)

    def feature(code: str, geometry: Any) -> dict[str, Any]:
        columns = {"编号": code, "时间": "2026/11/02 下午3:05", "类别": "楼道堆物", "地址": "3号楼"}
        return {"type": "Feature", "properties": columns, "geometry": geometry}

    places = [two_grids.BORDER, (two_grids.SOUTH + two_grids.NORTH) / 2]
    line = {"type": "LineString", "coordinates": [places, [118.786, 32.051]]}
    good = [feature("P1", {"type": "Point", "coordinates": places}), feature("P2", None)]
    path = tmp_path / "incidents.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": good}), "utf-8")

    done = load(conn, path, kind=Kind.HAZARD)

    assert (done.new, done.without_position) == (2, 1)
    rows = conn.execute(
        text(
            "SELECT i.code, i.kind, i.place, i.category_code, g.code AS grid, reported_at FROM incident i "
            "LEFT JOIN boundary b ON b.id = boundary_id LEFT JOIN grid g ON g.id = grid_id ORDER BY i.id"
        )
    ).all()
    at = datetime(2026, 11, 2, 15, 5, tzinfo=SHANGHAI)
    assert [tuple(row) for row in rows] == [
        ("P1", "hazard", "point", "safety.stairway", "G1", at),
        ("P2", "hazard", "address", "safety.stairway", None, at),
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature("P3", line)]}), "utf-8")
    with pytest.raises(BadInput) as refused:
        load(conn, path)
    assert str(refused.value.errors[0]) == "row 1, geometry = 'LineString': expected a Point"


HEADER = "code,time,category,lon,lat,deadline\n"
GOOD = "A1,2026-11-02 08:00,噪声,118.78,32.05\n"


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("A2,soon,噪声,118.78,32.05\n", "row 3, time = 'soon': expected"),
        ("A2,03/04/2026 08:00,噪声,118.78,32.05\n", "row 3, time = '03/04/2026 08:00': which is the day?"),
        (
            "A2,2026-11-02 13:00 PM,噪声,118.78,32.05\n",
            "row 3, time = '2026-11-02 13:00 PM': expected an hour",
        ),
        ("A2,2026-11-02 08:00,,118.78,32.05\n", "row 3, category: expected something"),
        (",2026-11-02 08:00,噪声,118.78,32.05\n", "row 3, code: expected something"),
        ("A1,2026-11-02 08:00,噪声,118.78,32.05\n", "row 3, code = 'A1': comes more than once"),
        ("A2,2026-11-02 08:00,噪声,181,32.05\n", "row 3, lon = '181': expected degrees"),
        ("A2,2026-11-02 08:00,噪声,118.78,\n", "row 3, lon, lat = '118.78': both or none"),
        ("A2,2026-11-02 08:00,噪声,nan,nan\n", "row 3, lon = 'nan': expected degrees"),
        ("A2,2026-11-02 08:00,噪声,118.78,32.05,2026-11-01\n", "row 3, deadline = '2026-11-01': not before"),
        ("A2,2026-11-02 08:00,噪\x1b声,118.78,32.05\n", "row 3, category = "),
        ("=1+1,2026-11-02 08:00,噪声,118.78,32.05\n", "row 3, code = '=1+1': expected a code that does not"),
        (f"A2,2026-11-02 08:00,{'噪' * 10_001},118.78,32.05\n", "row 3, category = "),
    ],
)
def test_a_bad_row_refuses_the_file_or_is_left_out_when_asked(
    conn: Connection, tmp_path: Path, rows: str, told: str
) -> None:
    path = tmp_path / "incidents.csv"
    path.write_text(HEADER + GOOD + rows, "utf-8")

    with pytest.raises(BadInput, match="Some rows cannot be used") as refused:
        load(conn, path)
    assert str(refused.value.errors[0]).startswith(told)
    assert stored(conn) == 0

    done = load(conn, path, skip_bad_rows=True)
    assert (done.new, stored(conn)) == (1, 1)


def test_a_header_in_another_encoding_is_told(conn: Connection, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    path.write_bytes("编号,上报时间,类别\n".encode("gb18030"))
    with pytest.raises(BadInput, match="cannot be read"):
        load(conn, path, encoding="utf-8")


def test_an_unknown_worker_is_told_by_the_line_of_the_file(conn: Connection, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    path.write_text("code,time,category,worker_code\n\nA1,2026-11-02,噪声,\nA2,2026-11-02,噪声,W9\n", "utf-8")
    with pytest.raises(BadInput, match="unknown workers") as refused:
        load(conn, path)
    assert str(refused.value.errors[0]) == "row 4, worker_code = 'W9': no such worker"


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        (["time=when"], "--map time=when; the file has: x, y"),
        (["colour=x"], "--map colour=x; expected MEANING=COLUMN, one of code, time"),
        (["code=x", "time=y"], "name it with --map category=COLUMN; the file has: x, y"),
        (["code=x", "time=y", "category=x", "lon=x"], "name both with --map, or neither"),
    ],
)
def test_a_mapping_that_does_not_fit_says_what_would(
    conn: Connection, tmp_path: Path, columns: list[str], told: str
) -> None:
    path = tmp_path / "incidents.csv"
    path.write_text("x,y\n1,2\n", "utf-8")
    with pytest.raises(BadInput) as refused:
        load(conn, path, *columns)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("words", "dates", "local"),
    [
        ("02/17/2020 12:19:00 PM", Dates.MDY, "2020-02-17 12:19"),
        ("02/17/2020 12:19:00 AM", Dates.MDY, "2020-02-17 00:19"),
        ("17.2.2020 1:05 p.m.", Dates.DMY, "2020-02-17 13:05"),
        ("2020/2/17 上午12:05", None, "2020-02-17 00:05"),
        ("2020-02-17", None, "2020-02-17 00:00"),
        ("2019-12-31T23:59:11.000", None, "2019-12-31 23:59:11"),
        ("1577836751", None, "2019-12-31 18:59:11"),
        ("2020-01-01T00:00:00Z", None, "2019-12-31 19:00"),
    ],
)
def test_times_as_files_write_them(words: str, dates: Dates | None, local: str) -> None:
    wanted = datetime.fromisoformat(local).replace(tzinfo=NEW_YORK)
    assert read_moment(words, NEW_YORK, dates) == wanted.timestamp() * 1000


@pytest.mark.parametrize("name", sorted({name for names in USUAL.values() for name in names}))
def test_every_column_that_is_found_by_itself_is_on_the_page(name: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "import.md"
    assert f"`{name}`" in page.read_text("utf-8")
