"""Which of many areas, each in force for a time, each of many points is in at its own moment."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_grid.core.errors import BadBoundary, BadFixes
from gis_grid.core.geometry.locate import Locator, require_on_globe
from gis_grid.core.geometry.raster import LISTED, NOBODY, Raster, cell_at
from gis_grid.core.geometry.slabs import SlabArrays, inside
from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

Floats = NDArray[np.float64]
Times = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class LocatorInTime:
    """Index of areas that begin and end, for points with a time; make one with :meth:`of`.

    All versions of all outlines share one index, however often they changed: points of a whole year are
    located in one pass.
    """

    locator: Locator
    since: Times
    until: Times

    @classmethod
    def of(
        cls, areas: Sequence[shapely.Polygon | shapely.MultiPolygon], since: ArrayLike, until: ArrayLike
    ) -> LocatorInTime:
        """Index areas.

        Parameters
        ----------
        areas : sequence of shapely Polygon or MultiPolygon
            Valid ones, degrees; those in force at the same time may overlap.
        since, until : int64 arrays, shape (areas,)
            In force from the first until before the second, in any unit.

        Raises
        ------
        BadBoundary
            As :meth:`Locator.of` does, or as many times as areas are not given.
        """
        begin, end = np.asarray(since, np.int64), np.asarray(until, np.int64)
        if not begin.shape == end.shape == (len(areas),):
            raise BadBoundary("each area has one time from which and one until which it is in force")
        return cls(Locator.of(areas), np.ascontiguousarray(begin), np.ascontiguousarray(end))

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return self.locator.nbytes + self.since.nbytes + self.until.nbytes

    def at(self, lon: ArrayLike, lat: ArrayLike, t: ArrayLike) -> NDArray[np.int32]:
        """Find the area in force that each point is in.

        Borders are half-open (:mod:`gis_grid.core.geometry.slabs`). Of areas that overlap, the first given
        wins.

        Parameters
        ----------
        lon, lat : float64 arrays, shape (n,)
            Degrees.
        t : int64 array, shape (n,), or one number
            In the unit of the areas' times.

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
        >>> from gis_grid.core.geometry.locate_in_time import LocatorInTime
        >>> whole, west = shapely.box(0, 0, 2, 1), shapely.box(0, 0, 1, 1)
        >>> locator = LocatorInTime.of([whole, west], since=[0, 10], until=[10, 20])
        >>> locator.at([0.5, 0.5, 1.5, 0.5], [0.5] * 4, [9, 10, 10, 20]).tolist()
        [0, 1, -1, -1]
        """
        x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
        times = np.asarray(t, np.int64)
        if times.ndim == 0:
            times = np.broadcast_to(times, x.shape)
        if not (x.ndim == 1 and x.shape == y.shape == times.shape):
            raise BadFixes("longitudes, latitudes and times are arrays of one length", field="lon, lat, t")
        found = np.empty(len(x), np.int32)
        x, y, times = np.ascontiguousarray(x), np.ascontiguousarray(y), np.ascontiguousarray(times)
        raster, slabs = self.locator.raster, self.locator.slabs.arrays
        if _locate(x, y, times, raster, slabs, self.since, self.until, found):
            require_on_globe(x, y)
        return found


@kernel
def _locate(
    x: Floats,
    y: Floats,
    t: Times,
    raster: Raster,
    slabs: SlabArrays,
    since: Times,
    until: Times,
    found: NDArray[np.int32],
) -> int:
    """Fill in the area of each point; returns how many are off the globe."""
    strays = 0
    for n in range(len(x)):
        i = np.uint64(n)
        strays += int(not ((abs(x[i]) <= 180.0) & (abs(y[i]) <= 90.0)))
        cell = cell_at(x[i], y[i], raster)
        if cell <= LISTED:
            cell = _first_of(x[i], y[i], t[i], LISTED - cell, raster, slabs, since, until)
        elif cell >= 0 and not since[np.uint64(cell)] <= t[i] < until[np.uint64(cell)]:
            cell = NOBODY
        found[i] = cell
    return strays


@inlined
def _first_of(
    px: float,
    py: float,
    t: int,
    number: int,
    raster: Raster,
    slabs: SlabArrays,
    since: Times,
    until: Times,
) -> int:
    """First area of a list that is in force and that a point is inside of."""
    for k in range(raster.first[np.uint64(number)], raster.first[np.uint64(number + 1)]):
        entry = raster.entry[np.uint64(k)]
        area: int = entry >> 1
        if since[np.uint64(area)] <= t < until[np.uint64(area)] and (
            entry & 1 or inside(px, py, area, slabs)
        ):
            return area
    return NOBODY
