"""SQL of duty sessions and fixes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from psycopg.errors import UniqueViolation
from psycopg.sql import SQL, Composed, Identifier, Placeholder
from sqlalchemy import text

from gis_grid.core import Fixes
from gis_grid.kit.database import raw
from gis_grid.tracks import wire
from gis_grid.tracks.rows import MAY_BE_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from numpy.typing import NDArray
    from psycopg import Cursor
    from psycopg.types.range import Range
    from sqlalchemy import Connection, Row

    from gis_grid.core.track.arrival import Arrivals

_WORKER_LOCK = 4_201_978


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


def add_fixes(conn: Connection, partition: str, columns: Mapping[str, NDArray[Any]]) -> int:
    """Insert fixes of one week into its partition and return how many were new.

    Columns are those of the table, of one length; no key is there twice, and keys come sorted, so that two
    that write the same ones wait for each other and never in a circle. Nothing is read: a login that may only
    write can do it.
    """
    connection = raw(conn)
    if len(columns["t"]) >= _WORTH_A_COPY:
        names, stream = wire.stream_of(columns)
        statement = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
            Identifier(partition), SQL(", ").join(map(Identifier, names))
        )
        try:
            with connection.transaction(), connection.cursor() as cursor:
                with cursor.copy(statement) as copy:
                    copy.write(stream)
                return cursor.rowcount
        except UniqueViolation:
            pass  # COPY cannot pass over what is stored already
    with arrays_cursor(conn) as cursor:
        cursor.execute(_insert(partition, tuple(columns)), dict(columns))
        return cursor.rowcount


@lru_cache(maxsize=1024)
def _insert(partition: str, names: tuple[str, ...]) -> Composed:
    return SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS given ({}) ON CONFLICT DO NOTHING").format(
        Identifier(partition),
        SQL(", ").join(map(Identifier, names)),
        SQL(", ").join(
            SQL("nullif({}, 'NaN')").format(Identifier(name)) if name in MAY_BE_UNKNOWN else Identifier(name)
            for name in names
        ),
        SQL(", ").join(map(Placeholder, names)),
        SQL(", ").join(map(Identifier, names)),
    )


_WORTH_A_COPY: Final = 64
"""From so many fixes on a COPY with its savepoint is faster than an INSERT of arrays."""


_FIXES_OF = """
    SELECT worker_id, array_agg(t), array_agg(lon), array_agg(lat),
           array_agg(coalesce(accuracy_m, 'NaN')), array_agg(coalesce(speed_mps, 'NaN')),
           array_agg(coalesce(heading_deg, 'NaN')), array_agg(coalesce(altitude_m, 'NaN')),
           array_agg(mock), array_agg(track_part)
    FROM fix
    WHERE worker_id = ANY(%s) AND t >= %s AND t < %s
    GROUP BY worker_id
"""


def fixes_of(conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime) -> dict[int, Fixes]:
    """Return the fixes of each worker within [start, end), in no order; a worker without any is left out."""
    with wire.array_cursor(raw(conn)) as cursor:
        cursor.execute(_FIXES_OF, (list(worker_ids), start, end))
        return {row[0]: Fixes(*row[1:]) for row in cursor}


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


def arrays_cursor(conn: Connection) -> Cursor[tuple[Any, ...]]:
    """Return a cursor that takes numpy arrays for parameters, in the same transaction."""
    cursor = raw(conn).cursor(binary=True)
    cursor.adapters.register_dumper(np.ndarray, wire.ArrayDumper)
    return cursor
