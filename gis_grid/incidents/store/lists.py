"""SQL of lists: incidents as GeoJSON, the newest, per cell, and from when until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import TextClause, text

from gis_grid.incidents.rows import Extent, IncidentCell, Listed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.incidents.rows import Filter

_WANTED: Final = """
    (CAST(:kind AS text) IS NULL OR i.kind = :kind)
    AND (CAST(:start AS timestamptz) IS NULL OR i.reported_at >= :start)
    AND (CAST(:end AS timestamptz) IS NULL OR i.reported_at < :end)
    AND (CAST(:areas AS bigint[]) IS NULL OR i.area_id = ANY(CAST(:areas AS bigint[])))
    AND (CAST(:state AS text) IS NULL OR i.state = :state)
    AND (CAST(:state_kind AS text) IS NULL OR i.state_kind = :state_kind)
    AND (CAST(:categories AS text[]) IS NULL OR i.category_code = ANY(CAST(:categories AS text[])))
    AND (CAST(:overdue_at AS timestamptz) IS NULL OR i.red_at <= :overdue_at)
    AND (CAST(:grid AS text) IS NULL OR i.boundary_id IN (
        SELECT b.id FROM boundary b JOIN grid g ON g.id = b.grid_id WHERE g.code = :grid))
    AND (:private OR i.kind IN ('incident', 'hazard'))
"""

# What was merged into another is one incident with it: it counts once.
_COUNTED: Final = f"{_WANTED} AND i.duplicate_of IS NULL"
_PLACED: Final = f"{_COUNTED} AND i.geom IS NOT NULL"

_FEATURES: Final = text(f"""
    WITH shown AS (
        SELECT json_build_object(
                 'type', 'Feature',
                 'id', i.id,
                 'geometry', ST_AsGeoJSON(i.geom, 7)::json,
                 'properties', json_build_object(
                   'id', i.id, 'code', i.code, 'kind', i.kind, 'category', i.category,
                   'category_code', i.category_code, 'title', i.title, 'workflow', i.workflow,
                   'state', i.state, 'state_kind', i.state_kind, 'level', i.level,
                   'state_zh', CAST(:words AS jsonb) -> w.key -> i.state ->> 0,
                   'state_en', CAST(:words AS jsonb) -> w.key -> i.state ->> 1,
                   'severity', i.severity, 'emergency', i.emergency, 'place', i.place,
                   'address', i.address, 'reported_at', i.reported_at, 'deadline', i.deadline,
                   'yellow_at', i.yellow_at, 'red_at', i.red_at, 'closed_at', i.closed_at,
                   'merged', i.duplicate_of IS NOT NULL,
                   'h3', to_hex(i.h3_r10), 'grid_code', g.code)) AS feature,
               row_number() OVER (ORDER BY i.urgent DESC, i.reported_at DESC, i.id DESC) AS place
        FROM incident i
        LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id
        CROSS JOIN LATERAL (SELECT i.workflow || '/' || i.workflow_version AS key) w
        WHERE {_WANTED}
        ORDER BY i.urgent DESC, i.reported_at DESC, i.id DESC
        LIMIT :limit
    )
    SELECT json_build_object(
             'type', 'FeatureCollection',
             'numberMatched', (SELECT count(*) FROM incident i WHERE {_WANTED}),
             'numberReturned', count(*),
             'features', coalesce(json_agg(feature ORDER BY place), '[]'))::text
    FROM shown
""")  # noqa: S608  # only constants are put together here

_LATEST: Final = text(f"""
    SELECT i.code, i.category, i.title, i.workflow, i.workflow_version, i.state, i.severity, i.reported_at,
           ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat
    FROM incident i
    WHERE {_PLACED}
    ORDER BY i.reported_at DESC, i.severity DESC, i.code
    LIMIT :limit
""")  # noqa: S608  # only constants are put together here

_EXTENT: Final = text(f"""
    SELECT count(*) AS count, min(i.reported_at) AS first, max(i.reported_at) AS last
    FROM incident i
    WHERE {_COUNTED}
""")  # noqa: S608  # only constants are put together here


def _cells_query(resolution: int) -> TextClause:
    column = {7: "h3_r7", 9: "h3_r9", 10: "h3_r10", 11: "h3_r11"}[resolution]
    return text(f"""
        SELECT i.{column} AS cell, count(*) AS count, count(*) FILTER (WHERE i.state_kind = 'open') AS open,
               max(i.severity) AS worst, mode() WITHIN GROUP (ORDER BY i.category) AS category,
               mode() WITHIN GROUP (ORDER BY g.name) AS grid
        FROM incident i
        LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id
        WHERE {_PLACED}
        GROUP BY 1
        ORDER BY count DESC, open DESC, cell
    """)  # noqa: S608  # the column comes from the table above


def feature_collection(conn: Connection, wanted: Filter, limit: int, words: str) -> str:
    """Return incidents as the text of a GeoJSON FeatureCollection: open emergencies, then the newest.

    Without a position the geometry is null.

    Parameters
    ----------
    words
        JSON: of each `workflow/version` its states, each in Chinese and English.
    """
    asked = {**_parameters(wanted), "limit": limit, "words": words}
    return str(conn.execute(_FEATURES, asked).scalar_one())


def cells(conn: Connection, wanted: Filter, resolution: int) -> list[IncidentCell]:
    """Return the incidents per H3 cell, most first; category and grid are the commonest of the cell."""
    rows = conn.execute(_cells_query(resolution), _parameters(wanted)).mappings()
    return [IncidentCell(**row) for row in rows]


def latest(conn: Connection, wanted: Filter, limit: int) -> list[Listed]:
    """Return the newest incidents that have a position."""
    rows = conn.execute(_LATEST, {**_parameters(wanted), "limit": limit}).mappings()
    return [Listed(**row) for row in rows]


def extent(conn: Connection, wanted: Filter) -> Extent:
    """Return the number of incidents and their first and last time."""
    return Extent(**conn.execute(_EXTENT, _parameters(wanted)).mappings().one())


def kept_since(conn: Connection) -> datetime | None:
    """Return the first time at which an incident was reported, or ``None`` without any."""
    first: datetime | None = conn.execute(text("SELECT min(reported_at) FROM incident")).scalar_one()
    return first


def _parameters(wanted: Filter) -> dict[str, Any]:
    return {
        "kind": wanted.kind,
        "start": wanted.start,
        "end": wanted.end,
        "areas": None if wanted.areas is None else list(wanted.areas),
        "state": wanted.state,
        "state_kind": wanted.state_kind,
        "categories": None if wanted.categories is None else list(wanted.categories),
        "overdue_at": wanted.overdue_at,
        "grid": wanted.grid,
        "private": wanted.private,
    }
