"""SQL of what is due: grids in sight, their targets, and the visits that count for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.visits.counting_store import IS_LAST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

_GRIDS = text("""
    WITH mine AS (
        SELECT a.grid_id FROM assignment a
        WHERE a.worker_id = :oneself AND a.valid @> CAST(:at AS timestamptz)
        UNION
        SELECT a.grid_id FROM stand_in s JOIN absence ON absence.id = s.absence_id
        JOIN assignment a ON a.worker_id = absence.worker_id AND a.valid @> CAST(:at AS timestamptz)
        WHERE s.worker_id = :oneself AND s.during @> CAST(:at AS timestamptz)
    )
    SELECT g.id, g.code, g.name, g.area_id, b.households, holder.worker_ids, holder.worker_codes
    FROM grid g
    JOIN boundary b ON b.grid_id = g.id AND b.valid @> CAST(:at AS timestamptz)
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(w.id ORDER BY w.code), '{}') AS worker_ids,
               coalesce(array_agg(w.code ORDER BY w.code), '{}') AS worker_codes
        FROM assignment a JOIN worker w ON w.id = a.worker_id
        WHERE a.grid_id = g.id AND a.valid @> CAST(:at AS timestamptz)
    ) AS holder
    WHERE (:everywhere OR g.area_id = ANY(CAST(:areas AS bigint[])) OR g.id IN (SELECT grid_id FROM mine))
        AND (CAST(:code AS text) IS NULL OR g.code = :code)
    ORDER BY g.code
""")

# From grid to target, and a border by the lower code, as for the targets that verdicts are reached on.
_TARGETS = text("""
    WITH held AS MATERIALIZED (
        SELECT g.id, g.code, b.geom
        FROM grid g JOIN boundary b ON b.grid_id = g.id AND b.valid @> CAST(:at AS timestamptz)
        WHERE g.id = ANY(CAST(:grids AS bigint[]))
    )
    SELECT h.id AS grid_id, t.id, t.visit_class, ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, t.since
    FROM held h
    CROSS JOIN LATERAL (
        SELECT id, visit_class, geom, since, until, ST_ContainsProperly(h.geom, geom) AS is_within
        FROM visit_target WHERE ST_Covers(h.geom, geom) OFFSET 0
    ) AS t
    WHERE (t.since IS NULL OR t.since <= :last) AND (t.until IS NULL OR t.until > :first)
        AND (t.is_within OR NOT EXISTS (
            SELECT FROM boundary other JOIN grid og ON og.id = other.grid_id
            WHERE other.valid @> CAST(:at AS timestamptz) AND og.code < h.code
                AND ST_Covers(other.geom, t.geom)))
    ORDER BY h.code, t.id
""")

_COUNTED = text("""
    SELECT visit_id, target_id, CAST(floor(extract(epoch FROM at) * 1000) AS bigint) AS t_ms, mode,
           by_stand_in
    FROM gis_grid_counted_visits(CAST(:targets AS bigint[]), :first, :before)
    ORDER BY target_id, at
""")

_COUNTERS = text(f"""
    SELECT c.grid_id, c.visit_class, sum(c.due) AS due, sum(c.done) AS done
    FROM visit_counter c
    WHERE c.grid_id = ANY(CAST(:grids AS bigint[])) AND c.local_date BETWEEN :first AND :last AND {IS_LAST}
    GROUP BY c.grid_id, c.visit_class ORDER BY c.grid_id, c.visit_class
""")  # noqa: S608 - constants


def grids_in_sight(
    conn: Connection,
    at: datetime,
    *,
    areas: Sequence[int] | None,
    oneself: int | None,
    code: str | None,
) -> Sequence[Row[Any]]:
    """Return (id, code, name, area_id, households, worker_ids, worker_codes) of grids in force at a time.

    Those of some areas (``None``: everywhere), and those that one worker has or stands in for.
    """
    values = {
        "at": at,
        "areas": areas if areas is None else list(areas),
        "everywhere": areas is None,
        "oneself": oneself,
        "code": code,
    }
    return conn.execute(_GRIDS, values).all()


def targets_in(
    conn: Connection, grids: Sequence[int], at: datetime, first: date, last: date
) -> Sequence[Row[Any]]:
    """Return (grid_id, id, visit_class, lon, lat, since) of targets in grids that there are on some days."""
    values = {"grids": list(grids), "at": at, "first": first, "last": last}
    return conn.execute(_TARGETS, values).all()


def counted_visits(
    conn: Connection, targets: Sequence[int], first: datetime, before: datetime
) -> Sequence[Row[Any]]:
    """Return (visit_id, target_id, t_ms, mode, by_stand_in) of visits that count for the grid."""
    return conn.execute(_COUNTED, {"targets": list(targets), "first": first, "before": before}).all()


def counters(conn: Connection, grids: Sequence[int], first: date, last: date) -> Sequence[Row[Any]]:
    """Return (grid_id, visit_class, due, done) summed over local days, both included."""
    return conn.execute(_COUNTERS, {"grids": list(grids), "first": first, "last": last}).all()


def references(conn: Connection, targets: Sequence[int]) -> dict[int, str]:
    """Return the opaque references of targets, as far as the caller may see them."""
    rows = conn.execute(
        text("SELECT * FROM gis_grid_references(CAST(:targets AS bigint[]))"), {"targets": list(targets)}
    )
    return {row.target_id: row.reference for row in rows}


def codes_up(conn: Connection, areas: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the codes of areas and of those above them, nearest first."""
    rows = conn.execute(
        text("SELECT * FROM gis_grid_codes_up(CAST(:areas AS bigint[]))"), {"areas": list(areas)}
    )
    return {row.area_id: tuple(row.codes) for row in rows}


def kept_since(conn: Connection) -> datetime | None:
    """Return the time of the first visit of anybody."""
    found: datetime | None = conn.execute(text("SELECT gis_grid_visits_since()")).scalar_one()
    return found
