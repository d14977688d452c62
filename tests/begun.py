"""The program in processes of their own that begin at once: forked from a server that has imported it.

By itself each takes seconds of a processor to import what it does. Tests of how the program starts, ends and
starts others start it as a person does: `tests/cli/test_serve_processes.py`, the first of `test_db.py`, and
the wheel's.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from gis_grid.cli import main
from gis_grid.kit.fork_server import fork_server

if TYPE_CHECKING:
    from collections.abc import Mapping

_COMMANDS: Final = ("serve", "demo", "work", "import_", "report", "user")
IMPORTED: Final = tuple(f"gis_grid.cli.{name}" for name in _COMMANDS)
"""What tests start; a program of another command imports it when it has begun."""

_ALL: Final[list[Begun]] = []


class Begun(psutil.Process):
    """`gis-grid` with arguments, in a process of its own; `poll` and `wait` are those of `subprocess.Popen`.

    Parameters
    ----------
    environment
        All of its variables.
    out, err
        Files that what it says is added to; both the first when there is one.
    folder
        Where it works.
    """

    def __init__(
        self,
        *arguments: object,
        environment: Mapping[str, str],
        out: Path,
        err: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        words = [str(one) for one in arguments]
        told = (words, dict(environment), folder or Path.cwd(), out, err or out)
        self._forked = fork_server(*IMPORTED).Process(target=_be_the_program, args=told)
        self._forked.start()
        super().__init__(self._forked.pid)
        _ALL.append(self)

    def poll(self) -> int | None:
        """Return how it ended, if it has."""
        return self._forked.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return how it ended; one that does not is killed."""
        self._forked.join(timeout)
        if self._forked.exitcode is None:
            self._forked.kill()
            self._forked.join()
            raise psutil.TimeoutExpired(timeout or 0, self.pid)
        return self._forked.exitcode

    def terminate(self) -> None:
        """Tell it to end, if it has not."""
        self._forked.terminate()

    def kill(self) -> None:
        """End it at once, if it has not."""
        self._forked.kill()


def begun_pids() -> set[int]:
    """Return the processes of the programs that run: they are children of the server, as others are."""
    return {one.pid for one in _ALL if one.poll() is None}


def ended(
    *arguments: object, environment: Mapping[str, str], folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program until it ends, and return what it said."""
    with tempfile.TemporaryDirectory() as sinks:
        out, err = Path(sinks, "out"), Path(sinks, "err")
        code = Begun(*arguments, environment=environment, out=out, err=err, folder=folder).wait(timeout=600)
        said = [one.read_text("utf-8") for one in (out, err)]
    return subprocess.CompletedProcess(["gis-grid", *map(str, arguments)], code, *said)


def _be_the_program(
    arguments: list[str], environment: dict[str, str], folder: Path, out: Path, err: Path
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in ((1, out), (2, err)):
        sink = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(sink, number)
        os.close(sink)
    gc.freeze()
    gc.enable()
    sys.argv = ["gis-grid", *arguments]
    main()
