"""Work that goes on beside a program, in processes of its own that are started again when they are killed."""

from __future__ import annotations

import gc
import logging.config
import multiprocessing
import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gis_grid.cli.connect import database
from gis_grid.kit.errors import GisGridError
from gis_grid.kit.logs import LOG_CONFIG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

    from sqlalchemy import Engine

    from gis_grid.kit.settings import Settings

    Work = Callable[[Engine, Settings, Callable[[], bool]], None]
    """A function of a module, since it goes to another process; its last argument says whether to stop."""

log = logging.getLogger(__name__)

_BREATH_S: Final = 5
_LAST_WORK_S: Final = 30
"""How long work may take to come to a border when the program is told to end."""

# All that a program imports is in its processes at once, and once in memory.
_fork = multiprocessing.get_context("fork")


class Nursery:
    """A copy of the program, made before it had threads and connections, that work is forked from."""

    def __init__(self) -> None:
        self._orders, taken = _fork.Pipe()
        self._process = _fork.Process(target=_take_orders, args=(taken, self._orders), name="nursery")
        self._process.start()
        taken.close()
        self._is_ending = False
        threading.Thread(target=self._watch, name="nursery", daemon=True).start()

    def begin(self, settings: Settings, name: str, work: Work) -> None:
        """Have work done until the end; killed, its process is started again."""
        self._orders.send((settings, name, work))

    @contextmanager
    def doing(self, settings: Settings, **works: Work) -> Iterator[None]:
        """Have work done as long as the block lasts, and whatever else was begun in it."""
        try:
            for name, work in works.items():
                self.begin(settings, name, work)
            yield
        finally:
            self.end()

    def end(self) -> None:
        """Let all work come to a border, and return when it has."""
        self._is_ending = True
        self._orders.close()
        self._process.join()

    def _watch(self) -> None:
        self._process.join()
        if not self._is_ending:
            log.critical("what starts the work beside was killed: the program ends, too")
            os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Yield what has work done beside; to be asked for before there are threads and connections.

    The work ends at the latest with the block, and when this program ends, whatever ends it.
    """
    made = Nursery()
    try:
        yield made
    finally:
        made.end()


def _take_orders(orders: Connection, others: Connection) -> None:
    """Start work as it is asked for, until whoever asks has gone."""
    others.close()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)  # a terminal tells it to everyone; the program passes it on
    gc.freeze()  # what is looked through for garbage is copied, and is the same for all
    ending = threading.Event()
    keepers = []
    with suppress(EOFError):
        while True:
            order: tuple[Any, ...] = orders.recv()
            keepers.append(threading.Thread(target=_keep, args=(*order, ending)))
            keepers[-1].start()
    ending.set()
    for keeper in keepers:
        keeper.join()


def _keep(settings: Settings, name: str, work: Work, ending: threading.Event) -> None:
    while not ending.is_set():
        process = _fork.Process(target=_work_beside, args=(settings, name, work, os.getpid()), name=name)
        process.start()
        while process.is_alive() and not ending.wait(0.2):
            pass
        _end(process)
        ending.wait(_BREATH_S)


def _end(process: multiprocessing.process.BaseProcess) -> None:
    deadline = time.monotonic() + _LAST_WORK_S
    while process.is_alive() and time.monotonic() < deadline:
        process.terminate()  # and again: one that has just begun does not hear it yet
        process.join(1)
    process.kill()
    process.join()


def _work_beside(settings: Settings, name: str, work: Work, parent: int) -> None:
    """Work until told to end, or nobody is there any more who would tell it."""
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    logging.config.dictConfig(LOG_CONFIG)
    with suppress(OSError):  # what lists of processes show
        Path("/proc/self/comm").write_text(f"gis-grid {name}", encoding="ascii")

    def stopping() -> bool:
        return told.is_set() or os.getppid() != parent

    try:
        with database(settings) as engine:
            work(engine, settings, stopping)
    except GisGridError as error:
        log.warning("%s cannot go on: %s", name, error.title)
