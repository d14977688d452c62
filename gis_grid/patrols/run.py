"""A run of judging: what is missing is read, parts are judged, everyone's tracks are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from gis_grid.kit import clock
from gis_grid.kit.errors import Conflict, GisGridError
from gis_grid.ledger import service as ledger
from gis_grid.patrols import print_store, run_store
from gis_grid.patrols.ask import Ask, Part, parts_of
from gis_grid.patrols.bench import Benches
from gis_grid.patrols.copies import tell_copies
from gis_grid.patrols.part import PartDone, judge_part, keep_prints
from gis_grid.patrols.periods import PeriodOf, judge_periods
from gis_grid.patrols.weeks import week_named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.patrols.weeks import Week

GOES_ON_WITHIN: Final = timedelta(days=1)
"""A run that was stopped longer ago begins anew: too much may have come in since."""

_AT_ONCE: Final = 500


class Stopped(GisGridError):
    """A run was asked to stop and did, at the border of a part; what is done is stored."""


@dataclass(slots=True)
class JudgeSummary:
    """What a run of judging did.

    Attributes
    ----------
    weeks
        Names of the weeks that were judged.
    written, unchanged
        Workers' weeks with a new revision, and those whose stored verdicts stand as they are.
    fixes
        Fixes that verdicts were reached on.
    without_grid
        (worker, week) that could not be judged: the worker had no grid on any day of it.
    went_on
        Parts that an earlier, stopped run of the same had done.
    reading_s, judging_s, writing_s
        Seconds of all processes together, by what they were spent on.
    """

    weeks: list[str] = field(default_factory=list)
    written: int = 0
    unchanged: int = 0
    fixes: int = 0
    without_grid: list[tuple[str, str]] = field(default_factory=list)
    went_on: int = 0
    reading_s: float = 0.0
    judging_s: float = 0.0
    writing_s: float = 0.0

    def add(self, done: PartDone, codes: Mapping[int, str]) -> None:
        """Count a part."""
        for name in ("written", "unchanged", "fixes", "reading_s", "judging_s", "writing_s"):
            setattr(self, name, getattr(self, name) + getattr(done, name))
        self.without_grid += [(codes[worker], week) for worker, week in done.without_grid]


@dataclass(frozen=True, slots=True)
class PrintsOf:
    """Workers of whose week only that is kept by which copies are found."""

    workers: tuple[int, ...]
    week_name: str


Errand = Part | PrintsOf | PeriodOf


@dataclass(frozen=True, slots=True)
class Job:
    """A run in plain values, from which every process makes what it judges by."""

    ask: Ask
    actor: str
    run_id: int
    begun_at: datetime

    versions: tuple[tuple[str, str], ...]

    def benches(self) -> Benches:
        """Return what is judged by.

        Raises
        ------
        Conflict
            When a file that says so has changed since the run began.
        """
        found = Benches.read(self.ask, self.begun_at)
        if tuple((name, version) for name, version in found.versions()) != self.versions:
            raise Conflict("The rules changed while they were judged by", "start the run again")
        return found


def perform(conn: Connection, job: Job, benches: Benches, errand: Errand) -> PartDone | None:
    """Do one errand."""
    if isinstance(errand, Part):
        return judge_part(conn, benches, errand, job.run_id)
    if isinstance(errand, PeriodOf):
        judge_periods(conn, benches, errand)
    else:
        keep_prints(conn, errand.workers, week_named(errand.week_name, job.ask.tz), job.begun_at)
    return None


class Hands(Protocol):
    """Those who do the errands of a run, and how the run itself reaches the database."""

    def transaction(self) -> AbstractContextManager[Connection]:
        """Open a transaction of the run itself."""

    def each(self, job: Job, errands: Sequence[Errand]) -> Iterator[PartDone | None]:
        """Do errands in any order, until all are done or the run is to stop."""


@dataclass(slots=True)
class Plan:
    """All that a run has before it."""

    job: Job
    weeks: list[Week]
    parts: list[Part]
    prints: list[PrintsOf]
    periods: list[PeriodOf]
    done: list[PartDone]

    @property
    def total(self) -> int:
        """Return how many workers' weeks there are."""
        return sum(part.size for part in self.parts)

    @property
    def workers(self) -> set[int]:
        """Return whom the run judges."""
        return {worker for part in self.parts for worker in part.workers}

    @property
    def errands(self) -> list[Errand]:
        """Return all that is to be done."""
        return [*self.prints, *self.periods, *self.left]

    @property
    def left(self) -> list[Part]:
        """Return the parts that are not done."""
        done = {one.number for one in self.done}
        return [part for part in self.parts if part.number not in done]


