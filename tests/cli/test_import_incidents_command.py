"""`gis-grid import --as incidents`, as a person runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_import_layers import connect, run_here

from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

FILE = "no,day,hour,what,X,Y\n7,02/17/2020,12:19 PM,噪声,118.78,32.05\n8,02/17/2020,1:00 AM,噪声,,\n"
MAP = [
    word for one in ("code=no", "time=day+hour", "category=what", "lon=X", "lat=Y") for word in ("--map", one)
]


def test_a_file_goes_in_by_its_mapping(fresh_database: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(FILE, "utf-8")
    options = ("--as", "incidents", *MAP, "--tz", "America/New_York", "--dates", "mdy", "--source", "city")

    first = run_here(fresh_database, path, *options, "--all-are", "hazard")
    again = run_here(fresh_database, path, *options)

    assert first.exit_code == 0, first.exception
    assert first.stdout == (
        "incidents: 2 new, 0 known already\nnote: 1 of them have no position: listed, and on no map\n"
    )
    assert again.stdout == "incidents: 0 new, 2 known already\n"
    with connect(fresh_database) as conn:
        rows = conn.execute(
            "SELECT code, kind, place, reported_at AT TIME ZONE 'UTC' FROM incident ORDER BY id"
        ).fetchall()
        (run,) = conn.execute("SELECT layer, rows_in FROM import_run ORDER BY id LIMIT 1").fetchall()
    assert [(code, kind, place, f"{at:%d %H:%M}") for code, kind, place, at in rows] == [
        ("city-7", "hazard", "point", "17 17:19"),
        ("city-8", "hazard", "none", "17 06:00"),
    ]
    assert run == ("incidents", 2)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--as", "incidents", "--tz", "Mars/Olympus"), "--tz Mars/Olympus; expected e.g. Asia/Shanghai"),
        (("--as", "forms", "--dates", "mdy"), "--tz, --dates, --all-are with forms"),
        (("--as", "forms", "--map", "a=b"), "--map with forms"),
    ],
)
def test_options_that_do_not_fit_are_refused(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text(FILE, "utf-8")
    refused = run_here("", path, *options)
    assert isinstance(refused.exception, BadInput)
    assert told in str(refused.exception)
