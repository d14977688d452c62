"""Periods of bulletins: a day, an ISO week, a month; and the earlier ones that each is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from gis_grid.kit.days import instants
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

COMPARED: Final = 8
"""Earlier periods that one is compared with, as far as anything was recorded then."""

_MONTH: Final = re.compile(r"(\d{4})-(\d{2})")
_WEEK: Final = re.compile(r"(\d{4})-W(\d{2})")


class Length(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both inside."""

    length: Length
    first: date
    last: date

    @property
    def name(self) -> str:
        """As it is written: ``2026-11-05``, ``2026-W45``, ``2026-11``."""
        if self.length is Length.DAY:
            return self.first.isoformat()
        if self.length is Length.MONTH:
            return f"{self.first:%Y-%m}"
        year, week, _ = self.first.isocalendar()
        return f"{year}-W{week:02}"

    def span(self, tz: ZoneInfo) -> tuple[int, int]:
        """Return its begin and end as epoch milliseconds."""
        start, end = instants(self.first, self.last, tz)
        assert start is not None
        assert end is not None
        return int(start.timestamp() * 1000), int(end.timestamp() * 1000)

    def earlier(self) -> list[Period]:
        """Return the periods it is compared with, newest first; of a day, the same days of earlier weeks."""
        found = []
        for n in range(1, COMPARED + 1):
            if self.length is Length.MONTH:
                number = self.first.year * 12 + self.first.month - 1 - n
                if number < 12:
                    break
                found.append(month_of(number // 12, number % 12 + 1))
            elif self.first - date.min > timedelta(weeks=n + 1):
                back = timedelta(weeks=n)
                found.append(Period(self.length, self.first - back, self.last - back))
        return found


def month_of(year: int, month: int) -> Period:
    """Return a month."""
    first = date(year, month, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return Period(Length.MONTH, first, last)


def week_before(today: date) -> Period:
    """Return the last whole week."""
    sunday = today - timedelta(days=today.isoweekday())
    return Period(Length.WEEK, sunday - timedelta(days=6), sunday)


def read_period(text: str) -> Period:
    """Return the period that a text names.

    Raises
    ------
    BadInput
        When it names none.
    """
    try:
        if found := _MONTH.fullmatch(text):
            return month_of(int(found[1]), int(found[2]))
        if found := _WEEK.fullmatch(text):
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Period(Length.WEEK, monday, monday + timedelta(days=6))
        day = date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        expected = "a day 2026-11-05, an ISO week 2026-W45 or a month 2026-11"
        raise BadInput("No such period", f"{text[:40]!r}; expected {expected}") from error
    return Period(Length.DAY, day, day)
