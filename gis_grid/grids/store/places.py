"""SQL of key places and offices: what workers are judged on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row


def kept_since(conn: Connection) -> Row[Any]:
    """Return since when there are key places and offices; null without any."""
    return conn.execute(
        text(
            "SELECT (SELECT min(lower(valid)) FROM key_place) AS key_places, "
            "(SELECT min(lower(valid)) FROM office) AS offices"
        )
    ).one()


_KEY_PLACES = """
    SELECT a.worker_id, p.id, p.code, p.name, p.geom, shared.valid
    FROM assignment a
    JOIN grid g ON g.id = a.grid_id
    JOIN boundary b ON b.grid_id = g.id AND b.valid && a.valid
    JOIN key_place p ON ST_Covers(b.geom, p.geom)
    CROSS JOIN LATERAL (SELECT a.valid * b.valid * p.valid AS valid) AS shared
    WHERE a.worker_id = ANY(CAST(:workers AS bigint[])) AND NOT isempty(shared.valid)
        AND CASE WHEN ST_ContainsProperly(b.geom, p.geom) THEN true ELSE NOT EXISTS (
            SELECT FROM boundary other JOIN grid og ON og.id = other.grid_id
            WHERE other.valid && shared.valid AND og.code < g.code AND ST_Covers(other.geom, p.geom)
        ) END
"""

_OFFICES = """
    SELECT a.worker_id, o.id, o.code, o.name, o.geom, a.valid * o.valid AS valid
    FROM assignment a
    JOIN grid g ON g.id = a.grid_id
    JOIN office o ON o.area_id = g.area_id
    WHERE a.worker_id = ANY(CAST(:workers AS bigint[])) AND NOT isempty(a.valid * o.valid)
"""

# A place stays one place when the boundary or the assignment around it only changes.
_JOINED = """
    SELECT worker_id, id, name, ST_X(geom) AS lon, ST_Y(geom) AS lat, lower(valid) AS valid_from,
           upper(valid) AS valid_to
    FROM (
        SELECT worker_id, id, code, name, geom, unnest(range_agg(valid)) AS valid
        FROM ({pieces}) AS piece
        GROUP BY worker_id, id, code, name, geom
    ) AS joined
    WHERE valid && tstzrange(:start, :end)
    ORDER BY worker_id, lower(valid), code, id
"""


def key_places_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return (worker_id, id, name, lon, lat, valid_from, valid_to) of places within [start, end).

    A place is a worker's while it, the boundary around it and the assignment hold. On the border of grids it
    belongs to the lower code; only those few are looked at twice.
    """
    return _joined(conn, _KEY_PLACES, worker_ids, start, end)


def offices_of(
    conn: Connection, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    """Return the same columns of the offices of the communities whose grids the workers have."""
    return _joined(conn, _OFFICES, worker_ids, start, end)


def _joined(
    conn: Connection, pieces: str, worker_ids: Sequence[int], start: datetime, end: datetime
) -> Sequence[Row[Any]]:
    parameters = {"workers": list(worker_ids), "start": start, "end": end}
    return conn.execute(text(_JOINED.format(pieces=pieces)), parameters).all()
