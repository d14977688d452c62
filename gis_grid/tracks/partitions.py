"""Partitions of `fix`: one an ISO week (UTC), made ahead, or when the first fix of the week comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Connection

_WEEK: Final = timedelta(weeks=1)
_WEEK_MS: Final = _WEEK // timedelta(milliseconds=1)
_FIRST_MONDAY: Final = datetime(1970, 1, 5, tzinfo=UTC)


def ensure_partitions(conn: Connection, t_ms: NDArray[np.int64]) -> None:
    """Make the weekly partitions that fixes at these times (epoch milliseconds) go into.

    Readers and writers of other weeks go on; two that make partitions at once wait for each other.
    """
    _ensure(conn, [_FIRST_MONDAY + week * _WEEK for week in np.unique(mondays_of(t_ms)).tolist()])


def ensure_ahead(conn: Connection, now: datetime, weeks: int = 8) -> None:
    """Make the partition of this week and those of the next ones, so that no phone waits for one."""
    this = (now - _FIRST_MONDAY) // _WEEK
    _ensure(conn, [_FIRST_MONDAY + (this + ahead) * _WEEK for ahead in range(weeks + 1)])


def mondays_of(t_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the week of each time, as the number of Mondays since the first of 1970."""
    return (t_ms - int(_FIRST_MONDAY.timestamp()) * 1000) // _WEEK_MS


def partition_of(monday: int) -> str:
    """Return the name of the partition of a week, see `mondays_of`."""
    return f"fix_{_FIRST_MONDAY + monday * _WEEK:%Gw%V}"


def _ensure(conn: Connection, mondays: Sequence[datetime]) -> None:
    raw(conn).execute(
        "SELECT gis_grid_fix_week(monday) FROM unnest(%s::timestamptz[]) AS monday", (list(mondays),)
    )
