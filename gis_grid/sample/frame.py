"""The town's own flat frame: metres east and north of its middle; longitude and latitude rounded to 1e-7."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

LON_0: Final = 112.20
LAT_0: Final = 31.95
# WGS 84 at the middle's latitude, written out so that every machine multiplies by the same number.
M_PER_DEG_LON: Final = 94544.3845
M_PER_DEG_LAT: Final = 110885.9348

DECIMALS: Final = 7


def to_degrees(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn metres (n, 2) into lon, lat (n, 2), rounded to 1e-7 degrees, which is about a centimetre."""
    lon = LON_0 + xy_m[:, 0] / M_PER_DEG_LON
    lat = LAT_0 + xy_m[:, 1] / M_PER_DEG_LAT
    degrees: NDArray[np.float64] = np.column_stack([lon, lat]).round(DECIMALS)
    return degrees


def to_metres(lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn lon, lat (n, 2) into metres (n, 2)."""
    return np.column_stack(
        [(lonlat[:, 0] - LON_0) * M_PER_DEG_LON, (lonlat[:, 1] - LAT_0) * M_PER_DEG_LAT],
    )


def on_the_globe(geometries: NDArray[np.object_]) -> NDArray[np.object_]:
    """Turn geometries in metres into geometries in degrees, vertex by vertex.

    Equal vertices stay equal, so a tiling that shares its vertices stays a tiling. Outer rings run
    counter-clockwise (RFC 7946).
    """
    moved = shapely.transform(geometries, to_degrees)
    wound: NDArray[np.object_] = shapely.orient_polygons(moved)
    return wound
