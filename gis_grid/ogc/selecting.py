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
    from sqlalchemy import BindParameter, ColumnElement, Subquery
    from sqlalchemy.types import TypeEngine

    from gis_grid.kit.features import Collection, Interval, Reading, Rows, Time
    from gis_grid.ogc.asked import Asked

    Box = tuple[float, float, float, float]

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
    return typed(collection, collection.rows(reading))


def typed(collection: Collection, found: Rows) -> Subquery:
    """Return rows as they were found, with the types of their collection."""
    columns: dict[str, TypeEngine[Any]] = {
        "id": BigInteger() if collection.integer_ids else Text(),
        "geom": Geometry(srid=4326),
        **({"geojson": Text()} if collection.told else {}),
        **{one.name: _type_of(one.kind) for one in collection.properties},
    }
    statement = text(found.sql).bindparams(*(bindparam(key, value) for key, value in found.values.items()))
    return statement.columns(**columns).subquery(_FEATURE)


def chosen(collection: Collection, rows: Subquery, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of what is asked; what has no geometry or time fits every box and interval."""
    conditions: list[ColumnElement[bool]] = []
    if asked.bbox is not None and collection.shape is not Shape.NONE:
        conditions.append(or_(*in_box(collection, rows, asked.bbox)))
    if asked.interval is not None and collection.time is not None and not collection.time.of_rows:
        conditions.append(_during(rows, collection.time, asked.interval))
    if asked.where is not None:
        conditions.append(asked.where(rows))
    return tuple(conditions)


def in_box(collection: Collection, rows: Subquery, bbox: Box) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of which one has to hold of what is in a box."""
    touches = _touches(rows, bbox)
    return (touches, rows.c.geom.is_(None)) if collection.unplaced else (touches,)


def counted(collection: Collection, rows: Subquery, asked: Asked, most: int) -> Select[int]:
    """Return the SELECT of how many there are; it stops counting behind `most`."""
    found: Select[Any] = select(literal_column("1")).select_from(rows).where(*chosen(collection, rows, asked))
    return select(func.count()).select_from(found.limit(most + 1).subquery())


def _type_of(kind: Kind) -> TypeEngine[Any]:
    return DateTime(timezone=True) if kind is Kind.TIME else _TYPES[kind]()


def boxes_of(bbox: Box) -> list[Box]:
    """Return a box as one, or as two of which none goes across the antimeridian."""
    west, south, east, north = bbox
    return [bbox] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]


def is_flat(box: Box) -> bool:
    """Say whether a box has no width or no height."""
    west, south, east, north = box
    return west == east or south == north


def bound(bbox: Box) -> dict[str, float]:
    """Return what the conditions of a box bind, by name: one statement serves all boxes of a kind."""
    return {
        f"box_{number}_{edge}": value
        for number, box in enumerate(boxes_of(bbox))
        for edge, value in zip(("west", "south", "east", "north"), box, strict=True)
    }


def _touches(rows: Subquery, bbox: Box) -> ColumnElement[bool]:
    edges: list[BindParameter[float]] = [bindparam(name, value) for name, value in bound(bbox).items()]
    conditions = []
    for number, box in enumerate(boxes_of(bbox)):
        west, south, east, north = edges[4 * number : 4 * number + 4]
        # That of a line: it is a point or a line where the box has no width or height, and touches as such.
        line = func.ST_MakeLine(func.ST_MakePoint(west, south), func.ST_MakePoint(east, north))
        drawn = (
            func.ST_Envelope(func.ST_SetSRID(line, 4326))
            if is_flat(box)
            else func.ST_MakeEnvelope(west, south, east, north, 4326)
        )
        conditions.append(and_(meets(rows.c.geom, drawn), func.ST_Intersects(rows.c.geom, drawn)))
    return or_(*conditions)


def meets(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the boxes around two geometries meet: behind row level security only it has an index."""
    return one.op("&&", is_comparison=True)(other)


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
