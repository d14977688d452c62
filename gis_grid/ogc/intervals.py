"""The `datetime` parameter of OGC API Features: RFC 3339 instants and intervals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Interval

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EXPECTED: Final = "expected an interval such as 2026-11-02T00:00:00Z/2026-11-03T00:00:00Z, or one instant"
_OPEN: Final = frozenset({"", ".."})
_LAST: Final = timedelta(days=1) - timedelta(microseconds=1)


def interval_of(value: str, tz: ZoneInfo) -> Interval:
    """Return what `datetime` asks for; a date is the whole local day of it.

    Raises
    ------
    BadInput
        When it cannot be read or ends before it starts.
    """
    parts = _parts(value)
    wrong = BadInput(
        "The interval cannot be used", f"datetime={value[:100]!r}: {_EXPECTED}; an open end is written .."
    )
    if len(parts) > 2 or (len(parts) == 1 and parts[0] in _OPEN):
        raise wrong
    days = [None if part in _OPEN else _day(part, tz) for part in parts]
    if any(day is None and part not in _OPEN for day, part in zip(days, parts, strict=True)):
        raise wrong
    start = days[0] and days[0][0]
    end = days[-1] and days[-1][1]
    if start is not None and end is not None and end < start:
        raise BadInput("The interval ends before it starts", f"datetime={value[:100]!r}")
    return Interval(start, end)


def closed_interval(value: str, *, longest: timedelta) -> tuple[datetime, datetime]:
    """Return both ends of an interval, which belong to it; an instant is an interval of no length.

    Raises
    ------
    BadInput
        When it cannot be read, has an open end, ends before it starts or is longer than `longest`.
    """
    parts = _parts(value)
    if len(parts) > 2 or not all(parts) or ".." in parts:
        raise BadInput("The interval cannot be used", f"datetime={value!r}: {_EXPECTED}, both ends")
    start, end = (moment(part) for part in (parts[0], parts[-1]))
    if start is None or end is None:
        raise BadInput("The interval cannot be used", f"datetime={value!r}: {_EXPECTED}")
    if end < start:
        raise BadInput("The interval ends before it starts", f"datetime={value!r}")
    if end - start > longest:
        raise BadInput("The interval is too long", f"datetime={value!r}: at most {longest.days} days")
    return start, end


def moment(text: str) -> datetime | None:
    """Read a date and time with its zone; ``None`` when it is none."""
    try:
        read = datetime.fromisoformat(text.upper())
        return read.astimezone(UTC) if "T" in text.upper() and read.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def local_day(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the first and the last moment of a day of the town."""
    first = datetime.combine(day, time(), tz)
    return first.astimezone(UTC), (first + _LAST).astimezone(UTC)


def _parts(value: str) -> list[str]:
    # An offset's plus sign that was not escaped has become a space.
    return value.replace(" ", "+").split("/")


def _day(text: str, tz: ZoneInfo) -> tuple[datetime, datetime] | None:
    read = moment(text)
    if read is not None:
        return read, read
    try:
        return local_day(date.fromisoformat(text), tz)
    except (ValueError, OverflowError):
        return None
