"""SQL that writes judgements: a part's findings by COPY, and signs that a comparison shows afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from psycopg import sql
from sqlalchemy import text

from gis_grid.kit.database import raw

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from gis_grid.patrols.judging import Finding
    from gis_grid.patrols.rows import Row

COPIED, ALIKE = "copied", "alike"
"""The kinds of signs that need everyone's tracks."""

BESIDE = (COPIED, ALIKE, "clock_skew", "no_accuracy")
"""Kinds of signs that a week's own fixes do not show: what made its verdicts does not decide them."""


class Head(NamedTuple):
    """What is asked of the latest judgement of a worker's week."""

    id: int
    revision: int
    body_digest: str
    run_id: int | None
    judged_at: datetime
    has_inputs: bool


def heads(conn: Connection, workers: Sequence[int], week: str) -> dict[int, Head]:
    """Return the latest judgement of each worker's week, by worker id."""
    rows = conn.execute(
        text(
            """
            SELECT DISTINCT ON (worker_id) worker_id, id, revision, body_digest, run_id, judged_at,
                EXISTS (SELECT FROM judgement_input WHERE judgement_id = judgement.id) AS has_inputs
            FROM judgement
            WHERE iso_week = :week AND worker_id = ANY(CAST(:workers AS bigint[]))
            ORDER BY worker_id, revision DESC
            """
        ),
        {"workers": list(workers), "week": week},
    )
    return {row.worker_id: Head(*row[1:]) for row in rows}


def add(conn: Connection, findings: Sequence[Finding], run_id: int) -> dict[int, int]:
    """Write new revisions, each with a revision number, and all that they found; return ids by worker id."""
    if not findings:
        return {}
    rows = conn.execute(
        text("SELECT nextval(pg_get_serial_sequence('judgement', 'id')) FROM generate_series(1, :n)"),
        {"n": len(findings)},
    )
    owned = list(zip(rows.scalars().all(), findings, strict=True))
    _copy(conn, "judgement", [{"id": own, "run_id": run_id, **one.judgement} for own, one in owned])
    for table, kind in (("day_verdict", "days"), ("patrol", "patrols"), ("integrity_sign", "signs")):
        _copy(conn, table, [{"judgement_id": own, **row} for own, one in owned for row in getattr(one, kind)])
    _copy(conn, "week_verdict", [{"judgement_id": own, **one.week} for own, one in owned])
    return {one.worker_id: own for own, one in owned}


def copied_signs(conn: Connection, week: str, workers: Sequence[int] | None = None) -> Sequence[RowMapping]:
    """Return the signs of `BESIDE` in the latest judgements of a week, with their worker.

    Of everyone, or of some workers.
    """
    return (
        conn.execute(
            text(
                """
                SELECT latest.worker_id, sign.local_date, sign.kind, sign.numbers, sign.zh, sign.en
                FROM (
                    SELECT DISTINCT ON (worker_id) worker_id, id FROM judgement
                    WHERE iso_week = :week AND (:everyone OR worker_id = ANY(CAST(:workers AS bigint[])))
                    ORDER BY worker_id, revision DESC
                ) AS latest
                JOIN integrity_sign AS sign
                    ON sign.judgement_id = latest.id AND sign.kind = ANY(:beside)
                ORDER BY latest.worker_id, sign.local_date, sign.kind
                """
            ),
            {
                "week": week,
                "beside": list(BESIDE),
                "everyone": workers is None,
                "workers": list(workers or ()),
            },
        )
        .mappings()
        .all()
    )


def revise(conn: Connection, head: Head, run_id: int, judged_at: datetime) -> int:
    """Write a judgement again as the next revision, without the signs in `BESIDE`; return its id."""
    made = conn.execute(
        text(
            """
            INSERT INTO judgement (worker_id, iso_week, revision, judged_at, core_version, profiles,
                boundary_ids, input_digest, result_digest, body_digest, provisional, flags, run_id)
            SELECT worker_id, iso_week, revision + 1, :judged_at, core_version, profiles,
                boundary_ids, input_digest, body_digest, body_digest, provisional, flags, :run
            FROM judgement WHERE id = :id RETURNING id
            """
        ),
        {"id": head.id, "judged_at": judged_at, "run": run_id},
    ).scalar_one()
    for table, columns in _FOUND.items():
        which = _OWN_SIGNS if table == "integrity_sign" else ""
        statement = f"""
            INSERT INTO {table} (judgement_id, {columns})
            SELECT :made, {columns} FROM {table} WHERE judgement_id = :id {which}
        """  # noqa: S608 - made of constants
        conn.execute(text(statement), {"made": made, "id": head.id})
    return int(made)


_AMOUNT = "known_s, unknown_s, lower_s, best_s, upper_s"
_FOUND = {
    "day_verdict": f"local_date, working_day, {_AMOUNT}, intervals, verdicts",
    "patrol": f"starts_at, ends_at, local_date, {_AMOUNT}, verdicts",
    "week_verdict": f"{_AMOUNT}, verdicts",
    "integrity_sign": "local_date, kind, numbers, zh, en",
    "judgement_input": "document",
}
_OWN_SIGNS = "AND kind NOT IN ('{}')".format("', '".join(BESIDE))


def put_copied_signs(conn: Connection, judgement_id: int, signs: Sequence[Row], result_digest: str) -> None:
    """Give a judgement these signs of copied tracks and of arrivals, and no others; JSON columns as text."""
    conn.execute(
        text("DELETE FROM integrity_sign WHERE judgement_id = :id AND kind = ANY(:beside)"),
        {"id": judgement_id, "beside": list(BESIDE)},
    )
    _copy(conn, "integrity_sign", [{"judgement_id": judgement_id, **row} for row in signs])
    conn.execute(
        text("UPDATE judgement SET result_digest = :digest WHERE id = :id"),
        {"id": judgement_id, "digest": result_digest},
    )


def _copy(conn: Connection, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows by COPY; it takes ids that the program asked for, which INSERT refuses."""
    if not rows:
        return
    names = list(rows[0])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    with raw(conn).cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([row[name] for name in names])
