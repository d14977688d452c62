"""Verdicts of months and quarters: by what is recorded, without a track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import insert, text

from gis_grid.core.rules.calendar import instant_ms, period_days
from gis_grid.core.rules.judge import judge_period
from gis_grid.core.rules.rule import Scope
from gis_grid.grids import service as grids
from gis_grid.kit.days import GRACE, instants
from gis_grid.patrols.desk import read_work
from gis_grid.patrols.documents import sha256
from gis_grid.patrols.rows import verdict_documents
from gis_grid.patrols.tables import period_judgement

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.patrols.bench import Benches
    from gis_grid.patrols.rows import Row


@dataclass(frozen=True, slots=True)
class PeriodOf:
    """Workers and a month (``2026-11``) or quarter (``2026-Q4``)."""

    workers: tuple[int, ...]
    period: str

    @property
    def scope(self) -> Scope:
        """What the rules over such a period are over."""
        return Scope.QUARTER if "Q" in self.period else Scope.MONTH


def judge_periods(conn: Connection, benches: Benches, errand: PeriodOf) -> None:
    """Judge a month or quarter of those who had a grid in it, and store what is new."""
    tz, days = benches.ask.tz, period_days(errand.period)
    start, end = instants(*days, tz)
    workers = list(grids.areas_of(conn, errand.workers, start, end))
    scope = errand.scope
    before = _latest(conn, errand)
    news: list[Row] = []
    for worker, bench, work in read_work(conn, benches, workers, days, (scope,)):
        if not bench.measures(scope):
            continue
        judged = judge_period(
            work,
            bench.profiles,
            period=errand.period,
            tz=tz,
            work_days=bench.work_days,
            now_ms=instant_ms(bench.now),
        )
        verdicts = verdict_documents(judged.verdicts)
        profiles = [{"name": one.name, "version": one.version} for one in bench.profiles]
        provisional = bench.now < end + GRACE
        digest = sha256([profiles, provisional, verdicts])
        known = before.get(worker)
        if known is None or known.result_digest != digest:
            news.append(
                {
                    "worker_id": worker,
                    "period": errand.period,
                    "revision": known.revision + 1 if known else 1,
                    "judged_at": bench.now,
                    "core_version": bench.core_version,
                    "profiles": profiles,
                    "result_digest": digest,
                    "provisional": provisional,
                    "verdicts": verdicts,
                }
            )
    if news:
        conn.execute(insert(period_judgement), news)


class _Known(NamedTuple):
    revision: int
    result_digest: str


def _latest(conn: Connection, errand: PeriodOf) -> dict[int, _Known]:
    rows = conn.execute(
        text(
            """
            SELECT DISTINCT ON (worker_id) worker_id, revision, result_digest
            FROM period_judgement
            WHERE period = :period AND worker_id = ANY(CAST(:workers AS bigint[]))
            ORDER BY worker_id, revision DESC
            """
        ),
        {"period": errand.period, "workers": list(errand.workers)},
    )
    return {row.worker_id: _Known(row.revision, row.result_digest) for row in rows}
