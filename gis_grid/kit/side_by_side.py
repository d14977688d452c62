"""Processes that work side by side for this one and end with it."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import connection
from typing import TYPE_CHECKING

from gis_grid.kit.fork_server import fork_server, spare_what_is_there

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextmanager
def side_by_side(
    module: str, count: int, begin: Callable[..., None] | None = None, *given: object
) -> Iterator[ProcessPoolExecutor]:
    """Yield so many processes; they end with the block, or when this process is killed.

    Parameters
    ----------
    module
        The one whose functions they call: imported once, for all of them.
    begin, given
        What each calls before its first work, and with what.
    """
    # Not forked from this one: its threads and connections are not for its children.
    forked = fork_server(module)
    lifeline, held = forked.Pipe(duplex=False)
    with (
        ProcessPoolExecutor(count, forked, initializer=_begin, initargs=(lifeline, begin, given)) as pool,
        # Let go first: a killed process may hold the queue's lock, and the others wait for it.
        lifeline,
        held,
    ):
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _begin(
    lifeline: connection.Connection, begin: Callable[..., None] | None, given: tuple[object, ...]
) -> None:
    """Make ready a process: it ends when its parent ends or lets go, and is told to stop by nobody else."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    spare_what_is_there()
    if begin is not None:
        begin(*given)


def _end_with(lifeline: connection.Connection) -> None:
    connection.wait([lifeline])
    os._exit(1)
