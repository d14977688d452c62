"""SQL of who has which grid today, of outlines and what is walked on, and of what tells of changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

# The same that weeks are judged by: the own grid, and that of an absent colleague while standing in (JY-8).
_HOLDINGS: Final = text("""
    SELECT held.worker_id, boundary.id AS boundary_id, boundary.grid_id, held.own,
           lower(shared.valid) AS since, upper(shared.valid) AS until
    FROM (
        SELECT worker_id, grid_id, valid, true AS own FROM assignment WHERE valid && tstzrange(:start, :end)
        UNION ALL
        SELECT stand_in.worker_id, assignment.grid_id, assignment.valid * stand_in.during, false
        FROM stand_in
        JOIN absence ON absence.id = stand_in.absence_id
        JOIN assignment ON assignment.worker_id = absence.worker_id AND assignment.valid && stand_in.during
        WHERE stand_in.during && tstzrange(:start, :end)
    ) AS held
    JOIN boundary ON boundary.grid_id = held.grid_id AND boundary.valid && held.valid
    CROSS JOIN LATERAL (SELECT boundary.valid * held.valid * tstzrange(:start, :end) AS valid) AS shared
    WHERE NOT isempty(shared.valid)
    ORDER BY held.worker_id, held.own DESC, lower(shared.valid), boundary.id
""")

_WORKERS: Final = text("""
    SELECT DISTINCT ON (worker_id) worker_id, grid.area_id,
           CASE WHEN assignment.valid @> CAST(:now AS timestamptz) THEN grid.id END AS grid_id
    FROM assignment JOIN grid ON grid.id = assignment.grid_id
    WHERE assignment.valid && tstzrange(:start, :end)
    ORDER BY worker_id, assignment.valid @> CAST(:now AS timestamptz) DESC, lower(assignment.valid) DESC
""")

_GRIDS: Final = text("""
    SELECT boundary.grid_id, boundary.id AS boundary_id, grid.area_id
    FROM boundary JOIN grid ON grid.id = boundary.grid_id
    WHERE boundary.valid @> CAST(:now AS timestamptz)
    ORDER BY boundary.grid_id
""")

_OUTLINES: Final = text("""
    SELECT id, ST_AsBinary(geom) AS wkb FROM boundary WHERE id = ANY(CAST(:ids AS bigint[])) ORDER BY id
""")

_WALKED: Final = text("""
    SELECT boundary.id, place.kind, ST_AsBinary(place.geom) AS wkb
    FROM boundary
    CROSS JOIN LATERAL (
        SELECT 'road' AS kind, geom FROM road WHERE road.geom && boundary.geom AND road.class <> 'rail'
        UNION ALL
        SELECT 'building', point FROM building WHERE building.point && boundary.geom
    ) AS place
    WHERE boundary.id = ANY(CAST(:ids AS bigint[]))
""")

_SIGNS: Final = text("""
    SELECT (SELECT max(id) FROM boundary) AS boundary, (SELECT max(id) FROM assignment) AS assignment,
           (SELECT max(id) FROM absence) AS absence, (SELECT max(id) FROM grid) AS grid
""")

# Everything that a roster is made of in one text, also what is changed in place or begins by time alone.
_DIGEST: Final = text("""
    WITH asked AS (
        SELECT CAST(:now AS timestamptz) AS at, tstzrange(:start, :end) AS day, CAST(:week AS date) AS week
    ), rows AS (
        SELECT 'assignment' AS of, concat_ws(' ', id, worker_id, grid_id, valid, valid @> at) AS told
        FROM assignment, asked WHERE valid && day
        UNION ALL
        SELECT 'boundary', concat_ws(' ', id, grid_id, valid, valid @> at)
        FROM boundary, asked WHERE valid && day
        UNION ALL
        SELECT 'grid', concat_ws(' ', id, area_id) FROM grid
        UNION ALL
        SELECT 'absence', concat_ws(' ', id, worker_id, first_date, last_date)
        FROM absence, asked WHERE last_date >= week
        UNION ALL
        SELECT 'stand_in', concat_ws(' ', absence_id, worker_id, during, during @> at)
        FROM stand_in, asked WHERE during && day
        UNION ALL
        SELECT 'part_time', concat_ws(' ', worker_id, valid)
        FROM part_time, asked WHERE coalesce(upper(valid) > week, true)
    ), hashed AS (
        SELECT of, count(*) AS many, bit_xor(hashtextextended(told, 0)) AS bits FROM rows GROUP BY of
    )
    SELECT concat_ws(' ', (SELECT max(id) FROM judgement),
        (SELECT string_agg(concat_ws(' ', of, many, bits), ' ' ORDER BY of) FROM hashed))
