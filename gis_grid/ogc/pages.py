"""One page of features as finished GeoJSON text, made by the database."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    LargeBinary,
    Text,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from gis_grid.kit.features import Shape
from gis_grid.kit.revision import strong_tag
from gis_grid.ogc.computing import computed, limit_statements
from gis_grid.ogc.counts import COUNTS
from gis_grid.ogc.selecting import chosen, counted, in_box, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import CTE, ColumnElement, Select, Subquery

    from gis_grid.kit.features import Collection, Reading
    from gis_grid.ogc.asked import Asked

MOST_COUNTED: Final = 100_000
"""Above it `numberMatched` is left out: the standard wants it exact or not at all, and counting takes a
while.
"""
MOST_COUNTED_ANEW: Final = 10_000
"""The same where no version tells that nothing changed since the last count."""

MOST_NEAR: Final = 1000
"""Features of a box up to which one look at all of them costs less than one for a page and one to count."""

LONGEST_S: Final = 10
"""For a filter: long lines compared with all buildings take minutes, and hold a connection for as long."""

_DIGITS: Final = {3857: 2}
"""Decimals of metres; of degrees there are seven: both are a centimetre."""
_DEGREES: Final = frozenset({4326, 4490})
"""Systems in which what is kept is told as it is kept."""

WOUND: Final = frozenset({Shape.POLYGON, Shape.POLYGONS, Shape.ANY})
"""Shapes whose rings are wound as GeoJSON wants it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of GeoJSON features in the order of their ids.

    Attributes
    ----------
    features : bytes
        Their texts in UTF-8, with commas between them.
    returned : int
        How many they are.
    last : int or str or None
        Id of the last one when more follow, else ``None``.
    matched : int or None
        How many there are in all; ``None`` where it was not asked for, or there are too many to count.
    """

    features: bytes
    returned: int
    last: int | str | None
    matched: int | None


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of all that is asked is wanted.

    Attributes
    ----------
    limit : int
        How many features at most.
    after : int or str or None
        Those with ids behind it.
    skip : int
        So many of them are passed over.
    """

    limit: int
    after: int | str | None = None
    skip: int = 0

    @property
    def bound(self) -> dict[str, Any]:
        """What its SELECT binds, by name."""
        passed = {} if self.after is None else {"page_after": self.after}
        return {"page_limit": self.limit, "page_skip": self.skip, **passed}


@dataclass(frozen=True, slots=True)
class Count:
    """Whether the features are counted for a page.

    Attributes
    ----------
    asked : bool
        The database is asked for it.
    most : int
        Up to where; from there on it is told that there are more than this.
    known : int or None
        What it found before.
    """

    asked: bool
    most: int
    known: int | None = None


def count_for(collection: Collection, part: Part, known_as: str | None) -> Count:
    """Return how the features of a page are counted: on the first one; those that the program makes, on each.

    Parameters
    ----------
    known_as
        Names what is asked and the version of the data: what was counted under it is not counted again.
    """
    most = MOST_COUNTED_ANEW if known_as is None and not collection.looks else MOST_COUNTED
    wanted = part.after is None or collection.looks
    known = COUNTS.get(known_as) if wanted and known_as is not None else None
    return Count(wanted and known is None, most, known)


def statement(collection: Collection, rows: Subquery, asked: Asked, part: Part, count: Count) -> Select[Any]:
    """Return the SELECT of a page: one row, which `page_of` reads.

    What it binds for one question and not for another has the names of `Part.bound` and `selecting.bound`.
    """
    bound: dict[str, Any] = {name: bindparam(name, value) for name, value in part.bound.items()}
    limit = bound["page_limit"]
    query = select(rows.c.id, feature_text(collection, rows, asked)).where(*chosen(collection, rows, asked))
    if part.after is not None:
        query = query.where(rows.c.id > bound["page_after"])
    # One more than wanted tells whether more follow.
    found = query.order_by(rows.c.id).limit(limit + 1).offset(bound["page_skip"])
    matched: ColumnElement[Any] = null()
    if count.asked:
        matched = counted(collection, rows, asked, count.most).scalar_subquery()
        if part.after is None and part.skip == 0:
            matched = case((func.count() > limit, matched), else_=func.count())
    return _one_row(found, limit, matched)


def is_near(collection: Collection, asked: Asked, part: Part) -> bool:
    """Say whether the first page of a box is asked for, and nothing else."""
    first = part.after is None and part.skip == 0 and part.limit < MOST_NEAR
    only_box = asked.bbox is not None and asked.where is None and asked.interval is None
    return first and only_box and collection.shape is not Shape.NONE


