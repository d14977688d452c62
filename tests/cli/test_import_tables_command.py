"""`gis-grid import` of tables and places, as a person runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest
from test_import_layers import connect, count, run_here, square, write

if TYPE_CHECKING:
    from pathlib import Path

SIGNED = "worker,time,kind\nW1,2026-11-02 08:40,in\nW1,2026-11-02 17:00,out\n"


@pytest.fixture
def town(fresh_database: str, tmp_path: Path) -> str:
    """A grid in a community, and a worker."""
    grid = write(tmp_path / "grids.geojson", [(square(118, 32, 0.01), {"code": "G1"})])
    done = run_here(
        fresh_database,
        grid,
        *("--as", "grids", "--community", "C1", "--create", "--valid-from", "2026-01-01"),
    )
    assert done.exit_code == 0, done.stderr
    with connect(fresh_database) as conn:
        conn.execute("INSERT INTO worker (code, name) VALUES ('W1', '甲')")
    return fresh_database


def test_a_table_goes_in_once_and_says_what_was_new(town: str, tmp_path: Path) -> None:
    path = tmp_path / "signed.csv"
    path.write_text(SIGNED, "utf-8")

    first = run_here(town, path, "--as", "signatures")
    again = run_here(town, path, "--as", "signatures")

    assert first.stdout == "signatures: 2 new, 0 changed, 0 the same already\n"
    assert again.stdout == "signatures: 0 new, 0 changed, 2 the same already\n"
    with connect(town) as conn:
        times = conn.execute("SELECT at AT TIME ZONE 'Asia/Shanghai' FROM signature ORDER BY at").fetchall()
    assert [f"{time:%H:%M}" for (time,) in times] == ["08:40", "17:00"]


def test_a_bad_row_refuses_the_table_and_is_listed_or_left_out_when_asked(town: str, tmp_path: Path) -> None:
    path, bad = tmp_path / "signed.csv", tmp_path / "bad.csv"
    path.write_text(SIGNED + "W9,2026-11-02 08:41,in\n", "utf-8")

    refused = run_here(town, path, "--as", "signatures", "--bad-rows", bad)
    assert refused.exception is not None
    assert count(town, "signature") == count(town, "import_run") - 1 == 0
    assert bad.read_text("utf-8-sig").splitlines()[1] == "4,worker,W9,expected the code of a known worker"

    taken = run_here(town, path, "--as", "signatures", "--skip-bad-rows")
    assert taken.exit_code == 0, taken.stderr
    assert taken.stderr.startswith("left out: 1 rows\n  row 4, worker = 'W9'")
    assert count(town, "signature") == 2


@pytest.mark.parametrize(("what", "table"), [("key-places", "key_place"), ("offices", "office")])
def test_places_come_from_a_csv_and_are_in_force_from_the_named_day(
    town: str, tmp_path: Path, what: str, table: str
) -> None:
    path = tmp_path / "places.csv"
    path.write_text("编码,名称,经度,纬度\nK1,学校,118.001,32.001\n", "utf-8")

    done = run_here(town, path, "--as", what, "--valid-from", "2026-11-02")

    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{what.replace('-', ' ')}: 1 new, 0 changed, 0 the same already\n"
    with connect(town) as conn:
        since = conn.execute(
            psycopg.sql.SQL("SELECT lower(valid) AT TIME ZONE 'Asia/Shanghai' FROM {}").format(
                psycopg.sql.Identifier(table)
            )
        ).fetchone()
    assert since is not None
    assert f"{since[0]:%Y-%m-%d %H:%M}" == "2026-11-02 00:00"
