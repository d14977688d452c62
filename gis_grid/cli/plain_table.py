"""Rows for the terminal, one under the other."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Sequence


def say(line: str) -> None:
    """Print what was asked for."""
    sys.stdout.write(f"{line}\n")


def tell(line: str) -> None:
    """Print what a person wants to know beside it."""
    sys.stderr.write(f"{line}\n")


def print_rows(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows below their heads, in columns as wide as their widest cell."""
    widths = [max(map(cell_len, column)) for column in zip(heads, *rows, strict=True)]
    for row in (heads, *rows):
        cells = (cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())
