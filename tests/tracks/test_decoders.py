import datetime as dt
import json
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gis_grid.core import BadTrack, Fixes
from gis_grid.tracks.decoders import RowProblem, TrackBlock, decode

SHANGHAI = ZoneInfo("Asia/Shanghai")
EIGHT = 1793577600000  # 2026-11-02 08:00 in Shanghai


def fixes_of(name: str, data: bytes | str, **more) -> Fixes:
    blocks = list(decode(name, data, **more))
    assert [problem for block in blocks for problem in block.problems] == []
    return Fixes.concat([block.fixes for block in blocks])


def problems_of(name: str, data: bytes | str) -> list[RowProblem]:
    return [problem for block in decode(name, data) for problem in block.problems]


def csv(*rows: str, header: str = "t,lon,lat") -> str:
    return "\n".join([header, *rows])


@pytest.mark.parametrize(
    "time",
    [
        "2026-11-02T08:00:00+08:00",
        "2026-11-02T08:00:00+0800",
        "2026-11-02 08:00:00+08",
        "2026-11-02T00:00:00Z",
        "2026-11-02T00:00:00.000Z",
        "2026-11-02 00:00:00.000000000+00:00",
        "1793577600",
        "1793577600.0",
        "1793577600000",
        "1.7935776e9",
    ],
)
def test_a_time_may_be_written_in_any_of_these_ways(time) -> None:
    assert fixes_of("a.csv", csv(f"{time},116.3,39.9")).t_ms.tolist() == [EIGHT]
    mixed = csv(f"{time},116.3,39.9", "1793577600,116.3,39.9", "2026-11-02T00:00:00Z,116.3,39.9")
    assert fixes_of("a.csv", mixed).t_ms.tolist() == [EIGHT] * 3


@pytest.mark.parametrize(
    "time", ["2026-11-02 08:00:00", "2026-11-02T08:00", "2026/11/2 8:00:00", "2026/11/02 8:00"]
)
def test_a_time_without_zone_is_one_of_the_zone_that_was_said(time) -> None:
    (block,) = decode("a.csv", csv(f"{time},116.3,39.9"), zone=SHANGHAI)
    assert block.fixes.t_ms.tolist() == [EIGHT]
    assert block.without_zone == 1
    (block,) = decode("a.csv", csv(f"{time},116.3,39.9"))
    assert block.fixes.t_ms.tolist() == [EIGHT + 8 * 3_600_000]


def test_times_without_zone_follow_the_change_of_clocks() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    rows = [f"2026-03-29 0{hour}:30:00,13.4,52.5" for hour in (0, 1, 3, 4)]
    assert np.diff(fixes_of("a.csv", csv(*rows), zone=berlin).t_ms).tolist() == [3_600_000] * 3


@pytest.mark.parametrize(
    "header",
    [
        "t,lon,lat,accuracy",
        "timestamp,longitude,latitude,acc",
        "tracked_at,X,Y,Accuracy",
        "时间,经度,纬度,精度",
    ],
)
def test_columns_are_known_by_many_names(header) -> None:
    fixes = fixes_of("a.csv", csv("1793577600,116.3,39.9,5", header=header))
    assert (fixes.lon[0], fixes.lat[0], fixes.accuracy_m[0]) == (116.3, 39.9, 5)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_separators_line_ends_and_encodings_are_found(separator, newline, encoding) -> None:
    rows = ["网格员,时间,经度,纬度", "张三,1793577600,116.3,39.9", '"李四",1793577610,116.4,39.8']
    data = newline.join(rows).replace(",", separator).encode(encoding)
    (block,) = decode("轨迹.csv", data)
    assert block.workers is not None
    assert block.workers.tolist() == ["张三", "李四"]
    assert block.fixes.lon.tolist() == [116.3, 116.4]
    assert block.rows.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("row", "field", "value", "expected"),
    [
        ("yesterday,116.3,39.9", "t", "yesterday", "a time such as"),
        (",116.3,39.9", "t", "", "a time such as"),
        ("2026-13-02T08:00:00Z,116.3,39.9", "t", "2026-13-02T08:00:00Z", "a time such as"),
        ("-5,116.3,39.9", "t", "-5", "a time such as"),
        ("1793577600,east,39.9", "lon", "east", "a number"),
        ("1793577600,,39.9", "lon", "", "degrees between -180 and 180"),
        ("1793577600,39.9,116.3", "lat", "116.3", "degrees between -90 and 90 (are lon and lat swapped?)"),
        ("1793577600,nan,39.9", "lon", "nan", "degrees between -180 and 180"),
        ("1793577600,116.3,inf", "lat", "inf", "degrees between -90 and 90"),
        ("1793577600,116.3", "row", "1793577600,116.3", "3 columns as in the first line, not 2"),
        (
            "1793577600,116.3,39.9,1",
            "row",
            "1793577600,116.3,39.9,1",
            "3 columns as in the first line, not 4",
        ),
        ('"1793577600,116.3,39.9', "row", "1793577600,116.3,39.9", "3 columns as in the first line, not 1"),
    ],
)
def test_a_broken_row_is_told_of_and_the_rest_goes_in(row, field, value, expected) -> None:
    good = "1793577600,116.3,39.9"
    (block,) = decode("a.csv", csv(good, good, row, good, ""))
    assert block.rows.tolist() == [2, 3, 5]
    (problem,) = block.problems
    assert (problem.row, problem.field, problem.value) == (4, field, value)
    assert problem.expected.startswith(expected)
    assert str(problem).startswith("row 4: ")


