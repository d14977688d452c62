"""Writes columns and geometries as GeoJSON text that is the same on every machine: one feature a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

NOTICE = "Synthetic: no such place, no such people. Made by gis-grid sample write."


def collection(geometry: NDArray[np.object_], columns: Mapping[str, Iterable[Any]]) -> bytes:
    """Return a FeatureCollection (RFC 7946) that calls itself synthetic.

    Parameters
    ----------
    geometry : object array, shape (n,)
        Points, lines or polygons in longitude and latitude.
    columns : mapping of name to n values
        The properties; None is written as null.
    """
    names = list(columns)
    rows = zip(geometry, *columns.values(), strict=True)
    features = [
        compact(
            {
                "type": "Feature",
                "properties": dict(zip(names, values, strict=True)),
                "geometry": {"type": shape.geom_type, "coordinates": _coordinates(shape)},
            }
        )
        for shape, *values in rows
    ]
    head = f'{{"type":"FeatureCollection","synthetic":true,"notice":{compact(NOTICE)},"features":['
    return _lines(head, features)


def rows(name: str, columns: Mapping[str, Iterable[Any]]) -> bytes:
    """Return a JSON document of records, for what has no place on a map; it calls itself synthetic, too."""
    records = [
        compact(dict(zip(columns, values, strict=True))) for values in zip(*columns.values(), strict=True)
    ]
    head = f'{{"synthetic":true,"notice":{compact(NOTICE)},{compact(name)}:['
    return _lines(head, records)


def _lines(head: str, entries: list[str]) -> bytes:
    """Put a head line, the entries one on a line, and the closing line together."""
    return (head + "\n" + ",\n".join(entries) + "\n]}\n").encode()


def compact(value: object) -> str:
    """Return JSON without spaces; Chinese stays readable; numpy numbers become plain ones."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain, allow_nan=False)


def _plain(value: object) -> object:
    """Turn a numpy number or array into Python's own."""
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


def _coordinates(shape: BaseGeometry) -> object:
    """Return the coordinates as nested lists; the sample has points, lines and polygons without holes."""
    xy = shapely.get_coordinates(shape).tolist()
    if shape.geom_type == "Point":
        return xy[0]
    return [xy] if shape.geom_type == "Polygon" else xy
