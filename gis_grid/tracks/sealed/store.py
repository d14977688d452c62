"""SQL of sealed days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import text

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    from psycopg.types.range import Range
    from sqlalchemy import Connection, Row

    from gis_grid.tracks.sealed.hot_store import Week


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


class Digest(NamedTuple):
    """What a sealed day's content is held against."""

    revision: int
    digest: bytes
    previous: bytes | None


def digests(conn: Connection, day: date, worker_ids: Sequence[int]) -> dict[int, Digest]:
    """Return the digests of each worker's current row of a date; none, no key."""
    rows = raw(conn).execute(
        """
        SELECT worker_id, revision, digest, previous FROM track_day
        WHERE local_date = %s AND worker_id = ANY(%s::bigint[]) AND NOT superseded
        """,
        (day, list(worker_ids)),
    )
    return {row[0]: Digest(*row[1:]) for row in rows}


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


def ensure_devices(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return ids by code; devices that are not known are made, in nobody's hands."""
    given = {"codes": list(codes)}
    conn.execute(
        text("INSERT INTO device (code) SELECT unnest(CAST(:codes AS text[])) ON CONFLICT DO NOTHING"), given
    )
    query = text("SELECT code, id FROM device WHERE code = ANY(CAST(:codes AS text[]))")
    return {row[0]: row[1] for row in conn.execute(query, given)}


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
