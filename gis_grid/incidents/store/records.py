"""SQL of what workers did: when they reported, and when they moved incidents on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

_DONE: Final = """
    SELECT reported_by AS worker_id, id AS incident_id, reported_at AS at
    FROM incident
    WHERE reported_by = ANY(CAST(:workers AS bigint[])) AND reported_at >= :start AND reported_at < :end
    UNION ALL
    SELECT by_worker, incident_id, at
    FROM incident_move
    WHERE by_worker = ANY(CAST(:workers AS bigint[])) AND at >= :start AND at < :end AND n > 1
        AND move NOT IN ('merge', 'take_in', 'unmerge', 'let_go')
"""
_MS: Final = "CAST(floor(extract(epoch FROM {}) * 1000) AS bigint)"

_REPORTED: Final = text(f"""
    SELECT worker_id, {_MS.format("at")} AS t_ms FROM ({_DONE}) AS done ORDER BY worker_id, at, incident_id
""")  # noqa: S608 - constants

# What was merged into another counts with that one (FM-4).
_MOVED: Final = text(f"""
    SELECT worker_id, {_MS.format("min(at)")} AS t_ms FROM ({_DONE}) AS done
    WHERE incident_id NOT IN (SELECT id FROM incident WHERE duplicate_of IS NOT NULL)
    GROUP BY worker_id, incident_id, CAST(at AT TIME ZONE :tz AS date) ORDER BY worker_id, min(at)
""")  # noqa: S608 - constants


def reported_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, t_ms) of what workers reported or moved within [start, end), oldest first."""
    return conn.execute(_REPORTED, {"workers": list(worker_ids), "start": start, "end": end}).all()


def moved_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime, tz: str
) -> Sequence[Row[Any]]:
    """Return the same, each incident once a local day: at its first report or move of the day."""
    asked = {"workers": list(worker_ids), "start": start, "end": end, "tz": tz}
    return conn.execute(_MOVED, asked).all()
