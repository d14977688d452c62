"""SQL of incidents near a point or in an H3 cell: by the spatial index first, then exactly, in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.incidents.store.wanted import COUNTED, LIGHT, values, where
from gis_grid.kit.boxes import BESIDE_OUTLINE, box_around

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.rows import Filter

_SHOWN: Final = f"""
    i.code, i.kind, i.category, i.category_code, i.title, i.workflow, i.workflow_version, i.state,
    i.state_kind, i.severity, i.emergency, i.reported_at, i.red_at, {LIGHT} AS light,
    ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat
"""
_POINT: Final = "ST_SetSRID(ST_MakePoint(:lon, :lat), 4326)"
_ASKED: Final = f"(SELECT {_POINT} AS geom) AS asked"
_METRES: Final = "ST_Distance(geography(i.geom), geography(asked.geom))"


def within(
    conn: Connection, wanted: Filter, lon: float, lat: float, now: datetime, *, metres: float, most: int
) -> Sequence[Row[Any]]:
    """Return incidents within so many metres of a point with (..., metres, matched), the nearest first."""
    query = f"""
        SELECT {_SHOWN}, {_METRES} AS metres, count(*) OVER () AS matched
        FROM {_ASKED}, incident i
        WHERE {where(wanted, COUNTED)} AND i.geom && {box_around("asked.geom", "CAST(:metres AS float8)")}
            AND {_METRES} <= :metres
        ORDER BY metres, i.code LIMIT :most
    """  # noqa: S608 - constants
    asked = {**values(wanted), "lon": lon, "lat": lat, "now": now, "metres": metres, "most": most}
    return conn.execute(text(query), asked).all()


def nearest(
    conn: Connection, wanted: Filter, lon: float, lat: float, now: datetime, *, most: int
) -> Sequence[Row[Any]]:
    """Return the nearest so many with (..., metres), however far.

    The nearest in degrees come by the index; whatever is nearer in metres lies within the farthest of them.
    """
    given = where(wanted, COUNTED)
    query = f"""
        WITH first AS (
            SELECT {_METRES} AS metres FROM {_ASKED}, incident i
            WHERE {given} AND i.geom IS NOT NULL ORDER BY i.geom <-> {_POINT} LIMIT :most
        )
        SELECT {_SHOWN}, {_METRES} AS metres
        FROM {_ASKED}, incident i
        WHERE {given} AND i.geom && (
            SELECT {box_around("asked.geom", "(SELECT max(metres) FROM first)")} FROM {_ASKED})
        ORDER BY metres, i.code LIMIT :most
    """  # noqa: S608 - constants
    asked = {**values(wanted), "lon": lon, "lat": lat, "now": now, "most": most}
    return conn.execute(text(query), asked).all()


def beside(conn: Connection, wanted: Filter, outline: str) -> Sequence[Row[Any]]:
    """Return (id, lon, lat) of incidents in or just beside an outline (WKT): open emergencies, the newest."""
    query = f"""
        SELECT i.id, ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat FROM incident i
        WHERE {where(wanted, COUNTED)} AND i.geom && {BESIDE_OUTLINE}
        ORDER BY i.urgent DESC, i.reported_at DESC, i.id DESC
    """  # noqa: S608 - constants
    return conn.execute(text(query), {**values(wanted), "outline": outline}).all()


def shown(conn: Connection, ids: Sequence[int], now: datetime) -> Sequence[Row[Any]]:
    """Return what is shown of incidents, in the order of their ids as they are given."""
    query = f"""
        SELECT {_SHOWN} FROM unnest(CAST(:ids AS bigint[])) WITH ORDINALITY AS asked (id, place)
        JOIN incident i ON i.id = asked.id ORDER BY asked.place
    """  # noqa: S608 - constants
    return conn.execute(text(query), {"ids": list(ids), "now": now}).all()
