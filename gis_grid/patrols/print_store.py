"""SQL of what is kept of tracks to compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
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


def of_week(conn: Connection, week: str, workers: Sequence[int] | None = None) -> Sequence[Row[Any]]:
    """Return (worker_id, code, hashes, t_ms) of all, or of some workers, that is kept of a week, by code."""
    return conn.execute(
        text(
            """
            SELECT worker_id, worker.code, hashes, t_ms
            FROM track_print JOIN worker ON worker.id = worker_id
            WHERE iso_week = :week AND hashes <> ''
                AND (CAST(:workers AS bigint[]) IS NULL OR worker_id = ANY(CAST(:workers AS bigint[])))
            ORDER BY worker.code
            """
        ),
        {"week": week, "workers": None if workers is None else list(workers)},
    ).all()


_BEFORE = """
    SELECT iso_week, worker_id, hashes FROM track_print WHERE iso_week < %s AND hashes <> '' ORDER BY iso_week
"""


def before(conn: Connection, week: str) -> Iterator[tuple[str, int, bytes]]:
    """Yield (week, worker_id, hashes) of all weeks before one, in order of weeks.

    They come a thousand at a time: memory does not grow with what is kept.
    """
    with raw(conn).cursor("prints_before", binary=True) as cursor:
        cursor.itersize = 1000
        cursor.execute(_BEFORE, [week])
        yield from cursor
