"""Where a straight way crosses the border of an area, and where it is near it.

A way is straight in degrees. The place of a crossing along it does not change when the axes are stretched,
so none is projected; only nearness is measured in metres.
"""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.capsule import stretch_near
from gis_grid.core.geometry.orientation import exact_turn, quick_turn, turn
from gis_grid.core.geometry.slabs import slab_of
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]

OUTSIDE: Final = 0
INSIDE: Final = 1
OPEN: Final = -1

# With both turns together 2^40 times what they can be off, the place of a crossing is right to 1e-12.
_CLEAR: Final = 2.0**40


class Way(NamedTuple):
    """A straight way from a to b, degrees."""

    ax: float
    ay: float
    bx: float
    by: float


class Box(NamedTuple):
    """Sides of a rectangle, degrees."""

    west: float
    south: float
    east: float
    north: float


@kernel
def box_around(way: Way, margin_x: float, margin_y: float) -> Box:
    """Return the rectangle around a way, with a margin."""
    return Box(
        min(way.ax, way.bx) - margin_x,
        min(way.ay, way.by) - margin_y,
        max(way.ax, way.bx) + margin_x,
        max(way.ay, way.by) + margin_y,
    )


@kernel
def settle(box: Box, area: int, slabs: SlabArrays) -> int:
    """Return INSIDE or OUTSIDE when the slabs show that all of a box is, without looking at edges; or OPEN."""
    gap_west, gap_east, west, east = -np.inf, np.inf, np.inf, -np.inf
    for slab in range(slab_of(box.south, area, slabs), slab_of(box.north, area, slabs) + 1):
        gap_west, gap_east = max(gap_west, slabs.gap_west[slab]), min(gap_east, slabs.gap_east[slab])
        west, east = min(west, slabs.west[slab]), max(east, slabs.east[slab])
    if gap_west < box.west and box.east < gap_east:
        return INSIDE
    if box.east < west or box.west > east:
        return OUTSIDE
    return OPEN


@kernel
def count_edges_beside(box: Box, area: int, slabs: SlabArrays) -> int:
    """Count the edges in the slabs of a box: no loop over them finds more."""
    first, last = slab_of(box.south, area, slabs), slab_of(box.north, area, slabs)
    return slabs.first_edge[last + 1] - slabs.first_edge[first]


@kernel
def crossings(way: Way, area: int, slabs: SlabArrays, at: Floats, step: NDArray[np.int64]) -> int:
    """Find where a way crosses the border, by the rule of the half-open border.

    Parameters
    ----------
    way : Way
    area : int
    slabs : SlabArrays
    at : float64 array
        Filled with the shares of the way, in order.
    step : int64 array
        Filled with 1 where the way enters and -1 where it leaves.

    Returns
    -------
    int
        How many crossings.
    """
    box = box_around(way, 0.0, 0.0)
    upward = way.ay < way.by or (way.ay == way.by and way.ax < way.bx)
    low = way if upward else Way(way.bx, way.by, way.ax, way.ay)
    first, last = slab_of(box.south, area, slabs), slab_of(box.north, area, slabs)
    n = 0
    for slab in range(first, last + 1):
        # An edge that a lower slab has too was looked at there.
        fresh = 2 * (slab - slabs.first_slab[area]) if slab > first else 0
        for e in range(slabs.first_edge[slab], slabs.first_edge[slab + 1]):
            x0, y0, x1, y1 = slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e]
            if _apart(x0, y0, x1, y1, box) or slabs.tag[e] < fresh:
                continue
            ends_left = turn(x0, y0, x1, y1, way.bx, way.by) >= 0.0
            if (turn(x0, y0, x1, y1, way.ax, way.ay) >= 0.0) == ends_left:
                continue
            lower_left = turn(low.ax, low.ay, low.bx, low.by, x0, y0) > 0.0
            if (turn(low.ax, low.ay, low.bx, low.by, x1, y1) > 0.0) == lower_left:
                continue
            share = _share(way, x0, y0, x1, y1)
            entering = ends_left == (slabs.tag[e] % 2 == 0)
            k = n
            while k > 0 and at[k - 1] > share:
                at[k], step[k] = at[k - 1], step[k - 1]
                k -= 1
            at[k], step[k] = share, 1 if entering else -1
            n += 1
    return n


@kernel
def _share(way: Way, x0: float, y0: float, x1: float, y1: float) -> float:
    """Return the share of a way at which it crosses an edge.

    Two neighbours get the same bits for their common edge, whatever the direction of their rings.
    """
    a, a_off = quick_turn(x0, y0, x1, y1, way.ax, way.ay)
    b, b_off = quick_turn(x0, y0, x1, y1, way.bx, way.by)
    if abs(a) + abs(b) < _CLEAR * (a_off + b_off):
        a = exact_turn(x0, y0, x1, y1, way.ax, way.ay)
        b = exact_turn(x0, y0, x1, y1, way.bx, way.by)
    return a / (a - b)


@kernel
def _apart(x0: float, y0: float, x1: float, y1: float, box: Box) -> bool:
    """Whether an edge lies beyond one side of a box."""
    return (max(x0, x1) < box.west) | (min(x0, x1) > box.east) | (y1 < box.south) | (y0 > box.north)


@kernel
def stretches_near(
    way: Way,
    radius_m: float,
    east_m: float,
    north_m: float,
    area: int,
    slabs: SlabArrays,
    stretches: tuple[Floats, Floats],
) -> int:
    """Find where a way is within a radius of the border.

    Parameters
    ----------
    way : Way
    radius_m, east_m, north_m : float
        The radius, and metres per degree.
    area : int
    slabs : SlabArrays
    stretches : (start, end), float64 arrays
        Filled with shares of the way: disjoint ones in order.

    Returns
    -------
    int
        How many stretches.
    """
    box = box_around(way, radius_m / east_m, radius_m / north_m)
    way_x, way_y = (way.bx - way.ax) * east_m, (way.by - way.ay) * north_m
    start, end = stretches
    first, last = slab_of(box.south, area, slabs), slab_of(box.north, area, slabs)
    n = 0
    for slab in range(first, last + 1):
        fresh = 2 * (slab - slabs.first_slab[area]) if slab > first else 0
        for e in range(slabs.first_edge[slab], slabs.first_edge[slab + 1]):
            x0, y0, x1, y1 = slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e]
            if _apart(x0, y0, x1, y1, box) or slabs.tag[e] < fresh:
                continue
            px, py = (x0 - way.ax) * east_m, (y0 - way.ay) * north_m
            qx, qy = (x1 - way.ax) * east_m, (y1 - way.ay) * north_m
            begin, stop = stretch_near(way_x, way_y, px, py, qx, qy, radius_m)
            if begin <= stop:
                n = _insert(start, end, n, begin, stop)
                if start[0] == 0.0 and end[0] == 1.0:
                    return 1
    return n


@kernel
def _insert(start: Floats, end: Floats, n: int, begin: float, stop: float) -> int:
    """Add a stretch to `n` disjoint ones in order; return how many they are then."""
    low = 0
    while low < n and end[low] < begin:
        low += 1
    high = low
    while high < n and start[high] <= stop:
        begin, stop = min(begin, start[high]), max(stop, end[high])
        high += 1
    grows = 1 - (high - low)
    if grows > 0:
        for k in range(n, low, -1):
            start[k], end[k] = start[k - 1], end[k - 1]
    elif grows < 0:
        for k in range(high, n):
            start[k + grows], end[k + grows] = start[k], end[k]
    start[low], end[low] = begin, stop
    return n + grows
