"""The engine as a process of the program's own, in real time: killed, and without its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from living_town import settle
from two_grids import BORDER

from gis_grid.kit import clock
from gis_grid.kit.database import make_engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from living_town import LivingTown

pytestmark = pytest.mark.slow

PATIENCE_S = 90


@contextmanager
def program(url: str, log: Path) -> Iterator[psutil.Process]:
    command = [Path(sys.executable).with_name("gis-grid"), "work"]
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": url}
    with log.open("ab") as sink:
        started = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink)
    try:
        yield psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait(timeout=PATIENCE_S)


def eventually(found: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.1)
    pytest.fail(f"waited in vain for {what}")


@pytest.fixture
def town(fresh_database: str) -> Iterator[LivingTown]:
    owner = make_engine(fresh_database)
    town = settle(owner)
    town.sign_in("W1", clock.now() - timedelta(minutes=30))
    yield town
    owner.dispose()


def beside(process: psutil.Process) -> list[psutil.Process]:
    """Return the processes that a program has beside it: of `gis-grid work` the engine alone."""
    return [
        child
        for child in process.children()
        if child.status() != psutil.STATUS_ZOMBIE and "spawn_main" in " ".join(child.cmdline())
    ]


def test_a_killed_engine_is_started_again_and_goes_on(town: LivingTown, tmp_path: Path) -> None:
    url = town.owner.url.render_as_string(hide_password=False)
    log = tmp_path / "log"
    with program(url, log) as running:
        eventually(lambda: town.query("SELECT FROM live_beat"), "the first beat")
        now = clock.now()
        town.walk("W1", now - timedelta(seconds=50), *[(BORDER - 0.002, 32.0525)] * 6)
        eventually(lambda: town.standing("W1", "inside_s") == pytest.approx(50.0), "the seconds inside")
        ((before,),) = town.query("SELECT started_at FROM live_beat")
        (live,) = beside(running)
        live.kill()
        eventually(lambda: town.query("SELECT started_at FROM live_beat")[0][0] > before, "the next engine")
        town.walk("W1", clock.now() - timedelta(seconds=1), (BORDER - 0.002, 32.0525))
        eventually(lambda: town.standing("W1", "inside_s") > 50.0, "what came afterwards")
        (live,) = beside(running)
        running.kill()
        eventually(lambda: not live.is_running() or live.status() == psutil.STATUS_ZOMBIE, "its end")
    assert b"Traceback" not in log.read_bytes()
