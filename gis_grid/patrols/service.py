"""From fixes in PostGIS to verdict rows, and back out of them."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, Final

from gis_grid.grids import service as grids
from gis_grid.kit.database import session
from gis_grid.kit.errors import Conflict, NotFound
from gis_grid.patrols import run_store
from gis_grid.patrols.ask import Ask
from gis_grid.patrols.pool import OneTransaction, Processes
from gis_grid.patrols.run import JudgeSummary, follow, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Engine

    from gis_grid.patrols.run import Plan

    Progress = Callable[[int, int, int], None]

DEFAULT_PROFILES: Final = ("base", "xiangyang")

_LOOK_S: Final = 0.2


def judge(
    conn: Connection,
    *,
    start: date,
    end: date,
    tz: ZoneInfo,
    now: datetime,
    actor: str = "local",
    workers: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    profile_names: Sequence[str] = DEFAULT_PROFILES,
    rules_file: Path | None = None,
    work_days_file: Path | None = None,
    progress: Progress | None = None,
) -> JudgeSummary:
    """Judge every ISO week that has a day from `start` to `end`, in the caller's transaction.

    The outcome depends on what is stored and not on the order in which it came. A week whose result is the
    same as in its latest revision is not written again; days that have not begun are not judged.

    Parameters
    ----------
    start, end
        Local days, both included.
    tz
        Zone of local days and weeks.
    now
        Aware. A week is provisional until 48 h after its end.
    actor
        Who judges, for the ledger.
    workers
        Codes; by default everyone.
    areas
        Codes of areas of any level: only workers with a grid there in the period; by default everywhere.
    profile_names
        Rule profiles, each judged for itself; areas may have others.
    rules_file, work_days_file
        What areas have otherwise, and the deployment's own working days.
    progress
        Called with (workers' weeks done since the last call, all of them, fixes since the last call).

    Returns
    -------
    JudgeSummary

    Raises
    ------
    NotFound
        When a worker or an area is not known.
    BadInput
        When a profile or a file cannot be used, or the period is upside down.
    """
    ask = Ask(start, end, tz, tuple(profile_names), rules_file, work_days_file)
    run_store.lock_or_wait(conn)
    codes = _chosen(conn, ask, now, workers, areas)
    plan = make_plan(conn, ask, list(codes), now, actor=actor, afresh=True)
    return follow(OneTransaction(conn), plan, codes, progress or _silent)


def judge_all(
    engine: Engine,
    *,
    start: date,
    end: date,
    tz: ZoneInfo,
    now: datetime,
    processes: int,
    actor: str = "local",
    workers: Sequence[str] | None = None,
    areas: Sequence[str] | None = None,
    profile_names: Sequence[str] = DEFAULT_PROFILES,
    rules_file: Path | None = None,
    work_days_file: Path | None = None,
    afresh: bool = False,
    alone: bool = False,
    patience_s: float = 0,
    stopping: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> JudgeSummary:
    """Judge as :func:`judge`, in many processes, each part in a transaction of its own.

    Stored is the same however many processes there are. Asked the same again within a day, a run that was
    stopped goes on where it stopped, and judges as of the time when it began.

    Parameters
    ----------
    processes
        How many at most.
    afresh
        Begin anew, whatever an earlier run has done.
    alone
        Leave out what needs everyone: signs of copied tracks stay as they were told last, and months and
        quarters, which no fix decides on, are not judged.
    patience_s
        How long to wait while another run is judging.
    stopping
        Asked after every part whether to stop.

    Raises
    ------
    Stopped
        When it was stopped, with how far it came.
    Conflict
        When another run is judging.
    Unavailable
        When a process or the database goes away; the parts that are done are stored.
    NotFound, BadInput
        As :func:`judge`.
    """
    ask = Ask(start, end, tz, tuple(profile_names), rules_file, work_days_file, alone)
    hands = Processes(engine, processes, stopping)
    with session(engine) as held:
        if not _locked(held, patience_s, stopping):
            raise Conflict("Another run is judging", "one at a time; try again when it has ended")
        try:
            with hands.transaction() as conn:
                codes = _chosen(conn, ask, now, workers, areas)
                plan: Plan = make_plan(conn, ask, list(codes), now, actor=actor, afresh=afresh)
            return follow(hands, plan, codes, progress or _silent)
        finally:
            run_store.unlock(held)


def _locked(held: Connection, patience_s: float, stopping: Callable[[], bool]) -> bool:
    until = monotonic() + patience_s
    while not run_store.lock_if_free(held):
        if stopping() or monotonic() >= until:
            return False
        sleep(_LOOK_S)
    return True


def _chosen(
    conn: Connection,
    ask: Ask,
    now: datetime,
    workers: Sequence[str] | None,
    areas: Sequence[str] | None,
) -> Mapping[int, str]:
    """Return the code of everyone to judge, by id."""
    codes = {worker.code: worker.id for worker in grids.workers_at(conn, now)}
    chosen = list(codes) if workers is None else list(workers)
    for code in chosen:
        if code not in codes:
            raise NotFound("No such worker", repr(code))
    found = {codes[code]: code for code in chosen}
    if areas is None:
        return found
    weeks = ask.weeks(now)
    there = grids.workers_in(conn, areas, weeks[0].start, weeks[-1].end) if weeks else frozenset()
    return {worker: code for worker, code in found.items() if worker in there}


def _silent(weeks: int, total: int, fixes: int) -> None:
    """Tell nobody."""
