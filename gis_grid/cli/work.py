"""`gis-grid work`: what the program does by itself, in the foreground, or beside `gis-grid serve`."""

from __future__ import annotations

import logging.config
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from gis_grid.cli.beside import beside
from gis_grid.cli.connect import database
from gis_grid.cli.stopping import Stopping
from gis_grid.jobs import queue
from gis_grid.jobs.daily import JOBS, judge_now
from gis_grid.kit.logs import LOG_CONFIG
from gis_grid.kit.settings import read_settings
from gis_grid.live import engine as live
from gis_grid.patrols.run import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    with database(settings) as engine, Stopping() as stopping:
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
        with beside(settings, "live", live.work):
            queue.work(engine, settings, stopping)
        raise SystemExit(stopping.exit_code)


@contextmanager
def jobs_beside(settings: Settings, *, wanted: bool = True) -> Iterator[None]:
    """Have the jobs done and the live map kept beside this program, as long as the block lasts."""
    with ExitStack() as stack:
        if wanted:
            stack.enter_context(beside(settings, "jobs", queue.work))
            stack.enter_context(beside(settings, "live", live.work))
        yield
