"""From outlines to slabs: the edges of each, the widest gap that is inside, and the outer limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.outlines import Rings
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]

# Extents of edges are widened by this (0.1 micrometre): far more than rounding can move where one is cut.
_MARGIN_DEG: Final = 1e-12
_MARGIN_SLABS: Final = 1e-6
_FEW: Final = 48


@kernel
def count_edges(
    xy: Floats, rings: Rings, south: Floats, slabs_per_deg: Floats, first_slab: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Count the edges that touch each slab."""
    count = np.zeros(first_slab[-1], np.int64)
    for r in range(len(rings.area)):
        area = rings.area[r]
        y, per_deg, base = south[area], slabs_per_deg[area], first_slab[area]
        for v in range(rings.first[r], rings.first[r + 1] - 1):
            if xy[v, 0] == xy[v + 1, 0] and xy[v, 1] == xy[v + 1, 1]:
                continue
            a = base + np.int64((xy[v, 1] - y) * per_deg + 1.0)
            b = base + np.int64((xy[v + 1, 1] - y) * per_deg + 1.0)
            for slab in range(min(a, b), max(a, b) + 1):
                count[slab] += 1
    return count


@kernel
def fill_edges(xy: Floats, rings: Rings, slabs: SlabArrays) -> None:
    """Write every edge into each slab that it touches."""
    place = slabs.first_edge[:-1].copy()
    for r in range(len(rings.area)):
        area = rings.area[r]
        y, per_deg, base = slabs.south[area], slabs.slabs_per_deg[area], slabs.first_slab[area]
        for v in range(rings.first[r], rings.first[r + 1] - 1):
            x0, y0, x1, y1 = xy[v, 0], xy[v, 1], xy[v + 1, 0], xy[v + 1, 1]
            if x0 == x1 and y0 == y1:
                continue
            left = rings.left[r]
            if y0 > y1 or (y0 == y1 and x0 > x1):
                x0, y0, x1, y1, left = x1, y1, x0, y0, not left
            a = np.int64((y0 - y) * per_deg + 1.0)
            b = np.int64((y1 - y) * per_deg + 1.0)
            for slab in range(base + a, base + b + 1):
                e = place[slab]
                place[slab] = e + 1
                slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e] = x0, y0, x1, y1
                slabs.tag[e] = 2 * a + (0 if left else 1)


@kernel
def fill_gaps(slabs: SlabArrays) -> None:
    """Find the widest gap that is inside, and the outer limits, of every slab."""
    slabs.gap_west[:] = np.inf
    slabs.gap_east[:] = -np.inf
    slabs.west[:] = np.inf
    slabs.east[:] = -np.inf
    most = 0
    for slab in range(len(slabs.west)):
        most = max(most, slabs.first_edge[slab + 1] - slabs.first_edge[slab])
    extents = Extents(np.empty(most), np.empty(most), np.empty(most, np.bool_), np.empty(most, np.int64))
    for area in range(len(slabs.south)):
        base = slabs.first_slab[area]
        height = 1.0 / slabs.slabs_per_deg[area]
        for slab in range(base + 1, slabs.first_slab[area + 1] - 1):
            low = slabs.south[area] + (slab - base - 1) * height
            n = _clip(slab, low, height, slabs, extents)
            if n > 0:
                _sort(n, extents)
                _widest_gap(slab, n, slabs, extents)


class Extents(NamedTuple):
    """Edges of a slab as stretches of longitude.

    Attributes
    ----------
    west, east : float64 arrays
        Both ends of an edge within the slab, or a little beyond.
    across : bool array
        Whether it crosses the slab's middle.
    order : int64 array
        Edges by west end.
    """

    west: Floats
    east: Floats
    across: NDArray[np.bool_]
    order: NDArray[np.int64]


@inlined
def _clip(slab: int, low: float, height: float, slabs: SlabArrays, extents: Extents) -> int:
    """Cut the edges of a slab at its bottom and top, and return how many they are."""
    first = slabs.first_edge[slab]
    n: int = slabs.first_edge[slab + 1] - first
    bottom, middle, top = (
        low - _MARGIN_SLABS * height,
        low + 0.5 * height,
        low + (1.0 + _MARGIN_SLABS) * height,
    )
    for i in range(n):
        e = first + i
        x0, y0, x1, y1 = slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e]
        west, east = min(x0, x1), max(x0, x1)
        if y1 > y0:
            slope = (x1 - x0) / (y1 - y0)
            u = x0 + (max(bottom, y0) - y0) * slope
            v = x0 + (min(top, y1) - y0) * slope
            west, east = max(west, min(u, v)), min(east, max(u, v))
        extents.west[i], extents.east[i] = west - _MARGIN_DEG, east + _MARGIN_DEG
        extents.across[i] = y0 <= middle < y1
    return n


@inlined
def _sort(n: int, extents: Extents) -> None:
    """Order the edges by their west end: a few by insertion, which is faster, and many by merging."""
    west, order = extents.west, extents.order
    if n > _FEW:
        order[:n] = np.argsort(west[:n], kind="mergesort")
        return
    for i in range(n):
        k = i
        while k > 0 and west[order[k - 1]] > west[i]:
            order[k] = order[k - 1]
            k -= 1
        order[k] = i


@inlined
def _widest_gap(slab: int, n: int, slabs: SlabArrays, extents: Extents) -> None:
    """Find the widest gap with an odd number of edges across the slab's middle west of it, and the limits."""
    first = extents.order[0]
    reach, odd, widest = extents.east[first], extents.across[first], 0.0
    for k in range(1, n):
        i = extents.order[k]
        west = extents.west[i]
        if odd and west - reach > widest:
            widest = west - reach
            slabs.gap_west[slab], slabs.gap_east[slab] = reach, west
        reach = max(reach, extents.east[i])
        odd = odd != extents.across[i]
    slabs.west[slab], slabs.east[slab] = extents.west[first], reach
