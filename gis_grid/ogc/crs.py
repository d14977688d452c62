"""Coordinate reference systems that features are given in, and that boxes and filters may be in."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from gis_grid.kit.errors import BadInput

_OGC: Final = "http://www.opengis.net/def/crs"
_RADIUS_M: Final = 6_378_137.0
"""Of the sphere of EPSG:3857."""


@dataclass(frozen=True, slots=True)
class Crs:
    """One of the coordinate reference systems.

    Attributes
    ----------
    uri : str
        As OGC names it.
    srid : int
        As PostGIS names it.
    flipped : bool
        Latitude comes first.
    """

    uri: str
    srid: int
    flipped: bool = False

    @property
    def degrees(self) -> bool:
        """Whether its coordinates are degrees and not metres."""
        return self.srid != _MERCATOR

    def lon_lat(self, x: float, y: float) -> tuple[float, float]:
        """Return a position of it as longitude and latitude in degrees."""
        if not self.degrees:
            lat = math.degrees(2 * math.atan(math.exp(min(y / _RADIUS_M, 700))) - math.pi / 2)
            return math.degrees(x / _RADIUS_M), lat
        return (y, x) if self.flipped else (x, y)


_MERCATOR: Final = 3857
CRS84: Final = Crs(f"{_OGC}/OGC/1.3/CRS84", 4326)
SYSTEMS: Final = (
    CRS84,
    Crs(f"{_OGC}/EPSG/0/4326", 4326, flipped=True),
    Crs(f"{_OGC}/EPSG/0/{_MERCATOR}", _MERCATOR),
    # CGCS2000 is WGS 84 to within centimetres: its coordinates are the same numbers.
    Crs(f"{_OGC}/EPSG/0/4490", 4490, flipped=True),
)
URIS: Final = tuple(one.uri for one in SYSTEMS)
"""What a collection's document lists; its `storageCrs` is that of CRS84."""

_BY_NAME: Final = {
    name: one
    for one in SYSTEMS
    for name in (
        one.uri,
        one.uri.replace("http:", "https:"),
        *(("[OGC:CRS84]", "OGC:CRS84") if one is CRS84 else (f"[EPSG:{one.srid}]", f"EPSG:{one.srid}")),
    )
}
_NUMBER: Final = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,3})?", re.ASCII)


def crs_named(name: str, parameter: str) -> Crs:
    """Return a system by its URI, or by a name such as ``EPSG:4490``.

    Raises
    ------
    BadInput
        When it is none that is given here; with those there are.
    """
    found = _BY_NAME.get(name)
    if found is None:
        raise BadInput(
            "No such coordinate reference system",
            f"{parameter}={name[:100]!r}: expected one of {', '.join(URIS)}",
        )
    return found


def box_in(value: str, crs: Crs) -> tuple[float, float, float, float]:
    """Return a `bbox` as west, south, east, north in degrees; across the antimeridian west is above east.

    Of six numbers the heights are not looked at: what is on the map has none.

    Raises
    ------
    BadInput
        When it is no four or six numbers, or ends before it begins.
    """
    wanted = f"bbox={value[:200]!r}: expected four numbers (or six) with commas: lower corner, upper corner"
    # An exponent's plus sign that was not escaped has become a space.
    parts = [one.strip(" ") for one in value.replace("e ", "e+").replace("E ", "E+").split(",")]
    if len(parts) not in {4, 6} or not all(_NUMBER.fullmatch(one) for one in parts):
        raise BadInput("The box cannot be used", wanted)
    numbers = [float(one) for one in parts]
    half = len(numbers) // 2
    if not all(map(math.isfinite, numbers)) or (half == 3 and numbers[2] > numbers[5]):
        raise BadInput("The box cannot be used", wanted)
    west, south = crs.lon_lat(numbers[0], numbers[1])
    east, north = crs.lon_lat(numbers[half], numbers[half + 1])
    if south > north or (west > east and not crs.degrees):
        raise BadInput("The box cannot be used", f"{wanted}; it ends before it begins")
    if east - west >= 360:
        return -180.0, south, 180.0, north
    return _turned(west), south, _turned(east), north


def _turned(lon: float) -> float:
    """Return a longitude that goes round the earth as the same one within -180 to 180."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
