"""`gis-grid db`: the private cluster by hand, as an operator sees it."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

import psutil
import pytest
from begun import Begun
from running_program import eventually
from throwaway import reachable_folder
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit import postgres
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return a data folder whose cluster is made by the first program, and started again by the others."""
    with reachable_folder() as folder:
        yield folder


def begun_by_a_person(environment: dict[str, str], log: Path) -> psutil.Popen:
    program = [sys.executable, "-c", "from gis_grid.cli import main; main()", "serve"]
    with log.open("wb") as sink:
        return psutil.Popen(program, env=environment, stdout=sink, stderr=sink)


def forked(environment: dict[str, str], log: Path) -> Begun:
    return Begun("serve", environment=environment, out=log)


@pytest.mark.skipif("GIS_GRID_DATABASE_URL" in os.environ, reason="is about the private cluster")
@pytest.mark.parametrize(
    ("sign", "begin"),
    [(signal.SIGTERM, begun_by_a_person), (signal.SIGHUP, forked), (signal.SIGINT, forked)],
)
def test_a_service_that_is_told_to_end_stops_its_cluster_too(
    folder: Path, tmp_path: Path, sign: signal.Signals, begin: Callable[..., psutil.Popen | Begun]
) -> None:
    log = tmp_path / "log.txt"
    log.touch()
    here = {**os.environ, "GIS_GRID_DATA_DIR": str(folder), "GIS_GRID_PORT": "0", "PYTHONFAULTHANDLER": "1"}
    service = begin(here, log)
    try:
        eventually(lambda: "serves at" in log.read_text("utf-8") or service.poll() is not None, "its address")
        assert service.poll() is None, log.read_text("utf-8")
        assert Cluster(folder).status().pid is not None
        service.send_signal(sign)
        # Its jobs alone may take half a minute to come to an end.
        assert service.wait(timeout=90) != -sign
    finally:
        if service.poll() is None:
            service.send_signal(signal.SIGABRT)  # it says where it is
            service.wait(timeout=90)
            print(log.read_text("utf-8"))
    assert Cluster(folder).status().pid is None
