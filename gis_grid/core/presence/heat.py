"""Heat cells: positions to H3 cells, their outlines, and bands of counts.

Cells index and show; exact geometry decides every rule. A cell is a 64-bit H3 index as ``int64``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING

import h3.api.numpy_int as h3
import numpy as np

from gis_grid.core.errors import CoreError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_MAX_RESOLUTION = 15
_POLYGON = 3
_AT_ONCE = 1 << 14  # positions that are Python's numbers at a time: of ten million they fill 600 MB


@dataclass(frozen=True, slots=True)
class CellCounts:
    """How many per cell, by cell index ascending.

    Parameters
    ----------
    cells : ndarray of int64, shape (n,)
    counts : ndarray of int64, shape (n,)
    """

    cells: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.cells)


def cells_at(lon: ArrayLike, lat: ArrayLike, resolution: int) -> NDArray[np.int64]:
    """Return the H3 cell of each position.

    Parameters
    ----------
    lon, lat : array_like of float, shape (n,)
        Degrees, WGS84.
    resolution : int
        H3 resolution 0-15; 9 is about 200 m from the middle to a corner, 10 about 76 m, 11 about 29 m.

    Raises
    ------
    CoreError
        When the lengths differ, a position is not finite or out of range, or there is no such resolution.

    Examples
    --------
    >>> [hex(cell) for cell in cells_at([118.78], [32.05], 10)]
    ['0x8a3091190a27fff']
    """
    lons, lats = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if not 0 <= resolution <= _MAX_RESOLUTION:
        raise CoreError("an H3 resolution is 0-15", field="resolution", value=resolution)
    if lons.ndim != 1 or lons.shape != lats.shape:
        raise CoreError("longitudes and latitudes are two arrays of one length", field="lon")
    usable = (np.abs(lons) <= 180) & (np.abs(lats) <= 90)
    if not usable.all():
        first = int(np.argmin(usable))
        raise CoreError(
            "a position is longitude within 180 and latitude within 90 degrees",
            where=first,
            field="lon, lat",
            value=(float(lons[first]), float(lats[first])),
        )
    cells = np.empty(len(lons), np.int64)
    for start in range(0, len(lons), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        pairs = lats[part].tolist(), lons[part].tolist()
        cells[part] = np.fromiter(map(h3.latlng_to_cell, *pairs, repeat(resolution)), np.int64, len(pairs[0]))
    return cells


def outline(cell: int) -> list[tuple[float, float]]:
    """Return a cell's outline as a closed counter-clockwise ring of (lon, lat) in degrees."""
    ring = [(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]
    return [*ring, ring[0]]


@lru_cache(maxsize=1 << 16)  # the cells of a town come again with every tile and page; some 20 MB
def outline_wkb(cell: int) -> bytes:
    """Return a cell's outline as a polygon in well-known binary, little-endian, (lon, lat) in degrees."""
    ring = outline(cell)
    return struct.pack(f"<BIII{2 * len(ring)}d", 1, _POLYGON, 1, len(ring), *chain.from_iterable(ring))


def middle(cell: int) -> tuple[float, float]:
    """Return a cell's middle as (lon, lat) in degrees."""
    lat, lon = h3.cell_to_latlng(cell)
    return lon, lat


def bands(least: int, most: int, wanted: int, width: int = 1) -> tuple[int, ...]:
    """Return the lower bounds of at most `wanted` bands of counts from `least` to `most`.

    Bounds grow by one factor: counts of events are skewed, and equal steps would put all but the busiest
    cells into the first band.

    Parameters
    ----------
    width : int
        Least number of counts in a band; 1 lets a band tell the exact count.

    Examples
    --------
    >>> bands(1, 14, 5)
    (1, 2, 3, 5, 8)
    >>> bands(5, 18, 5, width=3)
    (5, 8, 11, 14, 17)
    """
    if min(least, wanted, width) < 1:
        raise CoreError("bands start at 1 or more, and there is at least one", field="least", value=least)
    bounds = [least]
    for step in range(1, wanted):
        bound = max(round(least * (most / least) ** (step / wanted)), bounds[-1] + width)
        if bound > most:
            break
        bounds.append(bound)
    return tuple(bounds)


def band_of(count: int, bounds: Sequence[int]) -> int:
    """Return the index of the band that a count falls into, 0 for the lowest.

    Raises
    ------
    CoreError
        When the count is under the lowest bound.
    """
    if count < bounds[0]:
        raise CoreError("the count is under the lowest band", field="count", value=count)
    return int(np.searchsorted(bounds, count, side="right")) - 1