""")

_JUDGED: Final = text("""
    SELECT latest.worker_id, sum(day.best_s) AS best_s
    FROM (
        SELECT DISTINCT ON (worker_id) worker_id, id FROM judgement
        WHERE iso_week = :week AND worker_id = ANY(CAST(:workers AS bigint[]))
        ORDER BY worker_id, revision DESC
    ) AS latest
    JOIN day_verdict AS day ON day.judgement_id = latest.id AND day.local_date < :today
    GROUP BY latest.worker_id
""")

_NEW_DUTY: Final = text("SELECT id, worker_id FROM duty WHERE id > :since ORDER BY id")


def holdings(conn: Connection, start: datetime, end: datetime) -> Sequence[Row[Any]]:
    """Return (worker_id, boundary_id, grid_id, own, since, until) of who has which boundary when."""
    return conn.execute(_HOLDINGS, {"start": start, "end": end}).all()


def workers(conn: Connection, start: datetime, end: datetime, now: datetime) -> Sequence[Row[Any]]:
    """Return (worker_id, area_id, grid_id) of workers with a grid that day; the grid is null when not now."""
    return conn.execute(_WORKERS, {"start": start, "end": end, "now": now}).all()


def grids(conn: Connection, now: datetime) -> Sequence[Row[Any]]:
    """Return (grid_id, boundary_id, area_id) of grids in force, by id."""
    return conn.execute(_GRIDS, {"now": now}).all()


def outlines(conn: Connection, boundary_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return (id, wkb) of boundaries."""
    return conn.execute(_OUTLINES, {"ids": list(boundary_ids)}).all()


def walked(conn: Connection, boundary_ids: Sequence[int]) -> Sequence[Row[Any]]:
    """Return (id, kind, wkb) of streets and buildings at each of some boundaries."""
    return conn.execute(_WALKED, {"ids": list(boundary_ids)}).all()


def signs(conn: Connection) -> tuple[Any, ...]:
    """Return what is other when grids, boundaries, assignments or absences were added."""
    return tuple(conn.execute(_SIGNS).one())


def digest(conn: Connection, start: datetime, end: datetime, week: date, now: datetime) -> str:
    """Return what is other when anything is that a roster of a day is made of, in the week from a Monday."""
    asked = {"start": start, "end": end, "week": week, "now": now}
    return str(conn.execute(_DIGEST, asked).scalar_one())


def judged_s(conn: Connection, worker_ids: Sequence[int], week: str, today: date) -> dict[int, float]:
    """Return the seconds inside that were judged of an ISO week before a day, by worker."""
    rows = conn.execute(_JUDGED, {"week": week, "workers": list(worker_ids), "today": today})
    return {row.worker_id: float(row.best_s) for row in rows}


def last_duty(conn: Connection) -> int:
    """Return the id of the session of duty that was written last; 0 without one."""
    return int(conn.execute(text("SELECT coalesce(max(id), 0) FROM duty")).scalar_one())


def new_duty(conn: Connection, since: int) -> Sequence[Row[Any]]:
    """Return (id, worker_id) of sessions of duty that were written since the one of an id."""
    return conn.execute(_NEW_DUTY, {"since": since}).all()
