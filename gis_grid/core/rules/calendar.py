"""Local days, ISO weeks and working days.

A local day runs from local midnight to the next, so a day on which clocks change has 23 or 25 hours.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray

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
    """Find the instant of a local time of day; one that clocks skip is the instant of the skip."""
    return instant_ms(dt.datetime.combine(day, time, tzinfo=tz))


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


def each_day(first: dt.date, last: dt.date) -> list[dt.date]:
    """All dates from the first to the last, both included."""
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
