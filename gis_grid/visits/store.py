"""SQL of visits: staged rows in, visited targets of a period out, and what workers are judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from sqlalchemy import text

from gis_grid.kit.database import copy_rows
from gis_grid.kit.days import GRACE
from gis_grid.visits.counting_store import IS_LAST

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

Staged = Literal["target", "visit", "counter"]


@dataclass(frozen=True, slots=True)
class Visited:
    """The targets visited in a period, each once a week; `week` is the ordinal of its Monday.

    A target outside all communities has the area -1.
    """

    week: NDArray[np.int64]
    area_id: NDArray[np.int64]
    target_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


_COLUMNS: dict[Staged, dict[str, str]] = {
    "target": {"row": "int4", "reference": "text", "visit_class": "text", "lon": "float8", "lat": "float8"},
    "visit": {
        "row": "int4", "reference": "text", "worker_code": "text", "at": "timestamptz", "mode": "text",
    },
    "counter": {
        "row": "int4", "grid_code": "text", "visit_class": "text", "local_date": "date", "due": "int4",
        "done": "int4",
    },
}  # fmt: skip

_PROBLEMS: dict[Staged, str] = {
    "target": """
        SELECT s.row, 'reference', s.reference, 'is stored already'
        FROM target_staged s JOIN visit_target t ON t.reference = s.reference ORDER BY 1
    """,
    "visit": """
        SELECT s.row, 'reference', s.reference, 'no such target' FROM visit_staged s
        WHERE NOT EXISTS (SELECT FROM visit_target t WHERE t.reference = s.reference)
        UNION ALL
        SELECT s.row, 'worker_code', s.worker_code, 'no such worker' FROM visit_staged s
        WHERE NOT EXISTS (SELECT FROM worker w WHERE w.code = s.worker_code)
        ORDER BY 1, 2
    """,
    "counter": """
        SELECT s.row, 'grid_code', s.grid_code, 'no such grid' FROM counter_staged s
        WHERE NOT EXISTS (SELECT FROM grid g WHERE g.code = s.grid_code) ORDER BY 1
    """,
}

_ADD: dict[Staged, str] = {
    "target": """
        INSERT INTO visit_target (reference, visit_class, area_id, geom)
        SELECT reference, visit_class, gis_grid_community(point), point
        FROM target_staged CROSS JOIN LATERAL ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS point
        ORDER BY row
    """,
    "visit": """
        INSERT INTO visit (target_id, worker_id, at, mode)
        SELECT t.id, w.id, s.at, s.mode
        FROM visit_staged s
        JOIN visit_target t ON t.reference = s.reference
        JOIN worker w ON w.code = s.worker_code
        ORDER BY s.row
        ON CONFLICT (target_id, worker_id, at, mode) DO NOTHING
    """,
    "counter": f"""
        INSERT INTO visit_counter (grid_id, visit_class, local_date, revision, due, done)
        SELECT g.id, s.visit_class, s.local_date, coalesce(c.revision, 0) + 1, s.due, s.done
        FROM counter_staged s JOIN grid g ON g.code = s.grid_code
        LEFT JOIN visit_counter c ON c.grid_id = g.id AND {IS_LAST}
            AND (c.visit_class, c.local_date) = (s.visit_class, s.local_date)
        WHERE (c.due, c.done) IS DISTINCT FROM (s.due, s.done)
    """,  # noqa: S608 - constants
}

# What a phone reported, or took back, after a week was published does not change it: what two looks at it
# differ by would be that one visit.
_VISITED = text("""
    SELECT DISTINCT t.id, coalesce(t.area_id, -1) AS area_id, ST_X(t.geom) AS lon, ST_Y(t.geom) AS lat, week
    FROM visit v JOIN visit_target t ON t.id = v.target_id
    CROSS JOIN LATERAL (SELECT CAST(date_trunc('week', v.at AT TIME ZONE :timezone) AS date) AS week) AS told
    CROSS JOIN LATERAL (
        SELECT CAST(week + 7 AS timestamp) AT TIME ZONE :timezone + :grace AS published_at
    ) AS of_week
    WHERE (CAST(:start AS timestamptz) IS NULL OR v.at >= :start)
      AND v.at < :end
      AND t.visit_class = ANY(:classes)
      AND coalesce(v.reported_at < published_at, true)
      AND NOT EXISTS (SELECT FROM visit_withdrawal w WHERE w.visit_id = v.id AND w.at < published_at)
      AND (CAST(:areas AS bigint[]) IS NULL OR t.area_id = ANY(CAST(:areas AS bigint[])))
