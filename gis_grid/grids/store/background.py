"""SQL of the quiet map under a report: each layer as one simplified GeoJSON geometry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

_LAYERS = text("""
    WITH frame AS (
        -- Screens are wider than high: more room at the sides.
        SELECT ST_Expand(
                 box, 0.6 * (ST_XMax(box) - ST_XMin(box)), 0.25 * (ST_YMax(box) - ST_YMin(box))
               ) AS box
        FROM (
            SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4326) AS box
            FROM boundary WHERE valid @> CAST(:at AS timestamptz)
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
        SELECT 'grid', ST_Collect(part.geom ORDER BY boundary.grid_id, part.path)
        FROM boundary
        CROSS JOIN LATERAL ST_Dump(ST_SimplifyPreserveTopology(boundary.geom, :tolerance_deg)) AS part
        WHERE valid @> CAST(:at AS timestamptz)
    )
    SELECT layer, ST_AsGeoJSON(geom, 6) AS geojson FROM layers WHERE geom IS NOT NULL ORDER BY layer
""")


def layers(
    conn: Connection, at: datetime, road_classes: Sequence[str], tolerance_deg: float
) -> Sequence[Row[Any]]:
    """Return (layer, GeoJSON geometry text) around the grids in force; no rows when there are none."""
    parameters = {"at": at, "road_classes": list(road_classes), "tolerance_deg": tolerance_deg}
    return conn.execute(_LAYERS, parameters).all()


_NAMES = text("""
    SELECT found.name
    FROM unnest(CAST(:lon AS float8[]), CAST(:lat AS float8[])) WITH ORDINALITY AS place (lon, lat, n)
    LEFT JOIN LATERAL (
        SELECT grid.name FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid @> CAST(:at AS timestamptz)
            AND ST_Covers(boundary.geom, ST_SetSRID(ST_MakePoint(place.lon, place.lat), 4326))
        ORDER BY boundary.id LIMIT 1
    ) found ON true
    ORDER BY place.n
""")


def names(conn: Connection, at: datetime, lon: Sequence[float], lat: Sequence[float]) -> list[str | None]:
    """Return the name of the grid at each position, ``None`` where there is none."""
    parameters = {"at": at, "lon": list(lon), "lat": list(lat)}
    return list(conn.execute(_NAMES, parameters).scalars())
