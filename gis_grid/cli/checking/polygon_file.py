"""The outline to check against: one polygon in a GeoJSON file."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NoReturn

import shapely
from shapely.geometry import shape

from gis_grid.core.boundary import Boundary
from gis_grid.core.errors import BadBoundary
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TITLE = "The polygon cannot be used"
_LON_LAT = ("CRS84", "4326", "4490")


def read_polygon(path: Path) -> Boundary:
    """Read the one polygon of a GeoJSON file.

    Parameters
    ----------
    path : Path
        Polygon, MultiPolygon, Feature, or a FeatureCollection of one; lon/lat, UTF-8 or GB18030.

    Returns
    -------
    Boundary

    Raises
    ------
    BadInput
        For anything else, saying what was found and where.
    """
    document = _parse(path)
    _check_crs(document, path)
    geometry = _geometry(document, path)
    if geometry.get("type") not in {"Polygon", "MultiPolygon"}:
        _refuse(path, f"it holds a {geometry.get('type')!r}; a Polygon or a MultiPolygon is wanted")
    _check_numbers(geometry.get("coordinates"), path)
    try:
        return Boundary.of(shape(geometry))
    except BadBoundary as error:
        _refuse(path, error.message, error)
    except (ValueError, TypeError, IndexError, shapely.GEOSException) as error:
        _refuse(path, f"its coordinates make no polygon: {error}", error)


def _refuse(path: Path, problem: str, cause: Exception | None = None) -> NoReturn:
    """Say what is wrong with the file."""
    raise BadInput(_TITLE, problem, where=path.name) from cause


def _parse(path: Path) -> dict[str, Any]:
    """Read the JSON object in a file."""
    data = path.read_bytes()
    if not data.strip():
        _refuse(path, "the file is empty")
    try:
        document = json.loads(_text(data))
    except (json.JSONDecodeError, RecursionError) as error:
        place = (
            f" in line {error.lineno}, column {error.colno}"
            if isinstance(error, json.JSONDecodeError)
            else ""
        )
        _refuse(path, f"the file is not JSON{place}: {error}", error)
    except UnicodeDecodeError as error:
        _refuse(path, "the file is not text in UTF-8 or GB18030", error)
    if not isinstance(document, dict) or "type" not in document:
        _refuse(path, "the file is JSON, but not GeoJSON: an object with a type is wanted")
    return document


def _text(data: bytes) -> str:
    """Text in UTF-8, or else in GB18030, which Chinese programs write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _check_crs(document: dict[str, Any], path: Path) -> None:
    """Refuse an old-style reference system that is not lon/lat."""
    crs = document.get("crs")
    name = str(crs.get("properties", {}).get("name", "")) if isinstance(crs, dict) else ""
    if name and not name.endswith(_LON_LAT):
        _refuse(path, f"its coordinates are in {name}; lon/lat degrees (WGS 84) are wanted")


def _geometry(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """Find the one geometry in a document."""
    if document["type"] == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else 0
            _refuse(path, f"it holds {count} features; exactly one is wanted")
        document = features[0]
    geometry = document.get("geometry") if document.get("type") == "Feature" else document
    if not isinstance(geometry, dict):
        _refuse(path, "its feature has no geometry")
    return geometry


def _check_numbers(coordinates: object, path: Path) -> None:
    """Refuse coordinates that are not numbers, before any library guesses."""
    for number in _leaves(coordinates):
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            _refuse(path, f"a coordinate is {number!r}, which is not a number")


def _leaves(value: object) -> Iterator[object]:
    """Walk nested lists to what they hold."""
    if isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
