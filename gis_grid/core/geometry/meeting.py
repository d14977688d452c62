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

from gis_grid.core.geometry.candidates import first_of, may_meet
from gis_grid.core.geometry.orientation import exact_turn, quick_turn, turn
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

# A crossing is placed to this part of the segment by quick turns, or else by exact ones: along a border
# that is all but parallel, rounding would move it by metres.
_PLACED: Final = 1e-12


@kernel
def meet(
    ax: float, ay: float, bx: float, by: float, x0: float, y0: float, x1: float, y1: float, tag: int
) -> tuple[int, float]:
    """How a walk from a to b meets an edge of :class:`SlabArrays`.

    Returns
    -------
    way : int
        1 into the area, -1 out of it, 0 not at all.
    rest : float
        Part of the walk that is left after the crossing, 0 to 1.
    """
    upward = ay < by or (ay == by and ax < bx)
    lx, ly, hx, hy = (ax, ay, bx, by) if upward else (bx, by, ax, ay)
    a, a_error = quick_turn(x0, y0, x1, y1, ax, ay)
    b, b_error = quick_turn(x0, y0, x1, y1, bx, by)
    low, low_error = quick_turn(lx, ly, hx, hy, x0, y0)
    high, high_error = quick_turn(lx, ly, hx, hy, x1, y1)
    certain = (abs(a) > a_error) & (abs(b) > b_error) & (abs(low) > low_error) & (abs(high) > high_error)
    if not certain:
        return _meet_exactly(ax, ay, bx, by, x0, y0, x1, y1, tag)
    if ((a > 0.0) == (b > 0.0)) | ((low > 0.0) == (high > 0.0)):
        return 0, 0.0
    if (a_error + b_error) > _PLACED * abs(b - a):
        return _meet_exactly(ax, ay, bx, by, x0, y0, x1, y1, tag)
    area_left = (tag & 1) == 0
    return (1 if (b > 0.0) == area_left else -1), b / (b - a)


@kernel
def _meet_exactly(
    ax: float, ay: float, bx: float, by: float, x0: float, y0: float, x1: float, y1: float, tag: int
) -> tuple[int, float]:
    """:func:`meet` where rounding leaves it open: on the line is left for the walker, right for the edge."""
    a_left = turn(x0, y0, x1, y1, ax, ay) >= 0.0
    b_left = turn(x0, y0, x1, y1, bx, by) >= 0.0
    if a_left == b_left:
        return 0, 0.0
    upward = ay < by or (ay == by and ax < bx)
    lx, ly, hx, hy = (ax, ay, bx, by) if upward else (bx, by, ax, ay)
    if (turn(lx, ly, hx, hy, x0, y0) > 0.0) == (turn(lx, ly, hx, hy, x1, y1) > 0.0):
        return 0, 0.0
    a, b = exact_turn(x0, y0, x1, y1, ax, ay), exact_turn(x0, y0, x1, y1, bx, by)
    area_left = (tag & 1) == 0
    return (1 if b_left == area_left else -1), b / (b - a)


@kernel
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
    south, north = min(ay, by), max(ay, by)
    gain, balance = 0.0, 0
    for slab in range(from_slab, to_slab + 1):
        # An edge in several slabs counts in the lowest of them that the walk is in.
        least_tag = 2 * (slab - base) if slab > from_slab else 0
        last = slabs.first_edge[slab + 1]
        for eight in range(slabs.first_edge[slab], last, 8):
            open_ = may_meet(slabs, eight, west, east, south, north, least_tag)
            open_ &= (1 << min(8, last - eight)) - 1
            while open_:
                e = np.uint64(eight + first_of(open_))
                open_ &= open_ - 1
                way, rest = meet(
                    ax, ay, bx, by, slabs.x0[e], slabs.y0[e], slabs.x1[e], slabs.y1[e], slabs.tag[e]
                )
                gain += way * rest
                balance += way
    return gain, balance
