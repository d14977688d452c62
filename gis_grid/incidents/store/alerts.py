"""SQL of alerts: what is near its deadline, over it, or long over it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as pg_insert

from gis_grid.incidents.tables import incident_alert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

# Each deadline calls once; a new one, after a move, calls again. What is red is not called yellow as well.
_RAISE: Final = text("""
    INSERT INTO incident_alert (incident_id, kind, due_at, at, level)
    SELECT i.id, due.kind, due.due_at, :now,
        CASE WHEN due.kind = 'escalated' THEN CAST(:above AS jsonb) ->> i.level ELSE i.level END
    FROM incident i
    CROSS JOIN LATERAL (VALUES
        ('yellow', i.yellow_at, i.red_at IS NULL OR i.red_at > :now),
        ('red', i.red_at, true),
        ('escalated', i.escalate_at, true)
    ) AS due (kind, due_at, holds)
    WHERE (i.yellow_at <= :now OR i.red_at <= :now) AND due.due_at <= :now AND due.holds
        AND NOT EXISTS (
            SELECT FROM incident_alert a
            WHERE a.incident_id = i.id AND a.kind = due.kind AND a.due_at = due.due_at)
    ON CONFLICT (incident_id, kind, due_at) DO NOTHING
    RETURNING incident_id, kind
""")

_CODES: Final = text("SELECT code FROM incident WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY code")

_OPEN: Final = text("""
    SELECT a.id, i.code, i.title, i.state, i.severity, i.emergency, a.kind, a.due_at, a.at, a.level
    FROM incident_alert a JOIN incident i ON i.id = a.incident_id
    WHERE a.acknowledged_at IS NULL AND i.duplicate_of IS NULL
        AND (CAST(:areas AS bigint[]) IS NULL OR i.area_id = ANY(CAST(:areas AS bigint[])))
    ORDER BY i.emergency DESC, array_position(ARRAY['emergency', 'escalated', 'red', 'yellow'], a.kind),
        a.due_at, a.id
    LIMIT :limit
""")

_ACKNOWLEDGE: Final = text("""
    UPDATE incident_alert SET acknowledged_by = :who, acknowledged_at = :now
    WHERE id = :id AND acknowledged_at IS NULL
""")


def raise_due(conn: Connection, now: datetime, above: str) -> Sequence[Row[Any]]:
    """Write the alerts that are due now and return (incident_id, kind) of the new ones.

    Parameters
    ----------
    above
        JSON: the level above each.
    """
    return conn.execute(_RAISE, {"now": now, "above": above}).all()


def add(conn: Connection, values: Mapping[str, Any]) -> None:
    """Write one alert."""
    conn.execute(pg_insert(incident_alert).values(**values).on_conflict_do_nothing())


def codes_of(conn: Connection, incident_ids: Sequence[int]) -> list[str]:
    """Return the codes of incidents, in order."""
    return list(conn.execute(_CODES, {"ids": list(incident_ids)}).scalars())


def unacknowledged(conn: Connection, areas: Sequence[int] | None, limit: int) -> Sequence[Row[Any]]:
    """Return alerts that nobody has acknowledged: emergencies first, then the longest overdue."""
    asked = {"areas": None if areas is None else list(areas), "limit": limit}
    return conn.execute(_OPEN, asked).all()


def exists(conn: Connection, alert_id: int) -> bool:
    """Say whether there is such an alert to be seen."""
    query = text("SELECT EXISTS (SELECT FROM incident_alert WHERE id = :id)")
    return bool(conn.execute(query, {"id": alert_id}).scalar_one())


def acknowledge(conn: Connection, alert_id: int, who: str, now: datetime) -> None:
    """Write who has seen an alert first."""
    conn.execute(_ACKNOWLEDGE, {"id": alert_id, "who": who, "now": now})
