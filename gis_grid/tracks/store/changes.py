"""SQL of days on which something new came in, from the mark to the judging."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import text

from gis_grid.tracks.store.fixes import arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

    from gis_grid.core.track.arrival import Arrivals

_DAYS_LOCK = 4_201_980


def add_touched_days(conn: Connection, workers: NDArray[np.int64], dates: NDArray[np.datetime64]) -> None:
    """Mark days on which something new came in."""
    with arrays_cursor(conn) as cursor:
        cursor.execute(
            "INSERT INTO touched_day (worker_id, local_date) SELECT * FROM unnest(%s, %s)", (workers, dates)
        )


def add_arrivals(
    conn: Connection,
    workers: NDArray[np.int64],
    dates: NDArray[np.datetime64],
    arrivals: Sequence[Arrivals],
) -> None:
    """Mark days on which something new came in, with how its messages came."""
    numbers = list(np.array(arrivals, np.int64).T.copy())
    with arrays_cursor(conn) as cursor:
        cursor.execute(
            """
            INSERT INTO touched_day
                (worker_id, local_date, messages, least_lag_ms, total_lag_ms, ahead, silent)
            SELECT worker_id, local_date, nullif(messages, 0), least, total, ahead, silent
            FROM unnest(%s, %s, %s, %s, %s, %s, %s)
                AS given (worker_id, local_date, messages, least, total, ahead, silent)
            """,
            (workers, dates, *numbers),
        )


def lock_days(conn: Connection) -> None:
    """Keep everyone else from sealing days, or from finding that something came in for sealed ones."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _DAYS_LOCK})


def gather(conn: Connection, now: datetime) -> int:
    """Take the marks that are there, keep their days, and count these; sealed days among them are stale."""
    return int(
        conn.execute(
            text(
                """
                WITH mark AS (DELETE FROM touched_day RETURNING *),
                day AS (SELECT worker_id, local_date, count(*) AS marks FROM mark GROUP BY 1, 2),
                arrived AS (
                    INSERT INTO day_arrival
                        (worker_id, local_date, messages, least_lag_ms, total_lag_ms, ahead, silent)
                    SELECT worker_id, local_date, sum(messages), min(least_lag_ms), sum(total_lag_ms),
                        sum(ahead), sum(silent)
                    FROM mark WHERE messages > 0 GROUP BY 1, 2
                    ON CONFLICT (worker_id, local_date) DO UPDATE SET
                        messages = day_arrival.messages + excluded.messages,
                        least_lag_ms = least(day_arrival.least_lag_ms, excluded.least_lag_ms),
                        total_lag_ms = day_arrival.total_lag_ms + excluded.total_lag_ms,
                        ahead = day_arrival.ahead + excluded.ahead,
                        silent = day_arrival.silent + excluded.silent
                ),
                stale AS (
                    UPDATE track_day SET stale = true FROM day
                    WHERE track_day.worker_id = day.worker_id AND track_day.local_date = day.local_date
                        AND NOT stale
                ),
                kept AS (
                    INSERT INTO changed_day (worker_id, local_date, since, marks)
                    SELECT worker_id, local_date, :now, marks FROM day
                    ON CONFLICT (worker_id, local_date) DO UPDATE
                        SET marks = changed_day.marks + excluded.marks
                )
                SELECT count(*) FROM day
                """
            ),
            {"now": now},
        ).scalar_one()
    )


def arrivals(conn: Connection, first: date, last: date) -> Sequence[Row[Any]]:
    """Return (worker_id, local_date, messages, ...) of how messages of some local days came."""
    return conn.execute(
        text(
            """
            SELECT worker_id, local_date, messages, least_lag_ms, total_lag_ms::bigint, ahead, silent
            FROM day_arrival WHERE local_date BETWEEN :first AND :last ORDER BY worker_id, local_date
            """
        ),
        {"first": first, "last": last},
    ).all()