def test_a_broken_row_in_the_middle_of_a_large_file_is_named_by_its_line() -> None:
    rows = [f"{1793577600 + n},116.3,39.9" for n in range(400_000)]
    rows[300_000] = "1793577600,116.3,north"
    data = csv(*rows).encode()
    blocks = list(decode("a.csv", (data[i : i + 70_001] for i in range(0, len(data), 70_001))))
    assert sum(len(block.fixes) for block in blocks) == 399_999
    assert [(p.row, p.value) for block in blocks for p in block.problems] == [(300_002, "north")]
    lines = np.concatenate([block.rows for block in blocks])
    assert lines.tolist() == [n for n in range(2, 400_002) if n != 300_002]


def test_blank_lines_are_no_rows_and_keep_the_count_right() -> None:
    (block,) = decode("a.csv", "\n\nt,lon,lat\n\n1793577600,116.3,39.9\n\nx,1,1\n\n")
    assert block.rows.tolist() == [5]
    assert [problem.row for problem in block.problems] == [7]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b" \n \n", "the file is empty"),
        ("a.csv", b"lon,lat\n1,2\n", "names no column for t .*tracked_at"),
        ("a.csv", b"1793577600,116.3,39.9\n", "names no column for t"),
        ("a.csv", b"t,lon,lat\n\xff\xff\xff\xff,1,1\n", "neither in UTF-8 nor in GB18030"),
        ("a.csv", b"\x00\x01\x02\n\x00", "the file is not text"),
        ("a.csv", b"x" * 5_000_000, "a line of more than"),
        ("a.gpx", b"", "the file is empty"),
        ("a.gpx", b"<gpx><trk><trkseg>", "not whole XML: .* in line 1"),
        ("a.gpx", b"<kml></kml>", "XML, but not GPX"),
        (
            "a.gpx",
            b'<gpx><trk><trkseg><trkpt lat="1" lon="1"/></trkseg></trk></gpx>',
            "has no times: 1 points",
        ),
        ("a.gpx", b'<!DOCTYPE g [<!ENTITY a "b">]><gpx>&a;</gpx>', "may do harm"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [', "not whole JSON"),
        ("a.geojson", b'{"a": 1}', "JSON, but not GeoJSON"),
        ("a.geojson", b"hello", "not whole JSON"),
        ("a.gpx", b'<?xml version="1.0" encoding="klingon"?><gpx/>', "unknown encoding: klingon"),
        ("a.gpx", b'<?xml version="1.0" encoding="big5"?><gpx/>', "encoding cannot be read"),
        ("a.fit", b"\x0e\x10\xd9\x07\x00\x00", "no track format known here"),
    ],
)
def test_a_file_that_cannot_be_read_at_all_is_refused(name, data, message) -> None:
    with pytest.raises(BadTrack, match=message):
        list(decode(name, data))


@pytest.mark.parametrize(
    ("data", "lon"),
    [
        (b"t,lon,lat\n1793577600,116.3,39.9\n", 116.3),
        (
            b'\xef\xbb\xbf<gpx><trkseg><trkpt lat="1" lon="2"><time>1793577600</time></trkpt></trkseg></gpx>',
            2,
        ),
        (
            b'{"type":"Feature","geometry":{"type":"Point","coordinates":[3,4]},"properties":{"time":1793577600}}',
            3,
        ),
    ],
)
def test_a_name_that_does_not_say_is_settled_by_the_first_bytes(data, lon) -> None:
    assert fixes_of("upload", data).lon.tolist() == [lon]


