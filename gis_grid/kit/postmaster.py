"""The running server of one PostgreSQL data folder, as the process table shows it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gis_grid.kit.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE_S = 10.0
_POLL_S = 0.05
_PID_LINE, _SOCKET_LINE, _STATE_LINE = 0, 4, 7


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` of a data folder says."""

    pid: int
    socket_folder: Path | None
    ready: bool

    @classmethod
    def find(cls, data: Path) -> Postmaster | None:
        """Return the living server of a data folder; ``None`` when there is none, whatever the file says.

        A number alone proves nothing: after a restart of the machine another process may bear it. A server
        works inside its data folder, and nothing else does.
        """
        try:
            lines = (data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return None
        if not lines or not lines[_PID_LINE].isdigit() or not _works_in(int(lines[_PID_LINE]), data):
            return None
        socket = lines[_SOCKET_LINE] if len(lines) > _SOCKET_LINE else ""
        state = lines[_STATE_LINE].strip() if len(lines) > _STATE_LINE else ""
        return cls(int(lines[_PID_LINE]), Path(socket) if socket else None, state == "ready")


def sweep_remains(data: Path) -> None:
    """End the processes that a killed server left behind.

    Only to be called when `Postmaster.find` found none and nobody else may start one.

    Raises
    ------
    Unavailable
        When an orphan cannot be ended.
    """
    # Orphans are no danger to the data: without their server they can only keep a new one from starting.
    for sign in (signal.SIGQUIT, signal.SIGKILL):
        for pid in _processes_in(data):
            _signal(pid, sign)
        if _wait_until_empty(data):
            return
    orphans = ", ".join(map(str, _processes_in(data)))
    raise Unavailable("Remains of a killed database server do not end", f"processes {orphans} in {data}")


def _wait_until_empty(data: Path) -> bool:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if not any(_processes_in(data)):
            return True
        time.sleep(_POLL_S)
    return False


def _signal(pid: int, sign: signal.Signals) -> None:
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return


def _processes_in(data: Path) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _works_in(int(entry.name), data):
            yield int(entry.name)


def _works_in(pid: int, data: Path) -> bool:
    """Whether a process of this machine (of this container, inside one) is a server's and in this folder."""
    process = Path(f"/proc/{pid}")
    try:
        if not process.joinpath("cwd").samefile(data):
            return False
        is_server = process.joinpath("exe").readlink().name.startswith("postgres")
        is_here = process.joinpath("ns/pid").readlink() == Path("/proc/self/ns/pid").readlink()
    except (FileNotFoundError, PermissionError, ProcessLookupError):
        return False
    return is_server and is_here
