"""Nobody is there at night: a program that serves starts its private cluster again when that was killed."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from gis_grid.kit.errors import NotReady, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gis_grid.kit.cluster import Cluster

_EVERY_S: Final = 0.5

_log = logging.getLogger(__name__)


@contextmanager
def kept_alive(cluster: Cluster) -> Iterator[None]:
    """Until the block ends, start the server of a cluster again whenever it was killed, not when stopped."""
    over = Event()
    watch = Thread(target=_watch, args=(cluster, over), name="cluster watch")
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def _watch(cluster: Cluster, over: Event) -> None:
    while not over.wait(_EVERY_S):
        try:
            if cluster.revive():
                _log.warning("the database server was killed; it runs again")
        except (NotReady, Unavailable, OSError) as error:
            _log.warning("the database server was killed and does not start: %s", error)
