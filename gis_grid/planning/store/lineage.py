"""SQL of what came from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

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


def beside(conn: Connection, boundary_id: int) -> Sequence[Row[Any]]:
    """Return (id, before) of the boundaries just before and after one: its kin, and those of its grid."""
    query = text(
        """
        WITH one AS (SELECT id, grid_id, valid FROM boundary WHERE id = :id)
        SELECT parent_boundary_id AS id, true AS before FROM lineage JOIN one ON child_boundary_id = one.id
        UNION SELECT child_boundary_id, false FROM lineage JOIN one ON parent_boundary_id = one.id
        UNION SELECT other.id, other.valid << one.valid
        FROM one JOIN boundary AS other ON other.grid_id = one.grid_id AND other.valid -|- one.valid
        ORDER BY before DESC, id
        """
    )
    return conn.execute(query, {"id": boundary_id}).all()


def in_force(conn: Connection, grid_id: int, at: datetime) -> int | None:
    """Return the boundary of a grid in force at a moment."""
    query = text(
        "SELECT id FROM boundary WHERE grid_id = :grid AND valid @> CAST(:at AS timestamptz) LIMIT 1"
    )
    return conn.execute(query, {"grid": grid_id, "at": at}).scalar_one_or_none()
