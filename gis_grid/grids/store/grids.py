"""SQL of grids and their boundaries: staging, publishing, counting, showing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def stage(conn: Connection, rows: Iterable[Sequence[object]]) -> int:
    """Copy rows of (code, name, community_code, WKB) into a temporary table; others wait to publish."""
    # Two imports side by side would each find no overlap with the other.
    conn.exec_driver_sql("LOCK TABLE grid IN SHARE ROW EXCLUSIVE MODE")
    conn.exec_driver_sql(
        "CREATE TEMPORARY TABLE incoming_grid (code text, name text, community_code text, wkb bytea, "
        "geom geometry(MultiPolygon, 4326) GENERATED ALWAYS AS (ST_Multi(ST_GeomFromWKB(wkb, 4326))) STORED"
        ") ON COMMIT DROP"
    )
    columns = ["code", "name", "community_code", "wkb"]
    count = copy_rows(conn, "incoming_grid", columns, ["text", "text", "text", "bytea"], rows)
    conn.exec_driver_sql("CREATE INDEX ON incoming_grid USING gist (geom)")
    conn.exec_driver_sql("ANALYZE incoming_grid")
    return count


def unstage(conn: Connection) -> None:
    """Drop the temporary table, for the next call in the same transaction."""
    conn.exec_driver_sql("DROP TABLE incoming_grid")


def create_missing_communities(conn: Connection) -> list[str]:
    """Make each unknown community from the union of its staged grids; return their codes."""
    return list(
        conn.execute(
            text(
                "INSERT INTO area (code, name, kind, geom) "
                "SELECT community_code, community_code, 'community', ST_Multi(ST_Union(geom)) "
                "FROM incoming_grid WHERE community_code NOT IN (SELECT code FROM area) "
                "GROUP BY community_code RETURNING code"
            )
        ).scalars()
    )


def publish(conn: Connection, valid_from: datetime) -> tuple[int, int, int]:
    """Close the boundaries that change and write the new ones; return counts of new, changed and same."""
    conn.exec_driver_sql(
        "INSERT INTO grid AS stored (code, name, area_id) "
        "SELECT incoming.code, incoming.name, area.id FROM incoming_grid incoming "
        "JOIN area ON area.code = incoming.community_code AND area.kind = 'community' "
        "ON CONFLICT (code) DO UPDATE SET name = excluded.name, area_id = excluded.area_id "
        "WHERE (stored.name, stored.area_id) IS DISTINCT FROM (excluded.name, excluded.area_id)"
    )
    same = conn.execute(
        text(
            "DELETE FROM incoming_grid USING grid, boundary WHERE grid.code = incoming_grid.code "
            "AND boundary.grid_id = grid.id AND boundary.valid @> CAST(:at AS timestamptz) "
            "AND ST_Equals(boundary.geom, incoming_grid.geom)"
        ),
        {"at": valid_from},
    ).rowcount
    changed = conn.execute(
        text(
            "UPDATE boundary SET valid = tstzrange(lower(boundary.valid), :at) FROM grid, incoming_grid "
            "WHERE grid.code = incoming_grid.code AND boundary.grid_id = grid.id "
            "AND boundary.valid @> CAST(:at AS timestamptz)"
        ),
        {"at": valid_from},
    ).rowcount
    written = conn.execute(
        text(
            "INSERT INTO boundary (grid_id, households, buildings, valid, geom) "
            "SELECT grid.id, 0, 0, tstzrange(:at, NULL), incoming.geom "
            "FROM incoming_grid incoming JOIN grid ON grid.code = incoming.code"
        ),
        {"at": valid_from},
    ).rowcount
    conn.exec_driver_sql("ANALYZE boundary")
    return written - changed, changed, same


def recount(conn: Connection) -> int:
    """Count the buildings and households of every boundary that has not ended; return how many changed.

    A building belongs to the boundary that covers its point; on a border to the lower grid code of those in
    force together. Boundaries that have ended keep the numbers of their time.
    """
    return conn.execute(
        text(
            """
            WITH lasting AS MATERIALIZED (
                SELECT boundary.id, boundary.valid, grid.code, boundary.geom
                FROM boundary JOIN grid ON grid.id = boundary.grid_id
                WHERE boundary.valid && tstzrange(now(), NULL)
            ), covered AS MATERIALIZED (
                SELECT lasting.id, lasting.valid, lasting.code, building.id AS building, building.households
                FROM lasting JOIN building ON ST_Covers(lasting.geom, building.point)
            ), held AS (
                SELECT id, households FROM covered AS mine
                WHERE NOT EXISTS (
                    SELECT FROM covered AS other
                    WHERE other.building = mine.building AND other.code < mine.code
                        AND other.valid && mine.valid)
            ), counted AS (
                SELECT lasting.id, count(held.id) AS buildings,
                    coalesce(sum(held.households), 0) AS households
                FROM lasting LEFT JOIN held USING (id) GROUP BY lasting.id
            )
            UPDATE boundary SET households = counted.households, buildings = counted.buildings
            FROM counted WHERE boundary.id = counted.id
                AND (boundary.households, boundary.buildings) <> (counted.households, counted.buildings)
            """
        )
    ).rowcount


def collection(conn: Connection, at: datetime, areas: Sequence[int] | None, *, few: int, many: int) -> str:
    """Return the boundaries in force at a time in some areas as the text of a GeoJSON FeatureCollection.

    `few` and `many` are the households below and above which a grid is out of band.
    """
    statement = text(
        """
        SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(
            json_build_object(
                'type', 'Feature', 'id', boundary.id,
                'geometry', boundary.geojson::json,
                'properties', json_build_object(
                    'id', boundary.id, 'code', grid.code, 'name', grid.name,
                    'community_code', area.code, 'community_name', area.name,
                    'households', boundary.households, 'buildings', boundary.buildings,
                    'band', CASE WHEN boundary.households < :few THEN 'under'
                                 WHEN boundary.households > :many THEN 'over' ELSE 'in' END,
                    'worker_code', assigned.code, 'worker_name', assigned.name)
            ) ORDER BY grid.code), '[]'::json))::text
        FROM boundary
        JOIN grid ON grid.id = boundary.grid_id
        JOIN area ON area.id = grid.area_id
        LEFT JOIN LATERAL (
            SELECT worker.code, worker.name FROM assignment JOIN worker ON worker.id = assignment.worker_id
            WHERE assignment.grid_id = grid.id AND assignment.valid @> CAST(:at AS timestamptz)
            ORDER BY worker.code LIMIT 1
        ) AS assigned ON true
        WHERE boundary.valid @> CAST(:at AS timestamptz)
            AND (CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY(CAST(:areas AS bigint[])))
        """
    )
    named = areas if areas is None else list(areas)
    values = {"at": at, "areas": named, "few": few, "many": many}
    return str(conn.execute(statement, values).scalar_one())


def names_collection(conn: Connection, at: datetime, areas: Sequence[int] | None) -> str:
    """Return the codes and names of those grids as a GeoJSON FeatureCollection without geometries."""
    statement = text(
        """
        SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(
            json_build_object('type', 'Feature', 'geometry', NULL,
                'properties', json_build_object('code', grid.code, 'name', grid.name))
            ORDER BY grid.code), '[]'::json))::text
        FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE boundary.valid @> CAST(:at AS timestamptz)
            AND (CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY(CAST(:areas AS bigint[])))
        """
    )
    named = areas if areas is None else list(areas)
    return str(conn.execute(statement, {"at": at, "areas": named}).scalar_one())


def unknown_communities(conn: Connection) -> Sequence[Row[Any]]:
    """Return (code, community_code) of staged grids whose community is not stored."""
    return conn.execute(
        text(
            "SELECT code, community_code FROM incoming_grid WHERE community_code NOT IN "
            "(SELECT code FROM area WHERE kind = 'community') ORDER BY code"
        )
    ).all()
