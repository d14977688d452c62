"""SQL of what workers sign, file and are excused from: reads for judging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy import Connection, Row


def kept_since(conn: Connection) -> Row[Any]:
    """Return the first time of a signature and of a check, and the first date of a form; null without any."""
    return conn.execute(
        text(
            """
            SELECT (SELECT min(at) FROM signature) AS signatures,
                   (SELECT min(at) FROM online_check) AS checks,
                   (SELECT min(local_date) FROM daily_form) AS forms
            """
        )
    ).one()


def signatures_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, t_ms, kind, lon, lat, accuracy_m) within [start, end), oldest first."""
    return conn.execute(
        text(
            """
            SELECT worker_id, CAST(floor(extract(epoch FROM at) * 1000) AS bigint) AS t_ms, kind, lon, lat,
                   accuracy_m
            FROM signature
            WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND at >= :start AND at < :end
            ORDER BY worker_id, at, kind
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end},
    ).all()


def checks_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, t_ms) of checks within [start, end), oldest first."""
    return conn.execute(
        text(
            """
            SELECT worker_id, CAST(floor(extract(epoch FROM at) * 1000) AS bigint) AS t_ms
            FROM online_check
            WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND at >= :start AND at < :end
            ORDER BY worker_id, at
            """
        ),
        {"workers": list(worker_ids), "start": start, "end": end},
    ).all()


def forms_of(conn: Connection, worker_ids: Sequence[int], first: date, last: date) -> Sequence[Row[Any]]:
    """Return (worker_id, local_date, form) of the days from `first` to `last`, both included."""
    return conn.execute(
        text(
            """
            SELECT worker_id, local_date, form FROM daily_form
            WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND local_date BETWEEN :first AND :last
            ORDER BY worker_id, local_date, form
            """
        ),
        {"workers": list(worker_ids), "first": first, "last": last},
    ).all()


def absences_of(conn: Connection, worker_ids: Sequence[int], first: date, last: date) -> Sequence[Row[Any]]:
    """Return (worker_id, first_date, last_date) of absences with a day from `first` to `last`."""
    return conn.execute(
        text(
            """
            SELECT worker_id, first_date, last_date FROM absence
            WHERE worker_id = ANY(CAST(:workers AS bigint[]))
                AND daterange(first_date, last_date, '[]') && daterange(:first, :last, '[]')
            ORDER BY worker_id, first_date
            """
        ),
        {"workers": list(worker_ids), "first": first, "last": last},
    ).all()


_STAND_INS = """
    SELECT absence.worker_id AS absent_id, stand_in.worker_id, worker.code AS worker_code,
           lower(during) AS starts_at, upper(during) AS ends_at
    FROM stand_in
    JOIN absence ON absence.id = stand_in.absence_id
    JOIN worker ON worker.id = stand_in.worker_id
    WHERE {side} = ANY(CAST(:workers AS bigint[])) AND during && tstzrange(:start, :end)
    ORDER BY absence.worker_id, lower(during), worker.code
"""


def holds_stand_ins(conn: Connection) -> bool:
    """Return whether there is any stand-in."""
    return bool(conn.execute(text("SELECT EXISTS (SELECT FROM stand_in)")).scalar_one())


def stand_ins_for(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (absent_id, worker_id, worker_code, starts_at, ends_at) where one of the workers is absent."""
    parameters = {"workers": list(worker_ids), "start": start, "end": end}
    return conn.execute(text(_STAND_INS.format(side="absence.worker_id")), parameters).all()


def stand_ins_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return the same columns where one of the workers stands in."""
    parameters = {"workers": list(worker_ids), "start": start, "end": end}
    return conn.execute(text(_STAND_INS.format(side="stand_in.worker_id")), parameters).all()


def part_timers(conn: Connection, worker_ids: Sequence[int], first: date, last: date) -> list[int]:
    """Return which of the workers are part-time on some day from `first` to `last`."""
    return list(
        conn.execute(
            text(
                """
                SELECT DISTINCT worker_id FROM part_time
                WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND valid && daterange(:first, :last, '[]')
                ORDER BY worker_id
                """
            ),
            {"workers": list(worker_ids), "first": first, "last": last},
        ).scalars()
    )
