"""Metres on the WGS 84 ellipsoid, near one place.

Grids are a few hundred metres wide, so a plane that touches the ellipsoid at their middle is exact to far
below the accuracy of any phone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.kernel import kernel

_A_M: Final = 6_378_137.0
_E2: Final = 6.694_379_990_141_316e-3

Number = TypeVar("Number", float, NDArray[np.float64])


def metres_per_degree(lat: Number) -> tuple[Number, Number]:
    """Length of one degree of longitude and of latitude at a latitude.

    Parameters
    ----------
    lat : float or float64 array
        Degrees.

    Returns
    -------
    (east_m, north_m) : same shape as `lat`
    """
    phi = np.radians(lat)
    w2 = 1.0 - _E2 * np.sin(phi) ** 2
    degree = np.pi / 180.0
    east = degree * _A_M / np.sqrt(w2) * np.cos(phi)
    north = degree * _A_M * (1.0 - _E2) / w2**1.5
    return east, north


def distance_m(lon_a: Number, lat_a: Number, lon_b: Number, lat_b: Number) -> Number:
    """Distance between positions, by the plane at their middle latitude.

    Right to 0.1 % up to 100 km; beyond, good enough to call a jump a jump. The short way round the
    antimeridian is taken.

    Parameters
    ----------
    lon_a, lat_a, lon_b, lat_b : float or float64 arrays
        Degrees.

    Returns
    -------
    float or float64 array
        Metres.
    """
    east, north = metres_per_degree((lat_a + lat_b) / 2.0)
    turn = (lon_b - lon_a + 180.0) % 360.0 - 180.0
    distance: Number = np.hypot(turn * east, (lat_b - lat_a) * north)
    return distance


degree_m = kernel(metres_per_degree)
""":func:`metres_per_degree` of one latitude, for loops."""


@kernel
def separation_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """:func:`distance_m` of two positions, for loops."""
    east, north = degree_m((lat_a + lat_b) / 2.0)
    turn = (lon_b - lon_a + 180.0) % 360.0 - 180.0
    return float(np.hypot(turn * east, (lat_b - lat_a) * north))


@dataclass(frozen=True, slots=True)
class LocalFrame:
    """A plane in metres around an origin; lon/lat less the origin, times a constant."""

    lon0: float
    lat0: float

    @property
    def scale(self) -> NDArray[np.float64]:
        """Metres per degree, east and north."""
        return np.array(metres_per_degree(self.lat0), dtype=np.float64)

    @property
    def origin(self) -> NDArray[np.float64]:
        """Origin as (lon, lat)."""
        return np.array((self.lon0, self.lat0), dtype=np.float64)
