"""Judging again what changed: just the workers' weeks for which something new came in."""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.grids import service as grids
from gis_grid.kit.database import transaction
from gis_grid.kit.days import MICROSECOND
from gis_grid.kit.errors import BadInput, Conflict, GisGridError, Unavailable
from gis_grid.patrols import record_store, run_store
from gis_grid.patrols.run import Stopped
from gis_grid.patrols.service import DEFAULT_PROFILES, judge_all
from gis_grid.patrols.weeks import FIRST_DAY, LAST_DAY, Week, week_named, week_of_day
from gis_grid.tracks import changes
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Engine

    from gis_grid.kit.settings import Settings
    from gis_grid.patrols.run import JudgeSummary
    from gis_grid.tracks.changes import ChangedDay

ACTOR: Final = "jobs:judge"
"""Who judges, for the ledger; no account's name has a colon."""

PATIENCE_S: Final = 60
"""Judging what changed takes seconds, mostly: another run waits for it."""

MOST_AT_ONCE: Final = 5_000
"""Workers' weeks from which on the next run goes on: borders or assignments of long ago touch many weeks, and
what comes in meanwhile must not wait for all of them."""

_TRY_AGAIN: Final = timedelta(days=1)
"""What cannot be judged is looked at again after this, so that it does not hold up the others."""

_log = logging.getLogger(__name__)


class CannotJudge(GisGridError):
    """Judging somebody's week ended in an error of the program; the others are judged."""


@dataclass(slots=True)
class Rejudged:
    """What became of the days that had changed.

    Attributes
    ----------
    written, unchanged
        Workers' weeks with a new revision, and those whose verdicts stand as they are.
    failed
        Codes of workers who cannot be judged.
    put_off
        Whether another run was judging, or the program is to stop: the rest is judged the next time.
    """

    written: int = 0
    unchanged: int = 0
    failed: list[str] = field(default_factory=list)
    put_off: bool = False

    def refuse_if_failed(self) -> None:
        """Make it known that somebody cannot be judged.

        Raises
        ------
        CannotJudge
            Names them.
        """
        if self.failed:
            raise CannotJudge("Workers' weeks cannot be judged", f"{', '.join(self.failed)}; see the log")


def judge_changed(
    engine: Engine,
    settings: Settings,
    *,
    now: datetime,
    at_once: bool = False,
    stopping: Callable[[], bool] = lambda: False,
) -> Rejudged:
    """Judge again every worker's week for which something new came in and which is due.

    What came for a day before today is judged at the next whole `judge_late_s` seconds, what came for today
    at the next whole `judge_today_s`. Each time is one run of judging for each week concerned, of these
    workers alone; when the week is final, everyone's tracks are compared as well. Of very many weeks the
    newest are judged, and the others by the next runs.

    Parameters
    ----------
    at_once
        Judge all that has changed, due or not.
    """
    today = now.astimezone(settings.tz).date()
    late, ongoing = (
        now + MICROSECOND if at_once else _last_whole(now, seconds)
        for seconds in (settings.judge_late_s, settings.judge_today_s)
    )
    with transaction(engine) as conn:
        changes.gather(conn, now)
    with transaction(engine) as conn:
        # While another run judges, marks of records wait for the next time; those of fixes need not.
        if run_store.lock_for_now(conn):
            record_store.gather(conn, now, settings.tz)
    with transaction(engine) as conn:
        most = changes.EVERYBODYS if at_once else MOST_AT_ONCE
        days = changes.due(conn, today=today, late=late, ongoing=ongoing, most=most)
        asked = run_store.profiles_asked(conn, [day.worker_id for day in days])
        own = [(day, _week_of(day, settings)) for day in days]
        beside = _weeks_beside(conn, own, now)
    outcome = Rejudged()
    # A day is let go of with its own week, so this comes last.
    for weeks, lets_go in ((beside, False), (own, True)):
        for (week, profiles), batch in _batches(weeks, asked).items():
            if not outcome.put_off:
                _Batch(engine, settings, week, profiles, now, stopping, lets_go, outcome).judge(batch)
    return outcome


