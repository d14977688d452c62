"""What programs cost: CPU seconds of a process with all its children, and memory."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterable


def family(pid: int) -> list[psutil.Process]:
    """Return a process and all its living descendants."""
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def cpu_s(processes: Iterable[psutil.Process]) -> float:
    """Return the CPU seconds so far of processes, and of those of their children that have ended."""
    total = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])
    return total


def peak_mib(process: psutil.Process) -> float:
    """Return the most memory that a process ever held."""
    with suppress(OSError):
        for line in Path(f"/proc/{process.pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def rss_mib(process: psutil.Process) -> float:
    """Return the memory that a process holds now; 0 when it has ended."""
    with suppress(psutil.Error):
        return float(process.memory_info().rss) / 2**20
    return 0.0


def shared_mib(pid: int) -> float:
    """Return the memory of a process and its descendants, what they share counted once (PSS)."""
    total = 0
    for process in family(pid):
        with suppress(psutil.Error, OSError):
            total += process.memory_full_info().pss
    return total / 2**20
