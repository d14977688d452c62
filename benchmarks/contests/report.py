"""Tables, targets and the machine as text that reads well on a terminal and in Markdown."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shlex
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ABSENT: Final = "not installed"


@dataclass(frozen=True, slots=True)
class Target:
    """A figure that was promised."""

    what: str
    wanted: str
    found: str
    met: bool


@dataclass(slots=True)
class Section:
    """One contest: a heading, a table, remarks, and the targets that it decides."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)

    def text(self) -> str:
        """Markdown."""
        parts = [f"## {self.title}", table(self.columns, self.rows)]
        if self.remarks:
            parts.append("\n".join(self.remarks))
        return "\n\n".join(parts)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Markdown table, first column to the left, the others to the right."""
    widths = [max(len(line[i]) for line in (columns, *rows)) for i in range(len(columns))]
    sides = ["<"] + [">"] * (len(columns) - 1)

    def line(cells: Sequence[str]) -> str:
        padded = (f"{cell:{side}{width}}" for cell, side, width in zip(cells, sides, widths, strict=True))
        return f"| {' | '.join(padded)} |"

    rule = [
        "-" * width if side == "<" else "-" * (width - 1) + ":"
        for side, width in zip(sides, widths, strict=True)
    ]
    return "\n".join(line(cells) for cells in (columns, rule, *rows))


def verdicts(targets: Sequence[Target]) -> str:
    """Table of what was promised and what was found."""
    rows = [(t.what, t.wanted, t.found, "met" if t.met else "MISSED") for t in targets]
    return "## Targets\n\n" + table(("target", "wanted", "found", "result"), rows)


def rate(per_s: float) -> str:
    """Return a rate in millions, or in ones where that would be nothing."""
    if per_s >= 1e4:
        return f"{per_s / 1e6:.3g} M"
    return f"{per_s:,.0f}"


class Output:
    """What was printed, kept."""

    def __init__(self) -> None:
        self.text = ""

    def say(self, paragraph: str) -> None:
        """Print a paragraph at once: the run takes minutes."""
        print(paragraph, end="\n\n", flush=True)
        self.text += ("\n" if self.text else "") + paragraph + "\n"


def machine(script: str, packages: Sequence[str], others: Sequence[str] = ()) -> str:
    """Return the command, the machine and the versions; `others` are versions of what is no package."""
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    versions = [f"CPython {platform.python_version()}", *others]
    for package in packages:
        try:
            versions.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{package} not installed")
    command = shlex.join([f"benchmarks/{script}", *sys.argv[1:]])
    where = f"{processor()}, {os.cpu_count()} cores, {system}"
    return f"`.venv/bin/python {command}`\n\n{where}; {', '.join(versions)}."


def processor() -> str:
    """Return the processor's own name where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
