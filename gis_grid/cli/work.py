"""`gis-grid work`: what the program does by itself, in the foreground, or beside `gis-grid serve`."""

from __future__ import annotations

import logging.config
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from gis_grid.cli.beside import nursery
from gis_grid.cli.connect import database
from gis_grid.cli.stopping import Stopping
from gis_grid.jobs import queue
from gis_grid.jobs.daily import JOBS, judge_now
from gis_grid.kit.logs import LOG_CONFIG
from gis_grid.kit.settings import read_settings
from gis_grid.live import engine as live
from gis_grid.patrols.run import Stopped

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from gis_grid.cli.beside import Nursery
    from gis_grid.kit.settings import Settings


def work(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Do every job once, now and whatever is due, and end.")
    ] = False,
) -> None:
    """Do what the program does by itself, until Ctrl+C: judge late fixes, keep the live map, work at night.

    `gis-grid serve` does the same beside the web service, unless `--no-jobs` says that this command does.
    """
    settings = read_settings()
    logging.config.dictConfig(LOG_CONFIG)
    console = Console(stderr=True)
    with nursery() as beside, database(settings) as engine, Stopping() as stopping:
        if once:
            judge_now(engine, settings, stopping)
            for job in JOBS:
                console.print(f"{job.name} ...")
                try:
                    job.do(engine, settings, stopping)
                except Stopped:
                    raise SystemExit(stopping.exit_code) from None
            return
        console.print("Jobs are done as they come (Ctrl+C stops it)")
        with beside.doing(settings, live=live.work):
            queue.work(engine, settings, stopping)
        raise SystemExit(stopping.exit_code)


def jobs_beside(settings: Settings, beside: Nursery) -> AbstractContextManager[None]:
    """Return a context in which the jobs are done and the live map is kept beside this program."""
    return beside.doing(settings, jobs=queue.work, live=live.work)
