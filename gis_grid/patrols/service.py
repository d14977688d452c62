"""From fixes in PostGIS to verdict rows, and back out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid import __version__
from gis_grid.core import BadProfile, WorkDays
from gis_grid.grids import service as grids
from gis_grid.kit.errors import BadInput, NotFound
from gis_grid.patrols import profiles, store
from gis_grid.patrols.judging import Bench
from gis_grid.patrols.run import JudgeSummary, Run
from gis_grid.patrols.weeks import weeks_touched

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection

    from gis_grid.grids.service import Worker

DEFAULT_PROFILES: Final = ("base", "xiangyang")


def judge(
    conn: Connection,
    *,
    start: date,
    end: date,
    tz: ZoneInfo,
    now: datetime,
    workers: Sequence[str] | None = None,
    profile_names: Sequence[str] = DEFAULT_PROFILES,
    progress: Callable[[int, int], None] | None = None,
) -> JudgeSummary:
    """Judge every ISO week that has a day from `start` to `end` (BASE-3, BASE-4, XY-2).

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
    workers
        Codes; by default everyone.
    profile_names
        Rule profiles, each judged for itself.
    progress
        Called with (workers' weeks done since the last call, all of them).

    Returns
    -------
    JudgeSummary

    Raises
    ------
    NotFound
        When a worker is not known.
    BadInput
        When a profile is not known or the period is upside down.
    """
    weeks = [week for week in weeks_touched(start, end, tz) if week.start <= now]
    everyone = grids.workers_at(conn, now)
    chosen = everyone if workers is None else [worker_named(everyone, code) for code in workers]
    total = len(weeks) * len(chosen)

    def tell(done: int) -> None:
        if progress is not None:
            progress(done, total)

    run = Run(conn, bench(profile_names, start, end, tz=tz, now=now), everyone, chosen, tell)
    store.lock_judgements(conn)
    for week in weeks:
        run.judge(week)
    return run.summary


def bench(names: Sequence[str], start: date, end: date, *, tz: ZoneInfo, now: datetime) -> Bench:
    """Return what workers are judged by: profiles by name, and the working days of the period's years.

    Raises
    ------
    BadInput
        When a profile is not known or two go by different calendars.
    """
    weeks = weeks_touched(start, end, tz)
    try:
        chosen = tuple(profiles.load(name) for name in names)
        days: WorkDays = profiles.work_days(chosen, weeks[0].first, weeks[-1].last)
    except BadProfile as error:
        raise BadInput("The rule profile cannot be used", error.message) from error
    return Bench(chosen, days, tz, now, __version__)


def worker_named(everyone: Sequence[Worker], code: str) -> Worker:
    """Return the worker of a code.

    Raises
    ------
    NotFound
        When there is none.
    """
    for worker in everyone:
        if worker.code == code:
            return worker
    raise NotFound("No such worker", repr(code))