def came_since(
    conn: Connection, since: Mapping[int, datetime], midnights_ms: Sequence[int]
) -> Sequence[Row[Any]]:
    """Return (worker_id, day counted from 1, fixes) of what was received after a time of each worker."""
    midnights = [datetime.fromtimestamp(at / 1000, UTC) for at in midnights_ms]
    return conn.execute(
        text(
            """
            SELECT fix.worker_id, width_bucket(t, CAST(:midnights AS timestamptz[])) AS day, count(*) AS fixes
            FROM unnest(CAST(:workers AS bigint[]), CAST(:since AS timestamptz[])) AS known (worker_id, since)
            JOIN fix ON fix.worker_id = known.worker_id
            WHERE t >= :first AND t < :last AND received_at > known.since
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        ),
        {
            "midnights": midnights,
            "workers": list(since),
            "since": list(since.values()),
            "first": midnights[0],
            "last": midnights[-1],
        },
    ).all()


def due(conn: Connection, *, today: date, late: datetime, ongoing: datetime, most: int) -> Sequence[Row[Any]]:
    """Return (worker_id, code, local_date, marks) of each worker's week with a day that is due.

    Oldest first. A day is due when it was kept before `late`, today when it was kept before `ongoing`. Weeks
    are whole, the newest are taken first, and no further one from `most` workers on.
    """
    return conn.execute(
        text(
            """
            WITH due AS (
                SELECT DISTINCT worker_id, date_trunc('week', local_date) AS monday FROM changed_day
                WHERE local_date < :today AND since < :late OR local_date = :today AND since < :ongoing
            ),
            week AS (
                SELECT monday, sum(count(*)) OVER (ORDER BY monday DESC) - count(*) AS newer
                FROM due GROUP BY monday
            )
            SELECT changed_day.worker_id, worker.code, local_date, marks
            FROM due JOIN week USING (monday)
            JOIN changed_day
                ON changed_day.worker_id = due.worker_id AND date_trunc('week', local_date) = monday
            JOIN worker ON worker.id = changed_day.worker_id
            WHERE local_date <= :today AND newer < :most
            ORDER BY local_date, worker.code
            """
        ),
        {"today": today, "late": late, "ongoing": ongoing, "most": most},
    ).all()


_GIVEN = """
    unnest(CAST(:workers AS bigint[]), CAST(:dates AS date[]), CAST(:marks AS bigint[]))
        AS given (worker_id, local_date, marks)
    WHERE changed_day.worker_id = given.worker_id AND changed_day.local_date = given.local_date
"""


def forget(conn: Connection, days: Sequence[tuple[int, date, int]], judged_at: datetime) -> None:
    """Drop (worker id, local date, marks); one of which more has come than that is kept since `judged_at`.

    As many marks, but of later, are others: somebody else has let go of the day meanwhile.
    """
    judged = f"""
        DELETE FROM changed_day USING {_GIVEN}
            AND changed_day.marks = given.marks AND changed_day.since <= :judged_at
    """  # noqa: S608 - a constant
    conn.execute(text(judged), {"judged_at": judged_at, **_given(days)})
    put_off(conn, days, judged_at)


def put_off(conn: Connection, days: Sequence[tuple[int, date, int]], until: datetime) -> None:
    """Let (worker id, local date, marks) count as kept since `until`."""
    statement = f"UPDATE changed_day SET since = :until FROM {_GIVEN}"  # noqa: S608 - a constant
    conn.execute(text(statement), {"until": until, **_given(days)})


def _given(days: Sequence[tuple[int, date, int]]) -> dict[str, Any]:
    return {
        "workers": [worker for worker, _, _ in days],
        "dates": [day for _, day, _ in days],
        "marks": [marks for _, _, marks in days],
    }


def waiting(conn: Connection) -> Row[Any]:
    """Return (days, since): how many days wait to be judged, and since when the first."""
    return conn.execute(text("SELECT count(*) AS days, min(since) AS since FROM changed_day")).one()
