"""What is exported, as a stream: finished GeoJSON texts, or batches of Arrow columns, never all at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pyarrow as pa
from sqlalchemy import Text, cast, exists, func, select
from sqlalchemy.exc import DBAPIError

from gis_grid.kit.features import Kind, Shape
from gis_grid.ogc.export.patience import Patience
from gis_grid.ogc.pages import WOUND, feature_text
from gis_grid.ogc.selecting import chosen, rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import ColumnElement, Select, Subquery

    from gis_grid.kit.features import Collection, Property, Reading
    from gis_grid.ogc.asked import Asked

_Part = TypeVar("_Part")

GEOMETRY: Final = "geometry"
"""Column of the geometries, as ISO WKB with all their dimensions."""

_AT_ONCE: Final = 1000
"""Rows in memory: outlines of communities may have 100 kB each."""

_TYPES: Final[dict[Kind, pa.DataType]] = {
    Kind.STRING: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.timestamp("us", "UTC"),
    Kind.OBJECT: pa.string(),
}


@dataclass(frozen=True)
class Source:
    """Features of a collection for one who reads it.

    Attributes
    ----------
    collection : Collection
    reading : Reading
        Its connection is read from until the last row is taken.
    asked : Asked
    tell : callable
        Is told how many more rows were read.
    byte_order_mark : bool
        Whether a table of text begins with the mark without which office programs read no Chinese.
    patience : Patience
        How long the database works for it.
    """

    collection: Collection
    reading: Reading
    asked: Asked
    tell: Callable[[int], None] = lambda _: None
    byte_order_mark: bool = True
    patience: Patience = field(default_factory=Patience)

    @cached_property
    def properties(self) -> tuple[Property, ...]:
        """The properties that are asked for, in the collection's order."""
        names = self.asked.names
        return tuple(one for one in self.collection.properties if names is None or one.name in names)

    @property
    def has_geometry(self) -> bool:
        """Whether the collection has geometries at all."""
        return self.collection.shape is not Shape.NONE

    @property
    def in_degrees(self) -> bool:
        """Whether coordinates are degrees of longitude and latitude."""
        return self.asked.srid != 3857

    @property
    def filtered(self) -> bool:
        """Whether a filter chooses the features: only that takes the database long."""
        return self.asked.where is not None

    @cached_property
    def schema(self) -> pa.Schema:
        """Of the batches: id, one column a property, and the geometry where the collection has any."""
        fields = [pa.field("id", pa.int64() if self.collection.integer_ids else pa.string())]
        fields += [pa.field(one.name, _TYPES[one.kind]) for one in self.properties]
        if self.has_geometry:
            fields.append(pa.field(GEOMETRY, pa.binary()))
        return pa.schema(fields)

    def texts(self) -> Iterator[list[str]]:
        """Yield GeoJSON features in the order of their ids, some at a time, as `items` gives them."""
        rows = self._rows
        # In files longitude comes first, whatever documents do.
        asked = replace(self.asked, flipped=False)
        query = select(feature_text(self.collection, rows, asked)).order_by(rows.c.id)
        for part in self._stream(self._chosen(query, rows)):
            yield [text for (text,) in part]

    def batches(self, *, by_place: bool = False) -> Iterator[pa.RecordBatch]:
        """Yield rows as Arrow columns (`schema`).

        Parameters
        ----------
        by_place
            Whether neighbours on the ground come after each other, instead of in the order of their ids.
        """
        rows = self._rows
        columns = [rows.c.id, *(_column(rows, one) for one in self.properties)]
        if self.has_geometry:
            columns.append(func.ST_AsBinary(self._geometry(rows)).label(GEOMETRY))
        # PostGIS sorts geometries along a Hilbert curve.
        order = (rows.c.geom, rows.c.id) if by_place and self.has_geometry else (rows.c.id,)
        query = self._chosen(select(*columns).order_by(*order), rows)
        for part in self._stream(query):
            arrays = [
                pa.array(values, field.type, from_pandas=True)
                for values, field in zip(zip(*part, strict=True), self.schema, strict=True)
            ]
            yield pa.record_batch(arrays, schema=self.schema)

    def count(self) -> int:
        """Return how many features there are."""
        rows = self._rows
        query = self._chosen(select(func.count()).select_from(rows), rows)
        return int(self.reading.conn.execute(query).scalar_one())

    def lacks_some_geometry(self) -> bool:
        """Return whether any feature has no geometry."""
        if not self.has_geometry:
            return True
        rows = self._rows
        query = select(exists(self._chosen(select(rows.c.id).where(rows.c.geom.is_(None)), rows)))
        return bool(self.reading.conn.execute(query).scalar_one())

    @cached_property
    def _rows(self) -> Subquery:
        return rows_of(self.collection, self.reading)

    def _chosen(self, query: Select[Any], rows: Subquery) -> Select[Any]:
        return query.where(*chosen(self.collection, rows, self.asked))

    def _geometry(self, rows: Subquery) -> ColumnElement[Any]:
        geometry: ColumnElement[Any] = rows.c.geom
        if self.asked.srid not in {4326, 4490}:  # both are the same numbers
            geometry = func.ST_Transform(geometry, self.asked.srid)
        # Lines would be turned round by it, and their times with them.
        return func.ST_ForcePolygonCCW(geometry) if self.collection.shape in WOUND else geometry

    def _stream(self, query: Select[Any]) -> Iterator[Sequence[Any]]:
        options = {"stream_results": True, "yield_per": _AT_ONCE}
        with self.reading.conn.execute(query, execution_options=options) as result:
            opened: Any = result.cursor
            try:
                for part in self.patience.taken(result.partitions(), filtered=self.filtered):
                    self.tell(len(part))
                    yield part
            except DBAPIError:
                opened.close()  # SQLAlchemy forgets it with a connection that is gone
                raise


def begun(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Return parts of which the first is there: what is wrong with it shows before anything is sent."""
    first = list(islice(parts, 1))
    return chain(first, parts)


def _column(rows: Subquery, one: Property) -> ColumnElement[Any]:
    found: ColumnElement[Any] = rows.c[one.name]
    return cast(found, Text).label(one.name) if one.kind is Kind.OBJECT else found
