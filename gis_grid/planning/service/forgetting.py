"""Forgets what drafts worked on, long after they ended; what was published of them stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from gis_grid.kit.database import transaction
from gis_grid.planning.store import forgetting as store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Engine

_AT_ONCE: Final = 20
"""Drafts a transaction: each has thousands of atoms."""


def forget_ended(engine: Engine, *, now: datetime, days: int, stopping: Callable[[], bool]) -> int:
    """Forget the ground, atoms and changes of drafts that ended so many days ago; return how many.

    Publications have atoms and outlines of their own. Who edited what when stays too.
    """
    with transaction(engine) as conn:
        store.add_up_changes(conn)
    count = 0
    while not stopping():
        with transaction(engine) as conn:
            found = store.ended(conn, now - timedelta(days=days), _AT_ONCE)
            store.forget(conn, found, now)
        count += len(found)
        if len(found) < _AT_ONCE:
            break
    return count
