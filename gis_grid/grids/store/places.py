"""SQL of key places and offices: versions in, and which are whose out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gis_grid.kit.database import copy_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of places by version: what people call one, and its column beside code, name and point.

    `column` is the staged text, `stored` the column it becomes, `made` the SQL from one to the other.
    """

    table: str
    noun: str
    column: str
    stored: str
    made: str

    @property
    def staging(self) -> str:
        """Name of the temporary table."""
        return f"incoming_{self.table}"


KEY_PLACE = Kind("key_place", "key place", "class", "class", "s.class")

OFFICE = Kind(
    "office",
    "office",
    "community_code",
    "area_id",
    # On the border of two communities the lower code takes the point.
    """(
        SELECT area.id FROM area
        WHERE area.kind = 'community'
            AND CASE WHEN s.community_code IS NULL THEN ST_Covers(area.geom, s.geom)
                     ELSE area.code = s.community_code END
        ORDER BY area.code LIMIT 1
    )""",
)


def stage(conn: Connection, kind: Kind, rows: Iterable[Sequence[object]]) -> int:
    """Copy rows of (code, name, the kind's column, lon, lat) into a temporary table; others wait."""
    conn.exec_driver_sql(f"LOCK TABLE {kind.table} IN SHARE ROW EXCLUSIVE MODE")
    conn.exec_driver_sql(f"DROP TABLE IF EXISTS {kind.staging}")
    conn.exec_driver_sql(
        f"CREATE TEMPORARY TABLE {kind.staging} (code text, name text, {kind.column} text, lon float8, "
        "lat float8, geom geometry(Point, 4326) "
        "GENERATED ALWAYS AS (ST_SetSRID(ST_MakePoint(lon, lat), 4326)) STORED) ON COMMIT DROP"
    )
    names = ["code", "name", kind.column, "lon", "lat"]
    return copy_rows(conn, kind.staging, names, ["text", "text", "text", "float8", "float8"], rows)


def without_community(conn: Connection, kind: Kind) -> Sequence[Row[Any]]:
    """Return (code, value) of staged rows whose column becomes nothing."""
    statement = f"""
        SELECT s.code, s.{kind.column} AS value FROM {kind.staging} s
        WHERE {kind.made} IS NULL ORDER BY s.code
    """  # noqa: S608 - names from the constants above
    return conn.execute(text(statement)).all()


def taken(conn: Connection, kind: Kind, at: datetime) -> list[str]:
    """Return the codes of staged rows with another version that begins at a time or later."""
    statement = f"""
        SELECT DISTINCT s.code FROM {kind.staging} s JOIN {kind.table} t ON t.code = s.code
        WHERE NOT lower_inf(t.valid) AND lower(t.valid) >= :at
            AND NOT (lower(t.valid) = :at AND {_same(kind)})
        ORDER BY s.code
    """  # noqa: S608 - names from the constants above
    return list(conn.execute(text(statement), {"at": at}).scalars())


def publish(conn: Connection, kind: Kind, at: datetime) -> tuple[int, int, int]:
    """Close the versions that change and write new ones; return counts of new, changed and same."""
    drop_same = f"""
        DELETE FROM {kind.staging} s USING {kind.table} t
        WHERE t.code = s.code AND t.valid @> CAST(:at AS timestamptz) AND {_same(kind)}
    """  # noqa: S608 - names from the constants above
    close = f"""
        UPDATE {kind.table} t SET valid = tstzrange(lower(t.valid), :at) FROM {kind.staging} s
        WHERE t.code = s.code AND t.valid @> CAST(:at AS timestamptz)
    """  # noqa: S608 - names from the constants above
    add = f"""
        INSERT INTO {kind.table} (code, name, {kind.stored}, valid, geom)
        SELECT s.code, s.name, {kind.made}, tstzrange(:at, NULL), s.geom
        FROM {kind.staging} s ORDER BY s.code
    """  # noqa: S608 - names from the constants above
    same, changed, written = (
        conn.execute(text(statement), {"at": at}).rowcount for statement in (drop_same, close, add)
    )
    conn.exec_driver_sql(f"ANALYZE {kind.table}")
    return written - changed, changed, same


def _same(kind: Kind) -> str:
    return f"t.name = s.name AND t.{kind.stored} = {kind.made} AND ST_Equals(t.geom, s.geom)"
