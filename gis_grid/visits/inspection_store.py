"""SQL of key places: who has them, where they lie, and what tracks said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row


def workers_between(conn: Connection, start: datetime, end: datetime) -> list[int]:
    """Return the ids of all who have a grid within [start, end)."""
    query = text(
        "SELECT DISTINCT worker_id FROM assignment WHERE valid && tstzrange(:start, :end) ORDER BY 1"
    )
    return list(conn.execute(query, {"start": start, "end": end}).scalars())


def grids_of_places(conn: Connection, places: Sequence[int], at: datetime) -> Sequence[Row[Any]]:
    """Return (place_id, grid_id, area_id) at a time; a place on a border is the one's with the lower code."""
    query = text(
        """
        SELECT DISTINCT ON (p.id) p.id AS place_id, g.id AS grid_id, g.area_id
        FROM key_place p JOIN boundary b ON b.valid @> CAST(:at AS timestamptz) AND ST_Covers(b.geom, p.geom)
        JOIN grid g ON g.id = b.grid_id
        WHERE p.id = ANY(CAST(:places AS bigint[])) ORDER BY p.id, g.code
        """
    )
    return conn.execute(query, {"places": list(places), "at": at}).all()


def days_inspected(conn: Connection, first: date, last: date) -> set[date]:
    """Return the local days of which anything is known."""
    query = text("SELECT DISTINCT local_date FROM place_inspection WHERE local_date BETWEEN :first AND :last")
    return set(conn.execute(query, {"first": first, "last": last}).scalars())


def known(conn: Connection, day: date) -> Sequence[Row[Any]]:
    """Return what is known of a local day, of each worker and place the last revision."""
    query = text(
        """
        SELECT DISTINCT ON (worker_id, place_id) worker_id, place_id, revision, grid_id, nearest_m, stayed_s,
            is_inspected, within_m, at_least_s
        FROM place_inspection WHERE local_date = :day ORDER BY worker_id, place_id, revision DESC
        """
    )
    return conn.execute(query, {"day": day}).all()


def add(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add what tracks said."""
    if rows:
        conn.execute(
            text(
                "INSERT INTO place_inspection (worker_id, local_date, place_id, revision, grid_id,"
                " computed_at, nearest_m, stayed_s, is_inspected, within_m, at_least_s, core_version)"
                " VALUES (:worker_id, :local_date, :place_id, :revision, :grid_id, :computed_at, :nearest_m,"
                " :stayed_s, :is_inspected, :within_m, :at_least_s, :core_version)"
            ),
            list(rows),
        )


def inspected(
    conn: Connection, first: date, last: date, grids: Sequence[int] | None, limit: int
) -> Sequence[Row[Any]]:
    """Return the inspections in sight, newest day first, with how many there are beside each."""
    query = text(
        """
        SELECT last.local_date, g.code AS grid, w.code AS worker, p.name AS place, last.nearest_m,
            last.stayed_s, last.is_inspected, last.within_m, last.at_least_s, count(*) OVER () AS matched
        FROM (
            SELECT DISTINCT ON (local_date, worker_id, place_id) *
            FROM place_inspection WHERE local_date BETWEEN :first AND :last
                AND (CAST(:grids AS bigint[]) IS NULL OR grid_id = ANY(CAST(:grids AS bigint[])))
            ORDER BY local_date, worker_id, place_id, revision DESC
        ) AS last
        JOIN grid g ON g.id = last.grid_id
        JOIN worker w ON w.id = last.worker_id
        JOIN key_place p ON p.id = last.place_id
        ORDER BY last.local_date DESC, g.code, w.code, p.name, last.place_id LIMIT :limit
        """
    )
    values = {"first": first, "last": last, "grids": grids if grids is None else list(grids), "limit": limit}
    return conn.execute(query, values).all()
