"""SQL of proofs: visits that a track may prove, and what it said."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection, Row

AGAIN: Final = timedelta(days=5)
"""So far back a proof that was early is made again: some nights more than late fixes may come."""


class Asked(NamedTuple):
    """As of when, in which zone, and how long after a visit late fixes may still come."""

    now: datetime
    timezone: str
    settled: timedelta


# A call leaves no track. What was proved before late fixes are all in is looked at again.
_OPEN = """
    SELECT v.id, v.worker_id, CAST(floor(extract(epoch FROM v.at) * 1000) AS bigint) AS t_ms,
           CAST(v.at AT TIME ZONE :timezone AS date) AS local_date,
           ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, p.revision, p.state, p.nearest_m, p.stayed_s, p.fixes
    FROM visit v
    JOIN visit_target t ON t.id = v.target_id
    LEFT JOIN LATERAL (
        SELECT * FROM visit_proof WHERE visit_id = v.id ORDER BY revision DESC LIMIT 1
    ) AS p ON true
    WHERE v.mode <> 'phone' AND v.at <= :now
        AND NOT EXISTS (SELECT FROM visit_withdrawal w WHERE w.visit_id = v.id)
        AND (p.visit_id IS NULL OR p.computed_at < v.at + CAST(:settled AS interval) AND v.at > :since)
"""


def days_to_prove(conn: Connection, asked: Asked) -> list[date]:
    """Return the local days with visits of which the track has not been asked, or not for the last time."""
    query = text(f"SELECT DISTINCT local_date FROM ({_OPEN}) AS open ORDER BY 1")  # noqa: S608 - constants
    return list(conn.execute(query, {**asked._asdict(), "since": asked.now - AGAIN}).scalars())


def visits_to_prove(conn: Connection, day: date, asked: Asked) -> Sequence[Row[Any]]:
    """Return visits with place and last proof, in order of worker and time."""
    query = f"SELECT * FROM ({_OPEN}) AS open WHERE local_date = :day ORDER BY worker_id, t_ms, id"  # noqa: S608
    values = {**asked._asdict(), "since": asked.now - AGAIN, "day": day}
    return conn.execute(text(query), values).all()


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add what tracks said."""
    if rows:
        conn.execute(
            text(
                "INSERT INTO visit_proof (visit_id, revision, computed_at, state, nearest_m, stayed_s, fixes,"
                " within_m, at_least_s, around_s, core_version) VALUES (:visit_id, :revision, :computed_at,"
                " :state, :nearest_m, :stayed_s, :fixes, :within_m, :at_least_s, :around_s, :core_version)"
            ),
            list(rows),
        )
