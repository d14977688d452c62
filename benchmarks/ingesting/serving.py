"""The program under load: `gis-grid serve` on a private cluster with the product's own settings."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import psutil

from gis_grid.kit.cluster import Cluster
from gis_grid.kit.database import make_engine
from gis_grid.kit.migrate import upgrade
from ingesting import usage

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE_S: Final = 180.0
_IDLE_S: Final = 0.05


@contextmanager
def private_cluster() -> Iterator[tuple[Path, Cluster]]:
    """Yield a data folder with a migrated cluster in it, as an operator's would be; gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gis-grid-load-"))
    folder.chmod(0o755)
    cluster = Cluster(folder)
    try:
        engine = make_engine(cluster.start())
        upgrade(engine)
        engine.dispose()
        yield folder, cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


class Program:
    """`gis-grid serve` on a data folder, on one port whenever it starts again; ended with the block."""

    def __init__(self, folder: Path, processes: int, *, jobs: bool = True) -> None:
        self.log = folder / "serve.log"
        self._command = [Path(sys.executable).with_name("gis-grid"), "serve", "--processes", str(processes)]
        if not jobs:
            self._command.append("--no-jobs")
        self._processes = processes
        self.port = _free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("GIS_GRID_")},
            "GIS_GRID_DATA_DIR": str(folder),
            "GIS_GRID_PORT": str(self.port),
        }
        self._program: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._program is not None:
            self._program.terminate()
            self._program.wait(timeout=PATIENCE_S)

    def _wait(self) -> None:
        """Wait until it listens."""
        until = time.monotonic() + PATIENCE_S
        while self._program is not None and self._program.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert time.monotonic() < until, "the program does not listen"
            time.sleep(0.05)
        raise AssertionError(self.log.read_text("utf-8"))

    @property
    def pid(self) -> int:
        """Number of the program's own process, the parent of the others."""
        assert self._program is not None
        return self._program.pid

    def start(self) -> None:
        """Start it; what it says goes into a file."""
        with self.log.open("ab") as sink:
            self._program = subprocess.Popen(self._command, env=self.environment, stdout=sink, stderr=sink)

    def start_if_ended(self) -> None:
        """Do what systemd does for an operator."""
        if self._program is None or self._program.poll() is not None:
            self.start()

    def is_complete(self) -> bool:
        """Say whether all its processes run."""
        listening = [one for one in usage.family(self.pid)[1:] if _listens(one)]
        return len(listening) >= (self._processes if self._processes > 1 else 0) and bool(self.jobs())

    def settle(self) -> None:
        """Wait until all has started and nothing is done."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            before = usage.cpu_s(usage.family(self.pid))
            time.sleep(1)
            if usage.cpu_s(usage.family(self.pid)) - before < _IDLE_S:
                return

    def kill(self) -> None:
        """End its own process at once, and no other."""
        assert self._program is not None
        self._program.kill()
        self._program.wait()

    def api(self) -> list[psutil.Process]:
        """Return the processes that answer requests: those that listen, or its own if no other does."""
        root, *children = usage.family(self.pid)
        return [one for one in children if _listens(one)] or [root]

    def jobs(self) -> list[psutil.Process]:
        """Return those that work beside it: on the jobs, and on the live map."""
        return [one for one in usage.family(self.pid)[1:] if _works_beside(one)]


def _works_beside(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.name() in {"gis-grid jobs", "gis-grid live"}
    return False


def _listens(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return any(one.status == psutil.CONN_LISTEN for one in process.net_connections("tcp"))
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
