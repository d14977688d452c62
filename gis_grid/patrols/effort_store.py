"""SQL of patrol time per grid and day, and per cell and week."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from gis_grid.core import week_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from sqlalchemy import Connection, Row


_DAYS = """
    SELECT {columns}
    FROM (
        SELECT DISTINCT ON (worker_id, iso_week) id, worker_id FROM judgement
        WHERE (CAST(:first_week AS text) IS NULL OR iso_week >= :first_week)
            AND (CAST(:last_week AS text) IS NULL OR iso_week <= :last_week)
        ORDER BY worker_id, iso_week, revision DESC
    ) AS latest
    JOIN day_verdict AS day ON day.judgement_id = latest.id
    JOIN assignment ON assignment.worker_id = latest.worker_id
        AND assignment.valid @> ((day.local_date + time '12:00') AT TIME ZONE :timezone)
    JOIN grid ON grid.id = assignment.grid_id
    WHERE (CAST(:first AS date) IS NULL OR day.local_date >= :first)
        AND (CAST(:last AS date) IS NULL OR day.local_date <= :last)
    {group}
"""
_AT_ONCE = 2000


class Days(NamedTuple):
    """Local days, both inside, ``None`` leaves a side open; and which days of the week count: none is all."""

    first: date | None
    last: date | None
    weekdays: Collection[int]
    timezone: str

    def values(self) -> dict[str, Any]:
        """Return what a query is asked with."""
        return {
            "first": self.first, "last": self.last, "timezone": self.timezone,
            "weekdays": sorted(self.weekdays or range(1, 8)),
            "first_week": self.first and week_of(self.first),
            "last_week": self.last and week_of(self.last),
        }  # fmt: skip


def seconds_by_grid(conn: Connection, days: Days) -> Sequence[Row[Any]]:
    """Return (grid code, first and last judged day, seconds inside) of the judged days that may be seen.

    A day is of the grid that its worker had at noon.
    """
    columns = """
        grid.code, min(day.local_date) AS first, max(day.local_date) AS last,
        coalesce(sum(day.best_s) FILTER (WHERE extract(isodow FROM day.local_date) = ANY(:weekdays)), 0)
            AS seconds
    """
    query = _DAYS.format(columns=columns, group="GROUP BY grid.code")
    return conn.execute(text(query), days.values()).all()


def spans_by_grid(conn: Connection, days: Days) -> Iterator[Row[Any]]:
    """Yield (grid code, local date, spans inside) of the same days, a few at a time."""
    query = _DAYS.format(columns="grid.code, day.local_date, day.intervals AS spans", group="")
    yield from conn.execute(text(query), days.values(), execution_options={"yield_per": _AT_ONCE})


def elsewhere(conn: Connection, first: date | None, last: date | None) -> Sequence[Row[Any]]:
    """Return (grid code, code of the grid held at noon, local date, seconds by local hour).

    Of time in another grid than one's own; the own one is ``None`` where there was none at noon.
    """
    query = text("""
        SELECT grid.code, own.code AS own_code, local_date, seconds
        FROM patrol_elsewhere
        LEFT JOIN grid ON grid.id = grid_id
        LEFT JOIN grid AS own ON own.id = own_grid_id
        WHERE (CAST(:first AS date) IS NULL OR local_date >= :first)
            AND (CAST(:last AS date) IS NULL OR local_date <= :last)
    """)
    return conn.execute(query, {"first": first, "last": last}).all()


def weeks_told(conn: Connection, first: date | None, last: date | None) -> tuple[date | None, date | None]:
    """Return the Mondays of the first and the last week of which hours are told by cell."""
    query = text("""
        SELECT min(week), max(week) FROM patrol_effort_week
        WHERE (CAST(:first AS date) IS NULL OR week >= :first)
            AND (CAST(:last AS date) IS NULL OR week <= :last)
    """)
    found = conn.execute(query, {"first": first, "last": last}).one()
    return found[0], found[1]


def seconds_by_cell(
    conn: Connection, first: date, last: date, areas: Sequence[int] | None
) -> Sequence[Row[Any]]:
    """Return (cell, seconds) of the weeks from one Monday to another, by cell."""
    query = text("""
        SELECT cell, sum(seconds) AS seconds
        FROM patrol_effort JOIN grid ON grid.id = grid_id
        WHERE week BETWEEN :first AND :last
            AND (CAST(:areas AS bigint[]) IS NULL OR grid.area_id = ANY(CAST(:areas AS bigint[])))
        GROUP BY cell ORDER BY cell
    """)
    return conn.execute(query, {"first": first, "last": last, "areas": _listed(areas)}).all()


def told_of(conn: Connection, weeks: Sequence[date], codes: Sequence[str]) -> set[tuple[date, str]]:
    """Return those of some (week, grid code) of which hours are told by cell."""
    query = text("""
        SELECT asked.week, asked.code
        FROM unnest(CAST(:weeks AS date[]), CAST(:codes AS text[])) AS asked (week, code)
        JOIN grid ON grid.code = asked.code
        JOIN patrol_effort_week AS told ON told.week = asked.week AND told.grid_id = grid.id
    """)
    return {(row.week, row.code) for row in conn.execute(query, {"weeks": weeks, "codes": codes})}


def _listed(areas: Sequence[int] | None) -> list[int] | None:
    return areas if areas is None else list(areas)
