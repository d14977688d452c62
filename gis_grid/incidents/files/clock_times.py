"""Times as files of incidents write them: ISO 8601, numbers, or with the year last and a 12-hour clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gis_grid.tracks.decoders.times import EXPECTED, read_time

if TYPE_CHECKING:
    from datetime import tzinfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_HALF_DAY: Final = 12

# 02/17/2020 12:19:00 PM, 17.2.2020 00:19, 2020/2/17 下午12:19
_CLOCK: Final = re.compile(
    r"(?P<a>\d{1,4})(?P<sign>[-/.])(?P<b>\d{1,2})(?P=sign)(?P<c>\d{1,4})"
    r"(?:[T ]\s*(?P<before>上午|下午)?\s*(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:\.\d+)?)?\s*(?P<after>[AaPp]\.?[Mm]\.?)?)?"
)
_AFTERNOON: Final = ("下午", "p")


class Dates(StrEnum):
    """Which of two numbers before the year is the day: nobody can tell from 03/04/2020."""

    MDY = "mdy"
    DMY = "dmy"


def read_moment(text: str, tz: tzinfo, dates: Dates | None) -> int:
    """Return a time as milliseconds since 1970 UTC; one that names no zone is of `tz`.

    Raises
    ------
    ValueError
        With what was expected.
    """
    known = read_time(text, tz)
    if known is not None:
        return known[0]
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"expected {EXPECTED}; or a day and time such as 02/17/2020 12:19:00 PM")
    at = _clock(found, dates).replace(tzinfo=tz)
    if not _EPOCH <= at < _EPOCH.replace(year=2200):
        raise ValueError("expected a time in the years 1970 to 2200")
    return (at - _EPOCH) // _MILLISECOND


def _clock(found: re.Match[str], dates: Dates | None) -> datetime:
    """Read what the clock showed."""
    year, month, day = _day(found, dates)
    hour = int(found["hour"] or 0)
    half = (found["before"] or found["after"] or "").lower()
    if half:
        if not 1 <= hour <= _HALF_DAY:
            raise ValueError("expected an hour from 1 to 12 on a 12-hour clock")
        hour = hour % _HALF_DAY + (_HALF_DAY if half.startswith(_AFTERNOON) else 0)
    try:
        return datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0))  # noqa: DTZ001 - zone follows
    except ValueError as error:
        raise ValueError(f"no such day or time: {error}") from None


def _day(found: re.Match[str], dates: Dates | None) -> tuple[int, int, int]:
    a, b, c = (int(found[part]) for part in "abc")
    if len(found["a"]) == 4:
        return a, b, c
    if len(found["c"]) != 4:
        raise ValueError("expected a year of four digits")
    if dates is None:
        raise ValueError("which is the day? Say it with --dates mdy or --dates dmy")
    return (c, a, b) if dates is Dates.MDY else (c, b, a)
