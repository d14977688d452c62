"""SQL of incidents: staged rows in, GeoJSON text, counts per cell and times per worker out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import TextClause, text

from gis_grid.incidents.rows import Extent, IncidentCell, Listed
from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.rows import Filter


_STAGED_COLUMNS = {
    "row": "integer", "code": "text", "kind": "text", "category": "text", "title": "text", "state": "text",
    "severity": "smallint", "reported_at": "timestamptz", "worker_code": "text", "deadline": "timestamptz",
    "closed_at": "timestamptz", "h3_r9": "bigint", "h3_r10": "bigint", "h3_r11": "bigint",
    "lon": "double precision", "lat": "double precision",
}  # fmt: skip

# The type names of COPY's binary form are the catalogue's own.
_COPY_NAMES = {"integer": "int4", "smallint": "int2", "bigint": "int8", "double precision": "float8"}

_ADD_STAGED = text("""
    INSERT INTO incident (code, kind, category, title, state, severity, reported_at, reported_by, deadline,
                          closed_at, state_kind, red_at, boundary_id, area_id, h3_r9, h3_r10, h3_r11, geom)
    SELECT s.code, s.kind, s.category, s.title, s.state, s.severity, s.reported_at, w.id, s.deadline,
           s.closed_at, CASE WHEN s.closed_at IS NULL THEN 'open' ELSE 'closed' END,
           CASE WHEN s.closed_at IS NULL THEN s.deadline END, b.id, coalesce(b.area_id, gis_grid_community(p.geom)), s.h3_r9, s.h3_r10, s.h3_r11,
           p.geom
    FROM incident_staged s
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326) AS geom) p
    LEFT JOIN worker w ON w.code = s.worker_code
    -- On a shared border both grids cover the point; the older boundary takes it, always the same one.
    LEFT JOIN LATERAL (
        SELECT boundary.id, grid.area_id FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid @> s.reported_at AND ST_Covers(boundary.geom, p.geom)
        ORDER BY boundary.id LIMIT 1
    ) b ON true
    ORDER BY s.row
""")

_WANTED = """
    (CAST(:kind AS text) IS NULL OR i.kind = :kind)
    AND (CAST(:start AS timestamptz) IS NULL OR i.reported_at >= :start)
    AND (CAST(:end AS timestamptz) IS NULL OR i.reported_at < :end)
    AND (CAST(:areas AS bigint[]) IS NULL OR i.area_id = ANY(CAST(:areas AS bigint[])))
"""

_FEATURES = text(f"""
    WITH shown AS (
        SELECT json_build_object(
                 'type', 'Feature',
                 'id', i.id,
                 'geometry', ST_AsGeoJSON(i.geom, 7)::json,
                 'properties', json_build_object(
                   'id', i.id, 'kind', i.kind, 'category', i.category, 'title', i.title, 'state', i.state,
                   'severity', i.severity, 'reported_at', i.reported_at, 'deadline', i.deadline,
                   'h3', to_hex(i.h3_r10), 'grid_code', g.code)) AS feature,
               row_number() OVER (ORDER BY i.reported_at DESC, i.id DESC) AS place
        FROM incident i
        LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id
        WHERE {_WANTED}
        ORDER BY i.reported_at DESC, i.id DESC
        LIMIT :limit
    )
    SELECT json_build_object(
             'type', 'FeatureCollection',
             'numberMatched', (SELECT count(*) FROM incident i WHERE {_WANTED}),
             'numberReturned', count(*),
             'features', coalesce(json_agg(feature ORDER BY place), '[]'))::text
    FROM shown
""")  # noqa: S608  # only constants are put together here

_LATEST = text(f"""
    SELECT i.code, i.category, i.title, i.state, i.severity, i.reported_at, ST_X(i.geom) AS lon,
           ST_Y(i.geom) AS lat
    FROM incident i
    WHERE {_WANTED}
    ORDER BY i.reported_at DESC, i.severity DESC, i.code
    LIMIT :limit
""")  # noqa: S608  # only constants are put together here

_EXTENT = text(f"""
    SELECT count(*) AS count, min(i.reported_at) AS first, max(i.reported_at) AS last
    FROM incident i
    WHERE {_WANTED}
