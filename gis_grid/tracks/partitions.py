"""Partitions of `fix`: one an ISO week (UTC), made when the first fix of the week comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import text

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy import Connection

_WEEK: Final = timedelta(weeks=1)
_FIRST_MONDAY: Final = datetime(1970, 1, 5, tzinfo=UTC)


def ensure_partitions(conn: Connection, t_ms: NDArray[np.int64]) -> None:
    """Make the weekly partitions that fixes at these times (epoch milliseconds) go into.

    Readers and writers of other weeks go on; two that make partitions at once wait for each other.
    """
    weeks = _mondays(t_ms)
    if not _missing(conn, weeks):
        return
    # The lock that ATTACH takes anyway, before looking again: nobody can make the same week in between.
    conn.execute(text("LOCK TABLE fix IN SHARE UPDATE EXCLUSIVE MODE"))
    for monday in _missing(conn, weeks):
        _attach(conn, monday)


def _mondays(t_ms: NDArray[np.int64]) -> list[datetime]:
    """Monday, 00:00 UTC, of every week that holds a time."""
    week_ms = _WEEK // timedelta(milliseconds=1)
    weeks = np.unique((t_ms - int(_FIRST_MONDAY.timestamp()) * 1000) // week_ms)
    return [_FIRST_MONDAY + int(week) * _WEEK for week in weeks]


def _name(monday: datetime) -> str:
    year, week, _ = monday.isocalendar()
    return f"fix_{year:04d}w{week:02d}"


def _missing(conn: Connection, mondays: list[datetime]) -> list[datetime]:
    found = conn.execute(
        text("SELECT name FROM unnest(CAST(:names AS text[])) AS name WHERE to_regclass(name) IS NOT NULL"),
        {"names": [_name(monday) for monday in mondays]},
    )
    there = set(found.scalars())
    return [monday for monday in mondays if _name(monday) not in there]


def _attach(conn: Connection, monday: datetime) -> None:
    """Make one week's table aside and attach it: CREATE ... PARTITION OF would lock out every reader."""
    name, end = _name(monday), monday + _WEEK
    conn.execute(text(f"CREATE TABLE {name} (LIKE fix INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"))
    conn.execute(
        text(
            f"ALTER TABLE fix ATTACH PARTITION {name}"
            f" FOR VALUES FROM ('{monday.isoformat()}') TO ('{end.isoformat()}')"
        )
    )
