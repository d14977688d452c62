"""SQL of runs: which there were, what they were asked, and which parts are done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert

from gis_grid.patrols.tables import judge_part, judge_run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

_JUDGING_LOCK = 4_201_979


class StoredRun(NamedTuple):
    """A run that has begun."""

    id: int
    begun_at: datetime


def lock_or_wait(conn: Connection) -> None:
    """Wait for any other judging, and keep others waiting until the transaction ends; readers go on."""
    conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _JUDGING_LOCK})


def lock_if_free(conn: Connection) -> bool:
    """Keep other judgings out as long as the connection is open; return whether there was none."""
    query = text("SELECT pg_try_advisory_lock(:key)")
    return bool(conn.execute(query, {"key": _JUDGING_LOCK}).scalar_one())


def lock_for_now(conn: Connection) -> bool:
    """Keep judgings out until the transaction ends, if there is none; return whether there was none."""
    query = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool(conn.execute(query, {"key": _JUDGING_LOCK}).scalar_one())


def unlock(conn: Connection) -> None:
    """Let other judgings begin."""
    conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _JUDGING_LOCK})


def find_stopped(conn: Connection, asked: dict[str, Any], since: datetime) -> StoredRun | None:
    """Return the last run that was asked the same after `since` and did not end."""
    query = (
        judge_run.select()
        .with_only_columns(judge_run.c.id, judge_run.c.begun_at)
        .where(judge_run.c.asked == asked, judge_run.c.ended_at.is_(None), judge_run.c.begun_at >= since)
        .order_by(judge_run.c.id.desc())
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else StoredRun(row.id, row.begun_at)


def add_run(conn: Connection, asked: dict[str, Any], begun_at: datetime, parts: int) -> StoredRun:
    """Begin a run."""
    values = {"asked": asked, "begun_at": begun_at, "parts": parts}
    made = conn.execute(insert(judge_run).values(values).returning(judge_run.c.id)).scalar_one()
    return StoredRun(int(made), begun_at)


def end_run(conn: Connection, run_id: int) -> None:
    """Write down that a run came to its end."""
    conn.execute(judge_run.update().where(judge_run.c.id == run_id).values(ended_at=func.now()))


def add_part(conn: Connection, row: dict[str, Any]) -> None:
    """Write down that a part is done."""
    conn.execute(insert(judge_part).values(row))


def parts_done(conn: Connection, run_id: int) -> Sequence[RowMapping]:
    """Return the parts of a run that are done, in order."""
    query = judge_part.select().where(judge_part.c.run_id == run_id).order_by(judge_part.c.number)
    return conn.execute(query).mappings().all()


def profiles_asked(conn: Connection, workers: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return the profiles that the run asked for which judged each worker last, by worker id."""
    rows = conn.execute(
        text(
            """
            SELECT worker.id, run.asked -> 'profiles' AS profiles
            FROM unnest(CAST(:workers AS bigint[])) AS worker (id)
            CROSS JOIN LATERAL (
                SELECT run_id FROM judgement WHERE worker_id = worker.id
                ORDER BY iso_week DESC, revision DESC LIMIT 1
            ) AS latest
            JOIN judge_run AS run ON run.id = latest.run_id
            """
        ),
        {"workers": list(workers)},
    )
    return {row.id: tuple(row.profiles) for row in rows}


def provisional_weeks(conn: Connection) -> list[str]:
    """Return the names of weeks in which somebody's latest judgement is provisional, oldest first."""
    return list(
        conn.execute(
            text(
                """
                SELECT DISTINCT iso_week FROM (
                    SELECT DISTINCT ON (worker_id, iso_week) iso_week, provisional
                    FROM judgement ORDER BY worker_id, iso_week, revision DESC
                ) AS latest
                WHERE provisional ORDER BY iso_week
                """
            )
        ).scalars()
    )
