"""`gis-grid import`, `judge` and `report` on tracks, as a person runs them one after the other."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import shapely
from typer.testing import CliRunner
from walking_ground import INSIDE, MONDAY, at, hire, publish, record, stroll

from gis_grid.cli import app
from gis_grid.core import Fixes
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.patrols.week_report import WeekReport

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

PERIOD = ("--from", "2026-11-02", "--to", "2026-11-08")


def run(url: str, *arguments: object, columns: int = 200) -> Result:
    settings = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_TIMEZONE": "Asia/Shanghai", "COLUMNS": str(columns)}
    return CliRunner().invoke(app, list(map(str, arguments)), env=settings)


def done(url: str, *arguments: object) -> str:
    """Run a command that must succeed, and return what it printed to standard output."""
    result = run(url, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def lines_of(table: str, worker: str) -> list[str]:
    return [line for line in table.splitlines() if line.startswith(worker)]


@pytest.fixture
def town(fresh_database: str) -> str:
    """Return a database in which W1 walked two hours on five days, and W2 sends W1's Monday on Friday."""
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        publish(conn)
        publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
        walks = [stroll(at(MONDAY + timedelta(days=n), 9), 7200, INSIDE, seed=n) for n in range(5)]
        record(conn, hire(conn), *walks)
        monday = walks[0]
        again = Fixes.of(monday.t_ms + 4 * 86_400_000, monday.lon, monday.lat, accuracy_m=monday.accuracy_m)
        record(conn, hire(conn, "W2", "G2"), again)
        hire(conn, "W3", grid=None)
    engine.dispose()
    return fresh_database


def test_judge_tells_what_it_wrote_and_who_has_no_grid(town: str) -> None:
    first = run(town, "judge", *PERIOD)
    assert "2 workers' weeks written, 0 unchanged" in first.stderr
    assert "without a grid: W3 (2026-W45)" in first.stderr
    assert "0 workers' weeks written, 2 unchanged" in run(town, "judge", *PERIOD).stderr
    assert "1 unchanged" in run(town, "judge", *PERIOD, "--worker", "W2").stderr


def test_report_says_time_inside_required_and_verdict_and_which_track_looks_copied(town: str) -> None:
    done(town, "judge", *PERIOD)
    english = done(town, "report", "--lang", "en")
    (first,) = lines_of(english, "W1")
    assert "10:00 ≤ 10:00" in first
    assert "✓ met" in first
    (second,) = lines_of(english, "W2")
    assert "✗ short" in second
    (sign,) = [line for line in english.splitlines() if "! W2 工作者W2" in line]
    assert "looks copied" in sign
    assert "W1 on 2026-11-02" in sign
    assert "a reason to look, not a verdict" in english

    chinese = done(town, "report")
    assert "✓ 达标" in lines_of(chinese, "W1")[0]
    assert "轨迹雷同" in chinese
    assert "不是结论" in chinese


def test_a_terminal_of_80_columns_shows_the_whole_row(town: str) -> None:
    done(town, "judge", *PERIOD)
    told = run(town, "report", "--lang", "en", columns=80).stdout
    (first,) = lines_of(told, "W1")
    assert first.split() == [
        *("W1", "工作者W1", "2026-W45"),
        *("10:00", "≤", "10:00", "≤", "10:00"),
        *("BASE-4", "week", "10:00", "✓", "met"),
    ]
    rest = told.splitlines()[told.splitlines().index(first) + 1 :][:5]
    assert [line.split() for line in rest] == [
        ["XY-4", "week", "5:00", "✗", "short"],
        ["BASE-3", "days", "2:00", "5✓"],
        ["XY-1", "days", "2", "5✗"],
        ["XY-3", "days", "100%", "5?"],
        ["XY-2", "patrols", "1:30", "5✓"],
    ]


