"""SQL that counts hours of patrol: what is due, what it is counted from, and what was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row

    from gis_grid.patrols.weeks import Week

_COUNTING_LOCK: Final = 0x6566666F7274  # "effort"

_LATEST = """
    SELECT DISTINCT ON (worker_id, iso_week) worker_id, iso_week, id, provisional FROM judgement
    {where} ORDER BY worker_id, iso_week, revision DESC
"""


def lock(conn: Connection) -> None:
    """Wait for any other counting, and keep others waiting until the transaction ends; readers go on."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _COUNTING_LOCK})


def weeks_due(conn: Connection) -> list[str]:
    """Return the weeks with a judgement that hours are not counted from."""
    query = f"""
        SELECT DISTINCT iso_week FROM ({_LATEST.format(where="")}) AS latest
        WHERE NOT EXISTS (SELECT FROM patrol_effort_counted WHERE judgement_id = latest.id)
        ORDER BY 1
    """  # noqa: S608 - made of constants
    return list(conn.execute(text(query)).scalars())


def workers_due(conn: Connection, week: Week) -> list[int]:
    """Return whose hours of a week are not counted: once it is final, and of who had two grids, before."""
    query = f"""
        SELECT worker_id FROM ({_LATEST.format(where="WHERE iso_week = :week")}) AS latest
        WHERE NOT EXISTS (SELECT FROM patrol_effort_counted WHERE judgement_id = latest.id)
            AND (NOT provisional
                OR EXISTS (SELECT FROM stand_in WHERE stand_in.worker_id = latest.worker_id
                           AND during && tstzrange(:start, :end))
                OR 1 < (SELECT count(DISTINCT grid_id) FROM assignment
                        WHERE assignment.worker_id = latest.worker_id AND valid && tstzrange(:start, :end)))
        ORDER BY worker_id
    """  # noqa: S608 - made of constants
    return list(conn.execute(text(query), _week(week)).scalars())


def held(conn: Connection, workers: Sequence[int], week: Week) -> Sequence[Row[Any]]:
    """Return (worker_id, grid_id, code, since, until, stood_in) of grids that workers had in a week.

    Their own, and those of colleagues while they stood in; ``None`` is without an end.
    """
    query = text("""
        SELECT worker_id, grid_id, grid.code, lower(during) AS since, upper(during) AS until, stood_in
        FROM (
            SELECT worker_id, grid_id, valid AS during, false AS stood_in
            FROM assignment WHERE worker_id = ANY(CAST(:workers AS bigint[]))
            UNION ALL
            SELECT stand_in.worker_id, grid_id, valid * stand_in.during, true
            FROM stand_in JOIN absence ON absence.id = absence_id
            JOIN assignment ON assignment.worker_id = absence.worker_id AND valid && stand_in.during
            WHERE stand_in.worker_id = ANY(CAST(:workers AS bigint[]))
        ) AS held
        JOIN grid ON grid.id = grid_id
        WHERE during && tstzrange(:start, :end)
        ORDER BY worker_id, stood_in, since, grid_id
    """)
    return conn.execute(query, {**_week(week), "workers": list(workers)}).all()


def counted_into(conn: Connection, workers: Sequence[int], week: Week) -> set[int]:
    """Return the grids that hours of some workers' week were counted into before."""
    query = text("""
        SELECT unnest(grids) FROM patrol_effort_counted JOIN judgement ON judgement.id = judgement_id
        WHERE iso_week = :week AND worker_id = ANY(CAST(:workers AS bigint[]))
    """)
    return set(conn.execute(query, {**_week(week), "workers": list(workers)}).scalars())


def workers_in(conn: Connection, grids: Iterable[int], week: Week) -> list[int]:
    """Return who had one of some grids in a week, or stood in there."""
    query = text("""
        SELECT worker_id FROM assignment
        WHERE grid_id = ANY(CAST(:grids AS bigint[])) AND valid && tstzrange(:start, :end)
        UNION
        SELECT stand_in.worker_id
        FROM stand_in JOIN absence ON absence.id = absence_id
        JOIN assignment ON assignment.worker_id = absence.worker_id AND valid && during
        WHERE grid_id = ANY(CAST(:grids AS bigint[])) AND valid * during && tstzrange(:start, :end)
        ORDER BY 1
    """)
    return list(conn.execute(query, {**_week(week), "grids": sorted(grids)}).scalars())


def judged(conn: Connection, workers: Sequence[int], week: Week) -> Sequence[Row[Any]]:
    """Return (worker_id, judgement_id, provisional, local_date, intervals) by the latest judgements."""
    where = "WHERE iso_week = :week AND worker_id = ANY(CAST(:workers AS bigint[]))"
    query = f"""
        SELECT latest.worker_id, latest.id AS judgement_id, latest.provisional, day.local_date, day.intervals
        FROM ({_LATEST.format(where=where)}) AS latest
        LEFT JOIN day_verdict AS day ON day.judgement_id = latest.id AND day.intervals <> '[]'
        ORDER BY latest.worker_id, day.local_date
    """  # noqa: S608 - made of constants
    return conn.execute(text(query), {**_week(week), "workers": list(workers)}).all()


def replace_cells(
    conn: Connection,
    week: Week,
    grids: Iterable[int],
    weeks: Sequence[tuple[date, int, int]],
    cells: Iterable[tuple[date, int, int, float]],
) -> None:
    """Keep of some grids' week these (week, grid, days) and (week, grid, cell, seconds), and no others."""
    conn.execute(
        text(
            "DELETE FROM patrol_effort_week WHERE week = :first AND grid_id = ANY(CAST(:grids AS bigint[]))"
        ),
        {"first": week.first, "grids": sorted(grids)},
    )
    told, spent = ("week", "grid_id", "days"), ("week", "grid_id", "cell", "seconds")
    copy_rows(conn, "patrol_effort_week", told, ("date", "int8", "int2"), weeks)
    copy_rows(conn, "patrol_effort", spent, ("date", "int8", "int8", "float8"), cells)


def replace_elsewhere(
    conn: Connection,
    week: Week,
    grids: Iterable[int],
    rows: Iterable[tuple[date, int, int | None, list[float]]],
) -> None:
    """Keep of time in some grids in a week these (date, grid, grid held at noon, seconds by hour) only."""
    conn.execute(
        text(
            "DELETE FROM patrol_elsewhere WHERE grid_id = ANY(CAST(:grids AS bigint[]))"
            " AND local_date BETWEEN :first AND :last"
        ),
        {"first": week.first, "last": week.last, "grids": sorted(grids)},
    )
    columns = ("local_date", "grid_id", "own_grid_id", "seconds")
    copy_rows(conn, "patrol_elsewhere", columns, ("date", "int8", "int8", "float8[]"), rows)


def keep_counted(conn: Connection, week: Week, counted: Sequence[tuple[int, int, list[int]]]) -> None:
    """Keep which (worker, judgement) was counted into which grids, instead of an earlier one of that week."""
    conn.execute(
        text("""
            DELETE FROM patrol_effort_counted USING judgement
            WHERE judgement.id = judgement_id AND iso_week = :week
                AND worker_id = ANY(CAST(:workers AS bigint[]))
        """),
        {**_week(week), "workers": [worker for worker, _, _ in counted]},
    )
    rows = [row[1:] for row in counted]
    copy_rows(conn, "patrol_effort_counted", ("judgement_id", "grids"), ("int8", "int8[]"), rows)


def _week(week: Week) -> dict[str, str | datetime]:
    return {"week": week.name, "start": week.start, "end": week.end}