def near_statement(collection: Collection, rows: Subquery, asked: Asked, part: Part) -> Select[Any]:
    """Return the SELECT of such a page of a small box (`is_near`): it is read once, to be given and counted.

    Its row is that of `statement`, unless it counts more than `MOST_NEAR`: then it tells nothing.
    """
    assert asked.bbox is not None
    outline = "geojson" if _is_told(collection, asked) else "geom"
    told = [rows.c[name] for name in ("id", outline, *_names(collection, asked))]
    # Each by its own index, and no further than that: together they would be looked for to the last one.
    parts = [
        select(*told).where(condition).limit(MOST_NEAR + 1)
        for condition in in_box(collection, rows, asked.bbox)
    ]
    near = union_all(*(select(one.subquery()) for one in parts)).cte("near")
    limit: Any = bindparam("page_limit", part.limit)
    feature = feature_text(collection, near, asked)
    found = select(near.c.id, feature).order_by(near.c.id).limit(limit).subquery("found")
    matched = select(func.count()).select_from(near).scalar_subquery()
    # They come in their order: to sort texts once more would take as long as to make half of them.
    features = func.string_agg(found.c.feature, _text("','"))
    return select(_bytes(features), matched, func.max(found.c.id), matched)


def _one_row(found: Select[Any], limit: ColumnElement[int], matched: ColumnElement[Any]) -> Select[Any]:
    """Return the SELECT of the row that `page_of` reads, of features in the order of their ids."""
    features_of = found.subquery("found")
    place = func.row_number().over(order_by=features_of.c.id).label("place")
    placed = select(features_of.c.id, features_of.c.feature, place).subquery("placed")
    features = func.string_agg(placed.c.feature, aggregate_order_by(_text("','"), placed.c.place))
    return select(
        _bytes(features.filter(placed.c.place <= limit)),
        func.count(),
        func.max(placed.c.id).filter(placed.c.place == limit),
        matched,
    ).select_from(placed)


def _bytes(features: ColumnElement[str]) -> ColumnElement[bytes]:
    """Return a text as bytes, which pass through the program as they are: to decode and encode takes long."""
    return func.convert_to(features, _text("'UTF8'"), type_=LargeBinary)


def page_of(row: Sequence[Any], part: Part, count: Count, known_as: str | None) -> Page:
    """Return the page that the database told in one row."""
    features, found, last, matched = row
    if count.asked and known_as is not None:
        COUNTS.keep(known_as, matched)
    if count.known is not None:
        matched = count.known
    return Page(
        features=features or b"",
        returned=min(found, part.limit),
        last=last if found > part.limit else None,
        matched=None if matched is None or matched > count.most else matched,
    )


def read_page(
    collection: Collection, reading: Reading, asked: Asked, part: Part, *, known_as: str | None = None
) -> Page:
    """Return a part of what is asked as a page; `known_as` as of `count_for`.

    Raises
    ------
    BadInput
        When the filter asks for what cannot be computed.
    """
    count = count_for(collection, part, known_as)
    query = statement(collection, rows_of(collection, reading), asked, part, count)
    with _computed(reading, asked):
        return page_of(tuple(reading.conn.execute(query).one()), part, count, known_as)


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


def feature_text(collection: Collection, rows: Subquery | CTE, asked: Asked) -> ColumnElement[Any]:
    """Return the column of a feature's GeoJSON text: the same in pages and in files."""
    told = [part for name in _names(collection, asked) for part in (_text(f"'{name}'"), rows.c[name])]
    # Texts put together, all at once, take half the time of an object of objects.
    return func.concat(
        _text("""'{"type":"Feature","id":'"""),
        rows.c.id if collection.integer_ids else func.to_json(rows.c.id),
        _text("""',"geometry":'"""),
        _geometry(collection, rows, asked),
        _text("""',"properties":'"""),
        func.json_build_object(*told),
        _text("'}'"),
        type_=Text,
    ).label("feature")


def _names(collection: Collection, asked: Asked) -> list[str]:
    """Return the properties that are told of a feature."""
    return [one.name for one in collection.properties if asked.names is None or one.name in asked.names]


def _text(quoted: str) -> ColumnElement[str]:
    """Return a constant of ours."""
    return literal_column(quoted, Text)


def _geometry(collection: Collection, rows: Subquery | CTE, asked: Asked) -> ColumnElement[Any]:
    if collection.shape is Shape.NONE:
        return _text("'null'")
    if _is_told(collection, asked):
        return rows.c.geojson
    geometry: ColumnElement[Any] = rows.c.geom
    if asked.srid not in _DEGREES:
        geometry = func.ST_Transform(geometry, asked.srid)
    # The ring that is wound right goes round the same ground, whichever coordinate is told first.
    if collection.shape in WOUND:
        geometry = func.ST_ForcePolygonCCW(geometry)
    if asked.flipped:
        geometry = func.ST_FlipCoordinates(geometry)
    told = func.ST_AsGeoJSON(geometry, _DIGITS.get(asked.srid, 7), 0)
    return func.coalesce(told, _text("'null'"))


def _is_told(collection: Collection, asked: Asked) -> bool:
    """Say whether the rows have geometries as they are asked for, so that none has to be written."""
    return collection.told and asked.srid in _DEGREES and not asked.flipped


@contextmanager
def _computed(reading: Reading, asked: Asked) -> Iterator[None]:
    if asked.where is None:
        yield
        return
    limit_statements(reading.conn, LONGEST_S)
    with computed(f"more than {LONGEST_S} s; ask for a box too, or compare with simpler geometries"):
        yield
    limit_statements(reading.conn, 0)
