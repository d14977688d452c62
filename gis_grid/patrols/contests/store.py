"""SQL of contests: they are written by functions of the database alone, which check who may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from gis_grid.patrols.contested_store import NEWEST, NEWEST_OVER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, RowMapping

    from gis_grid.patrols.contests.schemas import ContestDecided, ContestFiled


class Filed(NamedTuple):
    """The id of a new contest, or why there is none; and the newest revision, if any."""

    made: int | None
    refused: str | None
    newest: int | None


_FILE: Final = text("""
    SELECT made, refused, newest FROM gis_grid_file_contest(
        :worker, :week, :revision, :subject, :date, :starts_at, :rule, :words)
""")

_FILE_OVER: Final = text("""
    SELECT made, refused, newest FROM gis_grid_file_period_contest(
        :worker, :period, :revision, :rule, :words)
""")


def _read(where: str) -> str:
    """Return the contests of weeks and those of periods, each beside what is judged by now."""
    return " UNION ALL ".join(
        f"""
        SELECT contest.*, iso_week AS week, local_date AS date, worker.code AS worker, outcome_now,
            newest > contest.revision AND outcome_now IS DISTINCT FROM outcome_then AS judged_again
        FROM contest JOIN worker ON worker.id = worker_id {newest} WHERE {where}
        """  # noqa: S608 - made of constants
        for newest in (NEWEST, NEWEST_OVER)
    )


_ONE: Final = text(_read("contest.id = :id"))

_PAGE: Final = """
    contest.id IN (
        SELECT id FROM contest
        WHERE (CAST(:worker AS bigint) IS NULL OR worker_id = :worker)
            AND (CAST(:state AS text) IS NULL OR state = :state)
            AND (CAST(:before AS bigint) IS NULL OR id < :before)
        ORDER BY id DESC LIMIT :limit)
"""

_LISTED: Final = text(f"{_read(_PAGE)} ORDER BY id DESC")


def file(conn: Connection, worker_id: int, sent: ContestFiled) -> Filed:
    """File a contest of the caller's own verdict."""
    statement = _FILE if sent.period is None else _FILE_OVER
    row = conn.execute(statement, {"worker": worker_id, **sent.model_dump()}).one()
    return Filed(*row)


def withdraw(conn: Connection, contest_id: int) -> str | None:
    """Take a contest of one's own back if it is open; return what it was, ``None`` where none is in sight."""
    query = text("SELECT gis_grid_withdraw_contest(:id)")
    was: str | None = conn.execute(query, {"id": contest_id}).scalar_one()
    return was


def decide(conn: Connection, contest_id: int, sent: ContestDecided) -> str | None:
    """Decide on a contest if it is open; return what it was.

    ``None`` where there is none in sight, ``own`` where the caller filed it.
    """
    query = text("SELECT gis_grid_decide_contest(:id, :outcome, :words)")
    was: str | None = conn.execute(query, {"id": contest_id, **sent.model_dump()}).scalar_one()
    return was


def find(conn: Connection, contest_id: int) -> RowMapping | None:
    """Return a contest; ``None`` where there is none in sight."""
    return conn.execute(_ONE, {"id": contest_id}).mappings().one_or_none()


def listed(
    conn: Connection, *, worker_id: int | None, state: str | None, before: int | None, limit: int
) -> Sequence[RowMapping]:
    """Return contests in sight, newest first: of a worker, in a state, filed before one."""
    values = {"worker": worker_id, "state": state, "before": before, "limit": limit}
    return conn.execute(_LISTED, values).mappings().all()
