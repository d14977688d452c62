"""SQL of the tree of areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, Row


def stage(conn: Connection, rows: Iterable[Sequence[object]]) -> int:
    """Copy rows of (code, name, kind, parent_code, synthetic, WKB) into a temporary table."""
    conn.exec_driver_sql(
        "CREATE TEMPORARY TABLE incoming_area (code text, name text, kind text, parent_code text, "
        "synthetic boolean, wkb bytea) ON COMMIT DROP"
    )
    columns = ["code", "name", "kind", "parent_code", "synthetic", "wkb"]
    return copy_rows(conn, "incoming_area", columns, ["text", "text", "text", "text", "bool", "bytea"], rows)


def unknown_parents(conn: Connection) -> Sequence[Row[Any]]:
    """Return (code, parent_code) of staged areas whose parent is neither staged nor stored."""
    return conn.execute(
        text(
            "SELECT code, parent_code FROM incoming_area WHERE parent_code IS NOT NULL AND parent_code "
            "NOT IN (SELECT code FROM incoming_area UNION SELECT code FROM area) ORDER BY code"
        )
    ).all()


def merge(conn: Connection) -> tuple[int, int, int]:
    """Move the staged areas into the tree and return how many were new, changed and the same already."""
    new, changed, same = conn.execute(
        text(
            """
            WITH merged AS (
                INSERT INTO area AS stored (code, name, kind, synthetic, geom)
                SELECT code, name, kind, synthetic, ST_Multi(ST_GeomFromWKB(wkb, 4326)) FROM incoming_area
                ON CONFLICT (code) DO UPDATE SET name = excluded.name, kind = excluded.kind,
                    synthetic = excluded.synthetic, geom = excluded.geom
                WHERE (stored.name, stored.kind, stored.synthetic)
                    IS DISTINCT FROM (excluded.name, excluded.kind, excluded.synthetic)
                    OR NOT ST_Equals(stored.geom, excluded.geom)
                RETURNING xmax = 0 AS is_new
            )
            SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
                   (SELECT count(*) FROM incoming_area) - count(*)
            FROM merged
            """
        )
    ).one()
    # A second statement, since a parent may have come with the same rows.
    conn.exec_driver_sql(
        "UPDATE area SET parent_id = parent.id FROM incoming_area incoming JOIN area parent "
        "ON parent.code = incoming.parent_code WHERE area.code = incoming.code "
        "AND area.parent_id IS DISTINCT FROM parent.id"
    )
    conn.exec_driver_sql("DROP TABLE incoming_area")
    conn.exec_driver_sql("ANALYZE area")
    return new, changed, same


def below_themselves(conn: Connection) -> Sequence[Row[Any]]:
    """Return (code, parent_code) of the areas that are reached again on the way up from them."""
    return conn.execute(
        text(
            """
            WITH RECURSIVE above (start, id) AS (
                SELECT id, parent_id FROM area WHERE parent_id IS NOT NULL
                UNION
                SELECT above.start, area.parent_id FROM above JOIN area ON area.id = above.id
                WHERE area.parent_id IS NOT NULL
            )
            SELECT area.code, parent.code AS parent_code
            FROM above JOIN area ON area.id = above.id JOIN area parent ON parent.id = area.parent_id
            WHERE above.start = above.id ORDER BY area.code
            """
        )
    ).all()


def place_events(conn: Connection) -> None:
    """Put incidents and visit targets into the areas as these are now."""
    conn.exec_driver_sql("SELECT gis_grid_place_events()")


def collection(conn: Connection, areas: Sequence[int] | None) -> str:
    """Return areas, all or those of some ids, as the text of a GeoJSON FeatureCollection."""
    return str(
        conn.execute(
            text(
                """
                SELECT json_build_object('type', 'FeatureCollection', 'features', coalesce(json_agg(
                    json_build_object(
                        'type', 'Feature', 'id', id,
                        'geometry', ST_AsGeoJSON(ST_ForcePolygonCCW(geom), 7)::json,
                        'properties', json_build_object(
                            'code', code, 'name', name, 'kind', kind, 'synthetic', synthetic)
                    ) ORDER BY code), '[]'::json))::text
                FROM area
                WHERE CAST(:areas AS bigint[]) IS NULL OR id = ANY(CAST(:areas AS bigint[]))
                """
            ),
            {"areas": areas if areas is None else list(areas)},
        ).scalar_one()
    )


def extent(conn: Connection, areas: Sequence[int] | None = None) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of all or some areas in degrees, or ``None`` without areas."""
    row = conn.execute(
        text(
            "SELECT ST_XMin(box), ST_YMin(box), ST_XMax(box), ST_YMax(box) "
            "FROM (SELECT ST_Extent(geom) AS box FROM area "
            "WHERE CAST(:areas AS bigint[]) IS NULL OR id = ANY(CAST(:areas AS bigint[]))) AS every "
            "WHERE box IS NOT NULL"
        ),
        {"areas": None if areas is None else list(areas)},
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2], row[3])


def any_real(conn: Connection) -> bool:
    """Say whether there is an area that is not made up."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM area WHERE NOT synthetic)")).scalar_one())
