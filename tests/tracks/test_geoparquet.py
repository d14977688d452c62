"""Tracks in Parquet: as GeoPandas writes them, native points, plain columns, and what is broken in them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import geopandas
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from gis_grid.core import BadTrack, Fixes
from gis_grid.tracks.decoders import RowProblem, TrackBlock, decode

if TYPE_CHECKING:
    from pathlib import Path

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = 1793577600000  # 2026-11-02 08:00 in Shanghai
START = datetime.fromtimestamp(EIGHT / 1000, UTC)
TIMES = [START + timedelta(seconds=10 * n) for n in range(3)]
T_MS = [EIGHT, EIGHT + 10_000, EIGHT + 20_000]
LON, LAT = [116.3, 116.4, 116.5], [39.9, 39.8, 39.7]


def parquet(columns: dict[str, Any], geo: dict[str, Any] | None = None, **options: Any) -> bytes:
    table = pa.table(columns)
    if geo is not None:
        table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    out = BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def geo_of(encoding: str = "WKB", **more: Any) -> dict[str, Any]:
    column = {"encoding": encoding, "geometry_types": ["Point"], **more}
    return {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}


def wkb(*points: Any) -> list[bytes | None]:
    return [None if point is None else shapely.to_wkb(point) for point in points]


POINTS = wkb(*map(shapely.Point, LON, LAT))


def blocks_of(data: bytes, **more: Any) -> list[TrackBlock]:
    return list(decode("walk", data, **more))


def fixes_of(data: bytes, **more: Any) -> Fixes:
    blocks = blocks_of(data, **more)
    assert [problem for block in blocks for problem in block.problems] == []
    return Fixes.concat([block.fixes for block in blocks])


def problems_of(data: bytes) -> list[RowProblem]:
    return [problem for block in blocks_of(data) for problem in block.problems]


def assert_walk(fixes: Fixes) -> None:
    assert fixes.t_ms.tolist() == T_MS
    assert (fixes.lon.tolist(), fixes.lat.tolist()) == (LON, LAT)


@pytest.mark.parametrize("encoding", ["WKB", "geoarrow"])
@pytest.mark.parametrize("crs", ["OGC:CRS84", "EPSG:4326", "EPSG:4490"])
def test_what_geopandas_writes_is_read_whatever_the_file_is_called(
    tmp_path: Path, encoding: str, crs: str
) -> None:
    frame = geopandas.GeoDataFrame(
        {"time": TIMES, "accuracy": [5.0, None, 7.0], "device": ["a", "a", None]},
        geometry=geopandas.points_from_xy(LON, LAT),
        crs=crs,
    )
    path = tmp_path / "walk.csv"
    frame.to_parquet(path, geometry_encoding=encoding, schema_version="1.1.0")
    with path.open("rb") as file:
        (block,) = decode(path.name, [path.read_bytes()], file=file)
    assert_walk(block.fixes)
    assert block.fixes.accuracy_m[[0, 2]].tolist() == [5, 7]
    assert np.isnan(block.fixes.accuracy_m[1])
    assert block.workers is not None
    assert block.workers.tolist() == ["a", "a", ""]
    assert block.rows.tolist() == [1, 2, 3]


def test_readings_and_heights_go_along() -> None:
    points = wkb(*(shapely.Point(lon, lat, 7.5) for lon, lat in zip(LON, LAT, strict=True)))
    columns = {
        "geometry": points,
        "t": TIMES,
        "speed_mps": pa.array([1.5, 2.5, None], pa.float32()),
        "heading": [90, 180, 270],
        "mock": [True, False, None],
        "worker": pa.array(["W1", "W1", "W2"]).dictionary_encode(),
    }
    (block,) = blocks_of(parquet(columns, geo_of()))
    assert block.fixes.altitude_m.tolist() == [7.5] * 3
    assert block.fixes.speed_mps[:2].tolist() == [1.5, 2.5]
    assert block.fixes.heading_deg.tolist() == [90, 180, 270]
    assert block.fixes.mock.tolist() == [True, False, False]
    assert block.workers is not None
    assert block.workers.tolist() == ["W1", "W1", "W2"]


@pytest.mark.parametrize(
    "times",
    [
        pa.array(TIMES, pa.timestamp("us", "Asia/Shanghai")),
        pa.array(TIMES, pa.timestamp("ms", "UTC")),
        pa.array(TIMES, pa.timestamp("ns", "+05:30")),
        pa.array(T_MS, pa.int64()),
        pa.array([t / 1000 for t in T_MS], pa.float64()),
        pa.array([t // 1000 for t in T_MS], pa.int32()),
        pa.array([time.isoformat() for time in TIMES]),
    ],
)
def test_a_time_may_be_of_any_of_these_kinds(times: pa.Array) -> None:
    assert_walk(fixes_of(parquet({"lon": LON, "lat": LAT, "time": times})))


def test_a_time_without_zone_is_one_of_the_zone_that_was_said() -> None:
    clocks = [time.astimezone(SHANGHAI).replace(tzinfo=None) for time in TIMES]
    data = parquet({"lon": LON, "lat": LAT, "time": pa.array(clocks, pa.timestamp("ms"))})
    (block,) = blocks_of(data, zone=SHANGHAI)
    assert_walk(block.fixes)
    assert block.without_zone == 3


def test_columns_may_be_said() -> None:
    data = parquet({"p": LON, "q": LAT, "when": TIMES, "t": [0, 0, 0], "geometry": POINTS}, geo_of())
    assert_walk(fixes_of(data, columns={"t": "when"}))
    assert_walk(fixes_of(data, columns={"t": "when", "lon": "p", "lat": "q"}))
    with pytest.raises(BadTrack, match=r"no column for t \(said to be 'hour'\). It has: p, q, when"):
        blocks_of(data, columns={"t": "hour"})


def test_recordings_that_this_program_kept_apart_stay_apart() -> None:
    data = parquet({"lon": LON, "lat": LAT, "t": TIMES, "track_part": pa.array([0, 1, None], pa.int32())})
    assert fixes_of(data).segment.tolist() == [0, 1, 0]


def test_a_broken_row_is_told_of_by_its_number_and_the_rest_goes_in() -> None:
    count = 70_000
    lon, lat, times = [116.3] * count, [39.9] * count, [EIGHT + 1000 * n for n in range(count)]
    lat[9], times[20_000], lon[66_000] = 139.9, -5, float("nan")
    blocks = blocks_of(parquet({"lon": lon, "lat": lat, "time": times}, row_group_size=30_000))
    problems = [problem for block in blocks for problem in block.problems]
    assert [(one.row, one.field, one.value) for one in problems] == [
        (10, "lat", "139.9"),
        (20_001, "t", "-5"),
        (66_001, "lon", "nan"),
    ]
    assert sum(len(block.fixes) for block in blocks) == count - 3
    assert max(len(block.fixes) for block in blocks) <= 65_536


@pytest.mark.parametrize("encoding", ["WKB", "point"])
def test_what_is_no_point_is_a_broken_row(encoding: str) -> None:
    if encoding == "WKB":
        line = shapely.LineString([(0, 0), (1, 1)])
        points = [*wkb(None, shapely.Point(), line), b"\x01\x02", *POINTS[:1]]
    else:
        points = [None, {"x": None, "y": 39.9}, {"x": 200.0, "y": 1.0}, {"x": 1.0, "y": None}]
        points.append({"x": 116.3, "y": 39.9})
    data = parquet({"geometry": points, "t": [EIGHT] * 5}, geo_of(encoding))
    assert [problem.row for problem in problems_of(data)] == [1, 2, 3, 4]
    assert sum(len(block.fixes) for block in blocks_of(data)) == 1


def test_a_column_of_lists_is_a_broken_value() -> None:
    (problem, *_) = problems_of(parquet({"lon": LON, "lat": LAT, "t": TIMES, "accuracy": [[1], [2], [3]]}))
    assert (problem.row, problem.field, problem.expected) == (1, "accuracy_m", "a number")


@pytest.mark.parametrize(
    ("geo", "message"),
    [
        (geo_of(crs={"id": {"authority": "EPSG", "code": 4547}}), "reference system is 'EPSG:4547'"),
        (geo_of(crs={"name": "Beijing 1954"}), "reference system is 'Beijing 1954'"),
        (geo_of(crs=None), "reference system is 'None'"),
        (geo_of("linestring"), "holds 'linestring'; expected points"),
        ({"version": "1.1.0"}, "geo metadata cannot be read"),
        ({"primary_column": "there", "columns": {"there": {"encoding": "WKB"}}}, "column 'there' holds"),
        ([], "geo metadata cannot be read"),
        ({"primary_column": "t", "columns": {"t": {"encoding": "point"}}}, "column 't' holds 'point'"),
    ],
)
def test_what_is_no_track_is_refused_with_the_reason(geo: Any, message: str) -> None:
    with pytest.raises(BadTrack, match=message):
        blocks_of(parquet({"geometry": POINTS, "t": TIMES}, geo))


def test_missing_columns_are_named() -> None:
    with pytest.raises(BadTrack, match=r"no column for t \(may be called t, time.*It has: geometry, name"):
        blocks_of(parquet({"geometry": POINTS, "name": ["a", "b", "c"]}, geo_of()))
    with pytest.raises(BadTrack, match=r"no column for lon .*; lat "):
        blocks_of(parquet({"geometry": POINTS, "t": TIMES}))


def test_a_file_that_breaks_off_is_refused() -> None:
    data = parquet({"lon": LON, "lat": LAT, "t": TIMES})
    for cut in (8, len(data) // 2, len(data) - 1):
        with pytest.raises(BadTrack, match="not whole Parquet"):
            blocks_of(data[:cut])


def test_an_empty_table_has_no_fix() -> None:
    empty = pa.array([], pa.float64())
    assert blocks_of(parquet({"lon": empty, "lat": empty, "t": empty})) == []


def test_two_columns_of_one_name_are_refused() -> None:
    out = BytesIO()
    pq.write_table(pa.table([LON, LAT, T_MS, T_MS], names=["lon", "lat", "t", "t"]), out)
    with pytest.raises(BadTrack, match="two columns have the same name: lon, lat, t, t"):
        blocks_of(out.getvalue())


def test_bytes_turned_over_anywhere_end_in_fixes_or_in_a_reason() -> None:
    random = np.random.default_rng(20261102)
    good = parquet({"geometry": POINTS, "t": TIMES, "accuracy": [1.0, 2.0, 3.0]}, geo_of())
    for _ in range(2000):
        data = bytearray(good)
        for at in random.integers(4, len(data), random.integers(1, 6)):
            data[at] = random.integers(256)
        try:
            blocks_of(bytes(data))
        except BadTrack:
            continue
