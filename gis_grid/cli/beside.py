"""Work that goes on beside a program, in a process of its own that is started again when it is killed."""

from __future__ import annotations

import logging.config
import multiprocessing
import signal
import threading
from contextlib import contextmanager
from multiprocessing import connection
from typing import TYPE_CHECKING, Final

from gis_grid.cli.connect import database
from gis_grid.kit.errors import GisGridError
from gis_grid.kit.logs import LOG_CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

    from gis_grid.kit.settings import Settings

    Work = Callable[[Engine, Settings, Callable[[], bool]], None]
    """A function of a module, since it goes to another process; its last argument says whether to stop."""

_BREATH_S: Final = 5
_LAST_WORK_S: Final = 30
"""How long work may take to come to a border when the program is told to end."""


@contextmanager
def beside(settings: Settings, name: str, work: Work) -> Iterator[None]:
    """Have work done in a process of its own as long as the block lasts; killed, it is started again.

    It ends when this program ends, whatever ends it: its lifeline breaks.
    """
    ending = threading.Event()
    keeper = threading.Thread(target=_keep, args=(settings, name, work, ending), name=name)
    keeper.start()
    try:
        yield
    finally:
        ending.set()
        keeper.join()


def _keep(settings: Settings, name: str, work: Work, ending: threading.Event) -> None:
    # Spawned and not forked: a fork would share this process's connections and locks.
    spawn = multiprocessing.get_context("spawn")
    while not ending.is_set():
        lifeline, held = spawn.Pipe(duplex=False)
        process = spawn.Process(target=_work_beside, args=(settings, name, work, lifeline), name=name)
        process.start()
        lifeline.close()
        while process.is_alive() and not ending.wait(0.2):
            pass
        held.close()
        process.join(_LAST_WORK_S)
        if process.is_alive():
            process.kill()
            process.join()
        ending.wait(_BREATH_S)


def _work_beside(settings: Settings, name: str, work: Work, lifeline: connection.Connection) -> None:
    """Work until the lifeline breaks, or SIGTERM."""
    logging.config.dictConfig(LOG_CONFIG)
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    for sign in (signal.SIGINT, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)  # a terminal tells it to everyone; the parent passes it on

    def stopping() -> bool:
        return told.is_set() or bool(connection.wait([lifeline], 0))

    try:
        with database(settings) as engine:
            work(engine, settings, stopping)
    except GisGridError as error:
        logging.getLogger(__name__).warning("%s cannot go on: %s", name, error.title)
