"""Key places that are inspected, and offices where workers sign: which are whose, and when."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from gis_grid.core.rules.calendar import instant_ms
from gis_grid.core.rules.work import Place
from gis_grid.grids.service.bad_rows import require_unique
from gis_grid.grids.service.layers import Loaded
from gis_grid.grids.store import places as store
from gis_grid.kit.errors import BadInput, Conflict, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from gis_grid.grids.rows import KeyPlaceRows, OfficeRows


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


def load_key_places(conn: Connection, rows: KeyPlaceRows, *, valid_from: datetime) -> Loaded:
    """Enter key places from a time on; one that is as it was is left alone, another version ends then.

    Parameters
    ----------
    valid_from
        Aware.

    Raises
    ------
    BadInput
        A code comes twice.
    Conflict
        A place has another version from that time or later.
    """
    columns = (rows.column("code"), rows.column("name"), rows.column("place_class"))
    return _load(conn, store.KEY_PLACE, columns, rows, valid_from)


def load_offices(conn: Connection, rows: OfficeRows, *, valid_from: datetime) -> Loaded:
    """Enter offices from a time on, like `load_key_places`.

    Raises
    ------
    BadInput
        A code comes twice, or a community is not known, or none holds the point and none is named.
    Conflict
        An office has another version from that time or later.
    """
    columns = (rows.column("code"), rows.column("name"), rows.column("community_code"))
    return _load(conn, store.OFFICE, columns, rows, valid_from)


def _load(
    conn: Connection,
    kind: store.Kind,
    columns: tuple[list[Any], ...],
    rows: KeyPlaceRows | OfficeRows,
    valid_from: datetime,
) -> Loaded:
    require_unique(kind.noun, columns[0])
    lon, lat = shapely.get_x(rows.geometry).tolist(), shapely.get_y(rows.geometry).tolist()
    store.stage(conn, kind, zip(*columns, lon, lat, strict=True))
    errors = [
        RowError(f"{kind.noun} {row.code}", "community", row.value, "expected the code of a known community")
        for row in store.without_community(conn, kind)
    ]
    if errors:
        raise BadInput("The community is not known", f"{len(errors)} of {len(rows)} rows", errors=errors)
    taken = store.taken(conn, kind, valid_from)
    if taken:
        errors = [
            RowError(
                f"{kind.noun} {code}", "valid from", valid_from.isoformat(), "another version begins later"
            )
            for code in taken
        ]
        raise Conflict(
            "Another version begins at that time or later", f"{len(taken)} codes; a later day?", errors=errors
        )
    return Loaded(*store.publish(conn, kind, valid_from))


def _by_worker(rows: Sequence[Row[Any]]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for row in rows:
        since, until = (None if at is None else instant_ms(at) for at in (row.valid_from, row.valid_to))
        found[row.worker_id].append(Place(row.id, row.name, row.lon, row.lat, since, until))
    return found
