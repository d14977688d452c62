"""What some work costs: CPU seconds of this process, and the most memory it ever held."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Usage:
    """CPU seconds of all threads, and the peak of memory, the program itself included."""

    cpu_s: float = 0.0
    peak_mib: float = 0.0


@contextmanager
def measured() -> Iterator[Usage]:
    """Measure what is done inside."""
    usage = Usage()
    before = cpu_s()
    yield usage
    usage.cpu_s = cpu_s() - before
    usage.peak_mib = peak_mib()


def cpu_s() -> float:
    """Return the CPU seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mib() -> float:
    """Return the most memory that this process held; `getrusage` would tell the parent's too."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
