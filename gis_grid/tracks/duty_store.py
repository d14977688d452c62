"""SQL of signed duty: sessions that begin at given times, taken out and put in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from psycopg.types.range import Range
    from sqlalchemy import Connection, Row

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


def beginning(conn: Connection, worker_id: int, starts: Sequence[datetime]) -> Sequence[Row[Any]]:
    """Return (start, end, kind) of sign-in sessions that begin at one of the times."""
    return conn.execute(_BEGINNING, {"worker": worker_id, "starts": list(starts)}).all()


def drop(conn: Connection, worker_id: int, starts: Sequence[datetime]) -> None:
    """Delete the sign-in sessions that begin at one of the times."""
    conn.execute(_DROP, {"worker": worker_id, "starts": list(starts)})


def add(conn: Connection, worker_id: int, during: Sequence[Range[datetime]], kinds: Sequence[str]) -> None:
    """Insert sign-in sessions; an overlap is refused by the table."""
    conn.execute(_ADD, {"worker": worker_id, "during": list(during), "kinds": list(kinds)})
