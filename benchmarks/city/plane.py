"""The plane that the city is drawn on: metres around its middle, written down as lon/lat to 1e-7 degrees."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.geodesy import metres_per_degree

Floats = NDArray[np.float64]

MIDDLE: Final = np.array((121.45, 31.22))
SCALE_M: Final = np.array(metres_per_degree(float(MIDDLE[1])))


def to_lonlat(xy: Floats) -> Floats:
    """Degrees of points in metres, shape (n, 2), rounded as phones and maps do."""
    return np.asarray(np.round(MIDDLE + xy / SCALE_M, 7))


def to_metres(lonlat: Floats) -> Floats:
    """Metres from the middle of points in degrees, shape (n, 2)."""
    return np.asarray((lonlat - MIDDLE) * SCALE_M)
