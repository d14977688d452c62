"""Which segments of a track the slabs alone settle: clear of the border, or not known at all.

Half of a worker's segments, and more, are further from the border than they are uncertain. Loops without
branches find those for a whole track; only the others look at edges.
"""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.borders import INSIDE, OPEN, OUTSIDE
from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]

NOT_JOINED: Final = 2

_REACH: Final = 2
"""Slabs to each side that are looked at: a circle around a fix reaches no further, or the segment is open."""

_ROUNDED: Final = 1e-6
"""Of a slab, by which rounding may put a latitude too far north or south."""


class Track(NamedTuple):
    """Accepted fixes in order of time, arrays of equal length; `starts_anew` as in ``Cleaned``."""

    t_ms: NDArray[np.int64]
    lon: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]
    starts_anew: NDArray[np.bool_]


class _Limits(NamedTuple):
    """The outer limits of slabs and their gaps; arrays of equal length, as in ``SlabArrays``."""

    gap_west: Floats
    gap_east: Floats
    west: Floats
    east: Floats


@inlined
def is_joined(track: Track, i: int, max_gap_ms: float) -> bool:
    """Whether the time between a fix and the next is known: not over a gap, nor over the antimeridian."""
    joined: bool = (
        (track.t_ms[i + 1] - track.t_ms[i] <= max_gap_ms)
        & (not track.starts_anew[i + 1])
        & (abs(track.lon[i + 1] - track.lon[i]) <= 180.0)
    )
    return joined


@kernel
def settle_ahead(
    track: Track,
    area: int,
    slabs: SlabArrays,
    from_ms: float,
    to_ms: float,
    max_gap_ms: float,
    accuracy_factor: float,
    east_m: float,
    north_m: float,
) -> NDArray[np.int8]:
    """Settle what needs no look at an edge.

    Parameters
    ----------
    track : Track
    area : int
    slabs : SlabArrays
    from_ms, to_ms, max_gap_ms, accuracy_factor : float
        As :func:`gis_grid.core.presence.runs.runs` takes them.
    east_m, north_m : float
        Metres per degree.

    Returns
    -------
    int8 array, shape (n - 1,) for n fixes
        For each segment INSIDE or OUTSIDE when it and all within its uncertainty is; NOT_JOINED when its time
        is not known or not in force; or OPEN.
    """
    fixes = len(track.t_ms)
    slab, at_fix = _look_up(track.lat, area, slabs)
    kind = np.empty(max(fixes - 1, 0), np.int8)
    slabs_per_m = slabs.slabs_per_deg[area] / north_m
    for k in range(fixes - 1):
        i, j = np.uint64(k), np.uint64(k + 1)
        joined = is_joined(track, k, max_gap_ms) & (track.t_ms[j] > from_ms) & (track.t_ms[i] < to_ms)
        radius_m = accuracy_factor * worse(track.accuracy_m[i], track.accuracy_m[j])
        climb = slab[j] - slab[i]
        # Both windows leave no slab between them out.
        seen = (climb <= 2 * _REACH) & (climb >= -2 * _REACH) & (radius_m * slabs_per_m <= _REACH - _ROUNDED)
        aside = radius_m / east_m
        west, east = min(track.lon[i], track.lon[j]) - aside, max(track.lon[i], track.lon[j]) + aside
        is_inside = (west > max(at_fix.gap_west[i], at_fix.gap_west[j])) & (
            east < min(at_fix.gap_east[i], at_fix.gap_east[j])
        )
        is_outside = (east < min(at_fix.west[i], at_fix.west[j])) | (
            west > max(at_fix.east[i], at_fix.east[j])
        )
        settled = INSIDE if is_inside else (OUTSIDE if is_outside else OPEN)
        kind[i] = (settled if seen else OPEN) if joined else NOT_JOINED
    return kind


@inlined
def worse(one_m: float, other_m: float) -> float:
    """Return the larger accuracy; an unknown one (nan) is none."""
    return max(0.0, one_m, other_m)


@kernel
def _look_up(lat: Floats, area: int, slabs: SlabArrays) -> tuple[NDArray[np.int32], _Limits]:
    """Find the slab of each fix, and the limits of the slabs around it.

    A loop each for finding the slab and for fetching: so both become vector instructions.
    """
    base = slabs.first_slab[area]
    above = float(slabs.first_slab[area + 1] - 1 - base)
    south, slabs_per_deg = slabs.south[area], slabs.slabs_per_deg[area]
    around = _around(area, slabs)
    slab = np.empty(len(lat), np.int32)
    for k in range(len(lat)):
        i = np.uint64(k)
        along = (lat[i] - south) * slabs_per_deg + 1.0
        slab[i] = np.int32(min(above, max(0.0, along)))
    found = _Limits(np.empty(len(lat)), np.empty(len(lat)), np.empty(len(lat)), np.empty(len(lat)))
    for k in range(len(lat)):
        i = np.uint64(k)
        at = np.uint64(slab[i])
        found.gap_west[i], found.gap_east[i] = around.gap_west[at], around.gap_east[at]
        found.west[i], found.east[i] = around.west[at], around.east[at]
    return slab, found


@kernel
def _around(area: int, slabs: SlabArrays) -> _Limits:
    """Return the limits that hold in each slab of an area and in those within reach of it."""
    base = slabs.first_slab[area]
    count = slabs.first_slab[area + 1] - base
    around = _Limits(np.empty(count), np.empty(count), np.empty(count), np.empty(count))
    for k in range(count):
        gap_west, gap_east, west, east = -np.inf, np.inf, np.inf, -np.inf
        for near in range(base + max(k - _REACH, 0), base + min(k + _REACH, count - 1) + 1):
            at = np.uint64(near)
            gap_west, gap_east = max(gap_west, slabs.gap_west[at]), min(gap_east, slabs.gap_east[at])
            west, east = min(west, slabs.west[at]), max(east, slabs.east[at])
        around.gap_west[k], around.gap_east[k], around.west[k], around.east[k] = (
            gap_west,
            gap_east,
            west,
            east,
        )
    return around
