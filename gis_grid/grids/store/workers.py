"""SQL of workers, their assignments, and the boundaries they are judged by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def add_workers(conn: Connection, codes: Sequence[str], names: Sequence[str]) -> None:
    """Insert workers; a known code takes the new name."""
    conn.execute(
        text(
            "INSERT INTO worker (code, name) "
            "SELECT * FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[])) "
            "ON CONFLICT (code) DO UPDATE SET name = excluded.name WHERE worker.name <> excluded.name"
        ),
        {"codes": list(codes), "names": list(names)},
    )


def worker_ids(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the workers that exist among `codes`."""
    rows = conn.execute(
        text("SELECT code, id FROM worker WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": list(codes)}
    )
    return {row.code: row.id for row in rows}


def workers_at(
    conn: Connection, at: datetime, areas: Sequence[int] | None, oneself: int | None
) -> Sequence[Row[Any]]:
    """Return (id, code, name, grid_code, grid_name) of workers; without a grid at `at` both are null.

    Those who have or had a grid in some areas, and one by id; all where no areas are given.
    """
    return conn.execute(
        text(
            """
            SELECT worker.id, worker.code, worker.name, grid.code AS grid_code, grid.name AS grid_name
            FROM worker
            LEFT JOIN assignment ON assignment.worker_id = worker.id AND assignment.valid @> :at
            LEFT JOIN grid ON grid.id = assignment.grid_id
            WHERE CAST(:areas AS bigint[]) IS NULL OR worker.id = :oneself OR worker.id IN (
                SELECT any_time.worker_id
                FROM assignment AS any_time JOIN grid AS theirs ON theirs.id = any_time.grid_id
                WHERE theirs.area_id = ANY(CAST(:areas AS bigint[])))
            ORDER BY worker.code
            """
        ),
        {"at": at, "areas": areas if areas is None else list(areas), "oneself": oneself},
    ).all()


def grid_ids(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the grids that exist among `codes`."""
    rows = conn.execute(
        text("SELECT code, id FROM grid WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": list(codes)}
    )
    return {row.code: row.id for row in rows}


def add_assignments(
    conn: Connection,
    workers: Sequence[int],
    grids: Sequence[int],
    starts: Sequence[datetime],
    ends: Sequence[datetime | None],
) -> int:
    """Insert assignments that are not stored yet and return how many; overlaps are refused by the table."""
    return conn.execute(
        text(
            """
            INSERT INTO assignment (worker_id, grid_id, valid)
            SELECT worker_id, grid_id, tstzrange(starts_at, ends_at)
            FROM unnest(CAST(:workers AS bigint[]), CAST(:grids AS bigint[]), CAST(:starts AS timestamptz[]),
                        CAST(:ends AS timestamptz[])) AS given (worker_id, grid_id, starts_at, ends_at)
            EXCEPT SELECT worker_id, grid_id, valid FROM assignment
            """
        ),
        {"workers": list(workers), "grids": list(grids), "starts": list(starts), "ends": list(ends)},
    ).rowcount


def boundaries_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, boundary_id, grid_code, wkb, valid_from, valid_to) in force within [start, end)."""
    return conn.execute(
        text(
            """
            SELECT assignment.worker_id, boundary.id AS boundary_id, grid.code AS grid_code,
                   ST_AsBinary(boundary.geom) AS wkb, lower(shared.valid) AS valid_from,
                   upper(shared.valid) AS valid_to
            FROM assignment
            JOIN grid ON grid.id = assignment.grid_id
            JOIN boundary ON boundary.grid_id = grid.id AND boundary.valid && assignment.valid
            CROSS JOIN LATERAL (SELECT assignment.valid * boundary.valid AS valid) AS shared
            WHERE assignment.worker_id = ANY(CAST(:workers AS bigint[]))
                AND shared.valid && tstzrange(:start, :end)
            ORDER BY assignment.worker_id, lower(shared.valid), grid.code
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end},
    ).all()


def workers_in(conn: Connection, areas: Sequence[int], start: datetime, end: datetime) -> Sequence[int]:
    """Return the workers with a grid in some areas, or in areas below them, within [start, end)."""
    query = text(
        """
        WITH RECURSIVE inside (id) AS (
            SELECT unnest(CAST(:areas AS bigint[]))
            UNION SELECT area.id FROM area JOIN inside ON area.parent_id = inside.id
        )
        SELECT DISTINCT assignment.worker_id
        FROM assignment JOIN grid ON grid.id = assignment.grid_id JOIN inside ON inside.id = grid.area_id
        WHERE assignment.valid && tstzrange(:start, :end)
        """
    )
    return conn.execute(query, {"areas": list(areas), "start": start, "end": end}).scalars().all()


def areas_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime | None, end: datetime | None
) -> Sequence[Row[Any]]:
    """Return (worker_id, areas): codes from the area of the last grid in [start, end) upwards."""
    query = text(
        """
        WITH RECURSIVE last AS (
            SELECT DISTINCT ON (worker_id) worker_id, grid.area_id
            FROM assignment JOIN grid ON grid.id = assignment.grid_id
            WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND assignment.valid && tstzrange(:start, :end)
            ORDER BY worker_id, lower(assignment.valid) DESC NULLS LAST, grid.code
        ), up (worker_id, step, code, parent_id) AS (
            SELECT worker_id, 1, area.code, area.parent_id FROM last JOIN area ON area.id = last.area_id
            UNION ALL
            SELECT worker_id, step + 1, area.code, area.parent_id
            FROM up JOIN area ON area.id = up.parent_id
        )
        SELECT worker_id, array_agg(code ORDER BY step) AS areas FROM up GROUP BY worker_id
        """
    )
    return conn.execute(query, {"workers": list(worker_ids), "start": start, "end": end}).all()


def area_ids(conn: Connection, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the areas that exist among `codes`."""
    rows = conn.execute(
        text("SELECT code, id FROM area WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": list(codes)}
    )
    return {row.code: row.id for row in rows}
