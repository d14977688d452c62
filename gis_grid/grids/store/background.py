"""SQL of the quiet map under a report: each layer as one simplified GeoJSON geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

_IN_AREAS = "CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY(CAST(:areas AS bigint[]))"

_LAYERS = text(f"""
    WITH shown AS (
        SELECT boundary.grid_id, boundary.geom FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid @> CAST(:at AS timestamptz) AND ({_IN_AREAS})
    ),
    frame AS (
        -- Screens are wider than high: more room at the sides.
        SELECT ST_Expand(
                 box, 0.6 * (ST_XMax(box) - ST_XMin(box)), 0.25 * (ST_YMax(box) - ST_YMin(box))
               ) AS box
        FROM (
            SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4326) AS box
            FROM shown
        ) extent
        WHERE box IS NOT NULL
    ),
    ground AS (
        SELECT 'water' AS layer, ST_CollectionExtract(geom, 3) AS geom FROM water, frame WHERE geom && box
        UNION ALL
        SELECT 'stream', ST_CollectionExtract(geom, 2) FROM water, frame WHERE geom && box
        UNION ALL
        SELECT class, geom FROM road, frame WHERE geom && box AND class = ANY(:road_classes)
    ),
    clipped AS (
        SELECT layer, ST_ClipByBox2D(ST_Simplify(geom, :tolerance_deg), box::box2d) AS geom FROM ground, frame
    ),
    layers AS (
        SELECT layer, ST_Collect(part.geom) AS geom
        FROM clipped CROSS JOIN LATERAL ST_Dump(clipped.geom) AS part
        WHERE NOT ST_IsEmpty(part.geom)
        GROUP BY layer
        UNION ALL
        SELECT 'grid', ST_Collect(part.geom ORDER BY shown.grid_id, part.path)
        FROM shown
        CROSS JOIN LATERAL ST_Dump(ST_SimplifyPreserveTopology(shown.geom, :tolerance_deg)) AS part
    )
    SELECT layer, ST_AsGeoJSON(geom, 6) AS geojson FROM layers WHERE geom IS NOT NULL ORDER BY layer
""")  # noqa: S608 - the constant above


def layers(
    conn: Connection,
    at: datetime,
    areas: Sequence[int] | None,
    road_classes: Sequence[str],
    tolerance_deg: float,
) -> Sequence[Row[Any]]:
    """Return (layer, GeoJSON geometry text) around the grids in force; no rows when there are none."""
    parameters = {
        "at": at,
        "areas": areas if areas is None else list(areas),
        "road_classes": list(road_classes),
        "tolerance_deg": tolerance_deg,
    }
    return conn.execute(_LAYERS, parameters).all()


# && says again what ST_Covers says: only of && the planner knows that it may use the index behind row level
# security.
_NAMES = text(f"""
    SELECT found.name
    FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) WITH ORDINALITY AS place (lon, lat, n)
    CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(place.lon, place.lat), 4326) AS geom) AS point
    LEFT JOIN LATERAL (
        SELECT grid.name FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid @> CAST(:at AS timestamptz) AND ({_IN_AREAS})
            AND boundary.geom && point.geom AND ST_Covers(boundary.geom, point.geom)
        ORDER BY boundary.id LIMIT 1
    ) found ON true
    ORDER BY place.n
""")  # noqa: S608 - the constant above


def names(
    conn: Connection, at: datetime, areas: Sequence[int] | None, lon: Sequence[float], lat: Sequence[float]
) -> list[str | None]:
    """Return the name of the grid at each position, ``None`` where there is none."""
    named = areas if areas is None else list(areas)
    parameters = {"at": at, "areas": named, "lon": list(lon), "lat": list(lat)}
    return list(conn.execute(_NAMES, parameters).scalars())
