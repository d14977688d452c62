"""`gis-grid locate`: points of a file, by the database at each point's moment, or by a file of grids."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import pytest
from test_import_layers import run_here, square, write
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.grids.service import points_file
from gis_grid.kit.errors import BadInput, Malformed

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

TWO = [(square(118, 32, 0.01), {"code": "G1"}), (square(118.01, 32, 0.01), {"code": "G2"})]


def locate(url: str, *arguments: object) -> Result:
    settings = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_TIMEZONE": "Asia/Shanghai"}
    return CliRunner().invoke(app, ["locate", *map(str, arguments)], env=settings)


def rows(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("编号,经度,纬度\n甲,118.005,32.005\n乙,118.01,32.005\n丙,119,32\n", "gb18030")
    return path


def test_a_file_of_grids_needs_no_database(points: Path, tmp_path: Path) -> None:
    grids, out = write(tmp_path / "grids.geojson", TWO), tmp_path / "out.csv"

    done = locate("postgresql://nobody@127.0.0.1:1/nothing", points, "--grids", grids, "--out", out)

    assert done.exit_code == 0, done.exception
    assert done.stdout.startswith("3 points: 2 in a grid, 1 outside; ")
    assert rows(out) == [
        {"编号": "甲", "经度": "118.005", "纬度": "32.005", "grid": "G1"},
        {"编号": "乙", "经度": "118.01", "纬度": "32.005", "grid": "G1"},
        {"编号": "丙", "经度": "119", "纬度": "32", "grid": ""},
    ]


def test_the_database_answers_for_the_moment_of_each_point(fresh_database: str, tmp_path: Path) -> None:
    grids = write(tmp_path / "grids.geojson", TWO)
    options = ("--as", "grids", "--community", "C1", "--create", "--valid-from", "2026-01-02")
    assert run_here(fresh_database, grids, *options).exit_code == 0
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text(
        "time,lon,lat\n2026-01-01T23:59:59,118.015,32.005\n2026-01-02 00:00,118.015,32.005\n"
        "2026-01-01T16:00:00Z,118.015,32.005\n",
        "utf-8",
    )

    assert locate(fresh_database, points, "--out", out).exit_code == 0
    assert [(row["grid"], row["community"]) for row in rows(out)] == [("", ""), ("G2", "C1"), ("G2", "C1")]

    out.unlink()
    assert locate(fresh_database, points, "--at", "2026-01-01", "--out", out).exit_code == 0
    assert [row["grid"] for row in rows(out)] == ["", "", ""]


def test_batches_follow_one_another_in_order(
    points: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points_file, "AT_ONCE", 2)
    grids, out = write(tmp_path / "grids.geojson", TWO), tmp_path / "out.csv"
    assert locate("", points, "--grids", grids, "--out", out).exit_code == 0
    assert [row["grid"] for row in rows(out)] == ["G1", "G1", ""]


@pytest.mark.parametrize(
    ("table", "error", "told"),
    [
        ("lon,lat\n118,32\n118,x\n", Malformed, "row 3, lat = 'x'"),
        ("lon,lat,time\n118,32,noon\n", Malformed, "row 2, time = 'noon'"),
        ("x,y\n118,32\n", Malformed, "no positions"),
        ("", BadInput, "empty"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_written(
    tmp_path: Path, table: str, error: type[BadInput], told: str
) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text(table, "utf-8")
    refused = locate("", points, "--grids", write(tmp_path / "grids.geojson", TWO), "--out", out)
    assert isinstance(refused.exception, error)
    assert told in "\n".join([str(refused.exception), *map(str, refused.exception.errors)])
    assert not out.exists()


def test_a_file_that_is_there_is_not_written_over(points: Path, tmp_path: Path) -> None:
    refused = locate("", points, "--grids", write(tmp_path / "grids.geojson", TWO), "--out", points)
    assert isinstance(refused.exception, BadInput)
    assert "编号" in points.read_text("gb18030")
