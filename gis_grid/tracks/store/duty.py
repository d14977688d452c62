"""SQL of duty: sessions, signed or imported, and how many fixes were dropped outside of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.tracks.store.fixes import arrays_cursor

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    import numpy as np
    from numpy.typing import NDArray
    from psycopg.types.range import Range
    from sqlalchemy import Connection, Row

_WORKER_LOCK = 4_201_978

_BEGINNING = text("""
    SELECT lower(during) AS start, upper(during) AS end, kind FROM duty
    WHERE worker_id = :worker AND declared_by = 'sign_in'
        AND lower(during) = ANY(CAST(:starts AS timestamptz[]))
""")

_DROP = text("""
    DELETE FROM duty WHERE worker_id = :worker AND declared_by = 'sign_in'
        AND lower(during) = ANY(CAST(:starts AS timestamptz[]))
""")

_ADD = text("""
    INSERT INTO duty (worker_id, during, declared_by, kind)
    SELECT :worker, during, 'sign_in', kind
    FROM unnest(CAST(:during AS tstzrange[]), CAST(:kinds AS text[])) AS given (during, kind)
""")


def signed_beginning(conn: Connection, worker_id: int, starts: Sequence[datetime]) -> Sequence[Row[Any]]:
    """Return (start, end, kind) of sign-in sessions that begin at one of the times."""
    return conn.execute(_BEGINNING, {"worker": worker_id, "starts": list(starts)}).all()


def drop_signed(conn: Connection, worker_id: int, starts: Sequence[datetime]) -> None:
    """Delete the sign-in sessions that begin at one of the times."""
    conn.execute(_DROP, {"worker": worker_id, "starts": list(starts)})


def add_signed(
    conn: Connection, worker_id: int, during: Sequence[Range[datetime]], kinds: Sequence[str]
) -> None:
    """Insert sign-in sessions; an overlap is refused by the table."""
    conn.execute(_ADD, {"worker": worker_id, "during": list(during), "kinds": list(kinds)})


def lock_workers(conn: Connection, workers: Sequence[int]) -> None:
    """Wait for any other writer of these workers' tracks; held to the end of the transaction."""
    conn.execute(
        text(
            """
            SELECT pg_advisory_xact_lock(:space, key)
            FROM (SELECT DISTINCT CAST(worker % 2147483647 AS integer) AS key
                  FROM unnest(CAST(:workers AS bigint[])) AS worker ORDER BY key) AS keys
            """
        ),
        {"space": _WORKER_LOCK, "workers": list(workers)},
    )


def duties_of(
    conn: Connection,
    worker_ids: Sequence[int],
    start: datetime,
    end: datetime,
    declared_by: str | None = None,
) -> Sequence[Row[Any]]:
    """Return (worker_id, starts_at, ends_at, declared_by, kind) of duty that touches [start, end].

    Oldest first. `ends_at` is null while a session is open.
    """
    return conn.execute(
        text(
            """
            SELECT worker_id, lower(during) AS starts_at, upper(during) AS ends_at, declared_by, kind
            FROM duty
            WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND during && tstzrange(:start, :end, '[]')
                AND declared_by = coalesce(:declared_by, declared_by)
            ORDER BY worker_id, lower(during)
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end, "declared_by": declared_by},
    ).all()


def holds_duty(conn: Connection) -> bool:
    """Say whether there is any duty of anybody."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM duty)")).scalar_one())


def end_forgotten(
    conn: Connection, workers: Sequence[int], before: Sequence[datetime], longest: timedelta
) -> None:
    """End workers' open sessions after their longest time, where that is over by a time of each."""
    conn.execute(
        text(
            """
            UPDATE duty SET during = tstzrange(lower(during), lower(during) + :longest)
            FROM unnest(CAST(:workers AS bigint[]), CAST(:before AS timestamptz[])) AS asked (worker, before)
            WHERE worker_id = worker AND upper_inf(during) AND lower(during) + :longest <= before
            """
        ),
        {"workers": list(workers), "before": list(before), "longest": longest},
    )


def drop_imported_duties(conn: Connection, workers: Sequence[int], during: Sequence[Range[datetime]]) -> None:
    """Delete imported duty that touches any of the spans, each of the worker beside it."""
    conn.execute(
        text(
            """
            DELETE FROM duty
            USING unnest(CAST(:workers AS bigint[]), CAST(:during AS tstzrange[])) AS given (worker, span)
            WHERE worker_id = worker AND declared_by = 'import' AND during && span
            """
        ),
        {"workers": list(workers), "during": list(during)},
    )


def add_duties(
    conn: Connection,
    workers: Sequence[int],
    during: Sequence[Range[datetime]],
    declared_by: str,
    kind: str = "regular",
) -> None:
    """Insert sessions; those already stored stay as they are, and an overlap is refused by the table."""
    conn.execute(
        text(
            """
            INSERT INTO duty (worker_id, during, declared_by, kind)
            SELECT worker_id, during, :declared_by, :kind
            FROM unnest(CAST(:workers AS bigint[]), CAST(:during AS tstzrange[])) AS given (worker_id, during)
            EXCEPT SELECT worker_id, during, declared_by, kind FROM duty
            WHERE worker_id = ANY(CAST(:workers AS bigint[]))
            """
        ),
        {"workers": list(workers), "during": list(during), "declared_by": declared_by, "kind": kind},
    )


def add_off_duty(
    conn: Connection, workers: NDArray[np.int64], dates: NDArray[np.datetime64], fixes: NDArray[np.int64]
) -> None:
    """Add to the number of fixes dropped per worker and local date; each pair once, and sorted."""
    with arrays_cursor(conn) as cursor:
        cursor.execute(
            """
            INSERT INTO off_duty_count (worker_id, local_date, fixes)
            SELECT * FROM unnest(%s, %s, %s)
            ON CONFLICT (worker_id, local_date) DO UPDATE SET fixes = off_duty_count.fixes + excluded.fixes
            """,
            (workers, dates, fixes),
        )
