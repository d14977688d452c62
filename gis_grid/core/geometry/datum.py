"""Datums of China's maps and phones, to and from WGS 84.

GCJ-02 is WGS 84 bent by 18-701 m, BD-09 is GCJ-02 bent once more. Both bends are known as formulas for one
direction only; the other is found by fixed-point iteration. Formulas and constants are those that the open
implementations agree on (eviltransform, prcoords, coordtransform); there is no official publication.

Outside the rectangle 72.004-137.8347 E, 0.8293-55.8271 N, which those implementations share, all is WGS 84.
The test is made on the WGS 84 position, so that there and back is the same place. Nothing inside is exempt:
sources in Hong Kong, Macao, Taiwan and neighbouring countries mostly speak WGS 84, and have to say so.
"""

from __future__ import annotations

import enum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_grid.core.errors import BadFixes, CoreError
from gis_grid.core.kernel import kernel

Floats = NDArray[np.float64]

# Krasovsky's ellipsoid as the formulas have it.
_A_M: Final = 6_378_245.0
_EE: Final = 0.00669342162296594323
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271
_BD_TURN: Final = np.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006
# Bends differ by less than 1 % of the distance between two positions: after a round of a millimetre the rest
# is a hundredth of one.
_CLOSE_DEG: Final = 1e-8
_ROUNDS: Final = 20
# No bend is longer; positions further from the rectangle need none.
_LONGEST_DEG: Final = 0.02


class Datum(enum.StrEnum):
    """What the degrees of a source mean."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"
    CGCS2000 = "cgcs2000"


def to_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """Convert positions of a datum to WGS 84.

    Parameters
    ----------
    lon, lat : array_like, shape (n,)
        Degrees.
    datum : Datum
        ``cgcs2000`` (EPSG:4490) is WGS 84 to better than a metre and stays as it is.

    Returns
    -------
    (lon, lat) : float64 arrays, shape (n,)

    Raises
    ------
    BadFixes
        For unequal lengths, or a position that is not finite or off the globe; names the first index.
    CoreError
        For a datum that is not known.

    Examples
    --------
    >>> lon, lat = to_wgs84([116.404], [39.915], Datum.GCJ02)
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (116.397756, 39.913596)
    """
    return _converted(lon, lat, datum, is_inverse=True)


def from_wgs84(lon: ArrayLike, lat: ArrayLike, datum: Datum) -> tuple[Floats, Floats]:
    """Convert WGS 84 positions to a datum; the inverse of :func:`to_wgs84`, with the same errors."""
    return _converted(lon, lat, datum, is_inverse=False)


def _converted(lon: ArrayLike, lat: ArrayLike, datum: Datum, *, is_inverse: bool) -> tuple[Floats, Floats]:
    """Check, and convert where there is something to convert."""
    known = _known(datum)
    lons, lats = _checked(lon, lat)
    if known in {Datum.WGS84, Datum.CGCS2000}:
        return lons, lats
    return _loop(lons, lats, known is Datum.BD09, is_inverse)


def _checked(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Two arrays of one length on the globe."""
    lons, lats = np.require(lon, np.float64, ("C", "W")), np.require(lat, np.float64, ("C", "W"))
    if lons.ndim != 1 or lons.shape != lats.shape:
        message = f"longitudes have shape {lons.shape}, latitudes {lats.shape}; expected one length"
        raise BadFixes(message, field="lon")
    for name, values, limit in (("lon", lons, 180.0), ("lat", lats, 90.0)):
        bad = np.flatnonzero(~(np.abs(values) <= limit))
        if len(bad):
            first = int(bad[0])
            value = float(values[first])
            message = f"{name} {value} of position {first} is not between -{limit:g} and {limit:g} degrees"
            raise BadFixes(message, where=first, field=name, value=value)
    return lons, lats


def _known(datum: Datum) -> Datum:
    """Turn a name into a datum."""
    try:
        return Datum(datum)
    except ValueError as error:
        names = ", ".join(Datum)
        message = f"the datum {datum!r} is not known; expected one of {names}"
        raise CoreError(message, field="datum", value=datum) from error


@kernel
def _loop(lon: Floats, lat: Floats, is_bd: bool, is_inverse: bool) -> tuple[Floats, Floats]:
    """Bend all positions, or straighten them."""
    x, y = np.empty(len(lon)), np.empty(len(lon))
    for i in range(len(lon)):
        if is_inverse:
            x[i], y[i] = _wgs_of(lon[i], lat[i], is_bd)
        else:
            x[i], y[i] = _bent(lon[i], lat[i], is_bd)
    return x, y


@kernel
def _bent(lon: float, lat: float, is_bd: bool) -> tuple[float, float]:
    """GCJ-02 or BD-09 of a WGS 84 position."""
    if not _is_inside(lon, lat, 0.0):
        return lon, lat
    gcj_lon, gcj_lat = _gcj_of_wgs(lon, lat)
    return _bd_of_gcj(gcj_lon, gcj_lat) if is_bd else (gcj_lon, gcj_lat)


@kernel
def _wgs_of(lon: float, lat: float, is_bd: bool) -> tuple[float, float]:
    """WGS 84 position that bends to this one: go back by the error until there is none."""
    if not _is_inside(lon, lat, _LONGEST_DEG):
        return lon, lat
    x, y = lon, lat
    for _ in range(_ROUNDS):
        bent_x, bent_y = _gcj_of_wgs(x, y)
        if is_bd:
            bent_x, bent_y = _bd_of_gcj(bent_x, bent_y)
        off_x, off_y = bent_x - lon, bent_y - lat
        x, y = x - off_x, y - off_y
        if abs(off_x) + abs(off_y) < _CLOSE_DEG:
            break
    return (x, y) if _is_inside(x, y, 0.0) else (lon, lat)


@kernel
def _is_inside(lon: float, lat: float, margin: float) -> bool:
    """Tell whether a position lies in the rectangle that the bends are made for."""
    return _WEST - margin <= lon <= _EAST + margin and _SOUTH - margin <= lat <= _NORTH + margin


@kernel
def _gcj_of_wgs(lon: float, lat: float) -> tuple[float, float]:
    """Bend WGS 84 to GCJ-02."""
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(abs(x))
    turn, third_x, third_y = np.sin(2.0 * np.pi * x), np.sin(np.pi * x / 3.0), np.sin(np.pi * y / 3.0)
    shared = 20.0 * _thrice(turn) + 20.0 * turn
    waves_y = 20.0 * _thrice(third_y) + 40.0 * third_y
    long_y = 160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0)
    plane = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = plane + (shared + waves_y + long_y) * 2.0 / 3.0
    waves_x = 20.0 * _thrice(third_x) + 40.0 * third_x
    long_x = 150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0)
    plane = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = plane + (shared + waves_x + long_x) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _EE * np.sin(phi) ** 2
    east_m = np.pi / 180.0 * _A_M / np.sqrt(w2) * np.cos(phi)
    north_m = np.pi / 180.0 * _A_M * (1.0 - _EE) / (w2 * np.sqrt(w2))
    return lon + east / east_m, lat + north / north_m


@kernel
def _thrice(sine: float) -> float:
    """Sine of three times an angle, by the sine of the angle."""
    return sine * (3.0 - 4.0 * sine * sine)


@kernel
def _bd_of_gcj(lon: float, lat: float) -> tuple[float, float]:
    """Bend GCJ-02 to BD-09."""
    radius = np.sqrt(lon * lon + lat * lat) + 2e-5 * np.sin(lat * _BD_TURN)
    angle = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_TURN)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT
