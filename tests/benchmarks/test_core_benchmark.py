"""The benchmark of the core runs, in small: what it prints at full size is in benchmarks/results/core.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HEADINGS = (
    "Time inside a grid",
    "Time over all grids",
    "Which grid",
    "Bounds",
    "Cleaning",
    "Stops",
    "Signs",
    "GCJ-02",
    "Targets",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "benchmarks/core.py", "--quick", "--only", "ours,shapely", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def printed() -> str:
    done = run()
    assert done.returncode == 0, done.stderr
    return done.stdout


def row(printed: str, name: str) -> list[str]:
    line = next(line for line in printed.splitlines() if line.startswith(f"| {name} "))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_every_table_is_printed_with_its_targets(printed: str) -> None:
    for heading in HEADINGS:
        assert f"## {heading}" in printed


def test_what_is_exact_is_exact_in_a_small_city_too(printed: str) -> None:
    assert row(printed, "largest difference to shapely")[3] == "met"
    assert row(printed, "time over a tiling adds up")[3] == "met"


@pytest.mark.parametrize("what", ["tables", "only"])
def test_a_table_or_peer_that_is_not_there_is_named(what: str) -> None:
    done = run(f"--{what}", "nothing")
    assert done.returncode == 2
    assert "nothing" in done.stderr
