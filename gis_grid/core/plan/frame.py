"""The flat frame of a community: metres on a grid of 1 mm, there and back without a loss."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyproj
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]

GRID_M: Final = 0.001
"""All coordinates of a plan are whole millimetres."""


def on_millimetres(geometry: Any) -> Any:
    """Bring valid geometries to whole millimetres, valid as they were; what is thinner is gone.

    They get no precision of their own: GEOS then takes some negative buffers for empty (its issue 1019).
    """
    near = np.asarray(shapely.transform(geometry, lambda xy: xy.round(3)), dtype=object)
    broken = ~shapely.is_valid(near)
    snapped = shapely.set_precision(np.asarray(geometry, dtype=object)[broken], GRID_M)
    near[broken] = shapely.set_precision(snapped, 0)
    return near[()]


@dataclass(frozen=True)
class Frame:
    """A transverse Mercator projection about a whole degree: true to 2e-5 within 40 km of its meridian.

    Parameters
    ----------
    meridian
        Degrees east.
    """

    meridian: int

    @classmethod
    def of(cls, geometry: shapely.Geometry) -> Frame:
        """Return the frame of whatever lies around a geometry's middle (lon, lat)."""
        west, _, east, _ = shapely.bounds(geometry)
        return cls(round((west + east) / 2))

    @cached_property
    def _there(self) -> pyproj.Transformer:
        flat = f"+proj=tmerc +lat_0=0 +lon_0={self.meridian} +k=1 +x_0=500000 +ellps=GRS80 +units=m"
        return pyproj.Transformer.from_crs("OGC:CRS84", f"{flat} +type=crs", always_xy=True)

    def to_metres(self, geometries: Geometries) -> Geometries:
        """Bring geometries in lon, lat into the frame, each vertex on the nearest whole millimetre."""
        return self._each(geometries, lambda lonlat: self._moved(lonlat, "FORWARD").round(3))

    def to_degrees(self, geometries: Geometries) -> Geometries:
        """Bring geometries back to lon, lat, outer rings counter-clockwise (RFC 7946).

        Equal vertices stay equal, so that a coverage stays one, and `to_metres` finds the same millimetres.
        """
        wound: Geometries = shapely.orient_polygons(
            self._each(geometries, lambda xy: self._moved(xy, "INVERSE"))
        )
        return wound

    def _each(self, geometries: Geometries, move: Any) -> Geometries:
        moved: Geometries = shapely.transform(np.asarray(geometries, dtype=object), move)
        return moved

    def _moved(self, xy: NDArray[np.float64], direction: Any) -> NDArray[np.float64]:
        return np.column_stack(self._there.transform(xy[:, 0], xy[:, 1], direction=direction))
