"""The benchmark of judging runs, in small: SQL finds there what the program stored, or it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def printed() -> str:
    command = [sys.executable, "benchmarks/judge.py", "--workers", "20", "--sql-share", "5"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "name",
    ["gis-grid judge", "gis-grid judge, no news", "PostGIS SQL, coarse", "PostGIS SQL, the same job"],
)
def test_every_way_of_judging_has_its_line(printed: str, name: str) -> None:
    assert any(line.startswith(f"| {name} ") for line in printed.splitlines())


def test_intervals_of_the_same_job_in_sql_are_the_same(printed: str) -> None:
    assert "the same intervals" in printed


def test_targets_are_told_with_what_a_small_city_is_scaled_to(printed: str) -> None:
    targets = printed[printed.index("## Targets") :]
    assert "scaled from 20" in targets
    assert targets.count(" met ") + targets.count(" MISSED ") == 3
