"""The outline to check against: one polygon in a GeoJSON file."""

from __future__ import annotations

import json
import reprlib
import sys
from typing import TYPE_CHECKING, Any, NoReturn, TypeGuard

import shapely

from gis_grid.core.errors import BadBoundary
from gis_grid.core.geometry.boundary import Boundary
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.core.geometry.boundary import Area

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
    geometry = _geometry(_parse(path), path)
    try:
        return Boundary.of(_area(geometry, path))
    except BadBoundary as error:
        _refuse(path, error.message, error)
    except (ValueError, shapely.GEOSException) as error:
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
    except UnicodeDecodeError as error:
        _refuse(path, "the file is not text in UTF-8 or GB18030", error)
    except (ValueError, RecursionError) as error:
        # Not only broken JSON: lists a thousand deep and numbers of a thousand digits are JSON, too.
        _refuse(path, f"the file cannot be read as JSON: {error}", error)
    if not isinstance(document, dict) or "type" not in document:
        _refuse(path, "the file is JSON, but not GeoJSON: an object with a type is wanted")
    return document


def _text(data: bytes) -> str:
    """Text in UTF-8, or else in GB18030, which Chinese programs write."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _geometry(document: dict[str, Any], path: Path) -> dict[str, Any]:
    """Find the one geometry in a document."""
    _check_crs(document, path)
    if document["type"] == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list) or len(features) != 1:
            count = len(features) if isinstance(features, list) else 0
            _refuse(path, f"it holds {count} features; exactly one is wanted")
        document = features[0] if isinstance(features[0], dict) else {}
        _check_crs(document, path)
    geometry = document.get("geometry") if document.get("type") == "Feature" else document
    if not isinstance(geometry, dict) or not geometry:
        _refuse(path, "its feature has no geometry")
    _check_crs(geometry, path)
    return geometry


def _check_crs(thing: dict[str, Any], path: Path) -> None:
    """Refuse an old-style reference system that is not lon/lat; any GeoJSON object may name one."""
    crs = thing.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = str(properties.get("name") or "") if isinstance(properties, dict) else ""
    if name and not name.endswith(_LON_LAT):
        _refuse(path, f"its coordinates are in {name}; lon/lat degrees (WGS 84) are wanted")


def _area(geometry: dict[str, Any], path: Path) -> Area:
    """Make the polygon, or the polygons, of a geometry."""
    coordinates = geometry.get("coordinates")
    match geometry.get("type"):
        case "Polygon":
            return _polygon(coordinates, path)
        case "MultiPolygon":
            return shapely.MultiPolygon([_polygon(part, path) for part in _list(coordinates, path)])
        case other:
            _refuse(path, f"it holds a {reprlib.repr(other)}; a Polygon or a MultiPolygon is wanted")


def _polygon(rings: object, path: Path) -> shapely.Polygon:
    """Make one polygon of its outer ring and its holes."""
    made = [[_position(position, path) for position in _list(ring, path)] for ring in _list(rings, path)]
    return shapely.Polygon(made[0], made[1:]) if made else shapely.Polygon()


def _list(value: object, path: Path) -> list[object]:
    """Take a list of rings or positions as one."""
    if not isinstance(value, list):
        _refuse(path, f"its coordinates have {reprlib.repr(value)} where a list is wanted")
    return value


def _position(position: object, path: Path) -> tuple[float, float]:
    """Take longitude and latitude of a position; what follows them is height."""
    lon, lat = position[:2] if isinstance(position, list) and len(position) > 1 else (None, None)
    if not _is_number(lon) or not _is_number(lat):
        _refuse(path, f"a position is {reprlib.repr(position)}; [lon, lat] in numbers is wanted")
    return float(lon), float(lat)


def _is_number(value: object) -> TypeGuard[float]:
    """Whether a JSON value is a number that can be a coordinate."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max
