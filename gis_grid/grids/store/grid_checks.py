"""SQL that finds what is wrong with staged grids: overlaps, parts outside, gaps, boundaries in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def overlaps(conn: Connection, at: datetime, tolerance_m2: float) -> Sequence[Row[Any]]:
    """Return (code, other, since, area_m2, lon, lat) where a staged grid lies over another from `at` on.

    The other is staged too, in force then, or begins later: `since`, else null.
    """
    return conn.execute(
        text(
            """
            WITH every AS (
                SELECT code, geom, true AS staged, CAST(NULL AS timestamptz) AS since FROM incoming_grid
                UNION ALL
                SELECT grid.code, boundary.geom, false, nullif(greatest(lower(boundary.valid), :at), :at)
                FROM boundary JOIN grid ON grid.id = boundary.grid_id
                WHERE boundary.valid && tstzrange(:at, NULL)
                    AND grid.code NOT IN (SELECT code FROM incoming_grid)
            )
            SELECT mine.code, every.code AS other, every.since, ST_Area(shared.geom::geography) AS area_m2,
                   ST_X(ST_PointOnSurface(shared.geom)) AS lon, ST_Y(ST_PointOnSurface(shared.geom)) AS lat
            FROM incoming_grid AS mine
            JOIN every ON mine.geom && every.geom AND ST_Intersects(mine.geom, every.geom)
                AND (mine.code < every.code OR NOT every.staged)
            CROSS JOIN LATERAL (
                SELECT ST_CollectionExtract(ST_Intersection(mine.geom, every.geom), 3) AS geom
            ) AS shared
            WHERE NOT ST_IsEmpty(shared.geom) AND ST_Area(shared.geom::geography) > :tolerance
            ORDER BY mine.code, every.code, every.since NULLS FIRST
            """
        ),
        {"at": at, "tolerance": tolerance_m2},
    ).all()


def parts_outside(conn: Connection, tolerated_share: float) -> Sequence[Row[Any]]:
    """Return (code, community_code, area_m2, share, lon, lat) of staged grids that leave their community."""
    return conn.execute(
        text(
            """
            SELECT incoming.code, incoming.community_code, outside.area_m2,
                   outside.area_m2 / ST_Area(incoming.geom::geography) AS share,
                   ST_X(ST_PointOnSurface(outside.geom)) AS lon, ST_Y(ST_PointOnSurface(outside.geom)) AS lat
            FROM incoming_grid AS incoming
            JOIN area ON area.code = incoming.community_code AND NOT ST_Covers(area.geom, incoming.geom)
            CROSS JOIN LATERAL (
                SELECT left_over.geom, ST_Area(left_over.geom::geography) AS area_m2
                FROM (SELECT ST_CollectionExtract(ST_Difference(incoming.geom, area.geom), 3))
                    AS left_over (geom)
            ) AS outside
            WHERE outside.area_m2 > :share * ST_Area(incoming.geom::geography)
            ORDER BY incoming.code
            """
        ),
        {"share": tolerated_share},
    ).all()


def boundaries_in_the_way(conn: Connection, at: datetime) -> Sequence[Row[Any]]:
    """Return (code, valid_from) of staged grids that already have another boundary from `at` or later."""
    return conn.execute(
        text(
            """
            SELECT incoming.code, max(lower(boundary.valid)) AS valid_from
            FROM incoming_grid AS incoming
            JOIN grid ON grid.code = incoming.code
            JOIN boundary ON boundary.grid_id = grid.id AND lower(boundary.valid) >= :at
            WHERE NOT (boundary.valid @> CAST(:at AS timestamptz) AND ST_Equals(boundary.geom, incoming.geom))
            GROUP BY incoming.code ORDER BY incoming.code
            """
        ),
        {"at": at},
    ).all()


def gaps(
    conn: Connection, community_codes: Sequence[str], at: datetime, tolerance_m2: float
) -> Sequence[Row[Any]]:
    """Return (community_code, area_m2, pieces, lon, lat) of ground in no grid; placed in the biggest."""
    return conn.execute(
        text(
            """
            SELECT piece.community_code, sum(piece.area_m2) AS area_m2, count(*) AS pieces,
                   (array_agg(ST_X(ST_PointOnSurface(piece.geom)) ORDER BY piece.area_m2 DESC))[1] AS lon,
                   (array_agg(ST_Y(ST_PointOnSurface(piece.geom)) ORDER BY piece.area_m2 DESC))[1] AS lat
            FROM (
                SELECT area.code AS community_code, part.geom, ST_Area(part.geom::geography) AS area_m2
                FROM area
                JOIN LATERAL (
                    SELECT ST_Union(boundary.geom) AS geom
                    FROM boundary JOIN grid ON grid.id = boundary.grid_id
                    WHERE grid.area_id = area.id AND boundary.valid @> CAST(:at AS timestamptz)
                ) AS held ON held.geom IS NOT NULL
                CROSS JOIN LATERAL ST_Dump(
                    ST_CollectionExtract(ST_Difference(area.geom, held.geom), 3)) AS part
                WHERE area.code = ANY(CAST(:codes AS text[]))
            ) AS piece
            WHERE piece.area_m2 > :tolerance
            GROUP BY piece.community_code ORDER BY piece.community_code
            """
        ),
        {"codes": list(community_codes), "at": at, "tolerance": tolerance_m2},
    ).all()
