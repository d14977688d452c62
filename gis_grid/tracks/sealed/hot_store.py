"""SQL of fixes that are not sealed yet, and of the weeks that they lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.sql import SQL, Identifier
from sqlalchemy import text

from gis_grid.kit.database import raw
from gis_grid.tracks import wire
from gis_grid.tracks.rows import MAY_BE_UNKNOWN, ROW, blank_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    import numpy as np
    from numpy.typing import NDArray
    from sqlalchemy import Connection

_COLUMNS: Final = tuple(name for name in ROW.names or () if name != "worker_id")
_ARRAYS: Final = ", ".join(
    f"array_agg(coalesce({name}, 'NaN'))" if name in MAY_BE_UNKNOWN else f"array_agg({name})"
    for name in _COLUMNS
)


def hot_rows(conn: Connection, spans: Sequence[tuple[int, datetime, datetime]]) -> Iterator[NDArray[np.void]]:
    """Yield the rows of `fix` of each (worker id, from, until), in that order; the connection is busy."""
    if not spans:
        return
    workers, starts, ends = (list(column) for column in zip(*spans, strict=True))
    query = f"""
        SELECT span.worker_id, found.*
        FROM unnest(%(workers)s::bigint[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
            AS span (worker_id, starts_at, ends_at)
        CROSS JOIN LATERAL (
            SELECT {_ARRAYS} FROM fix
            WHERE worker_id = span.worker_id AND t >= span.starts_at AND t < span.ends_at
                AND t >= %(first)s AND t < %(last)s
        ) AS found
    """  # noqa: S608 - the columns of a row
    wanted = {"workers": workers, "starts": starts, "ends": ends, "first": min(starts), "last": max(ends)}
    with wire.rows_cursor(raw(conn)) as cursor:
        for worker_id, *columns in cursor.stream(query, wanted):
            yield _rows(worker_id, columns)


def _rows(worker_id: int, columns: Sequence[Any]) -> NDArray[np.void]:
    """Put the arrays of one worker together; all are ``None`` when there is no fix."""
    rows = blank_rows(0 if columns[0] is None else len(columns[0]))
    rows["worker_id"] = worker_id
    if len(rows):
        for name, values in zip(_COLUMNS, columns, strict=True):
            rows[name] = values
    return rows


class Week(NamedTuple):
    """A partition of `fix`."""

    name: str
    start: datetime
    end: datetime


def weeks(conn: Connection) -> list[Week]:
    """Return every partition of `fix`, oldest first."""
    rows = conn.execute(
        text(
            """
            SELECT name, (given ->> 0)::timestamptz, (given ->> 1)::timestamptz
            FROM (
                SELECT inhrelid::regclass::text AS name, to_jsonb(regexp_match(
                    pg_get_expr(relpartbound, inhrelid), $$FROM \\('(.+)'\\) TO \\('(.+)'\\)$$)) AS given
                FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
                WHERE inhparent = 'fix'::regclass
            ) AS part
            ORDER BY 2
            """
        )
    )
    return [Week(*row) for row in rows]


def count_fixes(conn: Connection, week: Week) -> int:
    """Return how many fixes a partition holds."""
    query = SQL("SELECT count(*) FROM {}").format(Identifier(week.name))
    return int(raw(conn).execute(query).fetchone()[0])  # type: ignore[index]


def close_week(conn: Connection, week: Week) -> None:
    """Let nobody write into a partition until the transaction ends; who is writing is waited for, shortly.

    Readers go on.
    """
    raw(conn).execute("SET LOCAL lock_timeout = '300ms'")
    raw(conn).execute(SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(Identifier(week.name)))


def drop_week(conn: Connection, week: Week) -> None:
    """Drop a partition that is closed; all readers of fixes have to be done for a moment."""
    raw(conn).execute("LOCK TABLE ONLY fix IN ACCESS EXCLUSIVE MODE")
    raw(conn).execute(SQL("DROP TABLE {}").format(Identifier(week.name)))


def unsealed(conn: Connection, day: date, start: datetime, end: datetime) -> list[int]:
    """Return the ids of workers with fixes in [start, end) and no sealed row of all that day."""
    return list(
        conn.execute(
            text(
                """
                WITH left_out AS MATERIALIZED (
                    SELECT id FROM worker EXCEPT
                    SELECT worker_id FROM track_day WHERE local_date = :day AND NOT superseded
                        AND during @> tstzrange(:start, :end)
                )
                SELECT id FROM left_out
                WHERE EXISTS (
                    SELECT FROM fix WHERE worker_id = left_out.id AND t >= :start AND t < :end
                )
                ORDER BY id
                """
            ),
            {"day": day, "start": start, "end": end},
        ).scalars()
    )
