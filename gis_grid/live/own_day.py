"""What a worker is told of oneself now: the state, and what is still owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.live import view_store
from gis_grid.live.schemas import LiveBeat, MyDay, MyNow

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlalchemy import Connection


def read_own_day(conn: Connection, worker_id: int, now: datetime, tz: tzinfo) -> MyDay:
    """Return the engine's row of a worker, without the position; none where it is not of today.

    Parameters
    ----------
    tz
        Where a day begins and ends.
    """
    today = now.astimezone(tz).date()
    beat, row = view_store.beat(conn), view_store.own_row(conn, worker_id, today)
    return MyDay(
        now=now,
        today=today,
        beat=None if beat is None else LiveBeat.model_validate(beat),
        live=None if row is None else MyNow.model_validate(row),
    )
