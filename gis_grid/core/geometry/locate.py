"""Which of many areas each of many points is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_grid.core.errors import BadFixes
from gis_grid.core.geometry.raster import LISTED, NOBODY, Raster, cell_at, raster_of
from gis_grid.core.geometry.slabs import SlabArrays, Slabs, inside
from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Locator:
    """Index of many areas for points; make one with :meth:`of`.

    Most points fall into a cell of a raster that one area owns; the others are tested exactly against the
    areas that their cell touches.
    """

    slabs: Slabs
    raster: Raster

    @classmethod
    def of(cls, areas: Sequence[shapely.Polygon | shapely.MultiPolygon]) -> Locator:
        """Index areas.

        Parameters
        ----------
        areas : sequence of shapely Polygon or MultiPolygon
            Valid ones, degrees; they may overlap.

        Raises
        ------
        BadBoundary
            As :meth:`Slabs.of` does.
        """
        slabs = Slabs.of(areas)
        return cls(slabs, raster_of(slabs.arrays))

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.slabs.nbytes + sum(array.nbytes for array in self.raster)

    def at(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.int32]:
        """Find the area that each point is in.

        Exact, and in a tiling each point is in one area (:mod:`gis_grid.core.geometry.slabs` says which one
        owns a border). Of areas that overlap, the first given wins.

        Parameters
        ----------
        lon, lat : float64 arrays, shape (n,)
            Degrees.

        Returns
        -------
        int32 array, shape (n,)
            Index of the area, -1 where there is none.

        Raises
        ------
        BadFixes
            A position that is not finite or off the globe, or lengths that differ.

        Examples
        --------
        >>> import shapely
        >>> from gis_grid.core import Locator
        >>> locator = Locator.of([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])
        >>> locator.at([0.5, 1.0, 1.5, 2.5], [0.5, 0.5, 0.5, 0.5]).tolist()
        [0, 0, 1, -1]
        """
        x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        if not (x.ndim == 1 and x.shape == y.shape):
            raise BadFixes("longitudes and latitudes are arrays of one length", field="lon, lat")
        found = np.empty(len(x), np.int32)
        if _locate(np.ascontiguousarray(x), np.ascontiguousarray(y), self.raster, self.slabs.arrays, found):
            require_on_globe(x, y)
        return found


def require_on_globe(lon: Floats, lat: Floats) -> None:
    """Refuse positions of which one is not finite or off the globe.

    Raises
    ------
    BadFixes
        With the first such position; ``where`` is its index.
    """
    usable = (np.abs(lon) <= 180.0) & (np.abs(lat) <= 90.0)
    if not usable.all():
        where = int(np.argmin(usable))
        message = "a position is longitude within 180 and latitude within 90 degrees"
        value = (float(lon[where]), float(lat[where]))
        raise BadFixes(message, where=where, field="lon, lat", value=value)


@kernel
def _locate(x: Floats, y: Floats, raster: Raster, slabs: SlabArrays, found: NDArray[np.int32]) -> int:
    """Fill in the area of each point; returns how many are off the globe."""
    strays = 0
    for n in range(len(x)):
        i = np.uint64(n)
        strays += int(not ((abs(x[i]) <= 180.0) & (abs(y[i]) <= 90.0)))
        cell = cell_at(x[i], y[i], raster)
        if cell <= LISTED:
            cell = _first_of(x[i], y[i], LISTED - cell, raster, slabs)
        found[i] = cell
    return strays


@inlined
def _first_of(px: float, py: float, number: int, raster: Raster, slabs: SlabArrays) -> int:
    """First area of a list that a point is inside of."""
    for k in range(raster.first[np.uint64(number)], raster.first[np.uint64(number + 1)]):
        entry = raster.entry[np.uint64(k)]
        area: int = entry >> 1
        if entry & 1 or inside(px, py, area, slabs):
            return area
    return NOBODY
