"""SQL of sealed days, and of the fixes that they are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from psycopg.sql import SQL, Identifier
from sqlalchemy import text

from gis_grid.kit.database import raw
from gis_grid.tracks import wire
from gis_grid.tracks.rows import ROW, blank_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    import numpy as np
    from numpy.typing import NDArray
    from psycopg.types.range import Range
    from sqlalchemy import Connection, Row


class DayRow(NamedTuple):
    """A sealed day as its table holds it, with the code of its worker."""

    id: int
    worker_id: int
    worker: str
    local_date: date
    revision: int
    during: Range[datetime]
    area: str | None
    sealed_at: datetime
    fixes: int
    geom: bytes | None
    rest: bytes
    digest: bytes
    previous: bytes | None
    stale: bool = False


_ARCHIVE_LOCK: Final = 4_201_981
_DAY: Final = """
    track_day.id, worker_id, worker.code, local_date, revision, during, area, sealed_at, fixes, geom, rest,
    digest, previous, stale
"""

_UNKNOWN: Final = frozenset({"accuracy_m", "speed_mps", "heading_deg", "altitude_m", "sent_lon", "sent_lat"})
_COLUMNS: Final = tuple(name for name in ROW.names or () if name != "worker_id")
_ARRAYS: Final = ", ".join(
    f"array_agg(coalesce({name}, 'NaN'))" if name in _UNKNOWN else f"array_agg({name})" for name in _COLUMNS
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


class Covered(NamedTuple):
    """A sealed day's time, and whether something came in for it since."""

    worker_id: int
    id: int
    start: datetime
    end: datetime
    stale: bool


def covered(conn: Connection, spans: Mapping[int, tuple[datetime, datetime]]) -> Iterator[Covered]:
    """Yield the sealed days that touch each worker's time, from until before, oldest first."""
    if not spans:
        return
    starts, ends = zip(*spans.values(), strict=True)
    with raw(conn).cursor(binary=True) as cursor:
        # A local date is at most a day off that of UTC: by dates an index finds the few rows.
        cursor.execute(
            """
            SELECT track_day.worker_id, id, lower(during), upper(during), stale
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[])
                AS span (worker_id, starts_at, ends_at)
            JOIN track_day ON track_day.worker_id = span.worker_id
                AND local_date BETWEEN starts_at::date - 1 AND ends_at::date + 1
                AND during && tstzrange(starts_at, greatest(starts_at, ends_at))
            WHERE NOT superseded ORDER BY track_day.worker_id, lower(during)
            """,
            (list(spans), list(starts), list(ends)),
        )
        yield from map(Covered._make, cursor)


def packed(conn: Connection, ids: Sequence[int]) -> list[tuple[bytes | None, bytes]]:
    """Return (line, rest) of sealed days, the oldest row first."""
    if not ids:
        return []
    with raw(conn).cursor(binary=True) as cursor:
        cursor.execute(
            "SELECT geom, rest FROM track_day WHERE id = ANY(%s::bigint[]) ORDER BY id", (list(ids),)
        )
        return [(row[0], row[1]) for row in cursor]


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


def unfit(conn: Connection, week: Week) -> str | None:
    """Say which sealed day of a week is not archived as it is now, if any."""
    row = conn.execute(
        text(
            """
            SELECT count(*), min(local_date) FROM track_day
            WHERE local_date BETWEEN CAST(:start AS date) - 1 AND CAST(:end AS date) + 1
                AND during && tstzrange(:start, :end) AND NOT superseded AND (stale OR archived_at IS NULL)
            """
        ),
        {"start": week.start, "end": week.end},
    ).one()
    return None if row[0] == 0 else f"{row[0]} sealed days are not in the archive yet, from {row[1]} on"


