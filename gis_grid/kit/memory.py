"""Memory of a program with many threads."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
_ARENAS: Final = 2


def share_arenas() -> None:
    """Let threads that begin from now on share two arenas of the C library, where it is GNU's.

    Else nearly every thread of a pool has one of its own, and each keeps the room of the largest message that
    it ever held: memory grew for hours.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
