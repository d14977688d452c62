"""SQL of what a community is made of: outline, lines, buildings, and the grids in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def community(conn: Connection, code: str) -> Row[Any] | None:
    """Return (id, code, name, wkb) of a community."""
    query = text(
        "SELECT id, code, name, ST_AsBinary(geom) AS wkb FROM area WHERE code = :code AND kind = 'community'"
    )
    return conn.execute(query, {"code": code}).one_or_none()


def communities(conn: Connection, areas: Sequence[str] | None) -> list[str]:
    """Return the codes of all communities in sight, or of those in or below some areas, in order."""
    query = text(
        """
        WITH RECURSIVE inside (id) AS (
            SELECT id FROM area WHERE code = ANY(CAST(:areas AS text[]))
            UNION SELECT area.id FROM area JOIN inside ON area.parent_id = inside.id
        )
        SELECT code FROM area WHERE kind = 'community'
            AND (CAST(:areas AS text[]) IS NULL OR id IN (SELECT id FROM inside))
        ORDER BY code
        """
    )
    named = areas if areas is None else list(areas)
    return list(conn.execute(query, {"areas": named}).scalars())


def chain(conn: Connection, area_id: int) -> dict[str, str]:
    """Return the codes of an area and of those above it, by kind."""
    query = text(
        """
        WITH RECURSIVE up (kind, code, parent_id) AS (
            SELECT kind, code, parent_id FROM area WHERE id = :area
            UNION SELECT area.kind, area.code, area.parent_id FROM area JOIN up ON area.id = up.parent_id
        )
        SELECT kind, code FROM up
        """
    )
    return {row.kind: row.code for row in conn.execute(query, {"area": area_id})}


def buildings(conn: Connection, area_id: int) -> Sequence[Row[Any]]:
    """Return (households, people, wkb) of a community's buildings, always in the same order.

    A parcel is no wall: borders may cross it, so that it is told by the point inside.
    """
    query = text(
        "SELECT households, people, ST_AsBinary(CASE WHEN kind = 'parcel' THEN point ELSE geom END) AS wkb "
        "FROM building WHERE area_id = :area ORDER BY source, source_ref"
    )
    return conn.execute(query, {"area": area_id}).all()


def sums_of_changes(conn: Connection, area_id: int) -> dict[str, int]:
    """Return how many buildings and lines of a community imports have written so far."""
    query = text(
        "SELECT coalesce(sum(buildings), 0)::bigint AS buildings, coalesce(sum(lines), 0)::bigint AS lines "
        "FROM ground_change WHERE area_id = :area"
    )
    return dict(conn.execute(query, {"area": area_id}).mappings().one())


def seen(conn: Connection, scenario_id: int, position: int) -> Row[Any]:
    """Return (ground_seen, at): the sums when a draft looked at its ground last, as it stands, and when."""
    query = text(
        """
        SELECT ground_seen, at, n FROM scenario_edit
        WHERE scenario_id = :id AND n <= :position AND ground_seen IS NOT NULL
        UNION ALL SELECT ground_seen, created_at, 0 FROM scenario WHERE id = :id
        ORDER BY n DESC LIMIT 1
        """
    )
    return conn.execute(query, {"id": scenario_id, "position": position}).one()


def lines(conn: Connection, area_id: int) -> Sequence[Row[Any]]:
    """Return (kind, wkb) of roads by their class and of ``water`` in or some ten metres around an area."""
    query = text(
        """
        SELECT class AS kind, ST_AsBinary(road.geom) AS wkb, source, source_ref
        FROM road JOIN area ON area.id = :area AND ST_DWithin(road.geom, area.geom, 1e-4)
        UNION ALL
        SELECT 'water', ST_AsBinary(water.geom), source, source_ref
        FROM water JOIN area ON area.id = :area AND ST_DWithin(water.geom, area.geom, 1e-4)
        ORDER BY kind, source, source_ref
        """
    )
    return conn.execute(query, {"area": area_id}).all()


def boundaries(conn: Connection, area_id: int, at: datetime) -> Sequence[Row[Any]]:
    """Return (boundary_id, grid_id, code, name, households, wkb) in force at a time, by code."""
    query = text(
        """
        SELECT boundary.id AS boundary_id, grid.id AS grid_id, grid.code, grid.name, boundary.households,
               ST_AsBinary(boundary.geom) AS wkb
        FROM boundary JOIN grid ON grid.id = boundary.grid_id
        WHERE grid.area_id = :area AND boundary.valid @> CAST(:at AS timestamptz)
        ORDER BY grid.code
        """
    )
    return conn.execute(query, {"area": area_id, "at": at}).all()


def atoms(conn: Connection, area_id: int, at: datetime) -> Sequence[Row[Any]]:
    """Return (id, grid_id, households, people, buildings, wkb) of published atoms that hold at a time."""
    query = text(
        """
        SELECT atom.id, grid_atom.grid_id, atom.households, atom.people, atom.buildings,
               ST_AsBinary(atom.geom) AS wkb
        FROM atom JOIN grid_atom ON grid_atom.atom_id = atom.id
        WHERE atom.area_id = :area AND grid_atom.valid @> CAST(:at AS timestamptz)
        ORDER BY atom.id
        """
    )
    return conn.execute(query, {"area": area_id, "at": at}).all()
