"""The benchmark of copied tracks runs, in small; benchmarks/results/copies.md has the full size."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


def test_copies_are_found_among_workers_who_walk_the_same_lanes_and_nobody_else_is_accused() -> None:
    command = [sys.executable, "benchmarks/copies.py", "--days", "800", "--copies", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    for heading in ("All days at once, in the core", "Week by week, from PostGIS", "Targets"):
        assert f"## {heading}" in done.stdout
    assert "MISSED" not in done.stdout
