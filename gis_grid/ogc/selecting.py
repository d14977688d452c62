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
    or_,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from gis_grid.kit.features import Kind

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


def rows_of(collection: Collection, reading: Reading) -> Subquery:
    """Return a collection's rows with typed columns: `id`, `geom` and one a property."""
    found = collection.rows(reading)
    columns: dict[str, TypeEngine[Any]] = {
        "id": BigInteger() if collection.integer_ids else Text(),
        "geom": Geometry(srid=4326),
        **{
            one.name: DateTime(timezone=True) if one.kind is Kind.TIME else _TYPES[one.kind]()
            for one in collection.properties
        },
    }
    statement = text(found.sql).bindparams(*(bindparam(key, value) for key, value in found.values.items()))
    return statement.columns(**columns).subquery("feature")


def chosen(collection: Collection, rows: Subquery, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what is asked; what has no geometry or time fits every box and interval."""
    conditions: list[ColumnElement[bool]] = []
    if asked.bbox is not None:
        conditions.append(_touches(rows, asked.bbox))
    if asked.interval is not None and collection.time is not None and not collection.time.of_rows:
        conditions.append(_during(rows, collection.time, asked.interval))
    if asked.where is not None:
        conditions.append(asked.where(rows))
    return tuple(conditions)


def counted(collection: Collection, reading: Reading, asked: Asked) -> Select[int]:
    """Return the SELECT of how many there are."""
    rows = rows_of(collection, reading)
    return select(func.count()).select_from(rows).where(*chosen(collection, rows, asked))


def _touches(rows: Subquery, bbox: tuple[float, float, float, float]) -> ColumnElement[bool]:
    west, south, east, north = bbox
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    boxes = [func.ST_MakeEnvelope(start, south, end, north, 4326) for start, end in spans]
    return or_(rows.c.geom.is_(None), *(func.ST_Intersects(rows.c.geom, box) for box in boxes))


def _during(rows: Subquery, time: Time, interval: Interval) -> ColumnElement[bool]:
    start = rows.c[time.start]
    conditions = []
    if interval.end is not None:
        conditions.append(or_(start.is_(None), start <= interval.end))
    if interval.start is not None:
        if time.end is None:
            conditions.append(or_(start.is_(None), start >= interval.start))
        else:
            end = rows.c[time.end]
            conditions.append(or_(end.is_(None), end > interval.start))
    return and_(*conditions)
