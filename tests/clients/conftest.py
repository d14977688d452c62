"""The sample town, served by the real program on a port, and tokens to read it and to write into it.

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

    from conftest import FirstDemo

_PATIENCE_S: Final = 60
_READS: Final = ("see_map", "see_incidents", "see_reports", "see_verdicts", "see_tracks")
_WRITES: Final = ("see_map", "edit_map")


@pytest.fixture(scope="session")
def town(first_demo: FirstDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """Serve a copy of the sample town as an operator does, until all tests are over."""
    folder = tmp_path_factory.mktemp("served")
    program = Path(sys.executable).with_name("gis-grid")
    with first_demo.copied() as url:
        environment = {
            **os.environ,
            "GIS_GRID_DATABASE_URL": url,
            "GIS_GRID_DATA_DIR": str(folder),
            "GIS_GRID_PORT": "0",
        }
        made = {
            name: subprocess.run(
                [
                    *(program, "token", "add", name, "--name", "clients"),
                    *(word for one in permissions for word in ("--permission", one)),
                ],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
            for name, permissions in (("demo-auditor", _READS), ("demo-planner", _WRITES))
        }
        assert [one.stderr for one in made.values() if one.returncode] == []
        tokens = [one.stdout.strip().splitlines()[-1] for one in made.values()]
        log = folder / "log.txt"
        with log.open("wb") as sink:
            serving = subprocess.Popen([program, "serve"], env=environment, stdout=sink, stderr=sink)
        try:
            yield Town(_address(serving, log), *tokens)
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
