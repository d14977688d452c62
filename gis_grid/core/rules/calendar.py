"""Local days, ISO weeks, months, quarters and working days.

A local day runs from local midnight to the next, so a day on which clocks change has 23 or 25 hours.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

_PERIOD: Final = re.compile(
    r"(?P<year>[0-9]{4})-(?P<kind>W(?=[0-9]{2}$)|Q(?=[1-4]$)|(?=[0-9]{2}$))(?P<number>[0-9]+)"
)

# All zones differ from UTC by whole quarters of an hour since 1972; one instant a quarter decides the date of
# all.
_QUARTER_MS: Final = 15 * 60 * 1000


@dataclass(frozen=True, slots=True)
class WorkDays:
    """Which days are worked: Monday to Friday but for `holidays`, and the weekend days in `make_up`."""

    holidays: frozenset[dt.date] = frozenset()
    make_up: frozenset[dt.date] = frozenset()

    def is_working(self, day: dt.date) -> bool:
        """Whether a day is a working day."""
        if day in self.make_up:
            return True
        return day.weekday() < 5 and day not in self.holidays


def instant_ms(moment: dt.datetime) -> int:
    """Turn an aware moment into milliseconds since 1970 UTC."""
    return round(moment.timestamp() * 1000)


def local_moment(t_ms: float, tz: ZoneInfo) -> dt.datetime:
    """Milliseconds since 1970 UTC as local time."""
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return (epoch + dt.timedelta(milliseconds=t_ms)).astimezone(tz)


def local_date(t_ms: float, tz: ZoneInfo) -> dt.date:
    """Local date of a moment."""
    return local_moment(t_ms, tz).date()


def local_dates(t_ms: NDArray[np.int64], tz: ZoneInfo) -> list[dt.date]:
    """Local dates of many moments, each once, in order."""
    quarters = np.unique(np.floor_divide(t_ms, _QUARTER_MS)) * _QUARTER_MS
    return sorted({local_date(int(t), tz) for t in quarters})


def at_local_ms(day: dt.date, time: dt.time, tz: ZoneInfo) -> int:
    """Find the instant of a local time of day.

    One that clocks skip is the instant of the skip; one that comes twice is the first.
    """
    moment = dt.datetime.combine(day, time, tzinfo=tz)
    early, late = instant_ms(moment.replace(fold=1)), instant_ms(moment)
    return _skip_ms(early, late, tz) if early < late else late


def _skip_ms(early: int, late: int, tz: ZoneInfo) -> int:
    """Instant after `early`, at most `late`, from which another offset holds."""
    before = local_moment(early, tz).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if local_moment(middle, tz).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def day_span_ms(day: dt.date, tz: ZoneInfo) -> tuple[int, int]:
    """Local midnight to the next."""
    tomorrow = day + dt.timedelta(days=1)
    return at_local_ms(day, dt.time.min, tz), at_local_ms(tomorrow, dt.time.min, tz)


def week_of(day: dt.date) -> str:
    """ISO week of a date, as ``2026-W45``."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def week_days(week: str) -> tuple[dt.date, ...]:
    """Monday to Sunday of an ISO week written as ``2026-W45``."""
    monday = dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    return tuple(monday + dt.timedelta(days=n) for n in range(7))


def month_of(day: dt.date) -> str:
    """Calendar month of a date, as ``2026-11``."""
    return f"{day.year:04d}-{day.month:02d}"


def quarter_of(day: dt.date) -> str:
    """Calendar quarter of a date, as ``2026-Q4``."""
    return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def period_days(name: str) -> tuple[dt.date, dt.date]:
    """First and last day of an ISO week, month or quarter: ``2026-W45``, ``2026-11``, ``2026-Q4``.

    Raises
    ------
    ValueError
        For a name that is none of these, or is not in the calendar.
    """
    found = _PERIOD.fullmatch(name)
    if found is None:
        raise ValueError(f"{name!r} is no week, month or quarter such as 2026-W45, 2026-11, 2026-Q4")
    year, kind, number = int(found["year"]), found["kind"], int(found["number"])
    if kind == "W":
        monday = dt.date.fromisocalendar(year, number, 1)
        return monday, monday + dt.timedelta(days=6)
    months = 3 if kind == "Q" else 1
    first = dt.date(year, (number - 1) * months + 1, 1)
    beyond = (first + dt.timedelta(days=31 * months)).replace(day=1)
    return first, beyond - dt.timedelta(days=1)


@lru_cache(maxsize=256)  # everybody is asked about the same days
def each_day(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """All dates from the first to the last, both included."""
    return tuple(first + dt.timedelta(days=n) for n in range((last - first).days + 1))
