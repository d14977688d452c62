"""Patrol hours: the effort in which incidents were found, per grid and day, or per cell and whole week."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.patrols import effort_store as store
from gis_grid.patrols.weeks import whole_weeks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from numpy.typing import NDArray
    from sqlalchemy import Connection

EFFORT_LEVEL: Final = 10
"""H3 resolution at which hours are kept; a coarser one adds up what is kept at this."""

_HOUR_S: Final = 3600.0
_HOURS: Final = 24


@dataclass(frozen=True, slots=True)
class Effort:
    """Hours inside the own grid by its code, and the first and last judged day; ``None`` without any."""

    hours: Mapping[str, float]
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True, eq=False)
class CellEffort:
    """Hours by cell of level 10, cells ascending, and the first and last day of the weeks that they are of.

    Attributes
    ----------
    cells : int64 array, shape (n,)
    hours : float64 array, shape (n,)
    first, last : date
        A Monday and a Sunday; ``None`` where no week is told.
    """

    cells: NDArray[np.int64]
    hours: NDArray[np.float64]
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

    Time of standing in counts for the grid that was stood in for, as soon as it is counted (nightly).

    Parameters
    ----------
    first, last
        Local days, both inside; ``None`` leaves that side open.
    hours, weekdays
        Local hours of the day (0-23) and days (1 Monday to 7 Sunday) that count; none is all.
    """
    days = store.Days(first, last, weekdays, tz.key)
    rows = store.seconds_by_grid(conn, days)
    counted = sorted(set(hours)) if hours else list(range(_HOURS))
    found: dict[str | None, float] = defaultdict(float)
    for row in store.spans_by_grid(conn, days) if hours else ():
        if not weekdays or row.local_date.isoweekday() in weekdays:
            found[row.code] += by_hour(_moments(row.spans), tz)[counted].sum() / _HOUR_S
    for row in () if hours else rows:
        found[row.code] += row.seconds / _HOUR_S
    for row in store.elsewhere(conn, first, last):
        if not weekdays or row.local_date.isoweekday() in weekdays:
            moved = np.array(row.seconds)[counted].sum() / _HOUR_S
            found[row.code] += moved
            if row.own_code in found:
                found[row.own_code] = max(found[row.own_code] - moved, 0.0)
    return Effort(
        {code: float(spent) for code, spent in found.items() if code is not None},
        min((row.first for row in rows), default=None),
        max((row.last for row in rows), default=None),
    )


def cell_effort(
    conn: Connection, first: date | None, last: date | None, areas: Sequence[int] | None = None
) -> CellEffort:
    """Return the hours by cell of the whole weeks that a period touches, as far as they are told.

    Told are weeks that are over, of a grid with enough days: docs/decisions/0026-heat.md says why only those.

    Parameters
    ----------
    first, last
        Local days, both inside; ``None`` leaves that side open.
    areas
        Ids; ``None`` is everywhere.

    Raises
    ------
    BadInput
        When the period ends before it starts.
    """
    monday, sunday = whole_weeks(first, last)
    since, until = store.weeks_told(conn, monday, sunday)
    if since is None or until is None:
        return CellEffort(np.zeros(0, np.int64), np.zeros(0), None, None)
    rows = store.seconds_by_cell(conn, since, until, areas)
    cells = np.array([row.cell for row in rows], np.int64)
    hours = np.array([row.seconds for row in rows], np.float64) / _HOUR_S
    return CellEffort(cells, hours, since, until + timedelta(days=6))


def is_told(conn: Connection, weeks: Sequence[date], codes: Sequence[str]) -> NDArray[np.bool_]:
    """Say of each pair of a week (its Monday) and a grid (its code) whether its hours are told by cell."""
    pairs = list(zip(weeks, codes, strict=True))
    asked = sorted(set(pairs))
    told = store.told_of(conn, [week for week, _ in asked], [code for _, code in asked])
    return np.array([pair in told for pair in pairs], np.bool_)


def by_hour(spans: Iterable[tuple[datetime, datetime]], tz: ZoneInfo) -> NDArray[np.float64]:
    """Return how many seconds of some spans lie in each local hour of the day, shape (24,)."""
    seconds = np.zeros(_HOURS)
    for start, end in spans:
        at = start
        while at < end:
            local = at.astimezone(tz)
            into = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            until = min(end, at + timedelta(hours=1) - into)
            seconds[local.hour] += (until - at).total_seconds()
            at = until
    return seconds


def _moments(spans: Sequence[Sequence[str]]) -> Iterable[tuple[datetime, datetime]]:
    for start, end in spans:
        yield datetime.fromisoformat(start), datetime.fromisoformat(end)
