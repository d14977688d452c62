"""Gauss-Krueger coordinates of CGCS2000, as China's surveyors write them in files (EPSG:4491-4554).

Four families: zones of 6 or of 3 degrees, and the easting with the zone's number before it or without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
import pyproj

from gis_grid.core.errors import BadFixes, CoreError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

_CGCS2000: Final = 4490
# First code, last code, zone width, number of the first zone or None for none before the easting.
_FAMILIES: Final = (
    (4491, 4501, 6.0, 13),
    (4502, 4512, 6.0, None),
    (4513, 4533, 3.0, 25),
    (4534, 4554, 3.0, None),
)
_FIRST_MERIDIAN: Final = 75.0
_FALSE_EASTING_M: Final = 500_000.0
# A town at the edge of a zone is drawn in one piece.
_OVERLAP_DEG: Final = 0.5
_MAX_NORTH_M: Final = 6_700_000.0


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: its middle meridian (degrees east), its width, and what stands before the easting."""

    meridian: float
    width_deg: float
    prefix_m: float


def from_gauss_krueger(east: ArrayLike, north: ArrayLike, epsg: int) -> tuple[Floats, Floats]:
    """Convert Gauss-Krueger coordinates to degrees.

    Parameters
    ----------
    east, north : array_like, shape (n,)
        Metres; `east` is the Y of Chinese maps, with the zone's number before it where the code says so.
    epsg : int
        4491-4501 and 4513-4533 with the zone's number, 4502-4512 and 4534-4554 without.

    Returns
    -------
    (lon, lat) : float64 arrays, shape (n,)
        Degrees, CGCS2000, which is WGS 84 to better than a metre.

    Raises
    ------
    CoreError
        For a code that is none of these.
    BadFixes
        For unequal lengths, or a position that is not finite or more than half a degree outside the zone;
        names the first index.

    Examples
    --------
    >>> lon, lat = from_gauss_krueger([39_500_000.0], [4_400_000.0], 4527)
    >>> round(float(lon[0]), 6), round(float(lat[0]), 6)
    (117.0, 39.73405)
    """
    zone = zone_of(epsg)
    easts, norths = np.asarray(east, np.float64), np.asarray(north, np.float64)
    if easts.ndim != 1 or easts.shape != norths.shape:
        message = f"eastings have shape {easts.shape}, northings {norths.shape}; expected one length"
        raise BadFixes(message, field="east")
    _refuse(np.flatnonzero(~((norths >= 0) & (norths <= _MAX_NORTH_M))), "north", norths, epsg)
    offset_m = easts - zone.prefix_m - _FALSE_EASTING_M
    _refuse(np.flatnonzero(~(np.abs(offset_m) <= _FALSE_EASTING_M)), "east", easts, epsg)
    lon, lat = _transformer(epsg).transform(easts, norths)
    reach_deg = zone.width_deg / 2 + _OVERLAP_DEG
    _refuse(np.flatnonzero(~(np.abs(lon - zone.meridian) <= reach_deg)), "east", easts, epsg)
    return lon, lat


def zone_of(epsg: int) -> Zone:
    """Return the zone of a code; raises ``CoreError`` for one that is none."""
    for first, last, width_deg, number in _FAMILIES:
        if first <= epsg <= last:
            nth = epsg - first
            prefix_m = 0.0 if number is None else (number + nth) * 1_000_000.0
            return Zone(_FIRST_MERIDIAN + nth * width_deg, width_deg, prefix_m)
    raise CoreError(
        f"EPSG:{epsg} is no Gauss-Krueger zone of CGCS2000; expected 4491-4554", field="epsg", value=epsg
    )


@cache
def _transformer(epsg: int) -> pyproj.Transformer:
    """Find the way from a zone to degrees; takes milliseconds, so it is found once."""
    return pyproj.Transformer.from_crs(epsg, _CGCS2000, always_xy=True)


def _refuse(bad: NDArray[np.intp], field: str, values: Floats, epsg: int) -> None:
    """Raise for the first bad position."""
    if not len(bad):
        return
    first = int(bad[0])
    value = float(values[first])
    message = f"{field} {value} of position {first} is not in the zone of EPSG:{epsg}"
    raise BadFixes(message, where=first, field=field, value=value)
