"""Each kind of process is killed once under load; `benchmarks/kill.py` does it fifty times."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gis_grid.kit import postgres

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine")
def test_what_was_acknowledged_is_there_once_whatever_was_killed() -> None:
    command = [sys.executable, "benchmarks/kill.py", "--kills", "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, (done.stderr + done.stdout)[-3000:]
    assert re.search(r"[1-9][\d,]* fixes were acknowledged: 0 are missing, 0 are there twice", done.stdout)
    for kind in ("API process", "job worker", "postmaster", "whole program"):
        assert re.search(rf"^\| {kind} +\| +1 \|", done.stdout, re.MULTILINE)