GPX = """<?xml version="1.0" encoding="{encoding}"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">
<wpt lat="1" lon="1"><name>广场</name><time>2020-01-01T00:00:00Z</time></wpt>
<trk><name>巡查</name>
<trkseg>
<trkpt lat="39.9" lon="116.3"><ele>44.5</ele><time>2026-11-02T00:00:00Z</time>
<extensions><time>1999-01-01T00:00:00Z</time></extensions></trkpt>
<trkpt lat="39.9" lon="116.4"><time>2026-11-02T08:00:10+08:00</time><speed>1.5</speed></trkpt>
</trkseg>
<trkseg><trkpt lat="39.9" lon="116.5"><time>2026-11-02T00:01:00</time></trkpt></trkseg>
</trk></gpx>"""


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "GB2312", "utf-16"])
def test_gpx_segments_stay_apart_and_way_points_are_no_fixes(encoding) -> None:
    data = GPX.format(encoding=encoding).encode(encoding)
    fixes = fixes_of("a.gpx", data, zone=SHANGHAI)
    assert fixes.segment.tolist() == [0, 0, 1]
    assert ((fixes.t_ms - EIGHT) / 1000).tolist() == [0, 10, 60]
    assert fixes.altitude_m[0] == 44.5
    assert fixes.speed_mps[1] == 1.5


def test_gpx_points_without_time_among_others_are_counted_not_taken() -> None:
    data = GPX.format(encoding="utf-8").replace("<time>2026-11-02T00:01:00</time>", "")
    (block,) = decode("a.gpx", data)
    assert (len(block.fixes), block.untimed, block.problems) == (2, 1, ())
    assert block.rows.tolist() == [1, 2]


def test_a_gpx_point_off_the_globe_is_told_of_by_its_number() -> None:
    (problem,) = problems_of("a.gpx", GPX.format(encoding="utf-8").replace('lon="116.4"', 'lon="416.4"'))
    assert (problem.row, problem.field, problem.value) == (2, "lon", "416.4")


def test_a_gpx_in_small_pieces_is_the_same() -> None:
    data = GPX.format(encoding="utf-8").encode()
    pieces = (data[i : i + 7] for i in range(0, len(data), 7))
    assert len(Fixes.concat([block.fixes for block in decode("a.gpx", pieces)])) == 3


def geojson(*features: str) -> str:
    return f'{{"type": "FeatureCollection", "features": [{", ".join(features)}]}}'


def feature(geometry: str, properties: str) -> str:
    return f'{{"type": "Feature", "geometry": {geometry}, "properties": {properties}}}'


POINT = '{"type": "Point", "coordinates": [116.3, 39.9, 44]}'
SHORT_ACCURACY = '{"coordinateProperties": {"times": [1793577600, 1793577610], "accuracy_m": [4.5]}}'
LINE = '{"type": "LineString", "coordinates": [[116.3, 39.9], [116.4, 39.9]]}'


def test_geojson_points_have_their_own_times_and_columns() -> None:
    points = geojson(
        feature(POINT, '{"time": "2026-11-02T00:00:00Z", "accuracy": 5, "user_id": "w1", "name": "x"}'),
        feature(POINT, '{"timestamp": 1793577610, "speed": 2, "user_id": "w2"}'),
    )
    (block,) = decode("a.geojson", points)
    assert ((block.fixes.t_ms - EIGHT) / 1000).tolist() == [0, 10]
    assert block.fixes.accuracy_m[0] == 5
    assert block.fixes.altitude_m.tolist() == [44, 44]
    assert block.workers is not None
    assert block.workers.tolist() == ["w1", "w2"]
    assert block.fixes.segment.tolist() == [0, 0]


@pytest.mark.parametrize(
    "properties",
    [
        '{"coordinateProperties": {"times": ["2026-11-02T00:00:00Z", "2026-11-02T00:00:10Z"]}}',
        '{"times": [1793577600, 1793577610]}',
        '{"coordTimes": [1793577600000, 1793577610000]}',
    ],
)
def test_a_geojson_line_needs_parallel_times_and_is_a_recording_of_its_own(properties) -> None:
    line = feature(LINE, properties)
    fixes = fixes_of("a.geojson", geojson(line, line))
    assert ((fixes.t_ms - EIGHT) / 1000).tolist() == [0, 10, 0, 10]
    assert fixes.segment.tolist() == [1, 1, 2, 2]
    assert len(fixes_of("a.json", line)) == 2


def test_a_line_may_say_more_of_each_point_than_its_time() -> None:
    said = '{"coordinateProperties": {"times": [1793577600, 1793577610], "accuracy_m": [4.5, null]}}'
    fixes = fixes_of("a.geojson", feature(LINE, said))
    assert fixes.accuracy_m[0] == 4.5
    assert np.isnan(fixes.accuracy_m[1])


