"""A lock on a file between programs; the kernel frees it when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING

from gis_grid.kit.errors import Unavailable

if TYPE_CHECKING:
    from pathlib import Path

_POLL_S = 0.05


class FileLock:
    """An advisory lock; one object is one holder, and so is a process that inherits its `descriptor`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open file; a child process that inherits it holds the lock on until it ends."""
        assert self._descriptor is not None, "the lock is not held"
        return self._descriptor

    def acquire(self, *, patience_s: float) -> None:
        """Take the lock for this holder alone, waiting for others.

        Raises
        ------
        Unavailable
            When it is not free within `patience_s` seconds.
        """
        deadline = time.monotonic() + patience_s
        while not self.acquire_if_free():
            if time.monotonic() > deadline:
                raise Unavailable(
                    "Another program holds a lock", f"{self.path}, for {patience_s:.0f} s by now"
                )
            time.sleep(_POLL_S)

    def acquire_if_free(self) -> bool:
        """Take the lock for this holder alone if nobody has it; return whether it was free."""
        return self._try(fcntl.LOCK_EX)

    def acquire_shared(self) -> None:
        """Take the lock together with other sharers.

        Raises
        ------
        Unavailable
            When somebody has it for themselves.
        """
        if not self._try(fcntl.LOCK_SH):
            raise Unavailable("Another program holds a lock", str(self.path))

    def release(self) -> None:
        """Give the lock back; nothing happens when it is not held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _try(self, kind: int) -> bool:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            return False
        return True
