"""SQL of what is kept of tracks to compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def add(
    conn: Connection,
    week: str,
    prints: Mapping[int, tuple[bytes, bytes]],
    *,
    read_at: datetime,
    final_at: datetime,
) -> None:
    """Keep (hashes, times) of workers' weeks in the place of what was kept.

    The same is not written again, unless what was kept is from before the week was final.
    """
    workers = list(prints)
    conn.execute(
        text(
            """
            INSERT INTO track_print (worker_id, iso_week, read_at, hashes, t_ms)
            SELECT worker_id, :week, :read_at, hashes, t_ms
            FROM unnest(CAST(:workers AS bigint[]), CAST(:hashes AS bytea[]), CAST(:t_ms AS bytea[]))
                AS given (worker_id, hashes, t_ms)
            ON CONFLICT (worker_id, iso_week) DO UPDATE
                SET read_at = excluded.read_at, hashes = excluded.hashes, t_ms = excluded.t_ms
                WHERE track_print.read_at < :final_at
                    OR (track_print.hashes, track_print.t_ms) <> (excluded.hashes, excluded.t_ms)
            """
        ),
        {
            "week": week,
            "read_at": read_at,
            "final_at": final_at,
            "workers": workers,
            "hashes": [prints[worker][0] for worker in workers],
            "t_ms": [prints[worker][1] for worker in workers],
        },
    )


def missing(conn: Connection, week: str, final_at: datetime, now: datetime) -> list[int]:
    """Return the workers of whose week nothing is kept, or only from before it was final and before `now`."""
    query = text(
        """
        SELECT id FROM worker WHERE NOT EXISTS (
            SELECT FROM track_print
            WHERE worker_id = worker.id AND iso_week = :week AND (read_at >= :final_at OR read_at >= :now)
        ) ORDER BY id
        """
    )
    return list(conn.execute(query, {"week": week, "final_at": final_at, "now": now}).scalars())


def of_weeks(conn: Connection, weeks: Sequence[str]) -> Sequence[Row[Any]]:
    """Return (worker_id, code, hashes, t_ms) of all that is kept of some weeks, by code and week."""
    return conn.execute(
        text(
            """
            SELECT worker_id, worker.code, hashes, t_ms
            FROM track_print JOIN worker ON worker.id = worker_id
            WHERE iso_week = ANY(:weeks) AND hashes <> ''
            ORDER BY worker.code, iso_week
            """
        ),
        {"weeks": list(weeks)},
    ).all()
