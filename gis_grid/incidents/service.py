"""Takes incidents and hazards in, and gives them out as GeoJSON or counted per cell."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import cells_at
from gis_grid.incidents import store
from gis_grid.incidents.rows import Kind, State
from gis_grid.kit.columns import instants_of, numbered, require_equal_lengths
from gis_grid.kit.errors import BadInput, Conflict, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.incidents.rows import Extent, Filter, IncidentCell, IncidentRows, Listed

RESOLUTIONS = (9, 10, 11)
"""H3 resolutions that are stored with every incident."""


def load_incidents(conn: Connection, rows: IncidentRows) -> int:
    """Store incidents with their cells and the boundary in force when they were reported.

    Returns
    -------
    int
        How many were stored: all of them.

    Raises
    ------
    BadInput
        When columns differ in length or rows cannot be used; every such row is named.
    Conflict
        When codes are stored already.
    """
    require_equal_lengths(rows)
    errors = list(_row_errors(rows))
    if errors:
        raise BadInput("Incidents cannot be used", f"{len(errors)} of {len(rows)} rows", errors=errors)
    store.stage(conn, _staged(rows))
    taken = store.staged_taken_codes(conn)
    if taken:
        raise Conflict("Incidents are stored already", f"{len(taken)} codes, such as {taken[0]}")
    unknown = store.staged_unknown_workers(conn)
    if unknown:
        errors = [RowError(row, "worker_code", code, "no such worker") for row, code in unknown]
        raise BadInput("Incidents name unknown workers", f"{len(unknown)} rows", errors=errors)
    return store.add_staged(conn)


def geojson(conn: Connection, wanted: Filter, limit: int) -> str:
    """Return incidents, newest first, as the text of a GeoJSON FeatureCollection.

    `numberMatched` beside the features says how many there are when the limit leaves some out.
    """
    return store.feature_collection(conn, wanted, limit)


def heat_cells(conn: Connection, wanted: Filter, resolution: int) -> Sequence[IncidentCell]:
    """Return the incidents counted per H3 cell, most first.

    Raises
    ------
    BadInput
        When the resolution is not stored.
    """
    if resolution not in RESOLUTIONS:
        raise BadInput("No such resolution", f"{resolution}; incidents are kept at 9, 10 and 11")
    return store.cells(conn, wanted, resolution)


def latest(conn: Connection, wanted: Filter, limit: int) -> Sequence[Listed]:
    """Return the newest incidents, most severe first within a moment."""
    return store.latest(conn, wanted, limit)


def extent(conn: Connection, wanted: Filter) -> Extent:
    """Return how many incidents there are and from when until when."""
    return store.extent(conn, wanted)


def kept_since(conn: Connection) -> datetime | None:
    """Return when the first incident of all was reported; ``None`` without any."""
    return store.kept_since(conn)


def reported_by(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> dict[int, list[int]]:
    """Return when each worker reported an incident within [start, end), epoch ms; never, no key."""
    found: dict[int, list[int]] = defaultdict(list)
    for row in store.reported_by(conn, worker_ids, start, end):
        found[row.worker_id].append(row.t_ms)
    return found


def _row_errors(rows: IncidentRows) -> Iterator[RowError]:
    seen: set[str] = set()
    for row, code in enumerate(rows.code, start=1):
        if not code or code in seen:
            yield RowError(row, "code", code, "a code is there once")
        seen.add(code)
    for name, words in (("kind", list(Kind)), ("state", list(State)), ("severity", [1, 2, 3])):
        for row, value in enumerate(getattr(rows, name), start=1):
            if value not in words:
                yield RowError(row, name, str(value), f"one of {', '.join(map(str, words))}")
    for row, (state, reported, closed) in enumerate(
        zip(rows.state, rows.reported_at, rows.closed_at, strict=True), start=1
    ):
        if (state == State.CLOSED) != (closed is not None):
            yield RowError(row, "closed_at", str(closed), "there exactly when the state is closed")
        elif closed is not None and closed < reported:
            yield RowError(row, "closed_at", str(closed), "not before it was reported")


def _staged(rows: IncidentRows) -> Iterator[tuple[object, ...]]:
    try:
        r9, r10, r11 = (cells_at(rows.lon, rows.lat, resolution).tolist() for resolution in RESOLUTIONS)
    except CoreError as error:
        row = error.where + 1 if isinstance(error.where, int) else "all"
        problem = RowError(row, error.field, str(error.value), error.message)
        raise BadInput("Incidents cannot be used", "a position is wrong", errors=[problem]) from error
    return numbered(
        rows.code,
        rows.kind,
        rows.category,
        rows.title,
        rows.state,
        [int(severity) for severity in rows.severity],
        instants_of(rows.reported_at),
        rows.worker_code,
        instants_of(rows.deadline),
        instants_of(rows.closed_at),
        r9,
        r10,
        r11,
        [float(lon) for lon in rows.lon],
        [float(lat) for lat in rows.lat],
    )
