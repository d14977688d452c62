"""Lines and polygons on the command line: a GeoJSON file, standard input, or the places themselves."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import orjson
from pydantic import ValidationError

from gis_grid.kit.errors import BadInput, RowError
from gis_grid.planning.schemas.places import Line, Polygon

if TYPE_CHECKING:
    from pydantic import BaseModel

_Shape = TypeVar("_Shape", bound="BaseModel")

PLACE_HELP: Final = "GeoJSON file, - for standard input, or places: 'LON,LAT LON,LAT ...'"
_NUMBER: Final = r"[-+]?\d+(?:\.\d+)?"
_PLACE: Final = re.compile(rf"({_NUMBER}),({_NUMBER})")


def read_line(text: str) -> dict[str, Any]:
    """Return a line as GeoJSON.

    Raises
    ------
    BadInput
        When it cannot be read, with every wrong value.
    """
    places = written_places(text)
    found = {"type": "LineString", "coordinates": places} if places else _geometry(text)
    return checked(Line, found, "line").model_dump(mode="json")


def read_polygon(text: str) -> dict[str, Any]:
    """Return a polygon as GeoJSON; places that are written need not end where they begin. Errors as above."""
    places = written_places(text)
    if places and places[0] != places[-1]:
        places = [*places, places[0]]
    found = {"type": "Polygon", "coordinates": [places]} if places else _geometry(text)
    return checked(Polygon, found, "polygon").model_dump(mode="json")


def read_point(text: str) -> list[float]:
    """Return lon, lat.

    Raises
    ------
    BadInput
        When it is no place.
    """
    places = written_places(text)
    if len(places) != 1:
        raise BadInput("The place cannot be read", f"{text!r}; expected LON,LAT")
    return places[0]


def written_places(text: str) -> list[list[float]]:
    """Return lon and lat of places as they are written; none when it is something else."""
    found = [_PLACE.fullmatch(word) for word in text.split()]
    return [[float(one[1]), float(one[2])] for one in found if one] if all(found) else []


def read_json(text: str) -> Any:
    """Return what a file, standard input (-) or the text itself holds.

    Raises
    ------
    BadInput
        When it cannot be read, or is no JSON.
    """
    where = "standard input" if text == "-" else text
    if text.lstrip().startswith("{"):
        where, content = "the command line", text.encode()
    else:
        try:
            content = sys.stdin.buffer.read() if text == "-" else Path(text).read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            raise BadInput("The file cannot be read", reason, where=where) from error
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise BadInput("The file is no JSON", str(error), where=where) from error


def checked(kind: type[_Shape], value: Any, name: str) -> _Shape:
    """Return a value as a kind.

    Raises
    ------
    BadInput
        With every wrong value.
    """
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        raise unreadable(error, name) from error


def unreadable(error: ValidationError, name: str) -> BadInput:
    """Return what is told of values that are wrong."""
    rows = [
        RowError(name, ".".join(map(str, one["loc"])) or None, repr(one["input"])[:100], one["msg"])
        for one in error.errors()
    ]
    return BadInput(f"The {name} cannot be read", "see below", errors=rows)


def _geometry(text: str) -> Any:
    """Return the geometry of a GeoJSON text: itself, of its feature, or of its one feature."""
    found = read_json(text)
    if isinstance(found, dict) and found.get("type") == "FeatureCollection":
        features = found.get("features")
        if not isinstance(features, list) or len(features) != 1:
            raise BadInput("Which feature?", "expected a collection of one", where=text)
        found = features[0]
    if isinstance(found, dict) and found.get("type") == "Feature":
        return found.get("geometry")
    return found
