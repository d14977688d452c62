"""The benchmark of dividing towns runs, in small; at full size: benchmarks/results/partition.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gis_grid.kit import postgres

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/partition.py", "--quick", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)


def row(printed: str, name: str) -> list[str]:
    line = next(line for line in printed.splitlines() if line.startswith(f"| {name} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture(scope="module")
def printed() -> str:
    pytest.importorskip("pymetis")
    done = run("--only", "metis", "--tables", "town,edits")
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_ours_and_a_peer_divide_the_same_town(printed: str) -> None:
    ours, metis = row(printed, "ours"), row(printed, "METIS, weighted")
    assert ours[2] == "100.0"
    assert int(metis[1]) > 1


@pytest.mark.parametrize("what", ["grids in pieces", "buildings cut", "invalid tilings"])
def test_what_is_exact_is_exact_in_small_places_too(printed: str, what: str) -> None:
    assert row(printed, f"{what}, everywhere")[3] == "met"


def test_every_edit_is_timed(printed: str) -> None:
    for edit in ("draw, exact", "split by line, snapped", "border, exact", "merge", "fill gaps"):
        assert float(row(printed, edit)[4]) > 0


@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine")
def test_a_town_is_published_from_its_files() -> None:
    done = run("--only", "ours", "--tables", "published")
    assert done.returncode == 0, done.stderr[-3000:]
    line = next(line for line in done.stdout.splitlines() if "buildings published" in line)
    assert "met" in line


@pytest.mark.parametrize("what", ["tables", "only"])
def test_a_table_or_contender_that_is_not_there_is_named(what: str) -> None:
    done = run(f"--{what}", "nothing")
    assert done.returncode == 2
    assert "nothing" in done.stderr
