"""SQL of verdicts that do not count as they were computed, because they are contested or set aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

NEWEST: Final = """
    CROSS JOIN LATERAL (
        SELECT judgement.id AS judgement_id, judgement.revision AS newest,
            gis_grid_verdict_on(judgement.id, subject, local_date, starts_at, rule) ->> 'outcome'
                AS outcome_now
        FROM judgement
        WHERE judgement.worker_id = contest.worker_id AND judgement.iso_week = contest.iso_week
        ORDER BY judgement.revision DESC LIMIT 1
    ) AS judged
"""
"""Beside each contest of a week what the newest judging of it says of the same verdict."""

NEWEST_OVER: Final = """
    CROSS JOIN LATERAL (
        SELECT NULL::bigint AS judgement_id, one.revision AS newest,
            gis_grid_verdict_over(one.worker_id, one.period, one.revision, rule) ->> 'outcome' AS outcome_now
        FROM period_judgement AS one
        WHERE one.worker_id = contest.worker_id AND one.period = contest.period
        ORDER BY one.revision DESC LIMIT 1
    ) AS judged
"""
"""The same beside each contest of a month or a quarter."""

# An accepted contest goes before an open one of the same verdict: it was answered.
_CONTESTED: Final = text(f"""
    SELECT worker_id, judgement_id, rule, outcome_now,
        CASE state WHEN 'open' THEN 'contested' ELSE 'set_aside' END
    FROM (
        SELECT DISTINCT ON (worker_id, iso_week, subject, local_date, starts_at, rule)
            worker_id, judgement_id, rule, outcome_now, state
        FROM contest {NEWEST}
        WHERE worker_id = ANY(CAST(:workers AS bigint[])) AND iso_week BETWEEN :first AND :last
            -- Said for itself, or the newest judging would be looked up of those that are over, too.
            AND state IN ('open', 'accepted')
            AND outcome_now <> 'met' AND (state = 'open' OR outcome_now = outcome_then)
        ORDER BY worker_id, iso_week, subject, local_date, starts_at, rule, state
    ) AS one
""")  # noqa: S608 - made of constants


class Contested(NamedTuple):
    """A verdict that counts as contested or set aside, and not as its outcome."""

    worker_id: int
    judgement_id: int
    rule: str
    outcome: str
    counts_as: str


def contested(
    conn: Connection, workers: Sequence[int], first_week: str = "0000-W00", last_week: str = "9999-W99"
) -> list[Contested]:
    """Return the verdicts of the newest judgings that are contested, or were set aside.

    A verdict is contested while a contest of it is open, unless it is met by now. It is set aside when one
    was accepted, as long as it is what was contested: judged otherwise later, it counts, and can be contested
    anew.
    """
    values = {"workers": list(workers), "first": first_week, "last": last_week}
    return [Contested(*row) for row in conn.execute(_CONTESTED, values)]