def test_a_multi_line_has_a_list_of_times_for_each_line() -> None:
    lines = '{"type": "MultiLineString", "coordinates": [[[116.3, 39.9], [116.4, 39.9]], [[116.5, 39.9]]]}'
    fixes = fixes_of("a.geojson", feature(lines, '{"times": [[1793577600, 1793577610], [1793577620]]}'))
    assert fixes.segment.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("broken", "field", "expected"),
    [
        (feature(LINE, '{"times": [1793577600]}'), "times", "one time for each of the line's 2 points"),
        (feature(LINE, "{}"), "times", "one time for each"),
        (feature(LINE, SHORT_ACCURACY), "accuracy_m", "one value for each of the line's 2 points"),
        (feature("null", "{}"), "geometry", "a Feature with a geometry"),
        (feature('{"type": "Polygon", "coordinates": []}', "{}"), "geometry", "a Point, or a LineString"),
        (feature('{"type": "Point", "coordinates": [1]}', '{"t": 1}'), "coordinates", "[lon, lat]"),
        (feature('{"type": "Point", "coordinates": ["a", 1]}', '{"t": 1}'), "lon", "a number"),
        (feature(POINT, '{"time": "noon"}'), "t", "a time such as"),
    ],
)
def test_a_feature_that_is_no_fix_is_told_of_and_the_rest_goes_in(broken, field, expected) -> None:
    good = feature(POINT, '{"time": 1793577600}')
    (block,) = decode("a.geojson", geojson(good, broken, good))
    assert len(block.fixes) == 2
    (problem,) = block.problems
    assert (problem.row, problem.field) == (2, field)
    assert problem.expected.startswith(expected)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("1793577600,116.3\r,39.9,", "row"),
        (f"1793577600,116.3,39.9,{'a' * 200_000}", "row"),
        ("1793577600,11_6.3,39.9,", "lon"),
        ("1793577600,116.3,39.9,perhaps", "mock"),
        (f"1793577600{'9' * 40},116.3,39.9,", "t"),
    ],
)
def test_what_only_python_could_read_or_stumble_over_is_a_broken_row(row, field) -> None:
    data = csv("1793577600,116.3,39.9,no", row, "1793577620,116.3,39.9,0", header="t,lon,lat,mock")
    (problem,) = problems_of("a.csv", data)
    assert (problem.row, problem.field) == (3, field)


@pytest.mark.parametrize("plain", [True, False])
def test_a_mock_mark_and_a_worker_may_be_written_in_any_of_these_ways(plain) -> None:
    marks = ["1", "true", " TRUE ", "Yes", "y", "on", "是", "真", "", "0", "False", "no", "否"]
    rows = [f"{1793577600 + i},116.3,39.9,{mark}, W1 " for i, mark in enumerate(marks)]
    rows[0] = rows[0] if plain else rows[0].replace("1793577600", "2026-11-02T08:00:00")
    (block,) = decode("a.csv", csv(*rows, header="t,lon,lat,mock,worker"))
    assert block.problems == ()
    assert block.fixes.mock.tolist() == [True] * 8 + [False] * 5
    assert block.workers is not None
    assert set(block.workers) == {"W1"}


def test_lines_of_old_macintosh_programs_are_lines() -> None:
    data = csv("1793577600,116.3,39.9", "1793577610,116.3,39.9").replace("\n", "\r")
    assert len(fixes_of("a.csv", data)) == 2


def test_a_gpx_time_without_zone_is_utc_and_nothing_is_assumed() -> None:
    point = '<trkpt lat="39.9" lon="116.3"><time>2026-11-02T00:00:00</time></trkpt>'
    (block,) = decode("a.gpx", f"<gpx><trk><trkseg>{point}</trkseg></trk></gpx>", zone=SHANGHAI)
    assert block.fixes.t_ms.tolist() == [EIGHT]
    assert block.without_zone == 0


PLACE = {"type": "Point", "coordinates": [116.3, 39.9]}


@pytest.mark.parametrize(
    ("feature", "field"),
    [
        ({"type": "Feature", "geometry": PLACE, "properties": [1]}, "properties"),
        ({"type": "Feature", "geometry": PLACE, "properties": "time"}, "properties"),
        ({"type": "Feature", "geometry": PLACE | {"type": ["Point"]}, "properties": {"t": 1}}, "geometry"),
        (
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": [[116.3, 39.9]] * 3},
                "properties": {"times": [1793577600, 1793577610]},
            },
            "times",
        ),
    ],
)
def test_a_feature_of_a_strange_shape_is_named_even_when_it_is_the_only_one(feature, field) -> None:
    (problem,) = problems_of("a.geojson", json.dumps(feature))
    assert (problem.row, problem.field) == (1, field)