def days_in(conn: Connection, week: Week) -> Iterator[DayRow]:
    """Yield the current sealed days that touch a week, of one worker after the other, oldest first."""
    with raw(conn).cursor("days_in_week", scrollable=False) as cursor:
        cursor.itersize = 100
        cursor.execute(
            f"""
            SELECT {_DAY} FROM track_day JOIN worker ON worker.id = worker_id
            WHERE local_date BETWEEN %(start)s::date - 1 AND %(end)s::date + 1
                AND during && tstzrange(%(start)s, %(end)s) AND NOT superseded
            ORDER BY worker_id, lower(during)
            """,  # noqa: S608 - the columns of a row
            {"start": week.start, "end": week.end},
            binary=True,
        )
        for row in cursor:
            yield DayRow(*row)


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
    """Return the ids of workers with fixes in [start, end) and no sealed row of the day."""
    return list(
        conn.execute(
            text(
                """
                WITH left_out AS MATERIALIZED (
                    SELECT id FROM worker EXCEPT
                    SELECT worker_id FROM track_day WHERE local_date = :day AND NOT superseded
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


def stale_days(conn: Connection, until: date) -> list[tuple[int, date]]:
    """Return (worker id, local date) of current rows for which something came in since."""
    rows = conn.execute(
        text(
            "SELECT worker_id, local_date FROM track_day"
            " WHERE stale AND NOT superseded AND local_date <= :until ORDER BY local_date, worker_id"
        ),
        {"until": until},
    )
    return [(row[0], row[1]) for row in rows]


def current_days(conn: Connection, days: Sequence[tuple[int, date]]) -> dict[tuple[int, date], DayRow]:
    """Return the current row of each (worker id, local date) that has one, to be held against late fixes."""
    with raw(conn).cursor(binary=True) as cursor:
        cursor.execute(
            f"""
            SELECT {_DAY} FROM track_day JOIN worker ON worker.id = worker_id
            WHERE (worker_id, local_date) IN (SELECT * FROM unnest(%s::bigint[], %s::date[]))
                AND NOT superseded
            """,  # noqa: S608 - the columns of a row
            ([worker for worker, _ in days], [day for _, day in days]),
        )
        found = [DayRow(*row) for row in cursor]
    return {(row.worker_id, row.local_date): row for row in found}


def heads(conn: Connection, worker_ids: Sequence[int]) -> dict[int, bytes]:
    """Return the digest at the end of each worker's chain; none, no key."""
    rows = conn.execute(
        text(
            """
            SELECT given.id, last.digest FROM unnest(CAST(:workers AS bigint[])) AS given (id)
            CROSS JOIN LATERAL (
                SELECT digest FROM track_day WHERE worker_id = given.id ORDER BY id DESC LIMIT 1
            ) AS last
            """
        ),
        {"workers": list(worker_ids)},
    )
    return {row[0]: bytes(row[1]) for row in rows}


def add_days(conn: Connection, days: Sequence[DayRow]) -> None:
    """Append rows to the chains in their order; earlier rows of the same days are superseded."""
    raw(conn).execute(
        """
        UPDATE track_day SET superseded = true, stale = false
        FROM unnest(%s::bigint[], %s::date[]) AS given (worker_id, local_date)
        WHERE track_day.worker_id = given.worker_id AND track_day.local_date = given.local_date
            AND NOT superseded
        """,
        ([day.worker_id for day in days], [day.local_date for day in days]),
    )
    with raw(conn).cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO track_day (worker_id, local_date, revision, during, area, sealed_at, fixes, geom,
                rest, digest, previous)
            VALUES (%s, %s, %s, %s, %s, %s, %s, ST_GeomFromEWKB(%b), %b, %b, %b)
            """,
            [(day.worker_id, *day[3:-1]) for day in days],
        )


def freshen(conn: Connection, days: Sequence[tuple[int, date]]) -> None:
    """Call current rows up to date: what came in since was in them already."""
    raw(conn).execute(
        """
        UPDATE track_day SET stale = false
        FROM unnest(%s::bigint[], %s::date[]) AS given (worker_id, local_date)
        WHERE track_day.worker_id = given.worker_id AND track_day.local_date = given.local_date
            AND NOT superseded
        """,
        ([worker for worker, _ in days], [day for _, day in days]),
    )


def mark_stale(conn: Connection, ids: Sequence[int]) -> None:
    """Have current rows sealed anew."""
    conn.execute(
        text("UPDATE track_day SET stale = true WHERE id = ANY(CAST(:ids AS bigint[])) AND NOT superseded"),
        {"ids": list(ids)},
    )


def worker_codes(conn: Connection, worker_ids: Sequence[int]) -> dict[int, str]:
    """Return codes by id."""
    query = text("SELECT id, code FROM worker WHERE id = ANY(CAST(:ids AS bigint[]))")
    return {row[0]: row[1] for row in conn.execute(query, {"ids": list(worker_ids)})}


def device_codes(conn: Connection) -> dict[int, str]:
    """Return the codes of all devices by id."""
    return {row[0]: row[1] for row in conn.execute(text("SELECT id, code FROM device"))}


def days_in_ledger(conn: Connection) -> int:
    """Return how many rows the ledger tells of."""
    query = text("SELECT coalesce(sum((detail ->> 'days')::bigint), 0) FROM ledger WHERE action = 'seal'")
    return int(conn.execute(query).scalar_one())


def chain(conn: Connection) -> Iterator[DayRow]:
    """Yield every row, worker by worker in the order of their chains; memory does not grow with them."""
    with raw(conn).cursor("sealed_days", scrollable=False) as cursor:
        cursor.itersize = 100
        cursor.execute(
            f"SELECT {_DAY} FROM track_day JOIN worker ON worker.id = worker_id ORDER BY worker_id, id",  # noqa: S608
            binary=True,
        )
        for row in cursor:
            yield DayRow(*row)


def count_days(conn: Connection) -> int:
    """Return how many rows there are, of all revisions."""
    return int(conn.execute(text("SELECT count(*) FROM track_day")).scalar_one())


def unarchived(conn: Connection, until: date | None) -> Sequence[Row[Any]]:
    """Return (local_date, area, days, fixes) of archive files that lack a current row."""
    return conn.execute(
        text(
            """
            SELECT local_date, area, count(*) AS days, sum(fixes) AS fixes FROM track_day
            WHERE archived_at IS NULL AND NOT superseded
                AND local_date <= coalesce(CAST(:until AS date), local_date)
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        ),
        {"until": until},
    ).all()


def days_of(conn: Connection, day: date, area: str | None) -> Iterator[DayRow]:
    """Yield the current rows of a date and area, by worker's code; the connection is busy."""
    with raw(conn).cursor("days_of_area", scrollable=False) as cursor:
        cursor.itersize = 100
        cursor.execute(
            f"""
            SELECT {_DAY} FROM track_day JOIN worker ON worker.id = worker_id
            WHERE local_date = %s AND area IS NOT DISTINCT FROM %s AND NOT superseded ORDER BY worker.code
            """,  # noqa: S608 - the columns of a row
            (day, area),
            binary=True,
        )
        for row in cursor:
            yield DayRow(*row)


def lock_archive(conn: Connection) -> None:
    """Keep other writers of archive files waiting until the transaction ends."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ARCHIVE_LOCK})


def set_archived(conn: Connection, ids: Sequence[int], at: datetime) -> None:
    """Record that rows are in the archive."""
    conn.execute(
        text("UPDATE track_day SET archived_at = :at WHERE id = ANY(CAST(:ids AS bigint[]))"),
        {"at": at, "ids": list(ids)},
    )
