"""Local days and times on the command line."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from datetime import tzinfo


def day(text: str) -> date:
    """Read a local day for typer."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; expected one like 2026-11-02") from error


def moment(text: str) -> datetime:
    """Read a time for typer; without an offset it is a local one."""
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time; expected one like 2026-11-02T08:00") from error


def shown(at: datetime | None, tz: tzinfo) -> str:
    """Write a time as a local one, to the minute; ``None`` is never."""
    return "never" if at is None else f"{at.astimezone(tz):%Y-%m-%d %H:%M}"
