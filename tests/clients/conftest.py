"""The sample town, served by the real program on a port, and a token for programs that read it.

`make test` leaves this folder out (`norecursedirs`): QGIS is large. `make test-clients` runs it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from served_town import Town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import FirstDemo, Server

_PATIENCE_S: Final = 60
_READS: Final = ("see_map", "see_incidents", "see_reports", "see_verdicts", "see_tracks")


@pytest.fixture(scope="session")
def town(server: Server, first_demo: FirstDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve a copy of the sample town as an operator does, until all tests are over."""
    folder = tmp_path_factory.mktemp("served")
    program = Path(sys.executable).with_name("gis-grid")
    with server.database(first_demo.database) as name:
        environment = {
            **os.environ,
            "GIS_GRID_DATABASE_URL": server.url(name),
            "GIS_GRID_DATA_DIR": str(folder),
            "GIS_GRID_PORT": "0",
        }
        permissions = [word for one in _READS for word in ("--permission", one)]
        made = subprocess.run(
            [program, "token", "add", "demo-auditor", "--name", "clients", *permissions],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        log = folder / "log.txt"
        with log.open("wb") as sink:
            serving = subprocess.Popen([program, "serve"], env=environment, stdout=sink, stderr=sink)
        try:
            yield Town(_address(serving, log), made.stdout.strip().splitlines()[-1])
        finally:
            serving.send_signal(signal.SIGTERM)
            serving.wait(timeout=_PATIENCE_S)
    assert "Traceback" not in log.read_text("utf-8")


def _address(serving: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the program says where it serves."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until and serving.poll() is None:
        found = re.search(r"http://127\.0\.0\.1:[1-9]\d*", log.read_text("utf-8"))
        if found:
            return found.group()
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))
