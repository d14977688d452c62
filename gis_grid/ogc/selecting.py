"""From a collection and what is asked of it to one SELECT: pages, counts, exports are all made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Double,
    Select,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from gis_grid.kit.features import Kind, Shape

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Subquery
    from sqlalchemy.types import TypeEngine

    from gis_grid.kit.features import Collection, Interval, Reading, Time
    from gis_grid.ogc.asked import Asked

_TYPES: Final[dict[Kind, type[TypeEngine[Any]]]] = {
    Kind.STRING: Text,
    Kind.INTEGER: BigInteger,
    Kind.NUMBER: Double,
    Kind.BOOLEAN: Boolean,
    Kind.DATE: Date,
    Kind.TIME: DateTime,
    Kind.OBJECT: JSONB,
}


_FEATURE: Final = "feature"
"""What the rows of every collection are called in SQL."""


def column_of(collection: Collection, name: str) -> ColumnElement[Any]:
    """Return a property of the rows, whatever rows they will be: conditions are made before them."""
    kind = next(one.kind for one in collection.properties if one.name == name)
    return literal_column(f'{_FEATURE}."{name}"', _type_of(kind))


def geometry_of_rows() -> ColumnElement[Any]:
    """Return the geometry of the rows, as `column_of` returns a property."""
    return literal_column(f"{_FEATURE}.geom", Geometry(srid=4326))


def rows_of(collection: Collection, reading: Reading) -> Subquery:
    """Return a collection's rows with typed columns: `id`, `geom` and one a property."""
    found = collection.rows(reading)
    columns: dict[str, TypeEngine[Any]] = {
        "id": BigInteger() if collection.integer_ids else Text(),
        "geom": Geometry(srid=4326),
        **{one.name: _type_of(one.kind) for one in collection.properties},
    }
    statement = text(found.sql).bindparams(*(bindparam(key, value) for key, value in found.values.items()))
    return statement.columns(**columns).subquery(_FEATURE)


def chosen(collection: Collection, rows: Subquery, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what is asked; what has no geometry or time fits every box and interval."""
    conditions: list[ColumnElement[bool]] = []
    if asked.bbox is not None and collection.shape is not Shape.NONE:
        touches = _touches(rows, asked.bbox)
        conditions.append(or_(rows.c.geom.is_(None), touches) if collection.unplaced else touches)
    if asked.interval is not None and collection.time is not None and not collection.time.of_rows:
        conditions.append(_during(rows, collection.time, asked.interval))
    if asked.where is not None:
        conditions.append(asked.where(rows))
    return tuple(conditions)


def counted(collection: Collection, rows: Subquery, asked: Asked, most: int) -> Select[int]:
    """Return the SELECT of how many there are; it stops counting behind `most`."""
    found: Select[Any] = select(literal_column("1")).select_from(rows).where(*chosen(collection, rows, asked))
    return select(func.count()).select_from(found.limit(most + 1).subquery())


def _type_of(kind: Kind) -> TypeEngine[Any]:
    return DateTime(timezone=True) if kind is Kind.TIME else _TYPES[kind]()


def _touches(rows: Subquery, bbox: tuple[float, float, float, float]) -> ColumnElement[bool]:
    west, south, east, north = bbox
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    # That of a line: it is a point or a line where the box has no width or height, and touches as such.
    boxes = [
        func.ST_Envelope(func.ST_SetSRID(func.ST_MakeLine(_point(start, south), _point(end, north)), 4326))
        if start == end or south == north
        else func.ST_MakeEnvelope(start, south, end, north, 4326)
        for start, end in spans
    ]
    return or_(*(and_(meets(rows.c.geom, box), func.ST_Intersects(rows.c.geom, box)) for box in boxes))


def meets(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the boxes around two geometries meet: behind row level security only it has an index."""
    return one.op("&&", is_comparison=True)(other)


def _point(lon: float, lat: float) -> ColumnElement[Any]:
    return func.ST_MakePoint(lon, lat)


def _during(rows: Subquery, time: Time, interval: Interval) -> ColumnElement[bool]:
    start = rows.c[time.start]

    def fits(column: ColumnElement[Any], condition: ColumnElement[bool]) -> ColumnElement[bool]:
        return condition if time.always else or_(column.is_(None), condition)

    conditions = []
    if interval.end is not None:
        conditions.append(fits(start, start <= interval.end))
    if interval.start is not None:
        if time.end is None:
            conditions.append(fits(start, start >= interval.start))
        else:
            end = rows.c[time.end]
            conditions.append(fits(end, end > interval.start))
    return and_(true(), *conditions)
