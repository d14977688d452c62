"""SQL of visits that are reported and withdrawn, and of appointments. Rows are only ever added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg.types.range import TimestamptzRange
from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection, Row

_VISITS = """
    SELECT v.id, v.code, v.target_id, t.visit_class, t.area_id, v.worker_id, w.code AS worker, v.at, v.mode,
           made.code AS appointment, taken.at AS withdrawn_at, taken.by AS withdrawn_by,
           taken.why AS withdrawn_why, p.state, p.nearest_m, p.stayed_s, p.within_m, p.at_least_s,
           p.computed_at
    FROM visit v
    JOIN visit_target t ON t.id = v.target_id
    LEFT JOIN worker w ON w.id = v.worker_id
    LEFT JOIN visit_appointment made ON made.id = v.appointment_id
    LEFT JOIN visit_withdrawal taken ON taken.visit_id = v.id
    LEFT JOIN LATERAL (
        SELECT * FROM visit_proof WHERE visit_id = v.id ORDER BY revision DESC LIMIT 1
    ) AS p ON true
"""

_APPOINTMENTS = """
    SELECT made.id, made.code, made.target_id, t.visit_class, t.area_id, made.worker_id, w.code AS worker,
           lower(made.during) AS start, upper(made.during) AS end, ended.at AS ended_at,
           EXISTS (
               SELECT FROM visit v WHERE v.appointment_id = made.id
                   AND NOT EXISTS (SELECT FROM visit_withdrawal taken WHERE taken.visit_id = v.id)
           ) AS kept
    FROM visit_appointment made
    JOIN visit_target t ON t.id = made.target_id
    LEFT JOIN worker w ON w.id = made.worker_id
    LEFT JOIN visit_appointment_end ended ON ended.appointment_id = made.id
"""


def find_target(conn: Connection, reference: str) -> Row[Any] | None:
    """Return (id, visit_class, area_id, lon, lat) of the target that a reference names, if it is in sight."""
    return conn.execute(
        text(
            "SELECT id, visit_class, area_id, ST_X(geom) AS lon, ST_Y(geom) AS lat FROM visit_target "
            "WHERE id = (SELECT gis_grid_target_of(:reference))"
        ),
        {"reference": reference},
    ).one_or_none()


def add_visit(conn: Connection, values: dict[str, Any]) -> int | None:
    """Add a visit and return its id; ``None`` where its code, or the same visit, is there already."""
    query = text(
        "INSERT INTO visit (code, target_id, worker_id, at, mode, appointment_id, reported_at) "
        "VALUES (:code, :target_id, :worker_id, :at, :mode, :appointment_id, :reported_at) "
        "ON CONFLICT DO NOTHING RETURNING id"
    )
    found: int | None = conn.execute(query, values).scalar_one_or_none()
    return found


def find_visit(conn: Connection, code: UUID) -> Row[Any] | None:
    """Return a visit in sight, with its withdrawal and its latest proof."""
    return conn.execute(text(f"{_VISITS} WHERE v.code = :code"), {"code": code}).one_or_none()


def visits_between(
    conn: Connection, start: datetime, end: datetime, grid_targets: Sequence[int] | None
) -> Sequence[Row[Any]]:
    """Return the visits in sight within [start, end), newest first; of some targets only, if given."""
    query = text(
        f"{_VISITS} WHERE v.at >= :start AND v.at < :end"
        " AND (CAST(:targets AS bigint[]) IS NULL OR v.target_id = ANY(CAST(:targets AS bigint[])))"
        " ORDER BY v.at DESC, v.id DESC"
    )
    targets = grid_targets if grid_targets is None else list(grid_targets)
    return conn.execute(query, {"start": start, "end": end, "targets": targets}).all()


def withdraw(conn: Connection, visit_id: int, at: datetime, by: str, why: str) -> bool:
    """Add the mark that a visit does not count any more; say whether nobody was faster."""
    query = text(
        "INSERT INTO visit_withdrawal (visit_id, at, by, why) VALUES (:visit, :at, :by, :why)"
        " ON CONFLICT DO NOTHING"
    )
    return conn.execute(query, {"visit": visit_id, "at": at, "by": by, "why": why}).rowcount == 1


def add_appointment(conn: Connection, values: dict[str, Any], start: datetime, end: datetime) -> int | None:
    """Add an appointment and return its id; ``None`` where its code is there already."""
    query = text(
        "INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at) "
        "VALUES (:code, :target_id, :worker_id, :during, :made_by, :made_at) "
        "ON CONFLICT DO NOTHING RETURNING id"
    )
    found: int | None = conn.execute(
        query, {**values, "during": TimestamptzRange(start, end)}
    ).scalar_one_or_none()
    return found


def agreed_meanwhile(conn: Connection, made: Row[Any]) -> UUID | None:
    """Return the code of another appointment at the same door in that time, if one stands.

    Appointments at one target are made one at a time: of two that come together the second sees the first.
    """
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended('visit_appointment', :id))")
    conn.execute(lock, {"id": made.target_id})
    query = text(
        f"{_APPOINTMENTS} WHERE made.target_id = :target AND made.id <> :id AND ended.at IS NULL "
        "AND made.during && tstzrange(:start, :end) ORDER BY made.id LIMIT 1"
    )
    values = {"target": made.target_id, "id": made.id, "start": made.start, "end": made.end}
    found = conn.execute(query, values).one_or_none()
    return None if found is None else found.code


def find_appointment(conn: Connection, code: UUID) -> Row[Any] | None:
    """Return an appointment in sight and what became of it."""
    return conn.execute(text(f"{_APPOINTMENTS} WHERE made.code = :code"), {"code": code}).one_or_none()


def appointments_between(conn: Connection, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Return the appointments in sight with a time within [start, end), the earliest first."""
    query = text(
        f"{_APPOINTMENTS} WHERE made.during && tstzrange(:start, :end) ORDER BY lower(made.during), made.id"
    )
    return conn.execute(query, {"start": start, "end": end}).all()


def call_off(conn: Connection, appointment_id: int, at: datetime, by: str, why: str) -> bool:
    """Add the mark that nobody comes; say whether nobody was faster."""
    query = text(
        "INSERT INTO visit_appointment_end (appointment_id, at, by, why) VALUES (:id, :at, :by, :why)"
        " ON CONFLICT DO NOTHING"
    )
    return conn.execute(query, {"id": appointment_id, "at": at, "by": by, "why": why}).rowcount == 1