def judge_open_weeks(
    engine: Engine, settings: Settings, *, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Judge everyone in every week that has provisional verdicts, and return how many weeks there were.

    Weeks become final so, copies among everyone's tracks are found, and months and quarters are judged.

    Raises
    ------
    Conflict
        When another run is judging.
    Stopped
        When it was stopped; asked the same again it goes on.
    """
    with transaction(engine) as conn:
        weeks = [week_named(name, settings.tz) for name in run_store.provisional_weeks(conn)]
        codes = {worker.id: worker.code for worker in grids.workers_at(conn, now)}
        asked = run_store.profiles_asked(conn, list(codes))
    groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for worker, code in codes.items():
        groups[asked.get(worker, DEFAULT_PROFILES)].append(code)
    for week in weeks:
        for profiles, workers in groups.items():
            _judge_week(
                engine, settings, week, workers, profiles, now=now, patience_s=PATIENCE_S, stopping=stopping
            )
    return len(weeks)


def _judge_week(
    engine: Engine,
    settings: Settings,
    week: Week,
    workers: Sequence[str],
    profiles: Sequence[str],
    *,
    now: datetime,
    stopping: Callable[[], bool],
    patience_s: float = 0,
    afresh: bool = False,
    alone: bool = False,
) -> JudgeSummary:
    """Judge some workers' week by the settings, in this process."""
    return judge_all(
        engine,
        start=week.first,
        end=week.last,
        tz=settings.tz,
        now=now,
        processes=1,
        actor=ACTOR,
        workers=workers,
        profile_names=profiles,
        rules_file=settings.rules_file,
        work_days_file=settings.work_days_file,
        patience_s=patience_s,
        afresh=afresh,
        alone=alone,
        stopping=stopping,
    )


def _last_whole(now: datetime, seconds: int) -> datetime:
    whole = int(now.timestamp()) // seconds * seconds
    return datetime.fromtimestamp(whole, UTC)


def _week_of(day: ChangedDay, settings: Settings) -> Week:
    return week_of_day(min(max(day.local_date, FIRST_DAY), LAST_DAY), settings.tz)


def _weeks_beside(
    conn: Connection, own: Sequence[tuple[ChangedDay, Week]], now: datetime
) -> list[tuple[ChangedDay, Week]]:
    """Return the other week of days whose fixes decide on two: a session over the border is judged whole."""
    at_border: dict[tuple[Week, datetime], list[ChangedDay]] = defaultdict(list)
    for day, week in own:
        if day.local_date == week.first:
            at_border[week.before(), week.start].append(day)
        elif day.local_date == week.last and week.end <= now:
            at_border[week.after(), week.end].append(day)
    found = []
    for (week, border), days in at_border.items():
        workers = [day.worker_id for day in days]
        across = tracks.sessions_of(conn, workers, border, border + timedelta(milliseconds=1), now=now)
        found += [(day, week) for day in days if day.worker_id in across]
    return found


def _batches(
    days: Sequence[tuple[ChangedDay, Week]], asked: Mapping[int, tuple[str, ...]]
) -> dict[tuple[Week, tuple[str, ...]], list[ChangedDay]]:
    """Return days by their week and by what their workers were judged by last."""
    found: dict[tuple[Week, tuple[str, ...]], list[ChangedDay]] = defaultdict(list)
    for day, week in days:
        found[week, asked.get(day.worker_id, DEFAULT_PROFILES)].append(day)
    return found


@dataclass(frozen=True, slots=True)
class _Batch:
    """Judges changed days of one week; `outcome` is added to."""

    engine: Engine
    settings: Settings
    week: Week
    profiles: tuple[str, ...]
    now: datetime
    stopping: Callable[[], bool]
    lets_go: bool
    outcome: Rejudged

    def judge(self, days: Sequence[ChangedDay]) -> None:
        """Judge, and let go of the days; when somebody cannot be judged, the others are."""
        codes = sorted({day.code for day in days})
        try:
            self._judge(codes)
        except (Conflict, Stopped, Unavailable) as not_now:
            _log.info("judging changed days is put off: %s", type(not_now).__name__)
            self.outcome.put_off = True
        except BadInput:  # a setting or a file of the deployment: nobody can be judged
            raise
        except Exception:
            if len(codes) > 1:
                self._judge_halves(days, codes)
                return
            _log.exception("a worker's week cannot be judged: %s", self.week.name)
            self.outcome.failed += codes
            with transaction(self.engine) as conn:
                changes.put_off(conn, days, self.now + _TRY_AGAIN)
        else:
            if self.lets_go:
                with transaction(self.engine) as conn:
                    changes.forget(conn, days, self.now)

    def _judge(self, codes: Sequence[str]) -> None:
        summary = _judge_week(
            self.engine,
            self.settings,
            self.week,
            codes,
            self.profiles,
            now=self.now,
            afresh=True,
            alone=self.week.is_provisional(self.now),
            stopping=self.stopping,
        )
        self.outcome.written += summary.written
        self.outcome.unchanged += summary.unchanged

    def _judge_halves(self, days: Sequence[ChangedDay], codes: Sequence[str]) -> None:
        first = set(codes[: len(codes) // 2])
        for half in (True, False):
            if not self.outcome.put_off:
                self.judge([day for day in days if (day.code in first) is half])
