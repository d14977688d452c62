"""Time inside of many tracks, block of segments by block.

Three quarters of a worker's segments are settled by the gap and the outer limits of the slabs that they are
in; loops without branches do that for a block at a time. Only the others look at edges.
"""

# ruff: noqa: PLR0917 - kernels take arrays one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.meeting import ways
from gis_grid.core.geometry.slabs import inside_among
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OFF_THE_GLOBE: Final = 1
UNSORTED: Final = 2
"""Kinds of faults."""

_BLOCK: Final = 1024  # what is known of so many segments stays in the nearest cache


class _Block(NamedTuple):
    """What is known of up to `_BLOCK` segments and their ends.

    Attributes
    ----------
    slab : int32 array, shape (_BLOCK + 1,)
        Slab of each fix, counted within the area.
    gap_west, gap_east, west, east : float64 arrays, shape (_BLOCK + 1,)
        Of that slab.
    is_open : int8 array, shape (_BLOCK,)
        Whether a segment needs its crossings.
    open : int32 array, shape (_BLOCK + 1,)
        Those segments.
    """

    slab: NDArray[np.int32]
    gap_west: Floats
    gap_east: Floats
    west: Floats
    east: Floats
    is_open: NDArray[np.int8]
    open: NDArray[np.int32]


@kernel
def measure(
    t: Ints,
    x: Floats,
    y: Floats,
    starts: Ints,
    areas: Ints,
    gap_ms: int,
    slabs: SlabArrays,
    inside_s: Floats,
    known_s: Floats,
) -> tuple[int, int]:
    """Fill in the seconds of each track.

    Returns
    -------
    fault, first : int
        Kind of the first fault and the fix to look for it from; 0 where all is well.
    """
    block = _Block(
        np.empty(_BLOCK + 1, np.int32),
        np.empty(_BLOCK + 1),
        np.empty(_BLOCK + 1),
        np.empty(_BLOCK + 1),
        np.empty(_BLOCK + 1),
        np.empty(_BLOCK, np.int8),
        np.empty(_BLOCK + 1, np.int32),
    )
    for track in range(len(areas)):
        area, end = areas[track], starts[track + 1]
        known_ms, whole_ms, parts_ms = 0, 0, 0.0
        was_inside, last = False, -1
        for first in range(starts[track], end, _BLOCK):
            # A block ends with the fix that the next one starts with.
            n = min(_BLOCK, end - 1 - first)
            if _look_up(n + 1, first, x, y, area, slabs, block) > 0:
                return OFF_THE_GLOBE, first
            known, whole, unsorted = _settle(n, first, t, x, gap_ms, block)
            if unsorted > 0:
                return UNSORTED, first
            known_ms += known
            whole_ms += whole
            part, was_inside, last = _cross(n, first, t, x, y, area, slabs, block, was_inside, last)
            parts_ms += part
        known_s[track] = known_ms / 1000.0
        inside_s[track] = (whole_ms + parts_ms) / 1000.0
    return 0, 0


@kernel
def _look_up(n: int, first: int, x: Floats, y: Floats, area: int, slabs: SlabArrays, block: _Block) -> int:
    """Write down the slab of each fix and its limits; returns how many fixes are off the globe.

    A loop each for finding the slab and for fetching: so both become vector instructions.
    """
    base = slabs.first_slab[area]
    above = float(slabs.first_slab[area + 1] - 1 - base)
    south, slabs_per_deg = slabs.south[area], slabs.slabs_per_deg[area]
    strays = 0
    for k in range(n):
        i = np.uint64(first + k)
        on_the_globe = (abs(x[i]) <= 180.0) & (abs(y[i]) <= 90.0)
        strays += int(not on_the_globe)
        along = (y[i] - south) * slabs_per_deg + 1.0
        block.slab[np.uint64(k)] = np.int32(min(above, max(0.0, along)))  # 0 for what is no number
    for k in range(n):
        at = np.uint64(k)
        slab = np.uint64(base + block.slab[at])
        block.gap_west[at], block.gap_east[at] = slabs.gap_west[slab], slabs.gap_east[slab]
        block.west[at], block.east[at] = slabs.west[slab], slabs.east[slab]
    return strays


@kernel
def _settle(n: int, first: int, t: Ints, x: Floats, gap_ms: int, block: _Block) -> tuple[int, int, int]:
    """Settle the segments that their slabs alone decide, and mark the others as open.

    Within one slab, or two that touch, a segment between the eastmost west end and the westmost east end of
    their gaps is inside; one beyond the outer limits of both is outside. Over the antimeridian it is unknown.

    Returns
    -------
    known_ms, whole_ms, unsorted : int
        Time known, time of the segments inside, number of fixes before the one they come after.
    """
    known_ms, whole_ms, unsorted = 0, 0, 0
    for k in range(n):
        a, b, i = np.uint64(k), np.uint64(k + 1), np.uint64(first + k)
        j = np.uint64(first + k + 1)
        length = t[j] - t[i]
        unsorted += int(t[j] < t[i])
        step = block.slab[b] - block.slab[a]
        near = (step <= 1) & (step >= -1)
        west, east = min(x[i], x[j]), max(x[i], x[j])
        joined = (length <= gap_ms) & (east - west <= 180.0)
        is_inside = (
            near
            & (west > max(block.gap_west[a], block.gap_west[b]))
            & (east < min(block.gap_east[a], block.gap_east[b]))
        )
        is_outside = near & (
            (east < min(block.west[a], block.west[b])) | (west > max(block.east[a], block.east[b]))
        )
        known_ms += length if joined else 0
        whole_ms += length if joined & is_inside else 0
        block.is_open[a] = np.int8(joined & (not is_inside) & (not is_outside))
    return known_ms, whole_ms, unsorted


@kernel
def _cross(
    n: int,
    first: int,
    t: Ints,
    x: Floats,
    y: Floats,
    area: int,
    slabs: SlabArrays,
    block: _Block,
    was_inside: bool,
    last: int,
) -> tuple[float, bool, int]:
    """Measure the open segments by their crossings.

    The state at the end of segment `last` is `was_inside`; both are carried from block to block.

    Returns
    -------
    inside_ms : float
    was_inside : bool
    last : int
    """
    count = 0
    for k in range(n):
        block.open[np.uint64(count)] = k
        count += block.is_open[np.uint64(k)]
    base = slabs.first_slab[area]
    inside_ms = 0.0
    for c in range(count):
        k = int(block.open[np.uint64(c)])
        a, b, i, j = np.uint64(k), np.uint64(k + 1), np.uint64(first + k), np.uint64(first + k + 1)
        from_slab, to_slab = np.int64(block.slab[a]) + base, np.int64(block.slab[b]) + base
        if block.gap_west[a] < x[i] < block.gap_east[a]:
            is_inside = True
        elif x[i] < block.west[a] or x[i] > block.east[a]:
            is_inside = False
        elif last == first + k:
            is_inside = was_inside
        else:
            is_inside = inside_among(x[i], y[i], from_slab, slabs)
        low, high = min(from_slab, to_slab), max(from_slab, to_slab)
        gain, balance = ways(x[i], y[i], x[j], y[j], low, high, base, slabs)
        part = min(max((1.0 if is_inside else 0.0) + gain, 0.0), 1.0)
        inside_ms += part * (t[j] - t[i])
        was_inside, last = int(is_inside) + balance > 0, first + k + 1
    return inside_ms, was_inside, last
