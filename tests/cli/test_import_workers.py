"""`gis-grid import --as workers`: who there is, and who has which grid from when on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_import_layers import connect, run_here, square, write

if TYPE_CHECKING:
    from pathlib import Path

ROWS = "worker,name,grid,first_date\nW1,甲,G1,\nW2,乙,G2,2026-03-01\nW3,丙,,\n"
HELD = """
    SELECT worker.code, worker.name, grid.code, (lower(valid) AT TIME ZONE 'Asia/Shanghai')::date::text,
        (upper(valid) AT TIME ZONE 'Asia/Shanghai')::date::text
    FROM worker LEFT JOIN assignment ON worker_id = worker.id LEFT JOIN grid ON grid.id = grid_id
    ORDER BY worker.code, lower(valid)
"""


@pytest.fixture
def town(fresh_database: str, tmp_path: Path) -> str:
    """Two grids in a community, in force from the first of January."""
    squares = [(square(118, 32, 0.01), {"code": "G1"}), (square(118.02, 32, 0.01), {"code": "G2"})]
    grids = write(tmp_path / "grids.geojson", squares)
    made = run_here(
        fresh_database,
        grids,
        *("--as", "grids", "--community", "C1", "--create", "--valid-from", "2026-01-01"),
    )
    assert made.exit_code == 0, made.stderr
    return fresh_database


def held(town: str) -> list[tuple[object, ...]]:
    with connect(town) as conn:
        return conn.execute(HELD).fetchall()


def test_workers_come_in_with_their_grids_and_the_same_table_again_changes_nothing(
    town: str, tmp_path: Path
) -> None:
    path = tmp_path / "workers.csv"
    path.write_text(ROWS, "utf-8")

    first = run_here(town, path, "--as", "workers")
    again = run_here(town, path, "--as", "workers")

    assert first.stdout == "workers: 3 new, 0 changed, 0 the same already\n"
    assert again.stdout == "workers: 0 new, 0 changed, 3 the same already\n"
    assert held(town) == [
        ("W1", "甲", "G1", "2026-01-01", None),
        ("W2", "乙", "G2", "2026-03-01", None),
        ("W3", "丙", None, None, None),
    ]


def test_a_new_grid_ends_the_one_before_and_a_name_may_change(town: str, tmp_path: Path) -> None:
    path = tmp_path / "workers.csv"
    path.write_text(ROWS, "utf-8")
    run_here(town, path, "--as", "workers")
    path.write_text("工号,姓名,网格,开始日期\nW1,甲甲,G2,2026/05/01\n", "utf-8")

    done = run_here(town, path, "--as", "workers")

    assert done.stdout == "workers: 0 new, 1 changed, 0 the same already\n"
    assert held(town)[:2] == [
        ("W1", "甲甲", "G1", "2026-01-01", "2026-05-01"),
        ("W1", "甲甲", "G2", "2026-05-01", None),
    ]


def test_an_unknown_grid_and_two_grids_at_once_are_told_with_their_rows(town: str, tmp_path: Path) -> None:
    path, bad = tmp_path / "workers.csv", tmp_path / "bad.csv"
    path.write_text(ROWS, "utf-8")
    run_here(town, path, "--as", "workers")
    path.write_text("worker,name,grid\nW1,甲,G2\nW4,丁,G9\n", "utf-8")

    refused = run_here(town, path, "--as", "workers", "--bad-rows", bad)

    assert refused.exception is not None
    told = bad.read_text("utf-8-sig").splitlines()[1:]
    assert told[0].startswith("2,first_date,")
    assert told[0].endswith("has another grid by then or later: expected a later first_date")
    assert told[1] == "3,grid,G9,expected the code of a known grid"
    assert len(held(town)) == 3
