"""SQL of judgements: the latest revision of a week is what counts, the older ones stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from gis_grid.core import week_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection, RowMapping

    Period = tuple[date, date]

_LATEST = """
    SELECT DISTINCT ON (worker_id, iso_week) judgement.*
    FROM judgement
    WHERE iso_week BETWEEN :first_week AND :last_week
        AND worker_id = ANY(CAST(:workers AS bigint[]))
    ORDER BY worker_id, iso_week, revision DESC
"""


def weeks_of(
    conn: Connection, workers: Sequence[int], first_week: str, last_week: str
) -> Sequence[RowMapping]:
    """Return the latest week verdicts with their judgement, in order of worker and week."""
    query = f"""
        SELECT latest.worker_id, latest.iso_week, latest.revision, latest.judged_at, latest.provisional,
               latest.profiles, latest.flags, week_verdict.*
        FROM ({_LATEST}) AS latest JOIN week_verdict ON week_verdict.judgement_id = latest.id
        ORDER BY latest.worker_id, latest.iso_week
    """  # noqa: S608 - made of constants
    values = {"workers": list(workers), "first_week": first_week, "last_week": last_week}
    return conn.execute(text(query), values).mappings().all()


def periods_of(conn: Connection, worker_id: int) -> Sequence[RowMapping]:
    """Return the latest verdicts of each judged month and quarter of a worker."""
    query = """
        SELECT DISTINCT ON (period) period, revision, judged_at, provisional, verdicts
        FROM period_judgement WHERE worker_id = :worker ORDER BY period, revision DESC
    """
    return conn.execute(text(query), {"worker": worker_id}).mappings().all()


def days_of(conn: Connection, workers: Sequence[int], period: Period) -> Sequence[RowMapping]:
    """Return the latest day verdicts of a period, in order of worker and date."""
    return _by_date(conn, "day_verdict", "local_date", workers, period)


def patrols_of(conn: Connection, workers: Sequence[int], period: Period) -> Sequence[RowMapping]:
    """Return the latest patrols that began within a period, in order of worker and time."""
    return _by_date(conn, "patrol", "starts_at", workers, period)


_TOLD = "(SELECT told.* FROM integrity_sign AS sign CROSS JOIN LATERAL gis_grid_told(sign) AS told)"


def signs_of(conn: Connection, workers: Sequence[int], period: Period) -> Sequence[RowMapping]:
    """Return the latest signs of a period, in order of worker and date.

    Nobody is named in them whom the caller may not see.
    """
    return _by_date(conn, _TOLD, "local_date, kind", workers, period)


def _by_date(
    conn: Connection, table: str, order: str, workers: Sequence[int], period: Period
) -> Sequence[RowMapping]:
    query = f"""
        SELECT latest.worker_id, found.*
        FROM ({_LATEST}) AS latest JOIN {table} AS found ON found.judgement_id = latest.id
        WHERE found.local_date BETWEEN :first AND :last
        ORDER BY latest.worker_id, {order}
    """  # noqa: S608 - made of constants
    values = {
        "workers": list(workers),
        "first_week": week_of(period[0]),
        "last_week": week_of(period[1]),
        "first": period[0],
        "last": period[1],
    }
    return conn.execute(text(query), values).mappings().all()


def summaries(conn: Connection, workers: Sequence[int]) -> Sequence[RowMapping]:
    """Return (worker_id, first_date, last_date, met, short, review, signs) over all latest judgements."""
    return conn.execute(text(_SUMMARIES), {"workers": list(workers)}).mappings().all()


_SUMMARIES = """
    WITH latest AS (
        SELECT DISTINCT ON (worker_id, iso_week) id, worker_id
        FROM judgement WHERE worker_id = ANY(CAST(:workers AS bigint[]))
        ORDER BY worker_id, iso_week, revision DESC
    ), verdict AS (
        SELECT worker_id, jsonb_array_elements(verdicts) ->> 'outcome' AS outcome
        FROM latest JOIN (
            SELECT judgement_id, verdicts FROM day_verdict
            UNION ALL SELECT judgement_id, verdicts FROM week_verdict
            UNION ALL SELECT judgement_id, verdicts FROM patrol
        ) AS found ON found.judgement_id = latest.id
    ), outcomes AS (
        SELECT worker_id, count(*) FILTER (WHERE outcome = 'met') AS met,
               count(*) FILTER (WHERE outcome = 'short') AS short,
               count(*) FILTER (WHERE outcome = 'review') AS review
        FROM verdict GROUP BY worker_id
    ), days AS (
        SELECT worker_id, min(local_date) AS first_date, max(local_date) AS last_date
        FROM latest JOIN day_verdict ON day_verdict.judgement_id = latest.id GROUP BY worker_id
    ), signs AS (
        SELECT worker_id, array_agg(DISTINCT kind ORDER BY kind) AS kinds
        FROM latest JOIN integrity_sign ON integrity_sign.judgement_id = latest.id GROUP BY worker_id
    )
    SELECT worker_id, first_date, last_date, coalesce(met, 0) AS met, coalesce(short, 0) AS short,
           coalesce(review, 0) AS review, coalesce(kinds, '{}') AS signs
    FROM days LEFT JOIN outcomes USING (worker_id) LEFT JOIN signs USING (worker_id)
"""


def revisions_of(conn: Connection, worker_id: int, week: str) -> Sequence[RowMapping]:
    """Return every judgement of a week with its time inside, oldest first."""
    return (
        conn.execute(
            text(
                """
                SELECT judgement.*, lower_s, best_s, upper_s, unknown_s
                FROM judgement JOIN week_verdict ON week_verdict.judgement_id = judgement.id
                WHERE judgement.worker_id = :worker AND judgement.iso_week = :week
                ORDER BY judgement.revision
                """
            ),
            {"worker": worker_id, "week": week},
        )
        .mappings()
        .all()
    )


def verdicts_of(conn: Connection, judgement_ids: Sequence[int]) -> Sequence[RowMapping]:
    """Return (judgement_id, rule, date, outcome, unit, best, n) of every verdict; a week's has no date.

    `n` numbers the patrols of a day.
    """
    return (
        conn.execute(
            text(
                """
                WITH found (judgement_id, date, n, verdicts) AS (
                    SELECT judgement_id, NULL::date, 1, verdicts FROM week_verdict
                    UNION ALL SELECT judgement_id, local_date, 1, verdicts FROM day_verdict
                    UNION ALL SELECT judgement_id, local_date,
                        row_number() OVER (PARTITION BY judgement_id, local_date ORDER BY starts_at), verdicts
                    FROM patrol
                )
                SELECT judgement_id, verdict ->> 'rule' AS rule, date, n, verdict ->> 'outcome' AS outcome,
                       verdict ->> 'unit' AS unit, (verdict ->> 'best')::float8 AS best
                FROM found CROSS JOIN LATERAL jsonb_array_elements(verdicts) AS verdict
                WHERE judgement_id = ANY(CAST(:ids AS bigint[]))
                ORDER BY date NULLS FIRST, rule, n
                """
            ),
            {"ids": list(judgement_ids)},
        )
        .mappings()
        .all()
    )


def newest_profiles(conn: Connection) -> list[dict[str, str]]:
    """Return name and version of the rule profiles of the newest judging that may be seen."""
    query = "SELECT profiles FROM judgement ORDER BY id DESC LIMIT 1"
    found: list[dict[str, str]] | None = conn.execute(text(query)).scalar_one_or_none()
    return found or []
