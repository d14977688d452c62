"""The judging of `judge.py` in PostGIS SQL on a share of the workers, and whether it finds the same.

`sql_coarse.py` is what one writes first; `sql_same_job.py` finds what the program finds: lower, best and
upper of each patrol, day and week with the intervals behind them, stored as verdict documents under an index.
Even that leaves out sentences, signs of made-up tracks, copies between workers, revisions, digests, the
records beside the track (absences, stand-ins, key places) and the rules that need them; no fix is believed
again after a jump. Both read the same table by the same index, with as many connections at a time as the
program has processes, because window functions and what fills tables do not run in parallel within one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.kit.database import transaction
from gis_grid.kit.days import instants
from judging import sql_coarse, sql_same_job
from judging.city import FIXES_A_DAY, MONDAY, TZ, City

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine, RowMapping

MOST_APART_BEST_S: Final = 1e-3
"""The program stores whole milliseconds, PostgreSQL keeps microseconds of each crossing."""

MOST_APART_BOUND_S: Final = 1.0
"""Of a day, a patrol or a week of one day; a buffer's arcs are chords."""

# Every span that the program stored has to be there, with the same rule.
_APART: Final = """
WITH stored AS (
    SELECT judgement_id, 'patrol' AS scope, starts_at AS begins, lower_s, best_s, upper_s, verdicts
    FROM patrol
    UNION ALL
    SELECT judgement_id, 'day', local_date::timestamp AT TIME ZONE :tz, lower_s, best_s, upper_s, verdicts
    FROM day_verdict WHERE local_date::timestamp AT TIME ZONE :tz < :end
    UNION ALL
    SELECT judgement_id, 'week', to_date(iso_week, 'IYYY"-W"IW')::timestamp AT TIME ZONE :tz,
           lower_s, best_s, upper_s, verdicts
    FROM week_verdict JOIN judgement ON judgement.id = judgement_id
), ours AS (
    SELECT worker_id, stored.* FROM stored JOIN judgement ON judgement.id = judgement_id
    WHERE revision = 1 AND worker_id = ANY(:workers)
), paired AS (
    SELECT ours.lower_s - theirs.lower_s AS lower_s, ours.best_s - theirs.best_s AS best_s,
           ours.upper_s - theirs.upper_s AS upper_s, verdict, theirs.verdicts -> 0 AS other
    FROM ours LEFT JOIN sql_verdict AS theirs USING (worker_id, scope, begins)
    LEFT JOIN LATERAL jsonb_array_elements(ours.verdicts) AS verdict
        ON verdict ->> 'rule' = theirs.verdicts -> 0 ->> 'rule'
)
SELECT count(*) = count(other) AND count(*) = count(verdict) AS is_whole,
       max(abs(best_s)) AS best_s, max(abs(lower_s)) AS lower_s, max(abs(upper_s)) AS upper_s,
       bool_and((verdict ->> 'outcome' = 'met') = (other ->> 'outcome' = 'met')) AS is_met_alike,
       max(abs(jsonb_array_length(verdict -> 'intervals') - jsonb_array_length(other -> 'intervals')))
           AS intervals,
       max((SELECT max(greatest(
                abs(date_part('epoch', (one ->> 0)::timestamptz - (two ->> 0)::timestamptz)),
                abs(date_part('epoch', (one ->> 1)::timestamptz - (two ->> 1)::timestamptz))))
            FROM ROWS FROM (jsonb_array_elements(verdict -> 'intervals'),
                            jsonb_array_elements(other -> 'intervals')) AS pair (one, two))) AS ends_s
FROM paired
"""

_APART_COARSE: Final = """
SELECT count(*) = count(theirs.best_s) AS is_whole, max(abs(ours.best_s - theirs.best_s)) AS best_s
FROM judgement
JOIN day_verdict AS ours ON ours.judgement_id = judgement.id
LEFT JOIN sql_coarse AS theirs
    ON theirs.worker_id = judgement.worker_id AND scope = 'day' AND begins = local_date
WHERE revision = 1 AND judgement.worker_id = ANY(:workers)
    AND local_date::timestamp AT TIME ZONE :tz < :end
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """Whom to judge in SQL, and over how many connections."""

    city: City
    share: int
    connections: int

    @property
    def workers(self) -> list[int]:
        """One worker in `share`."""
        return list(range(1, self.city.workers + 1, self.share))

    @property
    def fixes(self) -> int:
        """How many fixes they sent."""
        return len(self.workers) * self.city.days * FIXES_A_DAY


@dataclass(frozen=True, slots=True)
class Peer:
    """What one way of writing it took."""

    name: str
    seconds: float
    fixes_per_s: float
    agreement: str


def coarse(engine: Engine, sample: Sample) -> Peer:
    """Judge by `sql_coarse.py`.

    Raises
    ------
    AssertionError
        When its seconds inside are not the program's.
    """
    seconds = _run(engine, sample, sql_coarse.TABLE, sql_coarse.STATEMENTS)
    apart = _apart(engine, sample, _APART_COARSE)
    assert apart["is_whole"], apart
    assert apart["best_s"] <= MOST_APART_BEST_S, apart
    said = f"best of a day at most {apart['best_s']:.1e} s apart"
    return Peer("PostGIS SQL, coarse", seconds, sample.fixes / seconds, said)


def same_job(engine: Engine, sample: Sample) -> Peer:
    """Judge by `sql_same_job.py`.

    Raises
    ------
    AssertionError
        When a patrol, day or week, its bounds or its intervals are not the program's.
    """
    seconds = _run(engine, sample, sql_same_job.TABLE, sql_same_job.STATEMENTS)
    apart = _apart(engine, sample, _APART)
    assert apart["is_whole"], apart
    assert apart["is_met_alike"], apart
    assert apart["intervals"] == 0, apart
    assert max(apart["best_s"], apart["ends_s"]) <= MOST_APART_BEST_S * sample.city.days, apart
    assert max(apart["lower_s"], apart["upper_s"]) <= MOST_APART_BOUND_S * sample.city.days, apart
    said = (
        f"over patrols, days and weeks best at most {apart['best_s']:.1e} s apart, lower "
        f"{apart['lower_s']:.2f} s, upper {apart['upper_s']:.2f} s; the same intervals, their ends at most "
        f"{apart['ends_s']:.1e} s apart"
    )
    return Peer("PostGIS SQL, the same job", seconds, sample.fixes / seconds, said)


def _run(engine: Engine, sample: Sample, table: str, statements: Sequence[str]) -> float:
    """Fill a table by so many connections, each with its part of the workers; return the seconds."""
    with transaction(engine) as conn:
        conn.execute(text(table))

    def work(number: int) -> None:
        values = _values(sample, sample.workers[number :: sample.connections])
        with transaction(engine) as conn:
            for statement in statements:
                conn.execute(text(statement), values)

    with ThreadPoolExecutor(sample.connections) as pool:
        started = perf_counter()
        list(pool.map(work, range(min(sample.connections, len(sample.workers)))))
        return perf_counter() - started


def _apart(engine: Engine, sample: Sample, query: str) -> RowMapping:
    """Return how far both are from each other."""
    with transaction(engine) as conn:
        return conn.execute(text(query), _values(sample, sample.workers)).mappings().one()


def _values(sample: Sample, workers: list[int]) -> dict[str, Any]:
    start, end = instants(MONDAY, sample.city.last_day, TZ)
    return {"workers": workers, "start": start, "end": end, "tz": TZ.key, "days": sample.city.days}
