"""ISO weeks as the unit of judging: which there are, when they begin and end, when they are final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from gis_grid.core import week_days, week_of
from gis_grid.core.rules.calendar import day_span_ms
from gis_grid.kit.days import GRACE
from gis_grid.kit.errors import BadInput

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2200, 12, 31)
"""No phone records a position on another day."""


@dataclass(frozen=True, slots=True)
class Week:
    """An ISO week of local days: `start` (aware, included) to `end` (excluded)."""

    name: str
    first: date
    last: date
    start: datetime
    end: datetime

    @property
    def days(self) -> list[date]:
        """Return Monday to Sunday."""
        return [self.first + timedelta(days=n) for n in range(7)]

    @property
    def midnights_ms(self) -> list[int]:
        """Return the beginning of each day, and the end of the last one, in epoch milliseconds."""
        tz = self.start.tzinfo
        assert isinstance(tz, ZoneInfo)
        return _midnights_ms(self.first, tz)

    @property
    def final_at(self) -> datetime:
        """From when on no late fixes are waited for."""
        return self.end + GRACE

    def is_provisional(self, now: datetime) -> bool:
        """Say whether late fixes may still come."""
        return now < self.final_at

    def before(self) -> Week:
        """Return the week before this one."""
        days = [day - timedelta(weeks=1) for day in (self.first, self.last)]
        start = datetime.combine(days[0], time.min, self.start.tzinfo)
        return Week(week_of(days[0]), days[0], days[1], start, self.start)

    def after(self) -> Week:
        """Return the week after this one."""
        days = [day + timedelta(weeks=1) for day in (self.first, self.last)]
        end = datetime.combine(days[1] + timedelta(days=1), time.min, self.end.tzinfo)
        return Week(week_of(days[0]), days[0], days[1], self.end, end)


@lru_cache(maxsize=64)
def _midnights_ms(monday: date, tz: ZoneInfo) -> list[int]:
    spans = [day_span_ms(monday + timedelta(days=n), tz) for n in range(7)]
    return [*(start for start, _ in spans), spans[-1][1]]


def whole_weeks(first: date | None, last: date | None) -> tuple[date, date]:
    """Return Monday and Sunday around a period; ``None`` leaves a side open.

    Raises
    ------
    BadInput
        When the period ends before it starts.
    """
    refuse_upside_down(first, last)
    start = min(max(first or FIRST_DAY, FIRST_DAY), LAST_DAY)
    end = min(max(last or LAST_DAY, FIRST_DAY), LAST_DAY)
    return start - timedelta(days=start.weekday()), end + timedelta(days=6 - end.weekday())


def refuse_upside_down(first: date | None, last: date | None) -> None:
    """Refuse a period that ends before it starts; ``None`` leaves a side open."""
    if first is not None and last is not None and last < first:
        raise BadInput("The period ends before it starts", f"from {first} to {last}")


def days_touched(
    start: datetime | None, end: datetime | None, tz: ZoneInfo
) -> tuple[date | None, date | None]:
    """Return the first and last local day of an interval; ``None`` leaves that side open.

    A day that only begins where the interval ends is not touched: midnight to midnight is one day.
    """
    first = None if start is None else start.astimezone(tz).date()
    last = None if end is None else end.astimezone(tz).date()
    if last is not None and end == datetime.combine(last, time.min, tz) and (start is None or start < end):
        last -= timedelta(days=1)
    return first, last


def week_of_day(day: date, tz: ZoneInfo) -> Week:
    """Return the week that a local day is in.

    Raises
    ------
    BadInput
        When no phone can have recorded a position on that day.
    """
    if not FIRST_DAY <= day <= LAST_DAY:
        raise BadInput("The date is out of range", f"{day}; expected one from {FIRST_DAY} to {LAST_DAY}")
    return week_named(week_of(day), tz)


def week_named(name: str, tz: ZoneInfo) -> Week:
    """Return the week written as ``2026-W45``."""
    days = week_days(name)
    start, end = (datetime.combine(day, time.min, tz) for day in (days[0], days[-1] + timedelta(days=1)))
    return Week(name, days[0], days[-1], start, end)


def weeks_touched(first: date, last: date, tz: ZoneInfo) -> list[Week]:
    """Return every week that has a day from `first` to `last`, both included, in order.

    Raises
    ------
    BadInput
        When the period ends before it starts, or reaches where no phone can have recorded a position.
    """
    if last < first:
        raise BadInput("The period ends before it starts", f"from {first} to {last}")
    week, end = week_of_day(first, tz), week_of_day(last, tz)
    weeks = [week]
    while week.first < end.first:
        week = week_of_day(week.first + timedelta(weeks=1), tz)
        weeks.append(week)
    return weeks
