"""SQL of incidents as observations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.observed import Window

_WITHIN = """
    i.duplicate_of IS NULL
    AND (CAST(:kinds AS text[]) = '{}' OR i.kind = ANY(CAST(:kinds AS text[])))
    AND (CAST(:start AS timestamptz) IS NULL OR i.reported_at >= :start
         OR (CAST(:open_at AS timestamptz) IS NOT NULL AND coalesce(i.closed_at >= :open_at, true)))
    AND (CAST(:end AS timestamptz) IS NULL OR i.reported_at < :end)
    AND (CAST(:hours AS int[]) = '{}'
         OR extract(hour FROM i.reported_at AT TIME ZONE :timezone) = ANY(CAST(:hours AS int[])))
    AND (CAST(:weekdays AS int[]) = '{}'
         OR extract(isodow FROM i.reported_at AT TIME ZONE :timezone) = ANY(CAST(:weekdays AS int[])))
    AND (CAST(:areas AS bigint[]) IS NULL OR i.area_id = ANY(CAST(:areas AS bigint[])))
"""
_AT_ONCE = 10_000
"""Rows that are objects of Python at a time; the columns that they become are small."""

_MILLISECONDS = "CAST(floor(extract(epoch FROM i.reported_at) * 1000) AS bigint)"
_INSIDE = "AND i.geom && ST_MakeEnvelope(:west, :south, :east, :north, 4326)"
_OF_CATEGORY = "(CAST(:category AS text) IS NULL OR i.category = :category)"


class Told(NamedTuple):
    """What a map says of one incident."""

    id: int
    category: str
    title: str
    state: str
    severity: int
    reported_at: datetime
    lon: float
    lat: float


def rows(conn: Connection, window: Window, resolution: int | None) -> Iterator[Sequence[Row[Any]]]:
    """Yield the columns of `Observed` in parts; of those with a place only, where a resolution is given."""
    cell = "0" if resolution is None else f"i.h3_r{resolution:d}"
    placed = "" if resolution is None else f"AND {cell} IS NOT NULL"
    inside = "" if window.within is None else _INSIDE
    query = f"""
        SELECT i.id, {_MILLISECONDS}, {cell},
               coalesce(g.code, ''), coalesce(a.code, ''),
               CAST(floor(extract(epoch FROM i.closed_at) * 1000) AS float8),
               CAST(floor(extract(epoch FROM i.deadline) * 1000) AS float8),
               i.severity, i.kind, i.category
        FROM incident i
        LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id
        LEFT JOIN area a ON a.id = i.area_id
        WHERE {_WITHIN} AND {_OF_CATEGORY} {placed} {inside}
        ORDER BY i.reported_at, i.id
    """  # noqa: S608 - made of constants and a whole number
    in_parts = {"yield_per": _AT_ONCE}
    return conn.execute(text(query), _parameters(window), execution_options=in_parts).partitions()


def cell_count(conn: Connection, window: Window, resolution: int) -> int:
    """Return how many cells hold any incident of a window."""
    query = f"""
        SELECT count(DISTINCT i.h3_r{resolution:d}) FROM incident i WHERE {_WITHIN} AND {_OF_CATEGORY}
    """  # noqa: S608 - made of constants and a whole number
    return int(conn.execute(text(query), _parameters(window)).scalar_one())


def newest(conn: Connection, window: Window) -> int | None:
    """Return when the newest incident with a place was reported, wherever it is."""
    query = f"""
        SELECT max({_MILLISECONDS}) FROM incident i WHERE {_WITHIN} AND {_OF_CATEGORY} AND i.geom IS NOT NULL
    """  # noqa: S608 - made of constants
    found: int | None = conn.execute(text(query), _parameters(window)).scalar_one()
    return found


def categories(conn: Connection, window: Window) -> list[str]:
    """Return the categories of a window, commonest first."""
    query = f"""
        SELECT i.category FROM incident i WHERE {_WITHIN} GROUP BY 1 ORDER BY count(*) DESC, 1
    """  # noqa: S608 - made of constants
    return list(conn.execute(text(query), _parameters(window)).scalars())


def reopened(conn: Connection, start: datetime, end: datetime) -> list[int]:
    """Return the ids of incidents with a move back into the open within a half-open period."""
    query = text("""
        SELECT DISTINCT incident_id FROM incident_move
        WHERE move = 'reopen' AND at >= :start AND at < :end ORDER BY 1
    """)
    return list(conn.execute(query, {"start": start, "end": end}).scalars())


def codes(conn: Connection, ids: Sequence[int]) -> dict[int, str]:
    """Return the codes of incidents by their ids."""
    query = text("SELECT id, code FROM incident WHERE id = ANY(CAST(:ids AS bigint[]))")
    return {row.id: row.code for row in conn.execute(query, {"ids": list(ids)})}


def told(conn: Connection, ids: Sequence[int]) -> list[Told]:
    """Return what a map says of single incidents, newest first."""
    query = text("""
        SELECT i.id, i.category, i.title, i.state, i.severity, i.reported_at, ST_X(i.geom), ST_Y(i.geom)
        FROM incident i WHERE i.id = ANY(CAST(:ids AS bigint[])) AND i.geom IS NOT NULL
        ORDER BY i.reported_at DESC, i.severity DESC, i.id
    """)
    return [Told._make(row) for row in conn.execute(query, {"ids": list(ids)})]


def _parameters(window: Window) -> dict[str, Any]:
    return {
        "kinds": list(window.kinds), "start": window.start, "end": window.end,
        "open_at": window.open_at, "category": window.category,
        "hours": list(window.hours), "weekdays": list(window.weekdays), "timezone": window.timezone,
        "areas": window.areas if window.areas is None else list(window.areas),
        **({} if window.within is None else window.within._asdict()),
    }  # fmt: skip
