"""`gis-grid db`: the private cluster by hand, as an operator sees it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit import postgres
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.errors import Conflict

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine"),
]


def gis_grid(*arguments: str, **settings: str) -> Result:
    return CliRunner().invoke(app, arguments, env=settings)


@pytest.mark.skipif("GIS_GRID_DATABASE_URL" in os.environ, reason="is about the private cluster")
def test_start_status_upgrade_and_stop_say_what_they_did(data_dir: Path) -> None:
    here = {"GIS_GRID_DATA_DIR": str(data_dir)}
    empty = gis_grid("db", "status", **here)
    assert (empty.exit_code, empty.stdout) == (3, f"{data_dir}/cluster: nothing there yet\n")
    start = gis_grid("db", "start", **here)
    assert start.exit_code == 0, start.output
    assert start.stdout.startswith("running: postgresql+psycopg://gis_grid@/gis_grid?host=")
    running = gis_grid("db", "status", **here)
    assert running.exit_code == 0
    assert "until `gis-grid db stop`" in running.stdout
    upgrade = gis_grid("db", "upgrade", **here)
    assert (upgrade.exit_code, upgrade.stdout) == (0, "the tables are of this program's version\n")
    assert gis_grid("db", "stop", **here).stdout == "stopped\n"
    assert gis_grid("db", "stop", **here).stdout == "was not running\n"
    stopped = gis_grid("db", "status", **here)
    assert stopped.exit_code == 3
    assert "state:      stopped" in stopped.stdout


def test_a_database_of_ones_own_has_no_private_cluster() -> None:
    answer = gis_grid("db", "start", GIS_GRID_DATABASE_URL="postgresql://somewhere/else")
    assert isinstance(answer.exception, Conflict)
    assert "GIS_GRID_DATABASE_URL names a database of your own" in str(answer.exception)


@pytest.mark.skipif("GIS_GRID_DATABASE_URL" in os.environ, reason="is about the private cluster")
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_service_that_is_told_to_end_stops_its_cluster_too(data_dir: Path, sign: signal.Signals) -> None:
    program = [sys.executable, "-c", "from gis_grid.cli import main; main()", "serve"]
    here = {**os.environ, "GIS_GRID_DATA_DIR": str(data_dir), "GIS_GRID_PORT": "0", "PYTHONFAULTHANDLER": "1"}
    with subprocess.Popen(program, env=here, stderr=subprocess.PIPE, text=True) as service:
        assert service.stderr is not None
        assert any("serves at" in line for line in service.stderr)
        assert Cluster(data_dir).status().pid is not None
        service.send_signal(sign)
        try:
            # Its jobs alone may take half a minute to come to an end.
            assert service.wait(timeout=90) != -sign
        except subprocess.TimeoutExpired:
            service.send_signal(signal.SIGABRT)
            pytest.fail(f"it goes on, here:\n{service.communicate()[1]}")
    assert Cluster(data_dir).status().pid is None
