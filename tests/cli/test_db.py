"""`gis-grid db`: the private cluster by hand, as an operator sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gis_grid.kit import postgres

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine")


def gis_grid(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIS_GRID_")}
    program = "from gis_grid.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**environment, **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def test_start_status_upgrade_and_stop_say_what_they_did(data_dir: Path) -> None:
    here = {"GIS_GRID_DATA_DIR": str(data_dir)}
    empty = gis_grid("db", "status", **here)
    assert (empty.returncode, empty.stdout) == (3, f"{data_dir}/cluster: nothing there yet\n")
    start = gis_grid("db", "start", **here)
    assert start.returncode == 0, start.stderr
    assert start.stdout.startswith("running: postgresql+psycopg://gis_grid@/gis_grid?host=")
    running = gis_grid("db", "status", **here)
    assert running.returncode == 0
    assert "until `gis-grid db stop`" in running.stdout
    upgrade = gis_grid("db", "upgrade", **here)
    assert (upgrade.returncode, upgrade.stdout) == (0, "the tables are of this program's version\n")
    assert gis_grid("db", "stop", **here).stdout == "stopped\n"
    assert gis_grid("db", "stop", **here).stdout == "was not running\n"
    stopped = gis_grid("db", "status", **here)
    assert stopped.returncode == 3
    assert "state:      stopped" in stopped.stdout


def test_a_database_of_ones_own_has_no_private_cluster() -> None:
    answer = gis_grid("db", "start", GIS_GRID_DATABASE_URL="postgresql://somewhere/else")
    assert answer.returncode == 1
    assert "GIS_GRID_DATABASE_URL names a database of your own" in answer.stderr
