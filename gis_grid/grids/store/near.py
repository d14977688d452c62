"""SQL of what is near a point or in an H3 cell: by the spatial index first, then exactly, in metres."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

from gis_grid.kit.boxes import BESIDE_OUTLINE, box_around, may_be_within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row, TextClause


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be looked for: its table with joins, its geometry, the columns shown, and which rows count."""

    tables: str
    geom: str
    order: str
    columns: str
    rows: str = "true"


GRIDS: Final = Kind(
    tables="boundary JOIN grid ON grid.id = boundary.grid_id",
    geom="boundary.geom",
    order="grid.code",
    columns="boundary.id, grid.code, grid.name, NULL AS kind, boundary.households, "
    "NULL::float8 AS lon, NULL::float8 AS lat",
    rows="boundary.valid @> CAST(:at AS timestamptz)",
)

BUILDINGS: Final = Kind(
    tables="building",
    geom="building.geom",
    order="building.id",
    columns="building.id, building.source_ref AS code, building.name, building.kind, building.households, "
    "ST_X(building.point) AS lon, ST_Y(building.point) AS lat",
)

_POINT: Final = "(SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom) AS asked"


def _distance(kind: Kind) -> str:
    return f"ST_Distance(geography({kind.geom}), geography(asked.geom))"


def _within(kind: Kind) -> TextClause:
    return text(f"""
        SELECT {kind.columns}, {_distance(kind)} AS metres, count(*) OVER () AS matched
        FROM {_POINT}, {kind.tables}
        WHERE {kind.rows} AND {kind.geom} && {box_around("asked.geom", "CAST(:metres AS float8)")}
            AND {may_be_within(kind.geom, "asked.geom", "CAST(:metres AS float8)")}
            AND {_distance(kind)} <= :metres
        ORDER BY metres, {kind.order} LIMIT :most
    """)  # noqa: S608 - constants


# The k that are nearest in degrees come by the index; whatever is nearer in metres lies within the farthest.
def _nearest(kind: Kind) -> TextClause:
    return text(f"""
        WITH asked AS (SELECT ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) AS geom),
        first AS (
            SELECT {_distance(kind)} AS metres FROM asked, {kind.tables} WHERE {kind.rows}
            ORDER BY {kind.geom} <-> ST_SetSRID(ST_MakePoint(:lon, :lat), 4326) LIMIT :most
        )
        SELECT {kind.columns}, {_distance(kind)} AS metres
        FROM asked, {kind.tables}
        WHERE {kind.rows}
            AND {kind.geom} && (
                SELECT {box_around("asked.geom", "(SELECT max(metres) FROM first)")} FROM asked)
            AND {may_be_within(kind.geom, "asked.geom", "(SELECT max(metres) FROM first)")}
        ORDER BY metres, {kind.order} LIMIT :most
    """)  # noqa: S608 - constants


_WITHIN: Final[Mapping[Kind, TextClause]] = {kind: _within(kind) for kind in (GRIDS, BUILDINGS)}
_NEAREST: Final[Mapping[Kind, TextClause]] = {kind: _nearest(kind) for kind in (GRIDS, BUILDINGS)}

_CELL: Final = "(SELECT ST_GeomFromText(:outline, 4326) AS geom) AS cell"

_GRIDS_IN: Final = text(f"""
    SELECT {GRIDS.columns}, ST_Area(geography(shared.geom)) / ST_Area(geography(cell.geom)) AS share
    FROM {_CELL}, {GRIDS.tables}
    CROSS JOIN LATERAL (SELECT ST_Intersection(boundary.geom, cell.geom) AS geom) AS shared
    WHERE {GRIDS.rows} AND boundary.geom && ST_GeomFromText(:outline, 4326)
        AND ST_Area(shared.geom) > 0
    ORDER BY share DESC, grid.code
""")  # noqa: S608 - constants

_BUILDINGS_IN: Final = text(f"""
    SELECT {BUILDINGS.columns} FROM building
    WHERE building.point && {BESIDE_OUTLINE}
    ORDER BY building.id
""")  # noqa: S608 - constants


def within(
    conn: Connection, kind: Kind, lon: float, lat: float, at: datetime, *, metres: float, most: int
) -> Sequence[Row[Any]]:
    """Return (id, code, name, kind, households, lon, lat, metres, matched), the nearest first."""
    asked = {"lon": lon, "lat": lat, "at": at, "metres": metres, "most": most}
    return conn.execute(_WITHIN[kind], asked).all()


def nearest(
    conn: Connection, kind: Kind, lon: float, lat: float, at: datetime, *, most: int
) -> Sequence[Row[Any]]:
    """Return the same but `matched`, of so many, however far."""
    return conn.execute(_NEAREST[kind], {"lon": lon, "lat": lat, "at": at, "most": most}).all()


def grids_in(conn: Connection, outline: str, at: datetime) -> Sequence[Row[Any]]:
    """Return (..., share) of grids in force that have ground in an outline (WKT); share of the outline's."""
    return conn.execute(_GRIDS_IN, {"outline": outline, "at": at}).all()


def buildings_around(conn: Connection, outline: str) -> Sequence[Row[Any]]:
    """Return buildings whose point is in or just beside an outline (WKT): the caller looks exactly."""
    return conn.execute(_BUILDINGS_IN, {"outline": outline}).all()
