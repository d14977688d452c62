"""SQL of imports: rows come into a temporary table, are checked there, and are stored in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

_STAGED_COLUMNS: Final = {
    "row": "integer", "code": "text", "kind": "text", "category": "text", "category_code": "text",
    "title": "text", "description": "text", "address": "text", "state": "text", "state_kind": "text",
    "severity": "smallint", "reported_at": "timestamptz", "worker_code": "text", "deadline": "timestamptz",
    "closed_at": "timestamptz", "place": "text", "boundary_id": "bigint", "h3_r7": "bigint",
    "h3_r9": "bigint", "h3_r10": "bigint", "h3_r11": "bigint", "lon": "double precision",
    "lat": "double precision",
}  # fmt: skip

# The type names of COPY's binary form are the catalogue's own.
_COPY_NAMES: Final = {"integer": "int4", "smallint": "int2", "bigint": "int8", "double precision": "float8"}

_ADD_STAGED: Final = text("""
    INSERT INTO incident (code, kind, category, category_code, title, description, address, state, state_kind,
                          severity, reported_at, reported_by, reporter_tier, deadline, red_at, closed_at,
                          boundary_id, area_id, place, h3_r7, h3_r9, h3_r10, h3_r11, geom)
    SELECT s.code, s.kind, s.category, s.category_code, s.title, s.description, s.address, s.state,
           s.state_kind, s.severity, s.reported_at, w.id, CASE WHEN w.id IS NOT NULL THEN 1 END, s.deadline,
           CASE WHEN s.state_kind = 'open' THEN s.deadline END, s.closed_at, s.boundary_id,
           coalesce(g.area_id, gis_grid_community(p.geom)), s.place, s.h3_r7, s.h3_r9, s.h3_r10, s.h3_r11,
           p.geom
    FROM incident_staged s
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326) AS geom) p
    LEFT JOIN worker w ON w.code = s.worker_code
    LEFT JOIN boundary b ON b.id = s.boundary_id
    LEFT JOIN grid g ON g.id = b.grid_id
    ORDER BY s.row
""")


def stage(conn: Connection, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into a temporary table that ends with the transaction."""
    columns = ", ".join(f"{name} {kind}" for name, kind in _STAGED_COLUMNS.items())
    conn.execute(text("DROP TABLE IF EXISTS incident_staged"))
    conn.execute(text(f"CREATE TEMPORARY TABLE incident_staged ({columns}) ON COMMIT DROP"))
    types = [_COPY_NAMES.get(kind, kind) for kind in _STAGED_COLUMNS.values()]
    copy_rows(conn, "incident_staged", list(_STAGED_COLUMNS), types, rows)


def known_codes(conn: Connection, codes: Sequence[str]) -> set[str]:
    """Return those of some codes that are stored already."""
    query = text("SELECT code FROM incident WHERE code = ANY(CAST(:codes AS text[]))")
    return set(conn.execute(query, {"codes": list(codes)}).scalars())


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
    """Store the staged rows; return how many."""
    return int(conn.execute(_ADD_STAGED).rowcount)