def make_plan(
    conn: Connection, ask: Ask, workers: Sequence[int], now: datetime, *, actor: str, afresh: bool
) -> Plan:
    """Begin a run, or find the one that was stopped; the ledger has it before anything is judged.

    Raises
    ------
    BadInput
        When a file of the deployment cannot be used, or has rules for an area that there is not.
    """
    ordered = sorted(workers)
    weeks = ask.weeks(now)
    benches = Benches.read(ask, now)
    benches.refuse_unless_in(conn)
    asked = ask.document(benches, weeks, ordered)
    parts = parts_of(ordered, weeks)
    stopped = None if afresh else run_store.find_stopped(conn, asked, now - GOES_ON_WITHIN)
    run = stopped or run_store.add_run(conn, asked, now, len(parts))
    told = {name: asked[name] for name in ("from", "to", "profiles", "core")}
    goes_on = {"goes_on": True} if stopped else {}
    ledger.record(conn, now, actor, "judge", f"run:{run.id}", {**told, "workers": len(ordered), **goes_on})
    for file, digest in ask.file_digests().items():
        ledger.record_change(conn, now, actor, "rules_changed", f"file:{file}", {"sha256": digest})
    done = [
        PartDone(**{name: value for name, value in row.items() if name != "run_id"})
        for row in run_store.parts_done(conn, run.id)
    ]
    return Plan(
        Job(ask, actor, run.id, run.begun_at, tuple((name, version) for name, version in benches.versions())),
        weeks,
        parts,
        [] if ask.alone else _prints(conn, weeks, set(ordered), now),
        [] if ask.alone else _asked_over(benches, _periods(ask.periods(run.begun_at), ordered)),
        done,
    )


def _periods(names: Sequence[str], workers: Sequence[int]) -> list[PeriodOf]:
    return [
        PeriodOf(tuple(workers[at : at + _AT_ONCE]), name)
        for name in names
        for at in range(0, len(workers), _AT_ONCE)
    ]


def _asked_over(benches: Benches, periods: Sequence[PeriodOf]) -> list[PeriodOf]:
    return [one for one in periods if benches.ask_over(one.scope)]


def _prints(conn: Connection, weeks: Sequence[Week], judged: set[int], now: datetime) -> list[PrintsOf]:
    """Return whom to read for comparison alone: everyone for the week before, then those not judged."""
    if not weeks or not judged:
        return []
    before = weeks[0].before()
    found = []
    for week in (before, *weeks):
        missing = print_store.missing(conn, week.name, week.final_at, now)
        left = [worker for worker in missing if week is before or worker not in judged]
        found += [
            PrintsOf(tuple(left[at : at + _AT_ONCE]), week.name) for at in range(0, len(left), _AT_ONCE)
        ]
    return found


def follow(
    hands: Hands,
    plan: Plan,
    codes: Mapping[int, str],
    progress: Callable[[int, int, int], None],
) -> JudgeSummary:
    """Do what is left of a plan; `progress` is told of workers' weeks and fixes since the last call.

    Raises
    ------
    Stopped
        When the hands were told to stop before all was done.
    """
    summary = JudgeSummary([week.name for week in plan.weeks], went_on=len(plan.done))
    for done in plan.done:
        summary.add(done, codes)
        progress(done.weeks, plan.total, 0)
    count = 0
    for done_now in hands.each(plan.job, plan.errands):
        count += 1
        if done_now is not None:
            summary.add(done_now, codes)
            progress(done_now.weeks, plan.total, done_now.fixes)
    _refuse_unless_all(plan, count)
    for week in () if plan.job.ask.alone else plan.weeks:
        with hands.transaction() as conn:
            revised = tell_copies(conn, week, plan.job.run_id, plan.job.begun_at)
        summary.written += len(revised)
        summary.unchanged -= len(plan.workers.intersection(revised))
    with hands.transaction() as conn:
        run_store.end_run(conn, plan.job.run_id)
        weeks = {"weeks_written": summary.written, "weeks_unchanged": summary.unchanged}
        ledger.record(conn, clock.now(), plan.job.actor, "judged", f"run:{plan.job.run_id}", weeks)
    summary.without_grid.sort()
    return summary


def _refuse_unless_all(plan: Plan, count: int) -> None:
    left = len(plan.errands) - count
    if left:
        done = len(plan.parts) - left
        raise Stopped(
            "Stopped",
            f"{max(done, 0)} of {len(plan.parts)} parts are judged and stored; the same command goes on",
        )
