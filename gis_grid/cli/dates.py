"""Local days on the command line."""

from __future__ import annotations

from datetime import date

import typer


def day(text: str) -> date:
    """Read a local day for typer."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; expected one like 2026-11-02") from error