""")  # noqa: S608  # only constants are put together here


def _cells_query(resolution: int) -> TextClause:
    column = {9: "h3_r9", 10: "h3_r10", 11: "h3_r11"}[resolution]
    return text(f"""
        SELECT i.{column} AS cell, count(*) AS count, count(*) FILTER (WHERE i.state <> 'closed') AS open,
               max(i.severity) AS worst, mode() WITHIN GROUP (ORDER BY i.category) AS category,
               mode() WITHIN GROUP (ORDER BY g.name) AS grid
        FROM incident i
        LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id
        WHERE {_WANTED}
        GROUP BY 1
        ORDER BY count DESC, open DESC, cell
    """)  # noqa: S608  # the column comes from the table above


def stage(conn: Connection, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into a temporary table that ends with the transaction."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _STAGED_COLUMNS.items())
    conn.execute(text("DROP TABLE IF EXISTS incident_staged"))
    conn.execute(text(f"CREATE TEMPORARY TABLE incident_staged ({columns}) ON COMMIT DROP"))
    types = [_COPY_NAMES.get(kind, kind) for kind in _STAGED_COLUMNS.values()]
    copy_rows(conn, "incident_staged", list(_STAGED_COLUMNS), types, rows)


def staged_taken_codes(conn: Connection) -> list[str]:
    """Return the codes of staged rows that are stored already, in order."""
    query = text("SELECT s.code FROM incident_staged s JOIN incident i ON i.code = s.code ORDER BY 1")
    return list(conn.execute(query).scalars())


def staged_unknown_workers(conn: Connection) -> list[tuple[int, str]]:
    """Return row number and worker code of staged rows whose worker is not stored."""
    query = text("""
        SELECT s.row, s.worker_code FROM incident_staged s
        WHERE s.worker_code IS NOT NULL AND NOT EXISTS (SELECT FROM worker w WHERE w.code = s.worker_code)
        ORDER BY s.row
    """)
    return [(row.row, row.worker_code) for row in conn.execute(query)]


def add_staged(conn: Connection) -> int:
    """Store the staged rows, each with the boundary in force at its time and place; return how many."""
    return int(conn.execute(_ADD_STAGED).rowcount)


def feature_collection(conn: Connection, wanted: Filter, limit: int) -> str:
    """Return the newest incidents as the text of a GeoJSON FeatureCollection."""
    return str(conn.execute(_FEATURES, {**_parameters(wanted), "limit": limit}).scalar_one())


def cells(conn: Connection, wanted: Filter, resolution: int) -> list[IncidentCell]:
    """Return the incidents per H3 cell, most first; category and grid are the commonest of the cell."""
    rows = conn.execute(_cells_query(resolution), _parameters(wanted)).mappings()
    return [IncidentCell(**row) for row in rows]


def latest(conn: Connection, wanted: Filter, limit: int) -> list[Listed]:
    """Return the newest incidents."""
    rows = conn.execute(_LATEST, {**_parameters(wanted), "limit": limit}).mappings()
    return [Listed(**row) for row in rows]


def extent(conn: Connection, wanted: Filter) -> Extent:
    """Return the number of incidents and their first and last time."""
    return Extent(**conn.execute(_EXTENT, _parameters(wanted)).mappings().one())


def _parameters(wanted: Filter) -> dict[str, Any]:
    areas = wanted.areas if wanted.areas is None else list(wanted.areas)
    return {"kind": wanted.kind, "start": wanted.start, "end": wanted.end, "areas": areas}


def kept_since(conn: Connection) -> datetime | None:
    """Return the first time at which an incident was reported, or ``None`` without any."""
    first: datetime | None = conn.execute(text("SELECT min(reported_at) FROM incident")).scalar_one()
    return first


def reported_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, t_ms) of what workers reported within [start, end), oldest first."""
    return conn.execute(
        text(
            """
            SELECT reported_by AS worker_id,
                   CAST(floor(extract(epoch FROM reported_at) * 1000) AS bigint) AS t_ms
            FROM incident
            WHERE reported_by = ANY(CAST(:workers AS bigint[]))
                AND reported_at >= :start AND reported_at < :end
            ORDER BY reported_by, reported_at, id
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end},
    ).all()
