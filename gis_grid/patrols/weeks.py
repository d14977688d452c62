"""ISO weeks as the unit of judging: which there are, when they begin and end, when they are final."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.core import week_days, week_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

GRACE: Final = timedelta(hours=48)
"""How long after its end a week waits for phones that were without coverage."""


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

    def is_provisional(self, now: datetime) -> bool:
        """Say whether late fixes may still come."""
        return now < self.end + GRACE


def week_named(name: str, tz: ZoneInfo) -> Week:
    """Return the week written as ``2026-W45``."""
    days = week_days(name)
    start, end = (datetime.combine(day, time.min, tz) for day in (days[0], days[-1] + timedelta(days=1)))
    return Week(name, days[0], days[-1], start, end)


def weeks_touched(first: date, last: date, tz: ZoneInfo) -> list[Week]:
    """Return every week that has a day from `first` to `last`, both included, in order."""
    mondays = range((last - first).days // 7 + 2)
    names = {week_of(min(first + timedelta(weeks=n), last)) for n in mondays}
    return [week_named(name, tz) for name in sorted(names)]
