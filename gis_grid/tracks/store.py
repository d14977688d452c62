"""SQL of devices, duty sessions and fixes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.core import Fixes
from gis_grid.kit.database import raw
from gis_grid.tracks import wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from psycopg.types.range import Range
    from sqlalchemy import Connection, Row

_WORKER_LOCK = 4_201_978


def lock_worker(conn: Connection, worker_id: int) -> None:
    """Wait for any other writer of this worker's tracks; held to the end of the transaction."""
    conn.execute(
        text("SELECT pg_advisory_xact_lock(:space, CAST(:worker % 2147483647 AS integer))"),
        {"space": _WORKER_LOCK, "worker": worker_id},
    )


def find_device(conn: Connection, code: str) -> Row[Any] | None:
    """Return (id, worker_id) of a device; the worker is the one who holds it, or last held it."""
    return conn.execute(
        text(
            """
            SELECT device.id, holder.worker_id
            FROM device LEFT JOIN device_holder AS holder ON holder.device_id = device.id
            WHERE code = :code ORDER BY holder.valid DESC LIMIT 1
            """
        ),
        {"code": code},
    ).one_or_none()


def add_device(conn: Connection, code: str, worker_id: int) -> int:
    """Insert a device that one worker holds at all times, and return its id."""
    return int(
        conn.execute(
            text(
                """
                WITH made AS (INSERT INTO device (code) VALUES (:code) RETURNING id)
                INSERT INTO device_holder (device_id, worker_id, valid)
                SELECT id, :worker, tstzrange(NULL, NULL) FROM made RETURNING device_id
                """
            ),
            {"code": code, "worker": worker_id},
        ).scalar_one()
    )


def copy_fixes(conn: Connection, worker_id: int, device_id: int, fixes: Fixes, received_at: datetime) -> int:
    """Insert fixes and return how many were new; the partitions must be there.

    They go through a temporary table: COPY itself cannot pass over a fix that is already stored.
    """
    conn.execute(
        text(
            """
            CREATE TEMPORARY TABLE IF NOT EXISTS fix_incoming (
                t timestamptz, lon float8, lat float8, accuracy_m real, speed_mps real, heading_deg real,
                altitude_m real, mock boolean, track_part integer
            ) ON COMMIT DROP
            """
        )
    )
    columns = ", ".join(wire.COLUMNS)
    with (
        raw(conn).cursor() as cursor,
        cursor.copy(f"COPY fix_incoming ({columns}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.write(wire.encode(fixes))
    added = conn.execute(
        text(
            """
            INSERT INTO fix (device_id, worker_id, received_at, t, lon, lat,
                             accuracy_m, speed_mps, heading_deg, altitude_m, mock, track_part)
            SELECT :device, :worker, :received_at, t, lon, lat,
                   nullif(accuracy_m, 'NaN'), nullif(speed_mps, 'NaN'), nullif(heading_deg, 'NaN'),
                   nullif(altitude_m, 'NaN'), mock, track_part
            FROM fix_incoming
            ON CONFLICT DO NOTHING
            """
        ),
        {"device": device_id, "worker": worker_id, "received_at": received_at},
    ).rowcount
    conn.execute(text("TRUNCATE fix_incoming"))
    return int(added)


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


def drop_imported_duties(conn: Connection, worker_id: int, during: Sequence[Range[datetime]]) -> None:
    """Delete a worker's imported duty that touches any of the spans."""
    conn.execute(
        text(
            """
            DELETE FROM duty USING unnest(CAST(:during AS tstzrange[])) AS given (during)
            WHERE worker_id = :worker AND declared_by = 'import' AND duty.during && given.during
            """
        ),
        {"worker": worker_id, "during": list(during)},
    )


def add_duties(
    conn: Connection,
    worker_id: int,
    during: Sequence[Range[datetime]],
    declared_by: str,
    kind: str = "regular",
) -> None:
    """Insert sessions; those already stored stay as they are, and an overlap is refused by the table."""
    conn.execute(
        text(
            """
            INSERT INTO duty (worker_id, during, declared_by, kind)
            SELECT :worker, during, :declared_by, :kind
            FROM unnest(CAST(:during AS tstzrange[])) AS given (during)
            EXCEPT SELECT worker_id, during, declared_by, kind FROM duty WHERE worker_id = :worker
            """
        ),
        {"worker": worker_id, "during": list(during), "declared_by": declared_by, "kind": kind},
    )


def add_off_duty(conn: Connection, worker_id: int, counts: Mapping[date, int]) -> None:
    """Add to the number of fixes dropped per local date."""
    conn.execute(
        text(
            """
            INSERT INTO off_duty_count (worker_id, local_date, fixes)
            SELECT :worker, local_date, fixes
            FROM unnest(CAST(:dates AS date[]), CAST(:fixes AS bigint[])) AS dropped (local_date, fixes)
            ON CONFLICT (worker_id, local_date) DO UPDATE SET fixes = off_duty_count.fixes + excluded.fixes
            """
        ),
        {"worker": worker_id, "dates": list(counts), "fixes": list(counts.values())},
    )
