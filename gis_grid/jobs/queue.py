"""The queue of jobs: procrastinate on the owner's login, in the schema `jobs`."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg_pool import PoolTimeout

from gis_grid.jobs import store
from gis_grid.jobs.daily import JOBS
from gis_grid.kit.errors import Conflict, Unavailable
from gis_grid.patrols.run import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine, Row

    from gis_grid.jobs.daily import Job
    from gis_grid.kit.settings import Settings

SCHEMA: Final = "jobs"

_AT_ONCE: Final = 2
"""A night's work must not hold up judging what came in."""

_MISSED_S: Final = 86_400
"""A night's work that was missed, since nothing ran, is done at the next start within a day."""

_LATER: Final = RetryStrategy(max_attempts=20, wait=300, retry_exceptions=(Conflict, Stopped, Unavailable))
"""For a night's work alone: a job of each minute would keep the next one waiting so."""

_KEPT_HOURS: Final = 7 * 24
_BREATH_S: Final = 5
_LOOK_S: Final = 0.2
_PATIENCE_S: Final = 30

_log = logging.getLogger(__name__)


def work(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> None:
    """Do jobs until told to stop, whatever becomes of the database meanwhile.

    Told to stop, it waits for jobs that run; they are asked to stop as well, and go on another time.
    """
    while not stopping():
        try:
            asyncio.run(_work(make_app(engine, settings, stopping), stopping))
        except (ConnectorException, PoolTimeout, psycopg.Error) as error:
            _log.warning("the queue of jobs cannot be reached: %s", type(error).__name__)
        if not stopping():
            asyncio.run(_breathe(stopping))


def make_app(engine: Engine, settings: Settings, stopping: Callable[[], bool]) -> App:
    """Return the queue with every job of the program."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    options = f"-c search_path={SCHEMA} -c timezone=UTC -c application_name=gis-grid-jobs"
    app = App(
        connector=PsycopgConnector(conninfo=url, kwargs={"options": options}, min_size=1, max_size=4),
        periodic_defaults={"max_delay": _MISSED_S},
    )
    for job in JOBS:
        _add(app, job, job.cron(settings), partial(job.do, engine, settings, stopping))
    app.periodic(cron="* * * * *")(
        app.task(name="take_up", queueing_lock="take_up", pass_context=True)(_take_up)
    )
    app.periodic(cron="15 * * * *")(
        app.task(name="forget_jobs", queueing_lock="forget_jobs", pass_context=True)(_forget_jobs)
    )
    return app


def _add(app: App, job: Job, cron: str, do: Callable[[], None]) -> None:
    # One waits at most: what a job of each minute has missed, the next one does as well.
    @app.periodic(cron=cron)
    @app.task(name=job.name, queueing_lock=job.name, retry=_LATER if job.at else False)
    def run(timestamp: int) -> None:
        do()


def states(conn: Connection) -> dict[str, Row[Any]]:
    """Return of each job that ever was (waiting, running, succeeded_at, failed, failed_at), by name."""
    return {row.job: row for row in store.states(conn)}


async def _work(app: App, stopping: Callable[[], bool]) -> None:
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                concurrency=_AT_ONCE, install_signal_handlers=False, fetch_job_polling_interval=1
            )
        )
        while not worker.done() and not stopping():
            await asyncio.wait([worker], timeout=_LOOK_S)
        # Told once, it waits for jobs that run; told again, it leaves them to be taken up later.
        while not worker.done():
            worker.cancel()
            await asyncio.wait([worker], timeout=_PATIENCE_S)
        with suppress(asyncio.CancelledError):
            await worker


async def _breathe(stopping: Callable[[], bool]) -> None:
    for _ in range(round(_BREATH_S / _LOOK_S)):
        if stopping():
            return
        await asyncio.sleep(_LOOK_S)


async def _take_up(context: JobContext, **_: Any) -> None:
    """Let jobs run again whose program was killed."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        assert job.id is not None
        try:
            await manager.retry_job(job)
        except ConnectorException:  # the same is waiting already
            await manager.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)


async def _forget_jobs(context: JobContext, **_: Any) -> None:
    """Delete jobs that ended long ago, failed ones too."""
    await context.app.job_manager.delete_old_jobs(
        _KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )
