"""SQL of what may be the same: near in place and time, or with the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.core.workflow.alike import NEAR_M, WITHIN_MS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

MOST: Final = 200
MOST_PAIRS: Final = 5000
_UP: Final = NEAR_M / 110_574.0
"""So many degrees of latitude are at least as far."""

# && says what the index knows behind row level security; then exactly, in metres.
_NEAR: Final = text(f"""
    WITH asked AS (
        SELECT ST_SetSRID(ST_MakePoint(CAST(:lon AS float8), CAST(:lat AS float8)), 4326) AS geom
    )
    SELECT i.code, i.title, i.description, i.category_code, i.address, i.reported_at, i.state, i.state_kind,
        ST_X(i.geom) AS lon, ST_Y(i.geom) AS lat,
        ST_DistanceSphere(i.geom, asked.geom) AS metres,
        EXISTS (SELECT FROM attachment mine JOIN attachment theirs ON theirs.sha256 = mine.sha256
            JOIN incident me ON me.id = mine.incident_id
            WHERE me.code = :code AND theirs.incident_id = i.id) AS same_picture
    FROM incident i, asked
    WHERE i.duplicate_of IS NULL AND i.code <> :code
        AND i.reported_at BETWEEN :first AND :last
        AND (CAST(:areas AS bigint[]) IS NULL OR i.area_id = ANY(CAST(:areas AS bigint[])))
        AND CASE WHEN asked.geom IS NULL OR i.geom IS NULL
            THEN i.address <> '' AND CAST(:address AS text) <> ''
            ELSE i.geom && ST_Expand(asked.geom, :lean, {_UP})
                AND ST_DistanceSphere(i.geom, asked.geom) <= {NEAR_M}
            END
    ORDER BY metres NULLS LAST, abs(extract(epoch FROM i.reported_at - :at)), i.id
    LIMIT {MOST}
""")  # noqa: S608 - constants


_PAIRS: Final = text(f"""
    SELECT a.code, a.title, a.description, a.category_code, a.address, a.reported_at, a.reported_by,
        b.code AS other_code, b.title AS other_title, b.description AS other_description,
        b.category_code AS other_category_code, b.address AS other_address,
        b.reported_at AS other_reported_at, ST_DistanceSphere(a.geom, b.geom) AS metres,
        EXISTS (SELECT FROM attachment mine JOIN attachment theirs USING (sha256)
            WHERE mine.incident_id = a.id AND theirs.incident_id = b.id) AS same_picture
    FROM incident a
    JOIN incident b ON b.id > a.id
        AND b.geom && ST_Expand(a.geom, {_UP} / greatest(cos(radians(ST_Y(a.geom))), 1e-3), {_UP})
        AND ST_DistanceSphere(a.geom, b.geom) <= {NEAR_M}
        AND b.reported_at BETWEEN a.reported_at - interval '{WITHIN_MS} milliseconds'
            AND a.reported_at + interval '{WITHIN_MS} milliseconds'
    WHERE a.duplicate_of IS NULL AND b.duplicate_of IS NULL
        AND a.reported_at >= :start AND a.reported_at < :end
        AND (CAST(:areas AS bigint[]) IS NULL OR (
            a.area_id = ANY(CAST(:areas AS bigint[])) AND b.area_id = ANY(CAST(:areas AS bigint[]))))
    ORDER BY metres, a.id, b.id
    LIMIT {MOST_PAIRS}
""")  # noqa: S608 - constants


def pairs(
    conn: Connection, start: datetime, end: datetime, areas: Sequence[int] | None
) -> Sequence[Row[Any]]:
    """Return pairs of incidents near each other in place and time, the first reported within [start, end)."""
    asked = {"start": start, "end": end, "areas": None if areas is None else list(areas)}
    return conn.execute(_PAIRS, asked).all()


def near(
    conn: Connection,
    *,
    code: str,
    lon: float | None,
    lat: float | None,
    lean: float,
    address: str,
    at: datetime,
    first: datetime,
    last: datetime,
    areas: Sequence[int] | None,
) -> Sequence[Row[Any]]:
    """Return incidents that are not merged, within 100 m and a time; without a position, with an address.

    Parameters
    ----------
    code
        Of the incident itself, which is left out; empty for one that is not reported yet.
    lean
        How many degrees of longitude 100 m are there.
    """
    asked = {
        "code": code,
        "lon": lon,
        "lat": lat,
        "lean": lean,
        "address": address,
        "at": at,
        "first": first,
        "last": last,
        "areas": None if areas is None else list(areas),
    }
    return conn.execute(_NEAR, asked).all()
