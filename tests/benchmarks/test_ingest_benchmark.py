"""The benchmark of taking fixes in runs, in small; at full size: benchmarks/results/ingest.md."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from gis_grid.kit import postgres

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine")
def test_every_way_of_sending_is_measured_beside_the_ceiling() -> None:
    command = [sys.executable, "benchmarks/ingest.py", "--quick", "--phones", "2000", "--seconds", "2"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stderr[-3000:]
    ways = [
        f"{size}, {how}"
        for how in ("by timetable", "flat out")
        for size in ("singly", "batches of 30", "batches of 360")
    ]
    for name in (*ways, "plain COPY"):
        assert any(line.startswith(f"| {name} ") for line in done.stdout.splitlines())
    targets = done.stdout[done.stdout.index("## Targets") :]
    assert targets.count(" met ") + targets.count(" MISSED ") == 2
