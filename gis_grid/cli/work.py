"""`gis-grid work`: what the program does by itself, in the foreground, or beside `gis-grid serve`."""

from __future__ import annotations

import logging.config
import multiprocessing
import signal
import threading
from contextlib import contextmanager
from multiprocessing import connection
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from gis_grid.cli.connect import database
from gis_grid.cli.stopping import Stopping
from gis_grid.jobs import queue
from gis_grid.jobs.daily import JOBS, judge_now
from gis_grid.kit.errors import GisGridError
from gis_grid.kit.logs import LOG_CONFIG
from gis_grid.kit.settings import read_settings
from gis_grid.patrols.run import Stopped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.kit.settings import Settings

_BREATH_S: Final = 5
_LAST_JOB_S: Final = 30
"""How long a job may take to come to a border when the program is told to end."""


def work(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Do every job once, now and whatever is due, and end.")
    ] = False,
) -> None:
    """Do what the program does by itself, until Ctrl+C: judge what came in late, and each night's work.

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
        queue.work(engine, settings, stopping)
        raise SystemExit(stopping.exit_code)


@contextmanager
def jobs_beside(settings: Settings, *, wanted: bool = True) -> Iterator[None]:
    """Have the jobs done in a process of their own as long as the block lasts; killed, it is started again.

    It ends when this program ends, whatever ends it: its lifeline breaks.
    """
    if not wanted:
        yield
        return
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=(settings, ending), name="jobs")
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep(settings: Settings, ending: threading.Event) -> None:
    # Spawned and not forked: a fork would share this process's connections and locks.
    spawn = multiprocessing.get_context("spawn")
    while not ending.is_set():
        lifeline, held = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_work_beside, args=(settings, lifeline), name="jobs")
        process.start()
        lifeline.close()
        while process.is_alive() and not ending.wait(0.2):
            pass
        held.close()
        process.join(_LAST_JOB_S)
        if process.is_alive():
            process.kill()
            process.join()
        ending.wait(_BREATH_S)


def _work_beside(settings: Settings, lifeline: connection.Connection) -> None:
    """Do jobs until the lifeline breaks, or SIGTERM."""
    logging.config.dictConfig(LOG_CONFIG)
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    for sign in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)  # a terminal tells it to everyone; the parent passes it on

    def stopping() -> bool:
        return told.is_set() or bool(connection.wait([lifeline], 0))

    try:
        with database(settings) as engine:
            queue.work(engine, settings, stopping)
    except GisGridError as error:
        logging.getLogger(__name__).warning("jobs cannot be done: %s", error.title)
