"""SQL of lists: incidents as GeoJSON, the newest, per cell, and from when until when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.incidents.paging import Sort
from gis_grid.incidents.rows import Counted, Extent, IncidentCell, Listed
from gis_grid.incidents.store.wanted import COUNTED, LIGHT, PLACED, values, where

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.paging import Page
    from gis_grid.incidents.rows import Filter

_FEATURES: Final = f"""
    SELECT json_build_object(
             'type', 'Feature',
             'id', i.id,
             'geometry', ST_AsGeoJSON(i.geom, 7)::json,
             'properties', json_build_object(
               'id', i.id, 'code', i.code, 'kind', i.kind, 'category', i.category,
               'category_code', i.category_code, 'title', i.title, 'workflow', i.workflow,
               'state', i.state, 'state_kind', i.state_kind, 'level', i.level,
               'state_zh', CAST(:words_of_states AS jsonb) -> w.key -> i.state ->> 0,
               'state_en', CAST(:words_of_states AS jsonb) -> w.key -> i.state ->> 1,
               'severity', i.severity, 'emergency', i.emergency, 'place', i.place,
               'address', i.address, 'reported_at', i.reported_at, 'deadline', i.deadline,
               'yellow_at', i.yellow_at, 'red_at', i.red_at, 'light', {LIGHT}, 'closed_at', i.closed_at,
               'merged', i.duplicate_of IS NOT NULL, 'revision', i.revision,
               'h3', to_hex(i.h3_r10), 'grid_code', g.code))::text AS feature,
           i.urgent, i.severity, i.reported_at, i.red_at, i.id
    FROM incident i
    LEFT JOIN boundary b ON b.id = i.boundary_id
    LEFT JOIN grid g ON g.id = b.grid_id
    CROSS JOIN LATERAL (SELECT i.workflow || '/' || i.workflow_version AS key) w
"""  # noqa: S608 - constants

# As the indexes have them: by urgency all rise, else all fall, so that one comparison of rows is a page.
_DUE: Final = "least(i.red_at, 'infinity')"
_ORDERED: Final = {
    Sort.NEWEST: "i.urgent DESC, i.reported_at DESC, i.id DESC",
    Sort.URGENCY: f"(NOT i.urgent), {_DUE}, i.id",
    Sort.SEVERITY: "i.urgent DESC, i.severity DESC, i.reported_at DESC, i.id DESC",
}
_ID: Final = "CAST(:after_id AS bigint)"
_AT: Final = "CAST(:after_at AS timestamptz)"
_BEHIND: Final = {
    Sort.NEWEST: f"(i.urgent, i.reported_at, i.id) < (:after_urgent, {_AT}, {_ID})",
    Sort.URGENCY: f"((NOT i.urgent), {_DUE}, i.id) > (NOT :after_urgent, {_AT}, {_ID})",
    Sort.SEVERITY: "(i.urgent, i.severity, i.reported_at, i.id)"
    f" < (:after_urgent, CAST(:after_severity AS smallint), {_AT}, {_ID})",
}


def page(conn: Connection, wanted: Filter, page: Page, now: datetime, words: str) -> Sequence[Row[Any]]:
    """Return (feature, urgent, severity, reported_at, red_at, id): one more than a page has, if there is.

    `feature` is the text of a GeoJSON feature; without a position its geometry is null.

    Parameters
    ----------
    now
        When its light is looked at.
    words
        JSON: of each `workflow/version` its states, each in Chinese and English.
    """
    behind = () if page.after is None else (_BEHIND[page.sort],)
    query = f"{_FEATURES} WHERE {where(wanted, *behind)} ORDER BY {_ORDERED[page.sort]} LIMIT :limit"
    asked = {**values(wanted), "limit": page.limit + 1, "now": now, "words_of_states": words}
    if page.after is not None:
        asked |= page.after.values()
    return conn.execute(text(query), asked).all()


def matched(conn: Connection, wanted: Filter) -> int:
    """Return how many incidents fit."""
    query = f"SELECT count(*) FROM incident i WHERE {where(wanted)}"  # noqa: S608 - constants
    return int(conn.execute(text(query), values(wanted)).scalar_one())


def counts(conn: Connection, wanted: Filter, now: datetime) -> list[Counted]:
    """Return how many incidents there are of each kind, state, light and severity, placed or not."""
    query = f"""
        SELECT i.kind, i.workflow, i.workflow_version, i.state, i.state_kind, {LIGHT} AS light, i.severity,
            i.geom IS NOT NULL AS positioned, count(*) AS count
        FROM incident i WHERE {where(wanted)} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
    """  # noqa: S608 - constants
    rows = conn.execute(text(query), {**values(wanted), "now": now}).mappings()
    return [Counted(**row) for row in rows]


def cells(conn: Connection, wanted: Filter, resolution: int) -> list[IncidentCell]:
    """Return the incidents per H3 cell, most first; category and grid are the commonest of the cell."""
    column = {7: "h3_r7", 9: "h3_r9", 10: "h3_r10", 11: "h3_r11"}[resolution]
    query = f"""
        SELECT i.{column} AS cell, count(*) AS count, count(*) FILTER (WHERE i.state_kind = 'open') AS open,
               max(i.severity) AS worst, mode() WITHIN GROUP (ORDER BY i.category) AS category,
               mode() WITHIN GROUP (ORDER BY g.name) AS grid
        FROM incident i
        LEFT JOIN boundary b ON b.id = i.boundary_id
        LEFT JOIN grid g ON g.id = b.grid_id
        WHERE {where(wanted, COUNTED, PLACED)}
        GROUP BY 1
        ORDER BY count DESC, open DESC, cell
    """  # noqa: S608 - the column comes from the table above
    return [IncidentCell(**row) for row in conn.execute(text(query), values(wanted)).mappings()]


def latest(conn: Connection, wanted: Filter, limit: int) -> list[Listed]:
    """Return the newest incidents that have a position."""
    query = f"""
        SELECT i.code, i.category, i.title, i.workflow, i.workflow_version, i.state, i.severity,
               i.reported_at, ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat
        FROM incident i
        WHERE {where(wanted, COUNTED, PLACED)}
        ORDER BY i.reported_at DESC, i.severity DESC, i.code
        LIMIT :limit
    """  # noqa: S608 - constants
    rows = conn.execute(text(query), {**values(wanted), "limit": limit}).mappings()
    return [Listed(**row) for row in rows]


def extent(conn: Connection, wanted: Filter) -> Extent:
    """Return the number of incidents and their first and last time."""
    query = f"""
        SELECT count(*) AS count, min(i.reported_at) AS first, max(i.reported_at) AS last
        FROM incident i WHERE {where(wanted, COUNTED)}
    """  # noqa: S608 - constants
    return Extent(**conn.execute(text(query), values(wanted)).mappings().one())


def kept_since(conn: Connection) -> datetime | None:
    """Return the first time at which an incident was reported, or ``None`` without any."""
    first: datetime | None = conn.execute(text("SELECT min(reported_at) FROM incident")).scalar_one()
    return first
