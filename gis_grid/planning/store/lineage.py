"""SQL of what came from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row


def graph(conn: Connection, code: str) -> Sequence[Row[Any]]:
    """Return (id, code, name, valid_from, valid_to, households) of a grid's boundaries and their kin.

    Up from them to those they came from, and down to those that came from them; not sideways.
    """
    query = text(
        """
        WITH RECURSIVE own (id) AS (
            SELECT boundary.id FROM boundary JOIN grid ON grid.id = grid_id WHERE code = :code
        ), up (id) AS (
            SELECT id FROM own
            UNION SELECT parent_boundary_id FROM lineage JOIN up ON child_boundary_id = up.id
        ), down (id) AS (
            SELECT id FROM own
            UNION SELECT child_boundary_id FROM lineage JOIN down ON parent_boundary_id = down.id
        )
        SELECT boundary.id, grid.code, grid.name, lower(valid) AS valid_from, upper(valid) AS valid_to,
               boundary.households
        FROM boundary JOIN grid ON grid.id = grid_id
        WHERE boundary.id IN (SELECT id FROM up UNION SELECT id FROM down)
        ORDER BY lower(valid) NULLS FIRST, grid.code
        """
    )
    return conn.execute(query, {"code": code}).all()


def links(conn: Connection, ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return the links between some boundaries."""
    query = text(
        "SELECT parent_boundary_id, child_boundary_id, kind, households, area_m2 FROM lineage "
        "WHERE parent_boundary_id = ANY(CAST(:ids AS bigint[])) "
        "AND child_boundary_id = ANY(CAST(:ids AS bigint[])) "
        "ORDER BY child_boundary_id, parent_boundary_id"
    )
    return conn.execute(query, {"ids": list(ids)}).all()
