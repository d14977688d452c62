"""How long the database works for one file: until it gives a filter up, or nobody waits any more."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext, suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, TypeVar

import psycopg
from sqlalchemy.exc import OperationalError

from gis_grid.kit.database import raw
from gis_grid.kit.errors import BadInput
from gis_grid.ogc.computing import GivenUp, computed, limit_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

_Part = TypeVar("_Part")

_PARTING_S: Final = 5
"""For the database to take in that it may stop."""


class Patience:
    """The patience with one file.

    Parameters
    ----------
    each_s
        How long the database may look for the next rows that a filter leaves; ``None`` for no limit.
    whole_s
        And for all of them together; what is done with them in between is not counted.
    """

    def __init__(self, each_s: float | None = None, whole_s: float | None = None) -> None:
        self._each_s, self._whole_s = each_s, whole_s
        self._worked_s = 0.0
        self._left = False
        self._driver: psycopg.Connection[Any] | None = None
        self._lock = Lock()

    @contextmanager
    def reading(self, conn: Connection, *, filtered: bool) -> Iterator[None]:
        """Read from a connection; limits are of what a filter computes.

        Raises
        ------
        BadInput
            When the filter cannot be computed.
        GivenUp
            When it takes too long, or nobody waits any more.
        """
        if filtered:
            limit_statements(conn, self._each_s or 0)
        with self._lock:
            self._driver = raw(conn)
        try:
            with computed(_too_long(self._each_s, "for the next rows")) if filtered else nullcontext():
                yield
        except (BadInput, OperationalError):
            self._require_waiting()
            raise
        finally:
            with self._lock:
                self._driver = None
        if filtered:
            limit_statements(conn, 0)

    def taken(self, parts: Iterable[_Part], *, filtered: bool) -> Iterator[_Part]:
        """Yield parts of the rows as they come.

        Raises
        ------
        GivenUp
            When all of them take too long, or nobody waits any more.
        """
        coming = iter(parts)
        while True:
            self._require_waiting()
            begun = monotonic()
            part = next(coming, None)
            self._worked_s += monotonic() - begun
            if part is None:
                return
            if filtered and self._whole_s is not None and self._worked_s > self._whole_s:
                raise GivenUp("The filter takes too long", _too_long(self._whole_s, "for all rows"))
            yield part

    def leave(self) -> None:
        """End what the database does for the file, since nobody waits for it; from any thread, and again."""
        self._left = True
        with self._lock, suppress(psycopg.Error):
            if self._driver is not None:
                self._driver.cancel_safe(timeout=_PARTING_S)

    def _require_waiting(self) -> None:
        if self._left:
            raise GivenUp("Nobody waits for the file", "who asked for it has gone")


def _too_long(seconds: float | None, what: str) -> str:
    return f"more than {seconds} s {what}; ask for a box too, or compare with simpler geometries"