@pytest.mark.parametrize(
    "deep",
    [
        "[" * 2_000_000,
        '{"a":' * 200_000,
        '{"type":"FeatureCollection","features":[' * 20_000,
        "[" * 65 + "]" * 65,
    ],
    ids=["lists", "objects", "collections", "just too deep"],
)
def test_nesting_that_no_track_has_is_refused_before_it_takes_memory(deep) -> None:
    with pytest.raises(BadTrack, match="nested more than 64 deep"):
        list(decode("a.geojson", deep))


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_brackets_in_texts_nest_nothing_however_the_pieces_are_cut(size) -> None:
    said = {"t": "1793577600", "note": '[{"[\\' * 100}
    point = {"type": "Point", "coordinates": [116.3, 39.9]}
    whole = json.dumps({"type": "Feature", "geometry": point, "properties": said}).encode()
    pieces = [whole[start : start + size] for start in range(0, len(whole), size)]
    (block,) = decode("a.geojson", pieces)
    assert len(block.fixes) == 1


def test_a_feature_may_have_a_property_called_features() -> None:
    feature = {"type": "Feature", "geometry": PLACE, "properties": {"t": 1793577600, "features": 3}}
    assert fixes_of("a.geojson", json.dumps(feature)).t_ms.tolist() == [EIGHT]


def test_geojson_in_which_nothing_has_a_time_is_refused() -> None:
    with pytest.raises(BadTrack, match="the GeoJSON file has no times"):
        list(decode("a.geojson", geojson(feature(POINT, "{}"), feature(LINE, "{}"))))


def test_large_geojson_comes_in_blocks() -> None:
    points = (feature(POINT, f'{{"time": {1793577600 + n}}}') for n in range(70_000))
    blocks = list(decode("a.geojson", geojson(*points)))
    assert [len(block.fixes) for block in blocks] == [65_536, 4_464]
    assert blocks[1].rows[0] == 65_537


def blocks_of(shared_data, name: str) -> list[TrackBlock]:
    with (shared_data / "traces" / name).open("rb") as file:
        return list(decode(name, iter(lambda: file.read(10_000), b""), zone=dt.UTC))


@pytest.mark.parametrize(
    ("name", "fixes", "recordings"),
    [
        ("trackintel_google_trajectory.csv", 416, 1),
        ("trackintel_posmo_trajectory.csv", 1327, 1),
        ("trackintel_gpsies_trajectory.csv", 247, 1),
        ("gpxpy_cerknicko-jezero.gpx", 296, 7),
        ("gpxpy_korita-zbevnica.gpx", 513, 2),
        ("togeojson_blue_hills.gpx", 1243, 14),
        ("togeojson_run.gpx", 206, 1),
    ],
)
def test_recorded_tracks_are_read_whole(shared_data, name, fixes, recordings) -> None:
    blocks = blocks_of(shared_data, name)
    joined = Fixes.concat([block.fixes for block in blocks])
    assert [problem for block in blocks for problem in block.problems] == []
    assert len(joined) == fixes
    assert len(np.unique(joined.segment)) == recordings


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_an_encoding_is_found_however_the_pieces_are_cut(size, encoding) -> None:
    data = csv("1793577600,116.3,39.9,张三", header="t,lon,lat,网格员").encode(encoding)
    (block,) = decode("a.csv", (data[i : i + size] for i in range(0, len(data), size)))
    assert block.workers is not None
    assert block.workers.tolist() == ["张三"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_geojson_is_read_in_utf_8_and_gb18030(encoding) -> None:
    data = geojson(feature(POINT, '{"time": 1793577600, "网格员": "张三"}')).encode(encoding)
    for chunks in (data, (data[i : i + 1] for i in range(len(data)))):
        (block,) = decode("a.geojson", chunks)
        assert block.workers is not None
        assert block.workers.tolist() == ["张三"]


def test_a_file_that_changes_its_encoding_is_refused() -> None:
    data = [
        csv(*["1793577600,1,1,张三"] * 40, header="t,lon,lat,user").encode(),
        "\n1793577600,1,1,李四".encode("gb18030"),
    ]
    with pytest.raises(BadTrack, match="begins as UTF-8 but does not stay so"):
        list(decode("a.csv", data))
