"""SQL of locating: outlines in force in a period, what they are called, and the nearest to a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DOUBLE_PRECISION, TIMESTAMP

from gis_grid.kit.boxes import box_around, may_be_within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

Period = tuple["datetime", "datetime"]
"""First and last moment, both inside."""

# A row that is written anew, in whatever way, has another transaction or place: with the id they name what it
# says. Without an end or a beginning a time is null.
_SHOWN = """
    WITH shown AS (
        SELECT boundary.id, boundary.geom,
            row_number() OVER (ORDER BY grid.code, lower(boundary.valid), boundary.id) AS place,
            concat_ws(' ', boundary.id, boundary.xmin, boundary.ctid) AS version,
            CASE WHEN isfinite(lower(boundary.valid))
                THEN CAST(extract(epoch FROM lower(boundary.valid)) * 1000000 AS bigint) END AS since_us,
            CASE WHEN isfinite(upper(boundary.valid))
                THEN CAST(extract(epoch FROM upper(boundary.valid)) * 1000000 AS bigint) END AS until_us
        FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid && tstzrange(:first, :last, '[]') {near}
    )
"""

# && is what the index knows behind row level security; OFFSET 0 keeps it point by point.
_NEAR = """
    AND boundary.id IN (
        SELECT around.id
        FROM unnest(:lon, :lat) AS asked (lon, lat)
        CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326) AS geom) AS point
        CROSS JOIN LATERAL (
            SELECT near.id FROM boundary AS near WHERE near.geom && point.geom OFFSET 0
        ) AS around
    )
"""

_OUTLINES = "SELECT id, version, since_us, until_us, ST_AsBinary(geom) AS wkb FROM shown ORDER BY place"

_FLOATS = ARRAY(DOUBLE_PRECISION)
_PLACES = (bindparam("lon", type_=_FLOATS), bindparam("lat", type_=_FLOATS))

_VERSIONS = text(f"{_SHOWN.format(near='')} SELECT version FROM shown ORDER BY place")  # noqa: S608
_ALL = text(_SHOWN.format(near="") + _OUTLINES)
_FEW = text(_SHOWN.format(near=_NEAR) + _OUTLINES).bindparams(*_PLACES)

_NAMED = text("""
    SELECT boundary.id, grid.code, grid.name, boundary.households, lower(boundary.valid) AS valid_from,
        upper(boundary.valid) AS valid_until, grid.area_id
    FROM boundary JOIN grid ON grid.id = boundary.grid_id
    WHERE boundary.id = ANY(:ids)
""").bindparams(bindparam("ids", type_=ARRAY(BIGINT)))

_AREAS = text("""
    WITH RECURSIVE above AS (
        SELECT area.id AS asked, area.* FROM area WHERE id = ANY(:ids)
        UNION ALL
        SELECT above.asked, area.* FROM area JOIN above ON area.id = above.parent_id
    )
    SELECT asked, kind, code, name FROM above
""").bindparams(bindparam("ids", type_=ARRAY(BIGINT)))

_COMMUNITIES = text("""
    SELECT gis_grid_community(ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326))
    FROM unnest(:lon, :lat) WITH ORDINALITY AS asked (lon, lat, n)
    ORDER BY asked.n
""").bindparams(*_PLACES)

_COMMUNITIES_BY_CODE = text(
    "SELECT id, ST_AsBinary(geom) AS wkb FROM area WHERE kind = 'community' ORDER BY code"
)

# Nearest in degrees by the index; whatever is nearer in metres lies within that one's distance.
_NEAREST = text(f"""
    SELECT nearest.id, nearest.metres
    FROM unnest(:lon, :lat, :at) WITH ORDINALITY AS asked (lon, lat, at, n)
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(asked.lon, asked.lat), 4326) AS geom) AS point
    LEFT JOIN LATERAL (
        SELECT ST_Distance(geography(boundary.geom), geography(point.geom)) AS metres
        FROM boundary WHERE boundary.valid @> asked.at
        ORDER BY boundary.geom <-> point.geom LIMIT 1
    ) AS reach ON true
    LEFT JOIN LATERAL (
        SELECT boundary.id, ST_Distance(geography(boundary.geom), geography(point.geom)) AS metres
        FROM boundary
        WHERE boundary.valid @> asked.at AND boundary.geom && {box_around("point.geom", "reach.metres")}
            AND {may_be_within("boundary.geom", "point.geom", "reach.metres")}
        ORDER BY metres, boundary.id LIMIT 1
    ) AS nearest ON true
    ORDER BY asked.n
""").bindparams(*_PLACES, bindparam("at", type_=ARRAY(TIMESTAMP(timezone=True))))  # noqa: S608 - constants


def versions(conn: Connection, period: Period) -> list[str]:
    """Return what names each visible boundary in force in a period as it is now, by grid code and time."""
    return list(conn.execute(_VERSIONS, _between(period)).scalars())


def outlines(conn: Connection, period: Period) -> Sequence[Row[Any]]:
    """Return (id, version, since_us, until_us, WKB) of the same, in the same order."""
    return conn.execute(_ALL, _between(period)).all()


def outlines_near(
    conn: Connection, period: Period, lon: Sequence[float], lat: Sequence[float]
) -> Sequence[Row[Any]]:
    """Return the same of those whose box holds any of a few points (degrees)."""
    return conn.execute(_FEW, {**_between(period), "lon": list(lon), "lat": list(lat)}).all()


def named(conn: Connection, boundary_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return (id, code, name, households, valid_from, valid_until, area_id) of boundaries."""
    return conn.execute(_NAMED, {"ids": list(boundary_ids)}).all()


def areas_above(conn: Connection, area_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return (asked, kind, code, name) of areas and of all above them that may be seen."""
    return conn.execute(_AREAS, {"ids": list(area_ids)}).all()


def communities_at(conn: Connection, lon: Sequence[float], lat: Sequence[float]) -> list[int | None]:
    """Return the id of the community around each point; on the border of two that of the lower code."""
    return list(conn.execute(_COMMUNITIES, {"lon": list(lon), "lat": list(lat)}).scalars())


def communities(conn: Connection) -> Sequence[Row[Any]]:
    """Return (id, wkb) of every community that may be seen, by code."""
    return conn.execute(_COMMUNITIES_BY_CODE).all()


def nearest(
    conn: Connection, lon: Sequence[float], lat: Sequence[float], at: Sequence[datetime]
) -> Sequence[Row[Any]]:
    """Return (id, metres) of the boundary in force that is nearest to each point; nulls where none is."""
    return conn.execute(_NEAREST, {"lon": list(lon), "lat": list(lat), "at": list(at)}).all()


def _between(period: Period) -> dict[str, datetime]:
    return {"first": period[0], "last": period[1]}
