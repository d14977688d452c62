import datetime as dt
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
import typer

from gis_grid import cli
from gis_grid.cli.check import check
from gis_grid.cli.checking.document import Checked, document
from gis_grid.core import Boundary, Datum, Fixes, from_wgs84, judge, signs
from gis_grid.patrols import profiles

SQUARE = [[116.300, 39.900], [116.305, 39.900], [116.305, 39.9036], [116.300, 39.9036], [116.300, 39.900]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}
INSIDE = (116.3025, 39.9018)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command as the program does; gives exit code, standard output and standard error."""
    app = typer.Typer()
    app.command()(check)
    monkeypatch.setattr(cli, "app", app)

    def run(
        track: str | bytes, polygon: object, *options: str, name: str = "walk.csv"
    ) -> tuple[int, str, str]:
        track_file, polygon_file = tmp_path / name, tmp_path / "grid.geojson"
        track_file.write_bytes(track.encode() if isinstance(track, str) else track)
        text = polygon if isinstance(polygon, bytes) else json.dumps(polygon).encode()
        polygon_file.write_bytes(text)
        monkeypatch.setattr(sys, "argv", ["check", str(track_file), str(polygon_file), *options])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


def standing(start: str, seconds: int, place=INSIDE, header: str = "t,lon,lat") -> str:
    first = dt.datetime.fromisoformat(start)
    moments = [first + dt.timedelta(seconds=s) for s in range(0, seconds + 1, 10)]
    return "\n".join([header, *(f"{moment.isoformat()},{place[0]},{place[1]}" for moment in moments)])


TWO_HOURS = standing("2026-11-02T08:00:00+08:00", 7200)


@pytest.mark.parametrize("year", ["1961", "2201", "9999"])
def test_a_time_of_another_age_is_told_the_years_that_are_allowed(run, year: str) -> None:
    code, out, err = run(standing(f"{year}-11-02T08:00:00+08:00", 10), POLYGON)
    assert (code, out) == (2, "")
    assert "in the years 1970 to 2200" in err


def test_json_has_the_promised_keys(run) -> None:
    code, out, err = run(TWO_HOURS, POLYGON, "--json", "--profile", "base", "--profile", "xiangyang")
    assert (code, err) == (0, "")
    found = json.loads(out)
    sums = {key: found[key] for key in ("lower_s", "best_s", "upper_s", "known_s", "unknown_s", "fixes")}
    assert sums == {
        "lower_s": 7200,
        "best_s": 7200,
        "upper_s": 7200,
        "known_s": 7200,
        "unknown_s": 0,
        "fixes": 721,
    }
    assert found["intervals"] == [["2026-11-02T08:00:00.000+08:00", "2026-11-02T10:00:00.000+08:00"]]
    (day,), (week,), (patrol,) = found["days"], found["weeks"], found["patrols"]
    assert (day["date"], day["best_s"], week["week"], patrol["date"]) == (
        "2026-11-02",
        7200,
        "2026-W45",
        "2026-11-02",
    )
    verdicts = [span["verdicts"][0] for span in (day, week, patrol)]
    assert [(v["rule"], v["outcome"], v["required_s"], v["best_s"]) for v in verdicts] == [
        ("BASE-3", "met", 7200, 7200),
        ("BASE-4", "short", 36000, 7200),
        ("XY-2", "met", 5400, 7200),
    ]
    assert set(found["flags"]) == {
        *("bad_accuracy", "duplicate", "out_of_order", "jump", "mock", "future", "conflict"),
    }


@pytest.mark.parametrize(
    "polygon",
    [
        POLYGON,
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Feature", "properties": {"name": "一号网格"}, "geometry": POLYGON},
        {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": None, "geometry": POLYGON}],
        },
        json.dumps({**POLYGON, "name": "一号网格"}, ensure_ascii=False).encode("gb18030"),
        b"\xef\xbb\xbf" + json.dumps(POLYGON).encode(),
        {**POLYGON, "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}},
    ],
)
def test_a_polygon_may_come_in_any_of_these_forms(run, polygon) -> None:
    code, out, _ = run(TWO_HOURS, polygon, "--json")
    assert (code, json.loads(out)["best_s"]) == (0, 7200)


@pytest.mark.parametrize(
    ("polygon", "message"),
    [
        (b"", "the file is empty"),
        (b"hello", "cannot be read as JSON: Expecting value: line 1 column 1"),
        (b"[1, 2]", "not GeoJSON"),
        (b"\xff\xfe\xff", "not text in UTF-8 or GB18030"),
        ({"type": "Point", "coordinates": [1, 1]}, "'Point'; a Polygon or a MultiPolygon"),
        ({"type": "Feature", "properties": {}, "geometry": None}, "no geometry"),
        ({"type": "FeatureCollection", "features": []}, "it holds 0 features"),
        ({"type": "FeatureCollection", "features": [{}, {}]}, "it holds 2 features"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
            "self-intersection at lon 0.5000000, lat 0.5000000",
        ),
        ({"type": "Polygon", "coordinates": [[p[::-1] for p in SQUARE]]}, "lon and lat look swapped"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "make no polygon"),
        ({"type": "Polygon", "coordinates": 5}, "have 5 where a list is wanted"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        (
            {"type": "Polygon", "coordinates": [[[0, 0], [1, "a"], [1, 1], [0, 0]]]},
            "a position is [1, 'a']; [lon, lat] in numbers is wanted",
        ),
        (
            b'{"type": "Polygon", "coordinates": [[[0, 0], [1, NaN], [1, 1], [0, 0]]]}',
            "a position is [1, nan]; [lon, lat] in numbers is wanted",
        ),
        ({"type": "FeatureCollection", "features": [[]]}, "no geometry"),
        ({"type": ["Polygon"], "coordinates": []}, "it holds a ['Polygon']"),
        ({"type": "MultiPolygon", "coordinates": [SQUARE]}, "[lon, lat] in numbers is wanted"),
        ({"type": "Polygon", "coordinates": [[[10**400, 0]]]}, "[lon, lat] in numbers is wanted"),
        (
            b'{"type": "Polygon", "coordinates": %s}' % (b"[" * 500 + b"]" * 500),
            "[lon, lat] in numbers is wanted",
        ),
        (
            b'{"type": "Polygon", "coordinates": %s}' % (b"[" * 99_999 + b"]" * 99_999),
            "cannot be read as JSON",
        ),
        (b'{"type": "Polygon", "coordinates": %s}' % (b"9" * 9_999), "cannot be read as JSON"),
        (
            {
                "type": "Feature",
                "geometry": {**POLYGON, "crs": {"properties": {"name": "EPSG:3857"}}},
            },
            "coordinates are in EPSG:3857",
        ),
        (
            {**POLYGON, "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}},
            "coordinates are in EPSG:3857",
        ),
    ],
)
def test_a_bad_polygon_is_one_clear_message_and_no_output(run, polygon, message) -> None:
    code, out, err = run(TWO_HOURS, polygon, "--json")
    assert (code, out) == (2, "")
    assert err.startswith("error: grid.geojson: The polygon cannot be used: ")
    assert message in err


NO_TIMES = '<gpx><trk><trkseg><trkpt lat="39.9" lon="116.3"/></trkseg></trk></gpx>'


@pytest.mark.parametrize(
    ("name", "track", "messages"),
    [
        ("walk.csv", "", ["the file is empty"]),
        ("walk.csv", "t,lon,lat\n", ["no track point"]),
        ("walk.csv", "a,b,c\n1,2,3\n", ["names no column for t"]),
        (
            "walk.csv",
            "t,lon,lat\n1793577600,116.3,39.9\n1793577610,116.3,north\n1793577620,116.3,39.9\n",
            ["1 row cannot be read", "row 3, lat = 'north': expected a number"],
        ),
        (
            "walk.csv",
            "t,lon,lat\n1793577600,39.9,116.3\n1793577610,nan,39.9\n",
            ["2 rows", "row 2, lat = '116.3'", "swapped", "row 3, lon = 'nan'"],
        ),
        ("walk.csv", "user_id,t,lon,lat\nw1,1,1,1\nw2,2,1,1\n", ["2 workers (w1, w2)", "--worker"]),
        ("walk.gpx", NO_TIMES, ["the GPX file has no times"]),
        ("walk.gpx", "<gpx><trk>", ["not whole XML"]),
        ("walk.gpx", "<gpx></gpx>", ["no track point"]),
        ("walk.geojson", "{}", ["not GeoJSON"]),
        ("walk.fit", "\x0e\x10\x00", ["no track format known here"]),
    ],
)
def test_a_bad_track_is_one_clear_message_and_no_output(run, name, track, messages) -> None:
    code, out, err = run(track, POLYGON, "--json", name=name)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: {name}: The track cannot be used: ")
    for message in messages:
        assert message in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--max-gap", "inf"], "The gap limit cannot be used"),
        (["--max-gap", "0"], "--max-gap"),
        (["--tz", "Mars/Olympus"], "The time zone is not known: 'Mars/Olympus'"),
        (["--profile", "nowhere"], "there are: base, fengmao, jianyang, linshui, xiangyang"),
        (["--html", "/no/such/folder/page.html"], "The page cannot be written"),
    ],
)
def test_a_bad_option_is_one_clear_message_and_no_output(run, options, message) -> None:
    code, out, err = run(TWO_HOURS, POLYGON, "--json", *options)
    assert (code, out) == (2, "")
    assert message in err


def test_one_worker_of_several_can_be_chosen(run) -> None:
    rows = [f"w{n % 2},{1793577600 + 10 * n},116.3025,39.9018" for n in range(100)]
    code, out, _ = run("\n".join(["worker,t,lon,lat", *rows]), POLYGON, "--json", "--worker", "w1")
    assert (code, json.loads(out)["fixes"]) == (0, 50)
    code, out, err = run("\n".join(["worker,t,lon,lat", *rows]), POLYGON, "--json", "--worker", "w9")
    assert (code, out) == (2, "")
    assert "no track point of worker w9" in err


@pytest.mark.parametrize("name", ["walk.csv", "walk.gpx"])
def test_a_worker_cannot_be_chosen_in_a_file_that_names_nobody(run, name) -> None:
    track = TWO_HOURS if name == "walk.csv" else gpx(range(0, 600, 20))
    code, out, err = run(track, POLYGON, "--json", "--worker", "w9", name=name)
    assert (code, out) == (2, "")
    assert "the file does not say whose fixes it holds, so --worker w9 can choose none" in err


def gpx(*recordings: range) -> str:
    """Stand inside, in recordings of seconds after eight."""
    eight = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    points = [
        "".join(
            f'<trkpt lon="{INSIDE[0]}" lat="{INSIDE[1]}">'
            f"<time>{(eight + dt.timedelta(seconds=second)).isoformat()}</time></trkpt>"
            for second in seconds
        )
        for seconds in recordings
    ]
    return f"<gpx><trk>{''.join(f'<trkseg>{part}</trkseg>' for part in points)}</trk></gpx>"


def test_recordings_that_overlap_in_time_are_told_of_and_their_turns_are_unknown(run) -> None:
    turns = gpx(range(0, 7200, 20), range(10, 7200, 20))
    code, out, err = run(turns, POLYGON, "--json", name="walk.gpx")
    found = json.loads(out)
    assert code == 0
    assert err.startswith("note: 2 recordings overlap in time; where they take turns nothing is known.")
    assert (found["best_s"], found["unknown_s"]) == (0, 7190)
    _, _, err = run(gpx(range(0, 600, 20), range(900, 1200, 20)), POLYGON, "--json", name="walk.gpx")
    assert err == ""


def test_the_gap_and_the_zone_can_be_chosen(run) -> None:
    rows = ["t,lon,lat", "2026-11-02 23:50:00,116.3025,39.9018", "2026-11-03 00:10:00,116.3025,39.9018"]
    code, out, err = run("\n".join(rows), POLYGON, "--json", "--max-gap", "1200", "--tz", "Europe/Berlin")
    found = json.loads(out)
    assert code == 0
    assert [(day["date"], day["best_s"]) for day in found["days"]] == [
        ("2026-11-02", 600),
        ("2026-11-03", 600),
    ]
    assert err == "note: 2 times name no zone and were read as Europe/Berlin\n"
    _, out, _ = run("\n".join(rows), POLYGON, "--json")
    assert json.loads(out)["unknown_s"] == 1200


def test_a_day_off_has_time_but_no_verdict(run) -> None:
    _, out, _ = run(standing("2026-10-01T08:00:00+08:00", 3600), POLYGON, "--json")
    (day,) = json.loads(out)["days"]
    assert (day["working_day"], day["best_s"], day["verdicts"]) == (False, 3600, [])


def test_the_deployments_own_working_days_win_over_the_calendar(run, tmp_path, monkeypatch) -> None:
    own = tmp_path / "days.csv"
    own.write_text("date,kind\n2026-10-01,make_up\n2026-11-02,holiday\n")
    monkeypatch.setenv("GIS_GRID_WORK_DAYS_FILE", str(own))
    for day, working in (("2026-10-01", True), ("2026-11-02", False)):
        _, out, _ = run(standing(f"{day}T08:00:00+08:00", 3600), POLYGON, "--json")
        assert json.loads(out)["days"][0]["working_day"] is working
    own.write_text("date,kind\nsoon,holiday\n")
    code, out, err = run(TWO_HOURS, POLYGON, "--json")
    assert (code, out) == (2, "")
    assert "days.csv:2: date: must be a date like 2026-10-01" in err


def test_the_command_and_the_library_give_the_same_verdicts_byte_for_byte(run) -> None:
    random = np.random.default_rng(20261102)
    t_s = 1_793_577_600 + np.cumsum(random.integers(5, 30, 4_000))
    lon, lat = (np.round(at + np.cumsum(random.normal(0, 4e-5, 4_000)), 7) for at in INSIDE)
    accuracy_m = random.integers(3, 40, 4_000)
    rows = zip(*(column.tolist() for column in (t_s, lon, lat, accuracy_m)), strict=True)
    track = "\n".join(["t,lon,lat,accuracy", *(",".join(map(str, row)) for row in rows)])
    names = profiles.available()
    code, out, _ = run(track, POLYGON, "--json", *(f"--profile={name}" for name in names))
    assert code == 0
    chosen, zone = tuple(map(profiles.load, names)), ZoneInfo("Asia/Shanghai")
    judgement = judge(
        Fixes.of(t_s * 1000, lon, lat, accuracy_m=accuracy_m),
        [Boundary.of(shapely.Polygon(SQUARE))],
        chosen,
        tz=zone,
        work_days=profiles.work_days(chosen, dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    )
    found = document(Checked(judgement, signs(judgement.cleaned), chosen, zone, 300.0))
    for kind in ("days", "weeks", "patrols"):
        assert any(one["verdicts"] for one in found[kind])
    assert out == json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def test_a_track_far_from_the_polygon_gets_a_hint(run) -> None:
    swapped = {"type": "Polygon", "coordinates": [[[47, 8], [48, 8], [48, 9], [47, 9], [47, 8]]]}
    _, _, err = run(standing("2026-11-02T08:00:00Z", 60, (8.5, 47.5)), swapped, "--json")
    assert "would be with lon and lat swapped" in err
    _, _, err = run(standing("2026-11-02T08:00:00Z", 60, (60, 60)), swapped, "--json")
    assert err == "note: the track is nowhere near the polygon\n"


def test_the_terminal_shows_verdicts_with_words_and_a_map(run) -> None:
    code, out, _ = run(TWO_HOURS, POLYGON)
    assert code == 0
    assert all(word in out for word in ("BASE-3", "✓ 达标", "BASE-4", "✗ 不足", "网格边界"))
    assert re.search("[\u2801-\u28ff]", out)
    _, out, _ = run(TWO_HOURS, POLYGON, "--lang", "en")
    assert all(word in out for word in ("✓ met", "✗ short", "boundary"))


def test_a_terminal_without_chinese_gets_what_it_can_show(tmp_path) -> None:
    (tmp_path / "walk.csv").write_text(TWO_HOURS)
    (tmp_path / "grid.geojson").write_text(json.dumps(POLYGON))
    shown = subprocess.run(
        [
            sys.executable,
            "-c",
            "from gis_grid.cli import main; main()",
            "check",
            "walk.csv",
            "grid.geojson",
            "--lang",
            "en",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "latin-1"},
        capture_output=True,
        check=True,
    )
    assert b"BASE-3" in shown.stdout


def test_a_page_can_be_made_of_a_file_whose_name_is_no_text(run, tmp_path) -> None:
    page = tmp_path / "check.html"
    code, _, err = run(TWO_HOURS, POLYGON, "--html", str(page), name="\udcff.csv")
    assert (code, err) == (0, "")
    assert "BASE-3" in page.read_text(encoding="utf-8")


def test_the_page_is_one_file_that_fetches_nothing(run, tmp_path) -> None:
    page = tmp_path / "page.html"
    jump = "2026-11-02T09:00:05+08:00,116.3060,39.9018"
    code, _, _ = run(f"{TWO_HOURS}\n{jump}", POLYGON, "--html", str(page), name="<b>.csv")
    text = page.read_text("utf-8")
    assert code == 0
    assert not re.search(r"(src=|href=|url\(|https?:)", text)
    assert "<b>.csv" not in text
    assert "&lt;b&gt;.csv" in text
    assert "✓ 达标" in text
    assert "<title>jump 2026-11-02 09:00:05</title>" in text


@pytest.mark.parametrize(
    "name",
    [
        *(
            "gpxpy_cerknicko-jezero.gpx",
            "gpxpy_korita-zbevnica.gpx",
            "togeojson_blue_hills.gpx",
            "togeojson_run.gpx",
        ),
        *(f"trackintel_{source}_trajectory.csv" for source in ("google", "posmo", "gpsies")),
    ],
)
def test_recorded_tracks_are_judged_with_consistent_sums(run, shared_data, name) -> None:
    from gis_grid.tracks.decoders import decode

    data = (shared_data / "traces" / name).read_bytes()
    fixes = Fixes.concat([block.fixes for block in decode(name, data)])
    (west, east), (south, north) = (
        sorted(c[[len(c) // 3, len(c) // 2]].tolist()) for c in (fixes.lon, fixes.lat)
    )
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    box = {"type": "Polygon", "coordinates": [ring]}
    code, out, _ = run(data, box, "--json", "--tz", "Europe/Zurich", name=name)
    found = json.loads(out)
    assert code == 0
    assert 0 <= found["lower_s"] <= found["best_s"] <= found["upper_s"] <= found["known_s"] + 1e-6
    assert sum(day["best_s"] for day in found["days"]) == pytest.approx(found["best_s"], abs=1e-4)
    assert sum(week["best_s"] for week in found["weeks"]) == pytest.approx(found["best_s"], abs=1e-4)
    assert sum(patrol["best_s"] for patrol in found["patrols"]) == pytest.approx(found["best_s"], abs=1e-4)


@pytest.mark.parametrize("datum", ["gcj02", "bd09"])
def test_a_track_in_the_datum_of_a_map_is_inside_once_it_is_named(run, datum) -> None:
    (lon,), (lat,) = from_wgs84(*zip(INSIDE, strict=True), Datum(datum))
    bent = standing("2026-11-02T08:00:00+08:00", 600, place=(lon, lat))
    assert json.loads(run(bent, POLYGON, "--json")[1])["best_s"] == 0
    assert json.loads(run(bent, POLYGON, "--json", "--datum", datum)[1])["best_s"] == 600


def test_cgcs2000_is_read_as_wgs84_and_another_datum_is_refused(run) -> None:
    assert json.loads(run(TWO_HOURS, POLYGON, "--json", "--datum", "cgcs2000")[1])["best_s"] == 7200
    code, out, err = run(TWO_HOURS, POLYGON, "--datum", "mars")
    assert (code, out) == (2, "")
    assert "'mars' is not one of" in err


def test_the_python_in_the_guide_runs(capsys) -> None:
    guide = Path(__file__).parents[2] / "docs" / "check.md"
    code = guide.read_text("utf-8").split("```python\n")[1].split("```")[0]
    exec(code, {})
    lower_s, best_s, upper_s, outcome = capsys.readouterr().out.split()
    assert float(lower_s) < float(best_s) < float(upper_s)
    assert outcome == "short"
