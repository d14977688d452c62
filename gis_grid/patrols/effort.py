"""Patrol hours per grid: the effort in which incidents were found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from gis_grid.patrols import effort_store as store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Effort:
    """Hours inside the own grid by its code, and the first and last judged day; ``None`` without any."""

    hours: Mapping[str, float]
    first: date | None
    last: date | None


def effort(
    conn: Connection,
    first: date | None,
    last: date | None,
    tz: ZoneInfo,
    *,
    hours: Collection[int] = (),
    weekdays: Collection[int] = (),
) -> Effort:
    """Return the time that workers spent inside the grid they had, by the latest judgements.

    Parameters
    ----------
    first, last
        Local days, both inside; ``None`` leaves that side open.
    hours, weekdays
        Local hours of the day (0-23) and days (1 Monday to 7 Sunday) that count; none is all.
    """
    rows = store.days(conn, first, last, tz.key, spans=bool(hours))
    dates = [row.local_date for row in rows]
    found: dict[str, float] = defaultdict(float)
    for row in rows:
        if not weekdays or row.local_date.isoweekday() in weekdays:
            seconds = _within(row.spans, set(hours), tz) if hours else row.best_s
            found[row.code] += seconds / _HOUR_S
    return Effort(dict(found), min(dates, default=None), max(dates, default=None))


def _within(spans: Sequence[Sequence[str]], hours: set[int], tz: ZoneInfo) -> float:
    """Return how many seconds of some spans lie in some local hours."""
    total = 0.0
    for span in spans:
        at, end = (datetime.fromisoformat(moment) for moment in span)
        while at < end:
            local = at.astimezone(tz)
            into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            until = min(end, at + timedelta(hours=1) - into)
            if local.hour in hours:
                total += (until - at).total_seconds()
            at = until
    return total
