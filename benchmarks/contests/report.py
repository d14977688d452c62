"""Tables and targets as text that reads well on a terminal and in Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
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
