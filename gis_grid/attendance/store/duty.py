"""SQL of sign-ins and sign-outs that phones and pages send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

# One that came in a file before is the same one, and takes part from now on.
_ADD = text("""
    INSERT INTO signature AS known (worker_id, at, kind, duty_kind, lon, lat, accuracy_m, received_at)
    VALUES (:worker, :at, :kind, :duty_kind, :lon, :lat, :accuracy_m, :received_at)
    ON CONFLICT (worker_id, at, kind) DO UPDATE
        SET received_at = excluded.received_at, duty_kind = excluded.duty_kind
        WHERE known.received_at IS NULL
""")

_DUTY_KIND = text("""
    SELECT duty_kind FROM signature WHERE worker_id = :worker AND at = :at AND kind = :kind
""")

# From the sign-out before to the sign-out after: what lies beyond them is the same whatever was signed here.
_AROUND = text("""
    WITH signed AS (
        SELECT at, kind, duty_kind FROM signature
        WHERE worker_id = :worker AND kind IN ('in', 'out') AND received_at IS NOT NULL
    )
    SELECT at, kind, duty_kind FROM signed
    WHERE at >= coalesce((SELECT max(at) FROM signed WHERE kind = 'out' AND at < :at), '-infinity')
        AND (at, kind = 'in') <= (
            coalesce((SELECT min(at) FROM signed WHERE kind = 'out' AND at > :at), 'infinity'), false)
    ORDER BY at
""")


def add(conn: Connection, values: dict[str, Any]) -> None:
    """Keep a signature; one that is kept already stays as it is."""
    conn.execute(_ADD, values)


def duty_kind(conn: Connection, worker_id: int, at: datetime, kind: str) -> str | None:
    """Return which duty a kept signature begins."""
    values = {"worker": worker_id, "at": at, "kind": kind}
    found: str | None = conn.execute(_DUTY_KIND, values).scalar_one_or_none()
    return found


def around(conn: Connection, worker_id: int, at: datetime) -> Sequence[Row[Any]]:
    """Return (at, kind, duty_kind) of all signatures that sessions around a time depend on, oldest first."""
    return conn.execute(_AROUND, {"worker": worker_id, "at": at}).all()
