"""SQL of what is kept of the ways of days to compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection

    Kept = tuple[int, str, date, bytes, bytes]


def put(
    conn: Connection,
    workers: Sequence[int],
    days: tuple[date, date],
    ways: Sequence[tuple[int, date, bytes, bytes]],
) -> None:
    """Keep (worker, date, hashes, times), and nothing else of these workers from the first day to the last.

    The same is not written again.
    """
    owners, dates, hashes, t_ms = ([one[n] for one in ways] for n in range(4))
    conn.execute(
        text(
            """
            WITH given AS (
                SELECT * FROM unnest(
                    CAST(:owners AS bigint[]), CAST(:dates AS date[]),
                    CAST(:hashes AS bytea[]), CAST(:t_ms AS bytea[])
                ) AS given (worker_id, local_date, hashes, t_ms)
            ), gone AS (
                DELETE FROM way_print
                WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND local_date BETWEEN :first AND :last
                    AND (worker_id, local_date) NOT IN (SELECT worker_id, local_date FROM given)
            )
            INSERT INTO way_print SELECT * FROM given
            ON CONFLICT (worker_id, local_date) DO UPDATE SET hashes = excluded.hashes, t_ms = excluded.t_ms
                WHERE (way_print.hashes, way_print.t_ms) <> (excluded.hashes, excluded.t_ms)
            """
        ),
        {
            "owners": owners,
            "dates": dates,
            "hashes": hashes,
            "t_ms": t_ms,
            "workers": list(workers),
            "first": days[0],
            "last": days[1],
        },
    )


_KEPT = """
    SELECT worker_id, code, local_date, hashes, t_ms FROM way_print JOIN worker ON worker.id = worker_id
"""


def of_days(conn: Connection, first: date, last: date) -> list[Kept]:
    """Return what is kept of everyone from a day to another, by worker's code and date."""
    with raw(conn).cursor(binary=True) as cursor:
        query = f"{_KEPT} WHERE local_date BETWEEN %s AND %s ORDER BY code, local_date"
        return cursor.execute(query, [first, last]).fetchall()


def before(conn: Connection, day: date) -> Iterator[Kept]:
    """Yield what is kept of everyone before a day, in no order.

    They come a thousand at a time: memory does not grow with what is kept.
    """
    with raw(conn).cursor("ways_before", binary=True) as cursor:
        cursor.itersize = 1000
        cursor.execute(f"{_KEPT} WHERE local_date < %s", [day])
        yield from cursor
