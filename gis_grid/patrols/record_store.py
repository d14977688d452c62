"""SQL of records other than fixes that change what somebody is judged by: from the mark to the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

# A week that nobody was judged on is judged with all that is recorded when its fixes come.
_GATHER = text("""
    WITH taken AS (DELETE FROM changed_record RETURNING *),
    mark AS (
        SELECT worker_id, grid_id, coalesce(during, tstzrange(
            (lower(local_days) + time '12:00') AT TIME ZONE :timezone,
            (upper(local_days) - 1 + time '12:00') AT TIME ZONE :timezone, '[]')) AS during
        FROM taken
    ),
    whose AS (
        SELECT worker_id, during FROM mark WHERE worker_id IS NOT NULL
        UNION
        SELECT held.worker_id, held.valid * mark.during
        FROM mark JOIN assignment held ON held.grid_id = mark.grid_id AND held.valid && mark.during
    ),
    span AS (
        SELECT DISTINCT worker_id,
            coalesce(CAST(lower(during) AT TIME ZONE :timezone AS date), '-infinity') AS first,
            coalesce(CAST((upper(during) - interval '1 us') AT TIME ZONE :timezone AS date),
                'infinity') AS last
        FROM whose
    ),
    day AS (
        SELECT worker_id, greatest(monday, first) AS local_date, count(*) AS marks
        FROM span CROSS JOIN LATERAL (
            SELECT DISTINCT to_date(iso_week, 'IYYY"-W"IW') AS monday
            FROM judgement WHERE judgement.worker_id = span.worker_id
        ) AS judged
        WHERE monday <= last AND monday + 6 >= first
        GROUP BY 1, 2
    ),
    kept AS (
        INSERT INTO changed_day (worker_id, local_date, since, marks)
        SELECT worker_id, local_date, :now, marks FROM day
        ON CONFLICT (worker_id, local_date) DO UPDATE SET marks = changed_day.marks + excluded.marks
    )
    SELECT count(*) FROM day
""")


def gather(conn: Connection, now: datetime, tz: ZoneInfo) -> int:
    """Take the marks of what was recorded, keep a day of each week judged by it, and count these days.

    To be called while nobody judges: who is at it may have read before, and not written yet.
    """
    return int(conn.execute(_GATHER, {"now": now, "timezone": tz.key}).scalar_one())
