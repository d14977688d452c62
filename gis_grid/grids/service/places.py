"""Key places that are inspected, and offices where workers sign: which are whose, and when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.rules.work import Place
from gis_grid.grids.store import places as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


class PlacesKeptSince(NamedTuple):
    """From when on there are places of anybody; ``None``: there never were."""

    key_places: datetime | None
    offices: datetime | None


def places_kept_since(conn: Connection) -> PlacesKeptSince:
    """Return since when key places and offices are known."""
    return PlacesKeptSince._make(store.kept_since(conn))


def key_places_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Place]]:
    """Return the key places in each worker's grid within [start, end), with the time that they are (XY-3).

    A place in a grid that is split comes with the part that holds it. None, no key.
    """
    return _by_worker(store.key_places_of(conn, worker_ids, start, end))


def offices_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[Place]]:
    """Return the offices of each worker's community within [start, end) (JY-1, LS-1). None, no key."""
    return _by_worker(store.offices_of(conn, worker_ids, start, end))


def _by_worker(rows: Sequence[Row[Any]]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for row in rows:
        since, until = (None if at is None else instant_ms(at) for at in (row.valid_from, row.valid_to))
        found[row.worker_id].append(Place(row.id, row.name, row.lon, row.lat, since, until))
    return found
