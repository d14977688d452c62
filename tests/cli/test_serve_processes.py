"""`gis-grid serve --processes 2`: they share a port, a dead one comes back, and all end together."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import psutil
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.slow

PATIENCE_S = 60


@contextmanager
def served(url: str, log: Path) -> Iterator[tuple[psutil.Popen, str]]:
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": "0"}
    with log.open("wb") as sink:
        command = [Path(sys.executable).with_name("gis-grid"), "serve", "--processes", "2", "--no-jobs"]
        program = psutil.Popen(command, env=environment, stdout=sink, stderr=sink)
    try:
        wait_until(lambda: "serves at" in log.read_text("utf-8"))
        (address,) = re.findall(r"serves at\s+(http://127\.0\.0\.1:\d+)", log.read_text("utf-8"))
        yield program, address
    finally:
        for process in [*children(program), program]:
            with suppress(psutil.NoSuchProcess):
                process.terminate()
        program.wait(timeout=PATIENCE_S)


def children(program: psutil.Popen) -> list[psutil.Process]:
    """Return the processes that answer."""
    with suppress(psutil.NoSuchProcess):
        servers = [one for one in program.children() if "forkserver" in " ".join(one.cmdline())]
        return [child for one in servers for child in one.children()]
    return []


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.05)


def answers(address: str) -> bool:
    with suppress(httpx2.TransportError):
        return httpx2.get(f"{address}/readyz", timeout=PATIENCE_S).status_code == 200
    return False


def test_one_that_dies_is_started_again_and_all_end_with_the_first(
    fresh_database: str, tmp_path: Path
) -> None:
    log = tmp_path / "log.txt"
    with served(fresh_database, log) as (program, address):
        wait_until(lambda: answers(address))
        killed, other = children(program)
        killed.kill()
        is_replaced(program, killed)
        assert answers(address)
        assert other.is_running()

        # One that dies while it is asked is not waited for.
        killed = children(program)[0]
        killed.suspend()
        time.sleep(1)  # meanwhile it is asked whether it lives
        killed.kill()
        at = time.monotonic()
        is_replaced(program, killed)
        assert time.monotonic() - at < 15, "as long as one that hangs"

        answering = children(program)
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=PATIENCE_S) == 0
        wait_until(lambda: not any(one.is_running() for one in answering))
    assert "Traceback" not in log.read_text("utf-8")


def is_replaced(program: psutil.Popen, killed: psutil.Process) -> None:
    """Wait until there is another instead of one that was killed."""
    wait_until(lambda: len(children(program)) == 2 and killed not in children(program))


def test_no_process_goes_on_without_the_one_that_started_it(fresh_database: str, tmp_path: Path) -> None:
    with served(fresh_database, tmp_path / "log.txt") as (program, address):
        wait_until(lambda: answers(address))
        answering = children(program)
        program.kill()
        program.wait(timeout=PATIENCE_S)
        wait_until(lambda: not any(one.is_running() for one in answering))
        assert not answers(address)
