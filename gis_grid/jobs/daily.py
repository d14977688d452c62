"""Every job, when it runs, and the service that does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING, Final

from gis_grid.grids.service import sent_files
from gis_grid.incidents import service as incidents
from gis_grid.kit.clock import now
from gis_grid.kit.database import transaction
from gis_grid.ogc.versions import add_up_changes
from gis_grid.patrols import effort_counting, rejudge
from gis_grid.patrols.visiting import inspecting
from gis_grid.planning import service as planning
from gis_grid.tracks import partitions, quarantine
from gis_grid.tracks.sealed.archive import archive_due
from gis_grid.tracks.sealed.seal import seal_due
from gis_grid.visits import proving

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from gis_grid.kit.settings import Settings

    Do = Callable[[Engine, Settings, Callable[[], bool]], None]
    """Does a job; the last argument is asked now and then whether to stop."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job; `at` is the local time at which it runs each day, none is for a job of each minute."""

    name: str
    at: time | None
    do: Do

    def cron(self, settings: Settings) -> str:
        """Return when it runs, as the queue reads it: in UTC, the seconds last."""
        if self.at is None:
            often = min(60, settings.judge_late_s, settings.judge_today_s)
            return "* * * * *" if often == 60 else f"* * * * * */{often}"
        # Where the clocks change it runs an hour earlier or later until the program starts again.
        utc = datetime.combine(now().astimezone(settings.tz), self.at, settings.tz).astimezone(now().tzinfo)
        return f"{utc.minute} {utc.hour} * * *"


def _judge_changed(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    outcome = rejudge.judge_changed(engine, settings, now=now(), stopping=stopping)
    outcome.refuse_if_failed()


def _judge_open_weeks(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    rejudge.judge_open_weeks(engine, settings, now=now(), stopping=stopping)


def _alert_incidents(engine: Engine, _: Settings, __: Callable[[], bool]) -> None:
    with transaction(engine) as conn:
        incidents.raise_due(conn, now())


def _sweep_media(engine: Engine, settings: Settings, _: Callable[[], bool]) -> None:
    rules = incidents.IncidentRules.of(settings)
    with transaction(engine) as conn:
        incidents.sweep(conn, rules.media, now())


def _write_buildings(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    sent_files.write_waiting(engine, sent_files.folder_of(settings), stopping)


def _make_partitions(engine: Engine, _: Settings, __: Callable[[], bool]) -> None:
    with transaction(engine) as conn:
        partitions.ensure_ahead(conn, now())


def _seal(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    seal_due(engine, now=now(), tz=settings.tz, actor="jobs:seal", stopping=stopping)


def _prove_visits(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    proving.prove_due(engine, now=now(), tz=settings.tz, stopping=stopping)


def _count_effort(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    effort_counting.count_due(engine, now=now(), tz=settings.tz, stopping=stopping)


def _inspect_places(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    inspecting.inspect_due(engine, settings, now=now(), stopping=stopping)


def _archive(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    folder, hot_days = settings.archive, settings.hot_days
    archive_due(engine, folder, now=now(), hot_days=hot_days, actor="jobs:archive", stopping=stopping)


def _forget_quarantine(engine: Engine, settings: Settings, _: Callable[[], bool]) -> None:
    with transaction(engine) as conn:
        quarantine.forget_old(conn, now=now(), days=settings.quarantine_days)


def _forget_drafts(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    planning.forget_ended(engine, now=now(), days=settings.draft_days, stopping=stopping)


def _add_up_changes(engine: Engine, _: Settings, __: Callable[[], bool]) -> None:
    with transaction(engine) as conn:
        add_up_changes(conn, now())


JOBS: Final = (
    Job("judge_changed", None, _judge_changed),
    Job("alert_incidents", None, _alert_incidents),
    Job("write_buildings", None, _write_buildings),
    Job("make_partitions", time(0, 30), _make_partitions),
    Job("judge_open_weeks", time(1, 0), _judge_open_weeks),
    Job("prove_visits", time(2, 0), _prove_visits),
    Job("count_effort", time(2, 30), _count_effort),
    Job("inspect_places", time(2, 20), _inspect_places),
    Job("seal", time(3, 0), _seal),
    Job("archive", time(4, 0), _archive),
    Job("forget_quarantine", time(4, 30), _forget_quarantine),
    Job("sweep_media", time(4, 45), _sweep_media),
    Job("forget_drafts", time(4, 40), _forget_drafts),
    Job("add_up_changes", time(4, 50), _add_up_changes),
)
"""In the order in which `gis-grid work --once` does them."""


def judge_now(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    """Judge all that has changed, due or not."""
    outcome = rejudge.judge_changed(engine, settings, now=now(), at_once=True, stopping=stopping)
    outcome.refuse_if_failed()
