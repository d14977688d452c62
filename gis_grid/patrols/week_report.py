"""What the latest judgements come to per worker and week, for a table, a file or another program."""

from __future__ import annotations

from collections import defaultdict
from datetime import date  # noqa: TC003 - pydantic reads the annotation
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, Field

from gis_grid.core import week_of
from gis_grid.grids import service as grids
from gis_grid.kit.errors import NotFound
from gis_grid.patrols import store
from gis_grid.patrols.contested_store import contested
from gis_grid.patrols.schemas import Outcomes, UnitName
from gis_grid.patrols.weeks import whole_weeks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, RowMapping

    from gis_grid.patrols.contested_store import Contested

Scope = Literal["day", "week", "patrol"]


class RuleCount(BaseModel):
    """One rule in one week: how its verdicts came out; a rule of the week itself has one verdict."""

    rule: str
    scope: Scope
    title_zh: str
    title_en: str
    unit: UnitName
    required: float
    required_s: float | None = Field(description="The same where the unit is seconds, else null.")
    outcomes: Outcomes


class WorkerWeek(BaseModel):
    """One worker's week: time inside the own grid, and every rule."""

    worker: str
    name: str
    grid: str | None
    week: str
    revision: int
    provisional: bool = Field(description="Late fixes may still come.")
    lower_s: float
    best_s: float
    upper_s: float
    unknown_s: float
    rules: list[RuleCount]


class WorkerSign(BaseModel):
    """A sign of one worker over all days of the report; `numbers` and sentences are of the plainest day."""

    worker: str
    name: str
    kind: str
    days: int
    date: date
    numbers: dict[str, float | str]
    zh: str
    en: str


class WeekReport(BaseModel):
    """Weeks by worker, and the signs: reasons to look at a track, never verdicts."""

    weeks: list[WorkerWeek]
    signs: list[WorkerSign]


def week_report(
    conn: Connection,
    now: datetime,
    start: date | None = None,
    end: date | None = None,
    codes: Sequence[str] | None = None,
) -> WeekReport:
    """Return the latest judgements of the weeks that have a day from `start` to `end`.

    Parameters
    ----------
    now
        The grid of a worker is the one of this moment.
    start, end
        Local days, both included; ``None`` leaves that side open.
    codes
        Workers; by default everyone.

    Raises
    ------
    NotFound
        When a worker is not known.
    BadInput
        When the period ends before it starts.
    """
    period = whole_weeks(start, end)
    workers = {worker.id: worker for worker in _chosen(conn, now, codes)}
    ids = list(workers)
    weeks = store.weeks_of(conn, ids, week_of(period[0]), week_of(period[1]))
    counts = _Counts()
    counts.add("week", weeks)
    counts.add("day", store.days_of(conn, ids, period))
    counts.add("patrol", store.patrols_of(conn, ids, period))
    counts.leave_out(contested(conn, ids, week_of(period[0]), week_of(period[1])))
    return WeekReport(
        weeks=[_week(workers[row["worker_id"]], row, counts.of(row["judgement_id"])) for row in weeks],
        signs=_signs(workers, store.signs_of(conn, ids, period)),
    )


def newest_profiles(conn: Connection) -> str:
    """Return the rule profiles of the newest judging with their versions, to be read; empty without any."""
    return ", ".join(f"{one['name']} {one['version']}" for one in store.newest_profiles(conn))


def _chosen(conn: Connection, now: datetime, codes: Sequence[str] | None) -> list[grids.Worker]:
    everyone = grids.workers_at(conn, now)
    unknown = sorted(set(codes or ()) - {worker.code for worker in everyone})
    if unknown:
        raise NotFound("No such worker", ", ".join(map(repr, unknown)))
    return [worker for worker in everyone if codes is None or worker.code in codes]


class _Counts:
    """Outcomes by judgement and rule."""

    def __init__(self) -> None:
        self._rules: dict[int, dict[str, RuleCount]] = defaultdict(dict)

    def add(self, scope: Scope, rows: Iterable[RowMapping]) -> None:
        for row in rows:
            rules = self._rules[row["judgement_id"]]
            for verdict in row["verdicts"]:
                rule = rules.setdefault(verdict["rule"], _no_outcome_yet(scope, verdict))
                rule.outcomes.count(verdict["outcome"])

    def leave_out(self, verdicts: Iterable[Contested]) -> None:
        """Count as contested or set aside what does not count as it was computed."""
        for verdict in verdicts:
            rules = self._rules[verdict.judgement_id]
            rules[verdict.rule].outcomes.count_instead(verdict.counts_as, verdict.outcome)

    def of(self, judgement_id: int) -> list[RuleCount]:
        return list(self._rules[judgement_id].values())


def _no_outcome_yet(scope: Scope, verdict: dict[str, Any]) -> RuleCount:
    return RuleCount(scope=scope, outcomes=Outcomes.none(), **verdict)


_WEEK_COLUMNS = ("revision", "provisional", "lower_s", "best_s", "upper_s", "unknown_s")


def _week(worker: grids.Worker, row: RowMapping, rules: list[RuleCount]) -> WorkerWeek:
    return WorkerWeek(
        worker=worker.code,
        name=worker.name,
        grid=worker.grid_code,
        week=row["iso_week"],
        rules=rules,
        **{
            name: row[name]
            for name in ("revision", "provisional", "lower_s", "best_s", "upper_s", "unknown_s")
        },
    )


def _signs(workers: dict[int, grids.Worker], rows: Iterable[RowMapping]) -> list[WorkerSign]:
    """Return one entry a worker and kind, and whom a track is copied from; told by the plainest day."""
    by_kind: dict[tuple[int, str, str], list[RowMapping]] = defaultdict(list)
    for row in rows:
        by_kind[row["worker_id"], row["kind"], row["numbers"].get("other_worker", "")].append(row)
    return [
        WorkerSign(
            worker=workers[worker_id].code,
            name=workers[worker_id].name,
            kind=kind,
            days=len(found),
            date=plainest["local_date"],
            **{name: plainest[name] for name in ("numbers", "zh", "en")},
        )
        for (worker_id, kind, _), found in sorted(by_kind.items(), key=lambda one: workers[one[0][0]].code)
        for plainest in [max(found, key=lambda row: row["numbers"].get("share", 0))]
    ]
