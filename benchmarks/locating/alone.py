"""What memory a job needs: run in a process of its own, peak over what was there when it began."""

from __future__ import annotations

import multiprocessing
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

_PATIENCE_S = 300.0


def peak_mib(prepare: Callable[..., Callable[[], object]], *given: Any) -> float:
    """Return MiB that setting up and doing a job add to a process which has its input already.

    Parameters
    ----------
    prepare
        Of a module that a new process can import: takes what is given, reads the input, and returns the job.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(there, prepare, given))
    process.start()
    there.close()
    if not here.poll(_PATIENCE_S):
        process.kill()
        raise TimeoutError(prepare.__name__)
    added: float = here.recv()
    process.join()
    return added


def _measure(
    answer: Connection, prepare: Callable[..., Callable[[], object]], given: tuple[Any, ...]
) -> None:
    job = prepare(*given)
    # From here on the peak counts anew: setting up, and the process that started this one, had theirs.
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = _peak_kib()
    job()
    answer.send((_peak_kib() - before) / 1024)


def _peak_kib() -> int:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
