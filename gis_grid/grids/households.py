"""Estimates the households of buildings that nobody has counted. See docs/import.md for the reasons.

::

    gross floor area (m²) = footprint (m²) x floors
    households            = gross floor area x 0.85 / 110, rounded

- floors: as given; else height / 3 m, rounded, at least 1; else by kind: flats and dormitories 6, houses 2, a
  kind that is not known 1 below 100 m² of footprint and 3 from there on.
- 0.85: the share of a building that is homes and not stairs and walls. 110 m²: floor of an average home.
- a detached house is one household, whatever its size; a building known to be lived in has at least one.
- a building known to be something else (school, shop, garage, ...) has none.

Every such number is marked `estimated`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.grids.rows import ObjectColumn

HOME_M2 = 110.0
LIVED_IN_SHARE = 0.85
FLOOR_HEIGHT_M = 3.0

FLATS = frozenset({"apartments", "residential", "dormitory", "住宅", "居民楼", "公寓", "宿舍"})
ONE_HOME = frozenset({"house", "detached", "bungalow", "farm", "cabin", "villa", "别墅", "平房"})
ROWS_OF_HOMES = frozenset({"terrace", "semidetached_house"})
UNKNOWN = frozenset({None, "", "yes"})

_WGS84_A_M = 6_378_137.0
_WGS84_E2 = 0.0066943799901413165


def footprint_m2(geometry: ObjectColumn) -> NDArray[np.float64]:
    """Return the ground area of polygons in EPSG:4326, in square metres; 0 for points.

    Measured in a plane that touches the ellipsoid at each geometry's middle latitude: at the size of a
    building the difference to the geodesic area is far below a thousandth.
    """
    _, south, _, north = shapely.bounds(geometry).T
    latitude = np.radians((south + north) / 2)
    curvature = 1 - _WGS84_E2 * np.sin(latitude) ** 2
    north_m = np.radians(1) * _WGS84_A_M * (1 - _WGS84_E2) / curvature**1.5
    east_m = np.radians(1) * _WGS84_A_M * np.cos(latitude) / np.sqrt(curvature)
    area: NDArray[np.float64] = shapely.area(geometry) * north_m * east_m
    return area


def estimate(
    kind: ObjectColumn,
    floors: NDArray[np.float64],
    height_m: NDArray[np.float64],
    footprint: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return estimated households (n,) by the formula at the top; nan = unknown floors or height."""
    flats, one_home, rows, unknown = (
        np.array([value in kinds for value in kind], dtype=bool)
        for kinds in (FLATS, ONE_HOME, ROWS_OF_HOMES, UNKNOWN)
    )
    usual = np.select([flats, one_home | rows, unknown & (footprint < 100)], [6.0, 2.0, 1.0], default=3.0)
    by_height = np.maximum(1.0, np.round(height_m / FLOOR_HEIGHT_M))
    storeys = np.where(floors > 0, floors, np.where(height_m > 0, by_height, usual))
    homes = np.floor(footprint * storeys * LIVED_IN_SHARE / HOME_M2 + 0.5)
    return np.select(
        [one_home, flats | rows, unknown], [np.ones_like(homes), np.maximum(1.0, homes), homes], default=0.0
    ).astype(np.int64)
