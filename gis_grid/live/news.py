"""What has to be told: all that is in view, or what is other than what was told before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from gis_grid.live import reading, view_store
from gis_grid.live.reading import Known

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from sqlalchemy import Connection

    from gis_grid.accounts.scope import Scope
    from gis_grid.live.reading import View

ALERTS_STAY: Final = timedelta(hours=24)
"""For how long after it was raised an alert belongs to the whole, although it is over."""

OLDEST_POSITION: Final = timedelta(days=1)
"""Where somebody was longer ago is not told."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a stream stands on. Once that is another, what was told does not hold, and all is told anew.

    Attributes
    ----------
    areas : list of int or None
        Areas that are shown, with all below them; ``None`` for all within sight.
    mark : str
        Of the query, the scope, the local day, the engine, and of who and what is in view.
    """

    areas: Sequence[int] | None
    mark: str


@dataclass(frozen=True, slots=True)
class News:
    """What is told.

    Attributes
    ----------
    text : str
        As JSON in one line.
    known : Known
        What is known to whoever read it.
    newest : int
        Up to where a stream need not look again; nobody is told it.
    seen : list of int
        Ids of the workers of whom is told where they are.
    is_empty : bool
        Whether there is nothing in it that is new.
    beat : str or None
        The engine's last sign of life, as JSON.
    """

    text: str
    known: Known
    newest: int
    seen: Sequence[int]
    is_empty: bool
    beat: str | None


def ground_of(conn: Connection, scope: Scope, view: View, now: datetime, tz: tzinfo) -> Ground:
    """Return what a caller's view stands on now.

    Raises
    ------
    NotFound
        When a community that is asked for is not there (any more), or not in sight.
    """
    areas = reading.areas_of(conn, view)
    roster = view_store.roster(conn, areas)
    parts = (scope.account_id, scope.people, view, areas, now.astimezone(tz).date(), roster)
    return Ground(areas, sha256(repr(parts).encode()).hexdigest()[:16])


def news_of(
    conn: Connection, view: View, ground: Ground, now: datetime, tz: tzinfo, *, after: int | None = None
) -> News:
    """Return what is newer than a version, or the whole.

    Parameters
    ----------
    after
        ``None`` for the whole. One that is newer than all that there is, as after a restored backup, too.
    """
    rows = view_store.rows(
        conn,
        ground.areas,
        view.box,
        after=after,
        now=now,
        today=now.astimezone(tz).date(),
        oldest=now - OLDEST_POSITION,
        alerts_since=now - ALERTS_STAY,
    )
    if after is not None and after > rows.newest:
        return news_of(conn, view, ground, now, tz)
    version = max(rows.version or 0, after or 0)
    text = (
        f'{{"version":{version},"whole":{"true" if after is None else "false"},'
        f'"now":"{now.isoformat()}","beat":{rows.beat or "null"},'
        f'"workers":[{rows.workers or ""}],"grids":[{rows.grids or ""}],'
        f'"cells":[{rows.cells or ""}],"alerts":[{rows.alerts or ""}]}}'
    )
    is_empty = after is not None and rows.version is None
    return News(text, Known(version, ground.mark), rows.newest, rows.seen, is_empty, rows.beat)
