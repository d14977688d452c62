"""SQL of buildings that callers write: one by one, and what a staged file would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

_IN_AREAS = "(CAST(:areas AS bigint[]) IS NULL OR {table}.area_id = ANY (CAST(:areas AS bigint[])))"
_STORED = _IN_AREAS.format(table="stored")

# && says again what ST_Covers says: only of && the planner knows that it may use the index behind row level
# security.
_COMMUNITY = """
    SELECT area.id FROM area
    WHERE area.kind = 'community' AND area.geom && {point} AND ST_Covers(area.geom, {point})
        AND (CAST(:areas AS bigint[]) IS NULL OR area.id = ANY (CAST(:areas AS bigint[])))
    ORDER BY area.code LIMIT 1
"""


def lock(conn: Connection, building_id: int, areas: Sequence[int] | None) -> Row[Any] | None:
    """Return (source, source_ref, people, wkb) of a building in sight, which waits for us since."""
    query = text(
        f"SELECT source, source_ref, people, ST_AsBinary(geom) AS wkb FROM building AS stored"  # noqa: S608
        f" WHERE id = :id AND {_STORED} FOR UPDATE"
    )
    return conn.execute(query, {"id": building_id, "areas": _ids(areas)}).one_or_none()


def community_of(conn: Connection, wkb: bytes, areas: Sequence[int] | None) -> Row[Any] | None:
    """Return (id, code) of the caller's community in which the inner point of a geometry lies."""
    found = _COMMUNITY.format(point="inner_point")
    query = text(
        "SELECT area.id, area.code FROM (SELECT ST_PointOnSurface(ST_GeomFromWKB(:wkb, 4326)) AS inner_point"  # noqa: S608
        f" OFFSET 0) AS place JOIN area ON area.id = ({found})"
    )
    return conn.execute(query, {"wkb": wkb, "areas": _ids(areas)}).one_or_none()


def id_of(conn: Connection, source: str, source_ref: str, areas: Sequence[int] | None) -> int | None:
    """Return which building in sight a source calls so."""
    query = text(
        f"SELECT id FROM building AS stored WHERE source = :source AND source_ref = :ref AND {_STORED}"  # noqa: S608
    )
    values = {"source": source, "ref": source_ref, "areas": _ids(areas)}
    return conn.execute(query, values).scalar_one_or_none()


def is_area(conn: Connection, code: str) -> bool:
    """Say whether the caller has an area of this code."""
    query = text("SELECT EXISTS (SELECT FROM area WHERE code = :code)")
    return bool(conn.execute(query, {"code": code}).scalar_one())


_COLUMNS = ("kind", "name", "floors", "households", "people", "estimated")
_SHAPE = "ST_GeomFromWKB(:wkb, 4326)"


def insert(conn: Connection, values: dict[str, Any]) -> int:
    """Add a building and return its id."""
    query = text(
        f"INSERT INTO building (source, source_ref, area_id, geom, point, {', '.join(_COLUMNS)})"  # noqa: S608
        f" VALUES (:source, :source_ref, :area_id, {_SHAPE}, ST_PointOnSurface({_SHAPE}),"
        f" {', '.join(f':{name}' for name in _COLUMNS)}) RETURNING id"
    )
    return int(conn.execute(query, values).scalar_one())


def update(conn: Connection, building_id: int, values: dict[str, Any]) -> None:
    """Give a building other values."""
    query = text(
        f"UPDATE building SET {', '.join(f'{name} = :{name}' for name in _COLUMNS)}, area_id = :area_id,"  # noqa: S608
        f" geom = {_SHAPE}, point = ST_PointOnSurface({_SHAPE}) WHERE id = :id"
    )
    conn.execute(query, {**values, "id": building_id})


def delete(conn: Connection, building_id: int) -> None:
    """Take a building away."""
    conn.execute(text("SELECT gis_grid_remove_buildings(ARRAY[CAST(:id AS bigint)])"), {"id": building_id})


def recount(conn: Connection, areas: Sequence[int]) -> None:
    """Count the boundaries in and around some areas again; one writer of an area after the other."""
    conn.execute(text("SELECT gis_grid_recount_in(:areas, NULL)"), {"areas": list(areas)})


def outside(conn: Connection, areas: Sequence[int] | None) -> Sequence[Row[Any]]:
    """Return (source_ref, lon, lat) of staged rows that lie in no community of the caller's, in order."""
    query = text(
        f"""
        SELECT source_ref, ST_X(inner_point) AS lon, ST_Y(inner_point) AS lat FROM (
            SELECT n, source_ref, ST_PointOnSurface(ST_GeomFromWKB(wkb, 4326)) AS inner_point
            FROM incoming_building OFFSET 0
        ) AS incoming
        WHERE ({_COMMUNITY.format(point="inner_point")}) IS NULL ORDER BY n
        """  # noqa: S608 - the constant above
    )
    return conn.execute(query, {"areas": _ids(areas)}).all()


def unknown(conn: Connection, source: str, areas: Sequence[int] | None) -> Sequence[str]:
    """Return the ids of staged rows of which no building is in sight, in order."""
    query = text(
        f"""
        SELECT source_ref FROM incoming_building AS incoming
        WHERE NOT EXISTS (SELECT FROM building AS stored WHERE stored.source = :source
            AND stored.source_ref = incoming.source_ref AND {_STORED}) ORDER BY n
        """  # noqa: S608 - the constant above
    )
    return list(conn.execute(query, {"source": source, "areas": _ids(areas)}).scalars())


def touched_areas(
    conn: Connection, source: str, areas: Sequence[int] | None, *, whole: bool
) -> frozenset[int]:
    """Return in which areas the staged rows are stored, or the whole of their source."""
    query = text(
        f"""
        SELECT DISTINCT area_id FROM building AS stored WHERE source = :source AND {_STORED}
            AND area_id IS NOT NULL AND (:whole OR source_ref IN (SELECT source_ref FROM incoming_building))
        """  # noqa: S608 - the constant above
    )
    values = {"source": source, "areas": _ids(areas), "whole": whole}
    return frozenset(conn.execute(query, values).scalars())


def delete_others(conn: Connection, source: str, areas: Sequence[int] | None) -> int:
    """Take away what a source has in sight and the staged rows do not; return how many."""
    query = text(
        "SELECT gis_grid_remove_buildings(ARRAY(SELECT id FROM building AS stored"  # noqa: S608
        f" WHERE source = :source AND {_STORED}"
        " AND source_ref NOT IN (SELECT source_ref FROM incoming_building)))"
    )
    return int(conn.execute(query, {"source": source, "areas": _ids(areas)}).scalar_one())


def _ids(areas: Sequence[int] | None) -> list[int] | None:
    return None if areas is None else list(areas)
