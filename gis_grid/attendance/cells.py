"""Values as tables write them; each reader returns the value or raises ValueError with what it expected."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.grids.codes import fault
from gis_grid.tracks.decoders.times import EXPECTED, read_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

    Reader = Callable[[str, ZoneInfo], object]

_LONGEST_NAME: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def code(text: str, _: ZoneInfo) -> str:
    """Read a code."""
    wrong = fault(text)
    if wrong is not None:
        raise ValueError(wrong)
    return text


def name(text: str, _: ZoneInfo) -> str:
    """Read what somebody is called."""
    if len(text) > _LONGEST_NAME or not text.isprintable():
        raise ValueError(f"expected 1 to {_LONGEST_NAME} visible letters")
    return text


def moment(text: str, tz: ZoneInfo) -> datetime:
    """Read a time; one without a zone is local."""
    found = read_time(text, tz)
    if found is None:
        raise ValueError(f"expected {EXPECTED}")
    return _EPOCH + timedelta(milliseconds=found[0])


def day(text: str, _: ZoneInfo) -> date:
    """Read a local date."""
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        raise ValueError("expected a date such as 2026-11-02") from None


def one_of(*words: str) -> Reader:
    """Return a reader of one of some words."""

    def read(text: str, _: ZoneInfo) -> str:
        if text not in words:
            raise ValueError(f"expected {', '.join(words)}")
        return text

    return read


def within(least: float, most: float) -> Reader:
    """Return a reader of a number between two."""

    def read(text: str, _: ZoneInfo) -> float:
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not least <= number <= most:
            raise ValueError(f"expected a number from {least:g} to {most:g}")
        return number

    return read
