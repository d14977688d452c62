"""Where a straight way crosses the border of an area, and where it is near it.

A way is straight in degrees. The place of a crossing along it does not change when the axes are stretched,
so none is projected; only nearness is measured in metres.
"""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.candidates import LANES, first_of, may_meet
from gis_grid.core.geometry.capsule import is_near, stretch_near
from gis_grid.core.geometry.meeting import meet, meet_quickly, upward
from gis_grid.core.geometry.slabs import slab_of
from gis_grid.core.kernel import inlined

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]

OUTSIDE: Final = 0
INSIDE: Final = 1
OPEN: Final = -1

NO_EDGE: Final = -1


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


@inlined
def box_around(way: Way, margin_x: float, margin_y: float) -> Box:
    """Return the rectangle around a way, with a margin."""
    return Box(
        min(way.ax, way.bx) - margin_x,
        min(way.ay, way.by) - margin_y,
        max(way.ax, way.bx) + margin_x,
        max(way.ay, way.by) + margin_y,
    )


@inlined
def settle(box: Box, area: int, slabs: SlabArrays) -> int:
    """Return INSIDE or OUTSIDE where the slabs show that all of a box is so; or OPEN, and edges decide."""
    gap_west, gap_east, west, east = -np.inf, np.inf, np.inf, -np.inf
    for k in range(slab_of(box.south, area, slabs), slab_of(box.north, area, slabs) + 1):
        slab = np.uint64(k)
        gap_west, gap_east = max(gap_west, slabs.gap_west[slab]), min(gap_east, slabs.gap_east[slab])
        west, east = min(west, slabs.west[slab]), max(east, slabs.east[slab])
    if gap_west < box.west and box.east < gap_east:
        return INSIDE
    if box.east < west or box.west > east:
        return OUTSIDE
    return OPEN


@inlined
def edges_of(area: int, slabs: SlabArrays) -> int:
    """Count the edges in the slabs of an area: no way meets more."""
    count: int = slabs.first_edge[slabs.first_slab[area + 1]] - slabs.first_edge[slabs.first_slab[area]]
    return count


@inlined
def crossings(way: Way, area: int, slabs: SlabArrays, at: Floats, step: NDArray[np.int64]) -> int:
    """Find where a way crosses the border, by the rule of the half-open border.

    Two neighbours get the same bits for their common edge, whatever the direction of their rings.

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
    lx, ly, hx, hy = upward(way.ax, way.ay, way.bx, way.by)
    first, last = slab_of(box.south, area, slabs), slab_of(box.north, area, slabs)
    n = 0
    for slab in range(first, last + 1):
        least_tag = _least_tag(slab, first, area, slabs)
        stop = slabs.first_edge[slab + 1]
        for eight in range(slabs.first_edge[slab], stop, LANES):
            near = may_meet(slabs, eight, box.west, box.east, box.south, box.north, least_tag)
            near &= (1 << min(LANES, stop - eight)) - 1
            while near:
                e = np.uint64(eight + first_of(near))
                near &= near - 1
                x0, y0, x1, y1, tag = slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e], slabs.tag[e]
                turned, rest, sure = meet_quickly(
                    way.ax, way.ay, way.bx, way.by, lx, ly, hx, hy, x0, y0, x1, y1, tag
                )
                if not sure:
                    turned, rest = meet(way.ax, way.ay, way.bx, way.by, x0, y0, x1, y1, tag)
                if turned != 0:
                    n = _insert_crossing(at, step, n, 1.0 - rest, turned)
    return n


@inlined
def _least_tag(slab: int, first: int, area: int, slabs: SlabArrays) -> int:
    """Return the least tag of the edges to look at in a slab: those of a lower slab were looked at there."""
    return 2 * (slab - slabs.first_slab[area]) if slab > first else 0


@inlined
def _insert_crossing(at: Floats, step: NDArray[np.int64], n: int, share: float, turned: int) -> int:
    """Add a crossing to `n` in order; return how many they are then."""
    k = n
    while k > 0 and at[k - 1] > share:
        at[k], step[k] = at[k - 1], step[k - 1]
        k -= 1
    at[k], step[k] = share, turned
    return n + 1


@inlined
def stretches_near(
    way: Way,
    radius_m: float,
    east_m: float,
    north_m: float,
    area: int,
    slabs: SlabArrays,
    likely: int,
    stretches: tuple[Floats, Floats],
) -> tuple[int, int]:
    """Find where a way is within a radius of the border.

    Parameters
    ----------
    way : Way
    radius_m, east_m, north_m : float
        The radius, and metres per degree.
    area : int
    slabs : SlabArrays
    likely : int
        Edge that all of the way before was near to, or NO_EDGE: it is looked at first.
    stretches : (start, end), float64 arrays
        Filled with shares of the way: disjoint ones in order.

    Returns
    -------
    count : int
        How many stretches.
    edge : int
        One that all of the way is near to, or NO_EDGE.
    """
    way_x, way_y = (way.bx - way.ax) * east_m, (way.by - way.ay) * north_m
    start, end = stretches
    n, edge = 0, NO_EDGE
    if likely != NO_EDGE:
        e = np.uint64(likely)
        px, py = (slabs.x0[e] - way.ax) * east_m, (slabs.y0[e] - way.ay) * north_m
        qx, qy = (slabs.x1[e] - way.ax) * east_m, (slabs.y1[e] - way.ay) * north_m
        if is_near(way_x, way_y, px, py, qx, qy, radius_m):
            start[0], end[0], n, edge = 0.0, 1.0, 1, likely
    if edge == NO_EDGE:
        box = box_around(way, radius_m / east_m, radius_m / north_m)
        first, last = slab_of(box.south, area, slabs), slab_of(box.north, area, slabs)
        for slab in range(first, last + 1):
            least_tag = _least_tag(slab, first, area, slabs)
            stop = slabs.first_edge[slab + 1]
            for eight in range(slabs.first_edge[slab], stop, LANES):
                near = may_meet(slabs, eight, box.west, box.east, box.south, box.north, least_tag)
                near &= (1 << min(LANES, stop - eight)) - 1
                near *= edge == NO_EDGE
                while near:
                    k = eight + first_of(near)
                    e = np.uint64(k)
                    near &= near - 1
                    px, py = (slabs.x0[e] - way.ax) * east_m, (slabs.y0[e] - way.ay) * north_m
                    qx, qy = (slabs.x1[e] - way.ax) * east_m, (slabs.y1[e] - way.ay) * north_m
                    begin, until = stretch_near(way_x, way_y, px, py, qx, qy, radius_m)
                    if begin <= until:
                        n = _insert_stretch(start, end, n, begin, until)
                    if begin == 0.0 and until == 1.0:
                        edge, near = k, 0
    return n, edge


@inlined
def _insert_stretch(start: Floats, end: Floats, n: int, begin: float, stop: float) -> int:
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
