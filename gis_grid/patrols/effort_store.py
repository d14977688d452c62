"""SQL of patrol time per grid and day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.core import week_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection, Row


def days(
    conn: Connection, first: date | None, last: date | None, timezone: str, *, spans: bool
) -> Sequence[Row[Any]]:
    """Return (grid code, local date, seconds inside, spans inside) of every judged day that may be seen.

    A day is of the grid that its worker had at noon. Spans are read where they are asked for only.
    """
    query = f"""
        SELECT grid.code, day.local_date, day.best_s, {"day.intervals" if spans else "NULL"} AS spans
        FROM (
            SELECT DISTINCT ON (worker_id, iso_week) id, worker_id FROM judgement
            WHERE (CAST(:first_week AS text) IS NULL OR iso_week >= :first_week)
                AND (CAST(:last_week AS text) IS NULL OR iso_week <= :last_week)
            ORDER BY worker_id, iso_week, revision DESC
        ) AS latest
        JOIN day_verdict AS day ON day.judgement_id = latest.id
        JOIN assignment ON assignment.worker_id = latest.worker_id
            AND assignment.valid @> ((day.local_date + time '12:00') AT TIME ZONE :timezone)
        JOIN grid ON grid.id = assignment.grid_id
        WHERE (CAST(:first AS date) IS NULL OR day.local_date >= :first)
            AND (CAST(:last AS date) IS NULL OR day.local_date <= :last)
    """  # noqa: S608 - made of constants
    values = {
        "first": first, "last": last, "timezone": timezone,
        "first_week": first and week_of(first), "last_week": last and week_of(last),
    }  # fmt: skip
    return conn.execute(text(query), values).all()
