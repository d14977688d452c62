"""Where a moving point goes into an area and out of it.

The point walks straight from `a` to `b`. With ``t`` the part of the way gone at a crossing, the part of the
way inside is ``inside(a) + sum of (1 - t) over the ways in - sum of (1 - t) over the ways out``: the
crossings need no order, and edges can be taken as they come. Borders follow the rule of
:mod:`gis_grid.core.geometry.slabs`: both ends and the whole way are shifted by the same hair, so nothing ever
coincides, and ``inside(a) + ways in - ways out`` is exactly ``inside(b)``.
"""

# ruff: noqa: PLR0917 - two points are four numbers; a tuple of them is slower
from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.geometry.candidates import LANES, first_of, may_meet
from gis_grid.core.geometry.orientation import exact_turn, quick_turn, turn
from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

# A crossing is placed to this part of the walk by quick turns, or else by exact ones: along a border that is
# all but parallel, rounding would move it by metres.
_PLACED: Final = 1e-12


@inlined
def ways(
    ax: float, ay: float, bx: float, by: float, from_slab: int, to_slab: int, base: int, slabs: SlabArrays
) -> tuple[float, int]:
    """Sum what a walk gains inside by its crossings.

    Parameters
    ----------
    ax, ay, bx, by : float
        Both ends.
    from_slab, to_slab : int
        Lowest and highest slab of the walk.
    base : int
        First slab of the area.

    Returns
    -------
    gain : float
        Part of the walk to add to ``inside(a)``.
    balance : int
        Ways in less ways out: ``inside(b) - inside(a)``.
    """
    west, east = min(ax, bx), max(ax, bx)
    lx, ly, hx, hy = upward(ax, ay, bx, by)
    gain, balance, certain = 0.0, 0, True
    for slab in range(from_slab, to_slab + 1):
        # An edge in several slabs counts in the lowest of them that the walk is in.
        least_tag = 2 * (slab - base) if slab > from_slab else 0
        eight, last = slabs.first_edge[np.uint64(slab)], slabs.first_edge[np.uint64(slab + 1)]
        while eight < last:
            left = may_meet(slabs, eight, west, east, ly, hy, least_tag)
            if last - eight < LANES:
                left &= (1 << (last - eight)) - 1
            while left:
                e = np.uint64(eight + first_of(left))
                left &= left - 1
                x0, y0, x1, y1 = slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e]
                way, rest, sure = meet_quickly(ax, ay, bx, by, lx, ly, hx, hy, x0, y0, x1, y1, slabs.tag[e])
                gain += way * rest
                balance += way
                certain &= sure
            eight += LANES
    if not certain:
        return _exact_ways(ax, ay, bx, by, from_slab, to_slab, base, slabs)
    return gain, balance


@kernel
def _exact_ways(
    ax: float, ay: float, bx: float, by: float, from_slab: int, to_slab: int, base: int, slabs: SlabArrays
) -> tuple[float, int]:
    """:func:`ways` where rounding leaves a crossing open."""
    gain, balance = 0.0, 0
    for slab in range(from_slab, to_slab + 1):
        least_tag = 2 * (slab - base) if slab > from_slab else 0
        for e in range(slabs.first_edge[slab], slabs.first_edge[slab + 1]):
            if slabs.tag[e] >= least_tag:
                x0, y0, x1, y1 = slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e]
                way, rest = meet(ax, ay, bx, by, x0, y0, x1, y1, slabs.tag[e])
                gain += way * rest
                balance += way
    return gain, balance


@kernel
def meet(
    ax: float, ay: float, bx: float, by: float, x0: float, y0: float, x1: float, y1: float, tag: int
) -> tuple[int, float]:
    """How a walk from a to b meets an edge of :class:`SlabArrays`, exactly.

    Returns
    -------
    way : int
        1 into the area, -1 out of it, 0 not at all.
    rest : float
        Part of the walk that is left after the crossing, 0 to 1.
    """
    a_left = turn(x0, y0, x1, y1, ax, ay) >= 0.0
    b_left = turn(x0, y0, x1, y1, bx, by) >= 0.0
    if a_left == b_left:
        return 0, 0.0
    lx, ly, hx, hy = upward(ax, ay, bx, by)
    if (turn(lx, ly, hx, hy, x0, y0) > 0.0) == (turn(lx, ly, hx, hy, x1, y1) > 0.0):
        return 0, 0.0
    a, b = exact_turn(x0, y0, x1, y1, ax, ay), exact_turn(x0, y0, x1, y1, bx, by)
    area_left = (tag & 1) == 0
    return (1 if b_left == area_left else -1), b / (b - a)


@inlined
def meet_quickly(
    ax: float,
    ay: float,
    bx: float,
    by: float,
    lx: float,
    ly: float,
    hx: float,
    hy: float,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    tag: int,
) -> tuple[int, float, bool]:
    """:func:`meet` by quick turns and without branches, and whether rounding can have changed nothing."""
    a, a_error = quick_turn(x0, y0, x1, y1, ax, ay)
    b, b_error = quick_turn(x0, y0, x1, y1, bx, by)
    low, low_error = quick_turn(lx, ly, hx, hy, x0, y0)
    high, high_error = quick_turn(lx, ly, hx, hy, x1, y1)
    meets = ((a > 0.0) != (b > 0.0)) & ((low > 0.0) != (high > 0.0))
    sure = (abs(a) > a_error) & (abs(b) > b_error) & (abs(low) > low_error) & (abs(high) > high_error)
    sure &= (not meets) | (a_error + b_error <= _PLACED * abs(b - a))
    area_left = (tag & 1) == 0
    way = 1 if (b > 0.0) == area_left else -1
    return (way if meets else 0), (b / (b - a) if meets else 0.0), sure


@inlined
def upward(ax: float, ay: float, bx: float, by: float) -> tuple[float, float, float, float]:
    """Both ends of a walk, the lower one first; the western one first when both are equally high."""
    up = (ay < by) | ((ay == by) & (ax < bx))
    return (
        ax if up else bx,
        ay if up else by,
        bx if up else ax,
        by if up else ay,
    )
