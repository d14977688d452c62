"""JSON Schema of a collection: what filters may name (queryables), and what its features have (schema)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from gis_grid.kit.features import Kind, Shape
from gis_grid.ogc.negotiating import told

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gis_grid.kit.features import Collection, Property
    from gis_grid.reports.sentences import Lang

_DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
_FORMATS: Final = {Kind.DATE: "date", Kind.TIME: "date-time"}


def queryables(collection: Collection, address: str, lang: Lang) -> dict[str, Any]:
    """Return what filters and parameters may name; nothing else may be."""
    known = [one for one in collection.properties if one.filters]
    return {**_schema(collection, known, address, lang), "additionalProperties": False}


def schema(collection: Collection, address: str, lang: Lang) -> dict[str, Any]:
    """Return what a feature has: its id, its geometry and its properties, by the role that each plays."""
    document = _schema(collection, list(collection.properties), address, lang)
    kind = "integer" if collection.integer_ids else "string"
    own = {"type": kind, "x-ogc-role": "id", "readOnly": True}
    return {**document, "properties": {"id": own, **document["properties"]}}


def properties_of(collection: Collection, known: Iterable[Property], lang: Lang) -> dict[str, Any]:
    """Return what JSON Schema says of some properties, by name."""
    return {one.name: _property(collection, one, lang) for one in known}


def _schema(collection: Collection, known: list[Property], address: str, lang: Lang) -> dict[str, Any]:
    properties = {
        one.name: {**_property(collection, one, lang), "x-ogc-propertySeq": number}
        for number, one in enumerate(known, start=1)
    }
    if collection.shape is not Shape.NONE:
        properties["geometry"] = {"format": collection.shape.value, "x-ogc-role": "primary-geometry"}
    return {
        "$schema": _DRAFT,
        "$id": address,
        "type": "object",
        "title": told(collection.title, lang),
        "description": told(collection.about, lang),
        "properties": properties,
    }


def _property(collection: Collection, one: Property, lang: Lang) -> dict[str, Any]:
    found: dict[str, Any] = {"title": told(one.about, lang)}
    found["type"] = "string" if one.kind in _FORMATS else one.kind.value
    if one.kind in _FORMATS:
        found["format"] = _FORMATS[one.kind]
    if one.values:
        found["enum"] = list(one.values)
    if one.unit:
        found |= {"x-ogc-unit": one.unit, "x-ogc-unitLang": "UCUM"}
    role = _role(collection, one)
    return found if role is None else {**found, "x-ogc-role": role}


def _role(collection: Collection, one: Property) -> str | None:
    time = collection.time
    if time is None:
        return None
    if time.end is None:
        return "primary-instant" if one.name == time.start else None
    roles = {time.start: "primary-interval-start", time.end: "primary-interval-end"}
    return roles.get(one.name)
