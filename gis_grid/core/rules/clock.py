"""Local time as spans: days, and the hours that a rule counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gis_grid.core.rules.calendar import WorkDays, at_local_ms, day_span_ms, local_date, local_moment
from gis_grid.core.rules.rule import Days
from gis_grid.core.rules.spans import merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from zoneinfo import ZoneInfo

    from gis_grid.core.rules.rule import Window
    from gis_grid.core.rules.spans import Span

# Every worker of a run is asked about the same few days.
_span_of_day: Final = lru_cache(maxsize=4096)(day_span_ms)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time zone and its working days."""

    tz: ZoneInfo
    work_days: WorkDays

    def day(self, day: dt.date) -> Span:
        """Local midnight to the next."""
        return _span_of_day(day, self.tz)

    def days(self, days: Sequence[dt.date]) -> Span:
        """From the first day's midnight to the end of the last day."""
        return self.day(days[0])[0], self.day(days[-1])[1]

    def asks(self, days: Days, day: dt.date) -> bool:
        """Whether a day is one of these days."""
        if days is Days.ALL:
            return True
        return self.work_days.is_working(day) is (days is Days.WORKING)

    def window(self, window: Window, days: Iterable[dt.date]) -> list[Span]:
        """Hours of a window on those of the days on which it is open."""
        return [_hours(window, day, self.tz) for day in days if self.asks(window.days, day)]

    def windows(self, windows: Iterable[Window], days: Sequence[dt.date]) -> list[Span]:
        """Hours of several windows, joined where they meet."""
        return merged(span for window in windows for span in self.window(window, days))

    def working(self, days: Iterable[dt.date]) -> int:
        """Count the working days."""
        return sum(map(self.work_days.is_working, days))

    def date(self, t_ms: int) -> dt.date:
        """Local date of a moment."""
        return local_date(t_ms, self.tz)

    def time(self, t_ms: int) -> str:
        """Write a moment as local hours and minutes."""
        moment = local_moment(t_ms, self.tz)
        return f"{moment.hour:02d}:{moment.minute:02d}"

    def day_and_time(self, t_ms: int) -> str:
        """Write a moment as local month, day, hours and minutes."""
        moment = local_moment(t_ms, self.tz)
        return f"{moment.month:02d}-{moment.day:02d} {moment.hour:02d}:{moment.minute:02d}"


@lru_cache(maxsize=4096)
def _hours(window: Window, day: dt.date, tz: ZoneInfo) -> Span:
    """Hours of a window on a day; an end of 00:00 is the day's end. Empty where clocks skip all of them."""
    end_ms = _span_of_day(day, tz)[1] if window.end == dt.time.min else at_local_ms(day, window.end, tz)
    return at_local_ms(day, window.start, tz), end_ms


@lru_cache(maxsize=256)
def hours_text(window: Window) -> str:
    """Write the hours of a window: ``08:30-09:00``."""
    end = "24:00" if window.end == dt.time.min else f"{window.end:%H:%M}"
    return f"{window.start:%H:%M}-{end}"
