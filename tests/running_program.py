"""The program in a process of its own, in real time, and waiting for what it does."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psutil
import pytest
from begun import Begun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE_S: Final = 90


@contextmanager
def running(url: str, log: Path, *arguments: str) -> Iterator[Begun]:
    """Run the program, looking for changes each second, and end it if it still runs."""
    environment = {
        **os.environ,
        "GIS_GRID_DATABASE_URL": url,
        "GIS_GRID_PORT": "0",
        "GIS_GRID_JUDGE_LATE_S": "1",
        "GIS_GRID_JUDGE_TODAY_S": "1",
    }
    started = Begun(*arguments, environment=environment, out=log)
    try:
        yield started
    finally:
        started.terminate()
        started.wait(timeout=PATIENCE_S)


def eventually(found: Callable[[], Any], what: str) -> Any:
    """Return what was waited for."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        if answer := found():
            return answer
        time.sleep(0.1)
    pytest.fail(f"waited in vain for {what}")


def beside(program: psutil.Process, *names: str) -> list[psutil.Process]:
    """Return the processes that do work beside a program, when all are there."""
    found = {}
    for child in program.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if child.status() != psutil.STATUS_ZOMBIE:
                found[child.name()] = child
    wanted = [f"gis-grid {name}" for name in names]
    return [found[name] for name in wanted] if found.keys() >= set(wanted) else []
