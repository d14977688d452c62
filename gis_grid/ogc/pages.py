"""One page of features as finished GeoJSON text, made by the database."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, func, literal_column, select, text
from sqlalchemy.exc import InternalError, OperationalError

from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Shape
from gis_grid.kit.revision import strong_tag
from gis_grid.ogc.counts import COUNTS
from gis_grid.ogc.selecting import chosen, counted, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement, Subquery

    from gis_grid.kit.features import Collection, Reading
    from gis_grid.ogc.asked import Asked

MOST_COUNTED: Final = 100_000
"""Above it `numberMatched` is left out: the standard wants it exact or not at all, and counting takes a
while.
"""
MOST_COUNTED_ANEW: Final = 10_000
"""The same where no version tells that nothing changed since the last count."""

LONGEST_S: Final = 10
"""For a filter: long lines compared with all buildings take minutes, and hold a connection for as long."""
_TOO_LONG: Final = "57014"

_DIGITS: Final = {3857: 2}
"""Decimals of metres; of degrees there are seven: both are a centimetre."""
WOUND: Final = frozenset({Shape.POLYGON, Shape.POLYGONS, Shape.ANY})
"""Shapes whose rings are wound as GeoJSON wants it."""


@dataclass(frozen=True, slots=True)
class Page:
    """Texts of GeoJSON features in the order of their ids.

    Attributes
    ----------
    features : tuple of str
    last : int or str or None
        Id of the last one when more follow, else ``None``.
    matched : int or None
        How many there are in all; ``None`` where it was not asked for, or there are too many to count.
    """

    features: tuple[str, ...]
    last: int | str | None
    matched: int | None


def read_page(
    collection: Collection,
    reading: Reading,
    asked: Asked,
    *,
    limit: int,
    after: int | str | None = None,
    skip: int = 0,
    known_as: str | None = None,
) -> Page:
    """Return a page of at most `limit` features with ids behind `after`, and so many behind that to `skip`.

    They are counted on the first page; those that the program makes, and has, on each.

    Parameters
    ----------
    known_as
        Names what is asked and the version of the data: what was counted under it is not counted again.

    Raises
    ------
    BadInput
        When the filter asks for what cannot be computed.
    """
    rows = rows_of(collection, reading)
    query = (
        select(rows.c.id, feature_text(collection, rows, asked))
        .where(*chosen(collection, rows, asked))
        .order_by(rows.c.id)
        .limit(limit + 1)
        .offset(skip)
    )
    if after is not None:
        query = query.where(rows.c.id > after)
    with _computed(reading, asked):
        found = reading.conn.execute(query).all()
        more = len(found) > limit
        matched = None
        if after is None and not more and not skip:
            matched = len(found)
        elif after is None or collection.looks:
            matched = _counted(collection, reading, rows, asked, known_as)
    last = found[limit - 1].id if more else None
    return Page(tuple(feature for _, feature in found[:limit]), last, matched)


def _counted(
    collection: Collection, reading: Reading, rows: Subquery, asked: Asked, known_as: str | None
) -> int | None:
    most = MOST_COUNTED_ANEW if known_as is None and not collection.looks else MOST_COUNTED
    found = None if known_as is None else COUNTS.get(known_as)
    if found is None:
        found = reading.conn.execute(counted(collection, rows, asked, most)).scalar_one()
        if known_as is not None:
            COUNTS.keep(known_as, found)
    return found if found <= most else None


def read_one(collection: Collection, reading: Reading, asked: Asked, fid: int | str) -> str | None:
    """Return one feature, or ``None`` where there is none within sight."""
    rows = rows_of(collection, reading)
    query = select(feature_text(collection, rows, asked)).where(
        rows.c.id == fid, *chosen(collection, rows, asked)
    )
    with _computed(reading, asked):
        return reading.conn.execute(query).scalar_one_or_none()


def item_etag(feature: str) -> str:
    """Return the strong ETag of a feature's text: another one as soon as anything of it is another.

    Whoever changes a feature names that of its text in longitude and latitude with all properties.
    """
    return strong_tag(feature.encode())


def feature_text(collection: Collection, rows: Subquery, asked: Asked) -> ColumnElement[Any]:
    """Return the column of a feature's GeoJSON text: the same in pages and in files."""
    names = [one.name for one in collection.properties if asked.names is None or one.name in asked.names]
    told = [part for name in names for part in (_text(f"'{name}'"), rows.c[name])]
    # Texts put together take half the time of an object of objects.
    parts = (
        _text("""'{"type":"Feature","id":'"""),
        cast(rows.c.id if collection.integer_ids else func.to_json(rows.c.id), Text),
        _text("""',"geometry":'"""),
        _geometry(collection, rows, asked),
        _text("""',"properties":'"""),
        cast(func.json_build_object(*told), Text),
        _text("'}'"),
    )
    return reduce(lambda left, right: left.concat(right), parts).label("feature")


def _text(quoted: str) -> ColumnElement[str]:
    """Return a constant of ours."""
    return literal_column(quoted, Text)


def _geometry(collection: Collection, rows: Subquery, asked: Asked) -> ColumnElement[Any]:
    if collection.shape is Shape.NONE:
        return _text("'null'")
    geometry: ColumnElement[Any] = rows.c.geom
    if asked.srid not in {4326, 4490}:
        geometry = func.ST_Transform(geometry, asked.srid)
    # The ring that is wound right goes round the same ground, whichever coordinate is told first.
    if collection.shape in WOUND:
        geometry = func.ST_ForcePolygonCCW(geometry)
    if asked.flipped:
        geometry = func.ST_FlipCoordinates(geometry)
    told = func.ST_AsGeoJSON(geometry, _DIGITS.get(asked.srid, 7), 0)
    return func.coalesce(told, _text("'null'"))


@contextmanager
def _computed(reading: Reading, asked: Asked) -> Iterator[None]:
    if asked.where is None:
        yield
        return
    limit = text("SELECT set_config('statement_timeout', :limit, true)")
    reading.conn.execute(limit, {"limit": f"{LONGEST_S * 1000:.0f}ms"})
    try:
        yield
    except InternalError:
        # Of two geometries PostGIS may find only while it compares them that it cannot.
        detail = "two geometries cannot be compared in this way"
        raise BadInput("The filter cannot be used", detail) from None
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _TOO_LONG:
            raise
        detail = f"more than {LONGEST_S} s; ask for a box too, or compare with simpler geometries"
        raise BadInput("The filter takes too long", detail) from None
    reading.conn.execute(limit, {"limit": "0"})
