"""On which side of a border each fix clearly is, and when a worker counts as gone out or come back.

One fix proves nothing: GPS strays. A side changes only after two accepted fixes in a row that are clearly on
the other one, further from the border than they are accurate.
"""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.borders import (
    INSIDE,
    NO_EDGE,
    OPEN,
    OUTSIDE,
    Way,
    box_around,
    settle,
    stretches_near,
)
from gis_grid.core.geometry.geodesy import degree_m
from gis_grid.core.geometry.slabs import inside
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

UNSAID_M: Final = 30.0
"""How accurate a fix is taken to be whose phone does not say: nobody is outside by what is not known."""

NOWHERE: Final = -1
"""No area at that time."""

_IN_A_ROW: Final = 2


@kernel
def clear_sides(
    lon: Floats, lat: Floats, accuracy_m: NDArray[np.float32], area: Ints, slabs: SlabArrays
) -> NDArray[np.int8]:
    """Tell of each fix whether it is clearly inside its area.

    Parameters
    ----------
    lon, lat : float64 arrays, shape (n,)
        Degrees WGS 84.
    accuracy_m : float32 array, shape (n,)
        ``nan`` is unknown and taken for 30 m.
    area : int64 array, shape (n,)
        Index of each fix's area; NOWHERE without one.
    slabs : SlabArrays

    Returns
    -------
    int8 array, shape (n,)
        INSIDE, OUTSIDE, or OPEN where the border is nearer than the fix is accurate, or there is no area.
    """
    n = len(lon)
    found = np.full(n, OPEN, np.int8)
    stretches = np.empty(4), np.empty(4)
    for i in range(n):
        if area[i] < 0:
            continue
        radius_m = accuracy_m[i] if accuracy_m[i] > 0 else UNSAID_M
        east_m, north_m = degree_m(lat[i])
        here = Way(lon[i], lat[i], lon[i], lat[i])
        around = box_around(here, radius_m / east_m, radius_m / north_m)
        settled = settle(around, area[i], slabs)
        if settled == OPEN:
            near, _ = stretches_near(
                here, float(radius_m), east_m, north_m, area[i], slabs, NO_EDGE, stretches
            )
            if near > 0:
                continue
            settled = INSIDE if inside(lon[i], lat[i], area[i], slabs) else OUTSIDE
        found[i] = settled
    return found


@kernel
def inside_each(lon: Floats, lat: Floats, area: Ints, slabs: SlabArrays) -> NDArray[np.bool_]:
    """Tell of each point whether it is in its own area, by the rule of the half-open border."""
    found = np.zeros(len(lon), np.bool_)
    for i in range(len(lon)):
        found[i] = inside(lon[i], lat[i], area[i], slabs)
    return found


@kernel
def turns(
    starts: Ints,
    t_ms: Ints,
    side: NDArray[np.int8],
    settled_at: Ints,
    reset_ms: int,
    before_ms: Ints,
    is_out: NDArray[np.bool_],
    turning: NDArray[np.int8],
    since_ms: Ints,
) -> tuple[NDArray[np.bool_], NDArray[np.int8], Ints]:
    """Go on from where workers stand, over accepted fixes; tell where they stand at one of each, and at last.

    A worker of whom nothing came for `reset_ms` starts anew: inside, as long as nothing says otherwise.

    Parameters
    ----------
    starts : int64 array, shape (workers + 1,)
        Worker `k` has the fixes ``starts[k]`` to ``starts[k + 1] - 1``, in order of time.
    t_ms, side : arrays, shape (n,)
        Times, and sides as of :func:`clear_sides`.
    settled_at : int64 array, shape (workers,)
        The fix up to which all is settled now; -1 for none.
    reset_ms : int
    before_ms : int64 array, shape (workers,)
        The fix that was settled before; it and those before it are passed over.
    is_out, turning, since_ms : arrays, shape (workers,)
        Where each stood then; filled with where each stands at `settled_at`.

    Returns
    -------
    is_out, turning, since_ms : arrays, shape (workers,)
        At the last fix.
    """
    workers = len(starts) - 1
    last_out, last_turning = is_out.copy(), turning.copy()
    last_since = since_ms.copy()
    for k in range(workers):
        out, turn, since = is_out[k], turning[k], since_ms[k]
        previous = before_ms[k]
        for i in range(starts[k], starts[k + 1]):
            if t_ms[i] > before_ms[k]:
                if t_ms[i] - previous > reset_ms:
                    out, turn, since = False, np.int8(0), t_ms[i]
                says_other = side[i] == (INSIDE if out else OUTSIDE)
                if not says_other:
                    turn = np.int8(0)
                elif turn + 1 >= _IN_A_ROW:
                    out, turn, since = not out, np.int8(0), previous
                else:
                    turn = np.int8(turn + 1)
                previous = t_ms[i]
            if i == settled_at[k]:
                is_out[k], turning[k], since_ms[k] = out, turn, since
        last_out[k], last_turning[k], last_since[k] = out, turn, since
    return last_out, last_turning, last_since