""")


def stage(conn: Connection, what: Staged, rows: Iterable[Sequence[object]]) -> None:
    """Copy rows into a temporary table that ends with the transaction."""
    columns = _COLUMNS[what]
    conn.execute(text(f"DROP TABLE IF EXISTS {what}_staged"))
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    conn.execute(text(f"CREATE TEMPORARY TABLE {what}_staged ({declared}) ON COMMIT DROP"))
    copy_rows(conn, f"{what}_staged", list(columns), list(columns.values()), rows)


def staged_problems(conn: Connection, what: Staged) -> list[tuple[int, str, str, str]]:
    """Return row number, field, value and message of staged rows that do not fit what is stored."""
    return [(row[0], row[1], row[2], row[3]) for row in conn.execute(text(_PROBLEMS[what]))]


def add_staged(conn: Connection, what: Staged) -> int:
    """Store the staged rows and return how many were stored."""
    return int(conn.execute(text(_ADD[what])).rowcount)


def visited_targets(
    conn: Connection,
    period: tuple[datetime | None, datetime],
    timezone: str,
    classes: Sequence[str],
    areas: Sequence[int] | None,
) -> Visited:
    """Return the targets of some classes and areas that were visited in a half-open period, once a week."""
    named = areas if areas is None else list(areas)
    start, end = period
    values = {
        "start": start, "end": end, "classes": list(classes), "areas": named, "timezone": timezone,
        "grace": GRACE,
    }  # fmt: skip
    rows = conn.execute(_VISITED, values).all()
    return Visited(
        np.array([row.week.toordinal() for row in rows], np.int64),
        np.array([row.area_id for row in rows], np.int64),
        np.array([row.id for row in rows], np.int64),
        np.array([row.lon for row in rows], np.float64),
        np.array([row.lat for row in rows], np.float64),
    )


def kept_since(conn: Connection) -> Row[Any]:
    """Return the first time of a visit, and whether there is any target and any counter."""
    return conn.execute(
        text(
            "SELECT (SELECT min(at) FROM visit) AS visits, EXISTS (SELECT FROM visit_target) AS targets, "
            "EXISTS (SELECT FROM visit_counter) AS counters"
        )
    ).one()


def visits_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, t_ms, target_id, visit_class, mode) of visits within [start, end), oldest first."""
    return conn.execute(
        text(
            """
            SELECT v.worker_id, CAST(floor(extract(epoch FROM v.at) * 1000) AS bigint) AS t_ms, v.target_id,
                   t.visit_class, v.mode
            FROM visit v JOIN visit_target t ON t.id = v.target_id
            WHERE v.worker_id = ANY(CAST(:workers AS bigint[])) AND v.at >= :start AND v.at < :end
                AND NOT EXISTS (SELECT FROM visit_withdrawal w WHERE w.visit_id = v.id)
            ORDER BY v.worker_id, v.at, v.target_id
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end},
    ).all()


def kept_appointments_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, start_ms, end_ms) of appointments within [start, end) that a visit kept."""
    return conn.execute(
        text(
            """
            SELECT DISTINCT v.worker_id,
                   CAST(floor(extract(epoch FROM lower(made.during)) * 1000) AS bigint) AS start_ms,
                   CAST(floor(extract(epoch FROM upper(made.during)) * 1000) AS bigint) AS end_ms
            FROM visit v JOIN visit_appointment made ON made.id = v.appointment_id
            WHERE v.worker_id = ANY(CAST(:workers AS bigint[])) AND made.during && tstzrange(:start, :end)
                AND NOT EXISTS (SELECT FROM visit_withdrawal w WHERE w.visit_id = v.id)
            ORDER BY 1, 2, 3
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end},
    ).all()


def targets_of(
    conn: Connection, worker_ids: Sequence[int], at: datetime, first: date, last: date
) -> Sequence[Row[Any]]:
    """Return (worker_id, visit_class, target_ids) of the targets in the grids that workers have at a time.

    Those that were there on `first` and are on `last`.

    A target on the border of grids is the one's with the lower code; only those few are looked at twice.
    MATERIALIZED and OFFSET keep the planner going from grid to target: the other way round every target
    would unpack an outline, which takes several times as long.
    """
    return conn.execute(
        text(
            """
            WITH held AS MATERIALIZED (
                SELECT a.worker_id, g.code, b.geom
                FROM assignment a
                JOIN grid g ON g.id = a.grid_id
                JOIN boundary b ON b.grid_id = g.id AND b.valid @> CAST(:at AS timestamptz)
                WHERE a.worker_id = ANY(CAST(:workers AS bigint[])) AND a.valid @> CAST(:at AS timestamptz)
            )
            SELECT h.worker_id, t.visit_class, array_agg(t.id ORDER BY t.id) AS target_ids
            FROM held h
            CROSS JOIN LATERAL (
                SELECT id, visit_class, geom, ST_ContainsProperly(h.geom, geom) AS is_within
                FROM visit_target WHERE ST_Covers(h.geom, geom)
                    AND coalesce(since <= :first, true) AND coalesce(until > :last, true)
                OFFSET 0
            ) AS t
            WHERE t.is_within OR NOT EXISTS (
                SELECT FROM boundary other JOIN grid og ON og.id = other.grid_id
                WHERE other.valid @> CAST(:at AS timestamptz) AND og.code < h.code
                    AND ST_Covers(other.geom, t.geom)
            )
            GROUP BY h.worker_id, t.visit_class
            ORDER BY h.worker_id, t.visit_class
            """
        ),
        {"workers": list(worker_ids), "at": at, "first": first, "last": last},
    ).all()


def counters_of(
    conn: Connection, worker_ids: Sequence[int], first: date, last: date, timezone: str
) -> Sequence[Row[Any]]:
    """Return (worker_id, visit_class, due, done) summed over days, each of the grid held at noon."""
    return conn.execute(
        text(
            f"""
            SELECT a.worker_id, c.visit_class, sum(c.due) AS due, sum(c.done) AS done
            FROM assignment a
            JOIN visit_counter c ON c.grid_id = a.grid_id AND {IS_LAST}
                AND a.valid @> ((c.local_date + time '12:00') AT TIME ZONE :timezone)
            WHERE a.worker_id = ANY(CAST(:workers AS bigint[])) AND c.local_date BETWEEN :first AND :last
            GROUP BY a.worker_id, c.visit_class
            ORDER BY a.worker_id, c.visit_class
            """  # noqa: S608 - constants
        ),
        {"workers": list(worker_ids), "first": first, "last": last, "timezone": timezone},
    ).all()
