"""Processes that begin at once: forked from one that has imported what they need, and done nothing else."""

from __future__ import annotations

import gc
import multiprocessing
import signal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

TOLD_TO_ALL: Final = (signal.SIGTERM, signal.SIGHUP)
"""What a terminal that is closed, or a service manager, says to each process and not only to the first."""


def fork_server(*modules: str) -> ForkServerContext:
    """Return what makes processes that have imported these modules, which costs seconds, once for all.

    The first that is made settles what all of this program's have; others import what they lack. The server
    has no threads and connections that a fork would copy, and lives as long as this program. It is deaf to
    what is told to all, since it tells how those that it forked end; they begin as deaf, until `hear`.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["gis_grid.kit.deaf", *modules])
    return context


def spare_what_is_there() -> None:
    """Look for garbage again, but not among what the server imported: looking would copy it."""
    gc.freeze()
    gc.enable()


def hear() -> None:
    """End when told to, as a process does that nobody says anything else to."""
    for sign in TOLD_TO_ALL:
        signal.signal(sign, signal.SIG_DFL)
