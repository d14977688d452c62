"""Looks at workers on the live map: in the ledger, at most once an hour for each caller and worker."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.live import view_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sqlalchemy import Connection

_AGAIN: Final = timedelta(minutes=5)
"""After so long the ledger is asked once more: soon after an hour is over there is another entry."""


class Looks:
    """Whom one stream has shown lately, so that the ledger is not asked with each look.

    What is remembered is never more than the ledger has: it is told after the commit.
    """

    def __init__(self) -> None:
        self._noted: dict[int, datetime] = {}

    def not_lately(self, workers: Sequence[int], now: datetime) -> list[int]:
        """Return those for whom the ledger has to be asked."""
        return [one for one in workers if one not in self._noted or now - self._noted[one] >= _AGAIN]

    def noted(self, workers: Sequence[int], now: datetime) -> None:
        """Remember what is committed."""
        self._noted.update(dict.fromkeys(workers, now))


def note(conn: Connection, workers: Sequence[int], now: datetime, tz: tzinfo) -> None:
    """Write into the ledger, in this transaction, that the caller sees where workers are."""
    if workers:
        view_store.note_looks(conn, workers, now.astimezone(tz).date())
