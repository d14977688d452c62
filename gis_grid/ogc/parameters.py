"""What the features of a collection can be asked: a model a collection, which takes what it knows only."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

from pydantic import AwareDatetime, BeforeValidator, Field, FiniteFloat, create_model
from sqlalchemy import and_

from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Kind
from gis_grid.ogc.asked import Asked
from gis_grid.ogc.crs import CRS84, Crs, box_in, crs_named
from gis_grid.ogc.filter import Language, condition_of
from gis_grid.ogc.intervals import interval_of
from gis_grid.ogc.negotiating import Shown
from gis_grid.ogc.selecting import column_of

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import ColumnElement

    from gis_grid.kit.features import Collection, Interval

MOST: Final = 10_000
"""Features of one page, however many are asked for."""

_LONGEST: Final = 1000
_MARK: Final = "of_"
"""Before the names of fields that a collection adds: a name of its own may be one of pydantic's."""


def _plus(value: object) -> object:
    # An offset's plus sign that was not escaped has become a space.
    return value.replace(" ", "+") if isinstance(value, str) and "T" in value.upper() else value


_TYPES: Final[dict[Kind, Any]] = {
    Kind.STRING: Annotated[str, Field(max_length=_LONGEST)],
    Kind.INTEGER: Annotated[int, Field(ge=-(2**63), lt=2**63)],
    Kind.NUMBER: FiniteFloat,
    Kind.BOOLEAN: bool,
    Kind.DATE: date,
    Kind.TIME: Annotated[AwareDatetime, BeforeValidator(_plus)],
}


class OneQuery(Shown):
    """How one feature is to be given."""

    interval: str | None = Field(
        None,
        alias="datetime",
        max_length=100,
        description="RFC 3339 instant, date or interval, both ends included; `..` is an open end.",
    )
    crs: str = Field(CRS84.uri, max_length=200, description="URI of the coordinates to be given.")
    properties: str | None = Field(
        None, max_length=_LONGEST, description="Names of the properties to be given, with commas; else all."
    )


class ChosenQuery(OneQuery):
    """Which features are wanted, and how."""

    bbox: str | None = Field(
        None,
        max_length=400,
        description="Lower and upper corner, four numbers with commas; across the antimeridian the first "
        "longitude is above the second.",
    )
    bbox_crs: str = Field(CRS84.uri, alias="bbox-crs", max_length=200, description="URI of its coordinates.")
    filter: str | None = Field(None, description="CQL2 over the queryables.")
    filter_lang: Language = Field(Language.TEXT, alias="filter-lang", description="What the filter is in.")
    filter_crs: str = Field(
        CRS84.uri, alias="filter-crs", max_length=200, description="URI of the coordinates in the filter."
    )


class ItemsQuery(ChosenQuery):
    """Which features are wanted, how, and which page of them."""

    limit: int = Field(100, ge=1, description=f"Features of one page; above {MOST:,} there are {MOST:,}.")
    cursor: str | None = Field(None, max_length=400, description="Of a `next` link: where a page begins.")


class Models(NamedTuple):
    """What can be asked of one collection: of one feature, of all of them, of a page of them."""

    one: type[OneQuery]
    chosen: type[ChosenQuery]
    items: type[ItemsQuery]


@cache
def models_of(collection: Collection) -> Models:
    """Return the models of a collection: with its own parameters, and a parameter for each queryable."""
    own: dict[str, Any] = {
        f"{_MARK}{one.name}": (
            str if one.required else str | None,
            Field(
                *(() if one.required else (one.default,)),
                alias=one.name,
                max_length=_LONGEST,
                description=one.about.en,
            ),
        )
        for one in collection.parameters
    }
    taken = {field.alias or name for name, field in ItemsQuery.model_fields.items()}
    taken |= {one.name for one in collection.parameters}
    queryable: dict[str, Any] = {
        f"{_MARK}{one.name}": (_TYPES[one.kind] | None, Field(None, alias=one.name, description=one.about.en))
        for one in collection.properties
        if one.filters and one.kind in _TYPES and one.name not in taken
    }
    name = "".join(part.capitalize() for part in collection.id.split("_"))
    return Models(
        create_model(f"{name}One", __base__=OneQuery, **own),
        create_model(f"{name}Chosen", __base__=ChosenQuery, **own, **queryable),
        create_model(f"{name}Items", __base__=ItemsQuery, **own, **queryable),
    )


def own_values(query: OneQuery, collection: Collection) -> dict[str, str]:
    """Return what is asked by the collection's own parameters."""
    values = {one.name: getattr(query, f"{_MARK}{one.name}") for one in collection.parameters}
    return {name: value for name, value in values.items() if value is not None}


def interval_asked(query: OneQuery, tz: ZoneInfo) -> Interval | None:
    """Return the interval that is asked for."""
    return None if query.interval is None else interval_of(query.interval, tz)


def crs_asked(query: OneQuery) -> Crs:
    """Return the coordinates that are asked for."""
    return crs_named(query.crs, "crs")


def asked_of(query: OneQuery, collection: Collection, tz: ZoneInfo) -> Asked:
    """Return what is asked of a collection.

    Raises
    ------
    BadInput
        When it cannot be read, or names what the collection does not have.
    """
    crs = crs_asked(query)
    names = _names(query.properties, collection)
    interval = interval_asked(query, tz)
    if not isinstance(query, ChosenQuery):
        return Asked(interval=interval, names=names, srid=crs.srid, flipped=crs.flipped)
    box_crs = crs_named(query.bbox_crs, "bbox-crs")
    conditions = list(_equalities(query, collection))
    filter_crs = crs_named(query.filter_crs, "filter-crs")
    if query.filter is not None:
        conditions.append(condition_of(query.filter, query.filter_lang, collection, filter_crs, tz))
    condition = and_(*conditions) if conditions else None
    return Asked(
        bbox=None if query.bbox is None else box_in(query.bbox, box_crs),
        interval=interval,
        where=None if condition is None else lambda _: condition,
        names=names,
        srid=crs.srid,
        flipped=crs.flipped,
    )


def _equalities(query: ChosenQuery, collection: Collection) -> list[ColumnElement[bool]]:
    fields = type(query).model_fields
    own = {one.name for one in collection.parameters}
    asked = {
        one.name: getattr(query, f"{_MARK}{one.name}")
        for one in collection.properties
        if f"{_MARK}{one.name}" in fields and one.name not in own
    }
    return [column_of(collection, name) == value for name, value in asked.items() if value is not None]


def _names(listed: str | None, collection: Collection) -> tuple[str, ...] | None:
    if listed is None:
        return None
    known = [one.name for one in collection.properties]
    wanted = [name for name in listed.split(",") if name]
    for name in wanted:
        if name not in known:
            raise BadInput("No such property", f"properties={name[:100]!r}: there are {', '.join(known)}")
    return tuple(wanted)
