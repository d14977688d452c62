"""Incidents as they are listed, counted per cell, and counted for workers."""

from __future__ import annotations

import json
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gis_grid.incidents import workflows
from gis_grid.incidents.store import lists, records
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime
    from typing import Any
    from zoneinfo import ZoneInfo

    from sqlalchemy import Connection, Row

    from gis_grid.incidents.rows import Extent, Filter, IncidentCell, Listed

RESOLUTIONS: Final = (9, 10, 11)
"""H3 resolutions that incidents are counted at."""


def geojson(conn: Connection, wanted: Filter, limit: int) -> str:
    """Return incidents as the text of a GeoJSON FeatureCollection: open emergencies, then the newest.

    `numberMatched` beside the features says how many there are when the limit leaves some out.
    """
    return lists.feature_collection(conn, wanted, limit, _state_words())


def heat_cells(conn: Connection, wanted: Filter, resolution: int) -> Sequence[IncidentCell]:
    """Return the incidents counted per H3 cell, most first; what has no position is in none.

    Raises
    ------
    BadInput
        When the resolution is not stored.
    """
    if resolution not in RESOLUTIONS:
        raise BadInput("No such resolution", f"{resolution}; incidents are kept at 9, 10 and 11")
    return lists.cells(conn, wanted, resolution)


def latest(conn: Connection, wanted: Filter, limit: int) -> Sequence[Listed]:
    """Return the newest incidents with a position, most severe first within a moment."""
    return lists.latest(conn, wanted, limit)


def extent(conn: Connection, wanted: Filter) -> Extent:
    """Return how many incidents there are and from when until when; merged ones count once."""
    return lists.extent(conn, wanted)


def kept_since(conn: Connection) -> datetime | None:
    """Return when the first incident of all was reported; ``None`` without any."""
    return lists.kept_since(conn)


def reported_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[int]]:
    """Return when each worker reported or moved an incident within [start, end), epoch ms; never, no key."""
    return _by_worker(records.reported_by(conn, worker_ids, start, end))


def moved_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime, tz: ZoneInfo
) -> dict[int, list[int]]:
    """Return the same, each incident once a local day (FM-3), duplicates with what they were merged into."""
    return _by_worker(records.moved_by(conn, worker_ids, start, end, tz.key))


@lru_cache
def _state_words() -> str:
    return json.dumps(
        {f"{one.id}/{one.version}": {s.name: [s.zh, s.en] for s in one.states} for one in workflows.every()},
        ensure_ascii=False,
    )


def _by_worker(rows: Iterable[Row[Any]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        found[row.worker_id].append(row.t_ms)
    return found
