"""Says that the core's loops are being compiled, where a first run would seem to hang."""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from numba.core import event as numba_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PATIENCE_S: Final = 2.0


@contextmanager
def telling_of_compiling(tell: Callable[[], object], after_s: float = _PATIENCE_S) -> Iterator[None]:
    """Call `tell` once, as soon as loops have been compiled for so long; loops that are kept take no time."""
    with numba_events.install_listener("numba:compile", _Compiling(tell, after_s)):
        yield


class _Compiling(numba_events.Listener):
    """Adds up the time of compiling; a loop is compiled within the one that calls it."""

    def __init__(self, tell: Callable[[], object], after_s: float) -> None:
        self._tell = tell
        self._left_s = after_s
        self._depth = 0
        self._since_s = 0.0
        self._told = False

    def on_start(self, event: Any) -> None:
        """Take the time from the outermost loop on."""
        if self._depth == 0:
            self._since_s = monotonic()
        self._depth += 1
        self._look()

    def on_end(self, event: Any) -> None:
        """Take the time up to here."""
        self._look()
        self._depth -= 1

    def _look(self) -> None:
        now_s = monotonic()
        self._left_s -= now_s - self._since_s
        self._since_s = now_s
        if self._left_s <= 0 and not self._told:
            self._told = True
            self._tell()
