"""Weeks of fixes leave the database when every fix in them is sealed and archived."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from time import sleep
from typing import TYPE_CHECKING, Final

import numpy as np
from psycopg.errors import DeadlockDetected, LockNotAvailable

from gis_grid.kit.database import transaction
from gis_grid.ledger import service as ledger
from gis_grid.tracks.rows import sorted_once
from gis_grid.tracks.sealed import codec, hot_store, store
from gis_grid.tracks.sealed.seal import span_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Connection, Engine

    from gis_grid.tracks.sealed.hot_store import Week
    from gis_grid.tracks.sealed.store import DayRow

_AT_ONCE: Final = 100
_TRIES: Final = 20
_PAUSE_S: Final = 1.0


def drop_due(
    engine: Engine,
    *,
    now: datetime,
    hot_days: int,
    actor: str = "gis-grid",
    stopping: Callable[[], bool] = lambda: False,
) -> tuple[list[str], dict[str, str]]:
    """Drop the partitions of `fix` that ended `hot_days` ago; return those, and why others of that age stay.

    First every fix of a week is looked for in the sealed days, while everybody goes on. Then writers into
    that week wait for a moment: if it still holds as many fixes as were found, it goes. A fix that comes
    later makes the week's partition anew, and is united with its sealed day.
    """
    dropped: list[str] = []
    kept: dict[str, str] = {}
    for week in old_weeks(engine, now=now, hot_days=hot_days):
        if stopping():
            break
        with transaction(engine) as conn:
            found = _look(conn, week)
        why = found if isinstance(found, str) else _drop(engine, week, found, now, actor)
        if why is None:
            dropped.append(week.name)
        else:
            kept[week.name] = why
    return dropped, kept


def old_weeks(engine: Engine, *, now: datetime, hot_days: int) -> list[Week]:
    """Return the partitions that are kept no longer than until their fixes are archived, oldest first."""
    with transaction(engine) as conn:
        return [week for week in hot_store.weeks(conn) if week.end + timedelta(days=hot_days) <= now]


def _look(conn: Connection, week: Week) -> int | str:
    """Return how many fixes of a week are sealed and archived, or why not all are."""
    why = store.unfit(conn, week)
    if why is not None:
        return why
    found = 0
    days = _each_once(store.days_in(conn, week), week)
    while part := list(islice(days, _AT_ONCE)):
        spans = [(row.worker_id, start, end) for row, start, end in part]
        # All of them at once: a stream that is left in the middle keeps the connection to itself.
        for (row, _, _), hot in zip(part, list(hot_store.hot_rows(conn, spans)), strict=True):
            sealed = codec.unpack(row.geom, row.rest, row.worker_id)
            if len(sorted_once(np.concatenate([sealed, hot]))) > len(sealed):
                store.mark_stale(conn, [row.id])
                return f"something came in for {row.worker} on {row.local_date} since it was sealed"
            found += len(hot)
    there = hot_store.count_fixes(conn, week)
    return found if found == there else f"{there - found} fixes are on no sealed day"


def _each_once(days: Iterator[DayRow], week: Week) -> Iterator[tuple[DayRow, datetime, datetime]]:
    """Yield each day with its time in the week; days of two time zones overlap, and none is counted twice."""
    worker, until = None, week.start
    for row in days:
        start, end = span_of(row)
        until = week.start if row.worker_id != worker else until
        worker = row.worker_id
        start, end = max(start, until), min(end, week.end)
        if start < end:
            yield row, start, end
            until = end


def _drop(engine: Engine, week: Week, found: int, now: datetime, actor: str) -> str | None:
    """Drop a week in which so many fixes are sealed and archived; or return why it stays."""
    for _ in range(_TRIES):
        try:
            with transaction(engine) as conn:
                hot_store.close_week(conn, week)
                why = store.unfit(conn, week)
                if why is None and hot_store.count_fixes(conn, week) != found:
                    why = "something came in meanwhile"
                if why is None:
                    hot_store.drop_week(conn, week)
                    detail = {"fixes": found}
                    ledger.record(conn, now, actor, "drop", f"partition:{week.name}", detail)
                return why
        except (LockNotAvailable, DeadlockDetected):
            sleep(_PAUSE_S)
    return "it is being read or written all the time"
