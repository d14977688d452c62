"""Working time: by when something has to be done, and how much of it lies between two moments.

Exact: hours become instants day by day in the local zone, so a day on which clocks change has its own length.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gis_grid.core.errors import CoreError
from gis_grid.core.rules.calendar import at_local_ms, day_span_ms, local_date

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from gis_grid.core.rules.calendar import WorkDays
    from gis_grid.core.workflow.workflow import Hours

_FURTHEST: Final = dt.timedelta(days=3660)
"""No deadline of a town is ten years away: there is no working day then."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """Hours of a working day, and which days are worked, in a zone.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> from gis_grid.core.rules.calendar import WorkDays, instant_ms
    >>> nine_to_five = ((dt.time(9), dt.time(17)),)
    >>> time = WorkingTime(nine_to_five, WorkDays(), ZoneInfo("Asia/Shanghai"))
    >>> friday = instant_ms(dt.datetime.fromisoformat("2026-11-20T16:00+08:00"))
    >>> monday = instant_ms(dt.datetime.fromisoformat("2026-11-23T10:00+08:00"))
    >>> time.due_at(friday, 2 * 3_600_000) == monday
    True
    >>> time.worked_between(friday, monday)
    7200000
    """

    hours: Hours
    work_days: WorkDays
    tz: ZoneInfo

    def due_at(self, start_ms: int, working_ms: int) -> int:
        """Return the first moment until which so much working time has passed since a moment.

        Raises
        ------
        CoreError
            When ten years do not hold so much of it.
        """
        if working_ms <= 0:
            return start_ms
        left = working_ms
        for begin, end in self._spans(start_ms):
            begin = max(begin, start_ms)  # noqa: PLW2901 - the part of the span that counts
            if end - begin >= left:
                return begin + left
            left -= max(end - begin, 0)
        raise CoreError("there is not so much working time in ten years", field="deadline", value=working_ms)

    def worked_between(self, start_ms: int, end_ms: int) -> int:
        """Return the milliseconds of working time between two moments; none when the end is not after."""
        worked = 0
        if end_ms > start_ms:
            for begin, end in self._spans(start_ms, end_ms):
                worked += max(min(end, end_ms) - max(begin, start_ms), 0)
        return worked

    def _spans(self, start_ms: int, end_ms: int | None = None) -> Iterator[tuple[int, int]]:
        """Yield the spans of working days in order, from the day of a moment on."""
        day = local_date(start_ms, self.tz)
        last = day + _FURTHEST if end_ms is None else local_date(end_ms, self.tz)
        while day <= last:
            if self.work_days.is_working(day):
                for begin, end in self.hours:
                    until = (
                        day_span_ms(day, self.tz)[1] if end == dt.time.min else at_local_ms(day, end, self.tz)
                    )
                    yield at_local_ms(day, begin, self.tz), until
            day += dt.timedelta(days=1)
