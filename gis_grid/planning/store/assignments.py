"""SQL of who walks a grid that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def from_then_on(
    conn: Connection, grid_ids: Sequence[int], ids: Sequence[int], at: datetime
) -> Sequence[Row[Any]]:
    """Return what lasts beyond a time, of some grids and some by id.

    Columns are id, worker_id, code, name, grid_id, starts_at, ends_at.
    """
    query = text(
        """
        SELECT assignment.id, worker_id, worker.code, worker.name, grid_id, lower(valid) AS starts_at,
               upper(valid) AS ends_at
        FROM assignment JOIN worker ON worker.id = worker_id
        WHERE valid && tstzrange(:at, NULL) AND (grid_id = ANY(CAST(:grids AS bigint[]))
            OR assignment.id = ANY(CAST(:ids AS bigint[])))
        ORDER BY worker.code, lower(valid)
        """
    )
    return conn.execute(query, {"grids": list(grid_ids), "ids": list(ids), "at": at}).all()


def nowhere(conn: Connection, grid_ids: Sequence[int], at: datetime) -> Sequence[Row[Any]]:
    """Return (worker, grid) by code of what lasts in some grids that have no ground from a time on."""
    query = text(
        """
        SELECT worker.code AS worker, grid.code AS grid
        FROM assignment JOIN worker ON worker.id = worker_id JOIN grid ON grid.id = grid_id
        WHERE assignment.valid && tstzrange(:at, NULL) AND grid_id = ANY(CAST(:grids AS bigint[]))
            AND NOT EXISTS (SELECT FROM boundary WHERE boundary.grid_id = assignment.grid_id
                AND boundary.valid && tstzrange(:at, NULL))
        ORDER BY worker.code, grid.code
        """
    )
    return conn.execute(query, {"grids": list(grid_ids), "at": at}).all()


def move(conn: Connection, assignment_id: int, grid_id: int) -> None:
    """Give an assignment that has not begun another grid."""
    statement = text("UPDATE assignment SET grid_id = :grid WHERE id = :id")
    conn.execute(statement, {"id": assignment_id, "grid": grid_id})


def end(conn: Connection, assignment_id: int, at: datetime) -> None:
    """End an assignment at a time."""
    statement = text("UPDATE assignment SET valid = tstzrange(lower(valid), :at) WHERE id = :id")
    conn.execute(statement, {"id": assignment_id, "at": at})


def add(conn: Connection, worker_id: int, grid_id: int, start: datetime, end: datetime | None) -> int:
    """Insert an assignment and return its id."""
    query = text(
        "INSERT INTO assignment (worker_id, grid_id, valid) "
        "VALUES (:worker, :grid, tstzrange(:start, :end)) RETURNING id"
    )
    values = {"worker": worker_id, "grid": grid_id, "start": start, "end": end}
    return int(conn.execute(query, values).scalar_one())


def as_stored(conn: Connection, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return grid and time of assignments by id, the time as text."""
    query = text(
        "SELECT id, grid_id, valid::text AS valid FROM assignment WHERE id = ANY(CAST(:ids AS bigint[]))"
    )
    found = conn.execute(query, {"ids": list(ids)})
    return {row.id: {"grid_id": row.grid_id, "valid": row.valid} for row in found}


def put_back(conn: Connection, assignment_id: int, was: Mapping[str, Any]) -> None:
    """Give an assignment the grid and time that it had."""
    statement = text(
        "UPDATE assignment SET grid_id = :grid_id, valid = CAST(:valid AS tstzrange) WHERE id = :id"
    )
    conn.execute(statement, {"id": assignment_id, **was})


def remove(conn: Connection, ids: Sequence[int]) -> None:
    """Remove assignments that have not begun."""
    query = text("SELECT gis_grid_plan_unassign(CAST(:ids AS bigint[]))")
    conn.execute(query, {"ids": list(ids)})
