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
    conn.execute(
        text("SELECT gis_grid_fix_week(monday) FROM unnest(CAST(:weeks AS timestamptz[])) AS monday"),
        {"weeks": weeks},
    )


def _mondays(t_ms: NDArray[np.int64]) -> list[datetime]:
    """Monday, 00:00 UTC, of every week that holds a time."""
    week_ms = _WEEK // timedelta(milliseconds=1)
    weeks = np.unique((t_ms - int(_FIRST_MONDAY.timestamp()) * 1000) // week_ms)
    return [_FIRST_MONDAY + int(week) * _WEEK for week in weeks]
