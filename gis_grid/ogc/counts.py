"""Counts of features that were asked for lately: the same question about the same version is counted once."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

_MOST: Final = 2000


class Counts:
    """Counts by what they are of, the version of the data included; the longest unasked are forgotten."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, int] = OrderedDict()
        self._lock = Lock()

    def get(self, of: str) -> int | None:
        """Return a count, or ``None`` when it is not known."""
        with self._lock:
            if of in self._found:
                self._found.move_to_end(of)
            return self._found.get(of)

    def keep(self, of: str, count: int) -> None:
        """Remember a count."""
        with self._lock:
            self._found[of] = count
            if len(self._found) > _MOST:
                self._found.popitem(last=False)


COUNTS: Final = Counts()
"""Of this process; a version tells of the caller's areas too, so that nobody is told another's count."""