def test_report_as_json_reads_back_and_as_csv_has_a_row_a_rule(town: str, tmp_path: Path) -> None:
    done(town, "judge", *PERIOD)
    report = WeekReport.model_validate(json.loads(done(town, "report", "--json", "--worker", "W1")))
    (week,) = report.weeks
    assert (week.worker, week.week, week.best_s, week.provisional) == ("W1", "2026-W45", 36_000.0, False)
    assert {rule.rule: (rule.outcomes.met, rule.unit) for rule in week.rules} == {
        "BASE-4": (1, "s"),
        "XY-4": (0, "s"),
        "BASE-3": (5, "s"),
        "XY-1": (0, "count"),
        "XY-3": (0, "share"),
        "XY-2": (5, "s"),
    }

    path = tmp_path / "report.csv"
    assert done(town, "report", "--csv", path) == ""
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = ("worker", "rule", "unit", "required", "required_s", "met", "short", "review")
    assert [tuple(row[name] for name in columns) for row in rows] == [
        ("W1", "BASE-4", "s", "36000.0", "36000.0", "1", "0", "0"),
        ("W1", "XY-4", "s", "18000.0", "18000.0", "0", "1", "0"),
        ("W1", "BASE-3", "s", "7200.0", "7200.0", "5", "0", "0"),
        ("W1", "XY-1", "count", "2.0", "", "0", "5", "0"),
        ("W1", "XY-3", "share", "1.0", "", "0", "0", "5"),
        ("W1", "XY-2", "s", "5400.0", "5400.0", "5", "0", "0"),
        ("W2", "BASE-4", "s", "36000.0", "36000.0", "0", "1", "0"),
        ("W2", "XY-4", "s", "18000.0", "18000.0", "0", "1", "0"),
        ("W2", "BASE-3", "s", "7200.0", "7200.0", "0", "5", "0"),
        ("W2", "XY-1", "count", "2.0", "", "0", "5", "0"),
        ("W2", "XY-3", "share", "1.0", "", "0", "0", "5"),
        ("W2", "XY-2", "s", "5400.0", "5400.0", "0", "1", "0"),
    ]


def test_report_of_other_weeks_and_before_any_judging_names_the_next_step(town: str) -> None:
    assert "gis-grid judge --from" in done(town, "report", "--lang", "en")
    done(town, "judge", *PERIOD)
    assert "gis-grid judge --from" in done(town, "report", "--lang", "en", "--from", "2026-11-09")


def test_judge_under_one_profile_only(town: str) -> None:
    done(town, "judge", *PERIOD, "--profile", "base")
    report = WeekReport.model_validate_json(done(town, "report", "--json", "--worker", "W1"))
    assert [rule.rule for rule in report.weeks[0].rules] == ["BASE-4", "BASE-3"]


def test_a_track_file_is_imported_judged_and_reported(town: str, tmp_path: Path) -> None:
    walk = stroll(at(MONDAY, 9), 7200, seed=9)
    path = tmp_path / "walk.csv"
    lines = [f"{t // 1000},{lon},{lat},5" for t, lon, lat in zip(walk.t_ms, walk.lon, walk.lat, strict=True)]
    path.write_text("\n".join(["t,lon,lat,accuracy", *lines]), "utf-8")
    done(town, "import", path, "--as", "tracks", "--worker", "W9", "--create")
    assert "W9" in run(town, "judge", *PERIOD).stderr, "no grid yet"
    done(town, "import", path, "--as", "tracks", "--worker", "W3", "--grid", "G1")
    done(town, "judge", *PERIOD)
    report = WeekReport.model_validate_json(done(town, "report", "--json", "--worker", "W3"))
    (week,) = report.weeks
    assert week.best_s == 7200.0


def test_an_import_says_that_recordings_overlap(town: str, tmp_path: Path) -> None:
    point = '<trkpt lat="39.9" lon="116.3"><time>2026-11-02T01:00:{0:02}Z</time></trkpt>'
    exports = ["".join(point.format(second) for second in range(first, 60, 20)) for first in (0, 10)]
    path = tmp_path / "twice.gpx"
    path.write_text(f"<gpx><trk>{''.join(f'<trkseg>{e}</trkseg>' for e in exports)}</trk></gpx>", "utf-8")
    assert "note: 2 recordings overlap in time" in run(town, "import", path, "--worker", "W3").stderr


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("judge", *PERIOD, "--worker", "nobody"), NotFound),
        (("judge", *PERIOD, "--profile", "nothing"), BadInput),
        (("judge", "--from", "2026-11-08", "--to", "2026-11-02"), BadInput),
        (("report", "--worker", "nobody"), NotFound),
        (("import", __file__, "--as", "tracks", "--worker", "nobody"), NotFound),
        (("import", "/nowhere.gpx", "--worker", "nobody"), BadInput),
        (("report", "--from", "2026-11-08", "--to", "2026-11-02"), BadInput),
        (("report", "--csv", "/nowhere/report.csv"), BadInput),
    ],
)
def test_what_cannot_be_done_is_told_of(
    town: str, arguments: tuple[str, ...], error: type[Exception]
) -> None:
    found = run(town, *arguments).exception
    assert isinstance(found, error)
    assert found.exit_code == 2


def test_a_malformed_day_names_the_form_that_is_wanted(town: str) -> None:
    result = run(town, "judge", "--from", "yesterday", "--to", "2026-11-08")
    assert result.exit_code == 2
    assert "2026-11-02" in result.stderr
