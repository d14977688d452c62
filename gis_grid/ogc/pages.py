"""One page of features as finished GeoJSON text, made by the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSON

from gis_grid.ogc.selecting import chosen, counted, rows_of

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Subquery

    from gis_grid.kit.features import Collection, Reading
    from gis_grid.ogc.asked import Asked


@dataclass(frozen=True, slots=True)
class Page:
    """Texts of GeoJSON features in the order of their ids.

    Attributes
    ----------
    features : tuple of str
    last : int or str or None
        Id of the last one when more follow, else ``None``.
    matched : int or None
        How many there are in all; ``None`` where it was not asked for.
    """

    features: tuple[str, ...]
    last: int | str | None
    matched: int | None


def read_page(
    collection: Collection, reading: Reading, asked: Asked, *, limit: int, after: int | str | None = None
) -> Page:
    """Return a page of at most `limit` features with ids behind `after`."""
    rows = rows_of(collection, reading)
    query = (
        select(rows.c.id, feature_text(collection, rows, asked))
        .where(*chosen(collection, rows, asked))
        .order_by(rows.c.id)
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(rows.c.id > after)
    found = reading.conn.execute(query).all()
    matched = (
        reading.conn.execute(counted(collection, reading, asked)).scalar_one() if after is None else None
    )
    last = found[limit - 1].id if len(found) > limit else None
    return Page(tuple(feature for _, feature in found[:limit]), last, matched)


def read_one(collection: Collection, reading: Reading, asked: Asked, fid: int | str) -> str | None:
    """Return one feature, or ``None`` where there is none within sight."""
    rows = rows_of(collection, reading)
    query = select(feature_text(collection, rows, asked)).where(
        rows.c.id == fid, *chosen(collection, rows, asked)
    )
    return reading.conn.execute(query).scalar_one_or_none()


def feature_text(collection: Collection, rows: Subquery, asked: Asked) -> ColumnElement[Any]:
    """Return the column of a feature's GeoJSON text: the same in pages and in files."""
    names = [one.name for one in collection.properties if asked.names is None or one.name in asked.names]
    told = [part for name in names for part in (literal(name), rows.c[name])]
    geometry = cast(func.ST_AsGeoJSON(func.ST_ForcePolygonCCW(rows.c.geom), 7), JSON)
    return cast(
        func.json_build_object(
            *("type", "Feature", "id", rows.c.id, "geometry", geometry),
            *("properties", func.json_build_object(*told)),
        ),
        Text,
    ).label("feature")
