"""What is kept of a track's way to find it again though no digit agrees: three cells in a row, and when.

A track is the line from fix to fix. Every three different cells of 30 m in a row are hashed; one hash in four
is kept, by its own value, so that whoever passes the same cells keeps the same. Whoever knows the place
can tell positions from them: they are guarded like the track itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.geometry.geodesy import degree_m
from gis_grid.core.kernel import kernel
from gis_grid.core.track.marks import Marks, mixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.fixes import Fixes

LEAST_KEPT: Final = 10
"""Of a shorter way nothing is kept: about a kilometre."""

_MOST_KEPT: Final = 4_000
"""Of a longer way nothing is kept: 480 km in a day are no walk."""

_CELL_M: Final = 30.0
# A cell is left only when its middle is farther than this many cells: errors at its edge are no steps.
_HOLD: Final = 0.65
_STEPS_A_CELL: Final = 4
# Farther than so many cells nobody knows what lies between two fixes.
_LEAP: Final = 10.0
_KEEP_ONE_IN: Final = np.uint64(4)
# The half of a hash that is kept.
_UPPER: Final = np.uint64(0xFFFFFFFF00000000)
_LEAST_POINTS: Final = 30
_OWN_SHARE: Final = 2 / 3

NOTHING: Final = Marks(np.zeros(0, np.uint64), np.zeros(0, np.int64))


def way_of(fixes: Fixes) -> Marks:
    """Return what to keep of a track's way: hashes, and when the third cell of each was entered.

    `fixes` are in order of time. Only the upper 32 bits of a hash are set. Nothing is kept of a short
    track, and of one that a phone put on a few places it knows, which all such phones have.
    """
    if len(fixes) < _LEAST_POINTS:
        return NOTHING
    way = Marks(*_cells_in_a_row(fixes.t_ms, fixes.lon, fixes.lat))
    if not LEAST_KEPT <= len(way.hashes) <= _MOST_KEPT or not _tells_places(fixes):
        return NOTHING
    return way


def _tells_places(fixes: Fixes) -> bool:
    places = np.sort(
        np.rint(fixes.lon * 1e7).astype(np.int64) << 32 ^ np.rint(fixes.lat * 1e7).astype(np.int64)
    )
    return 1 + int(np.count_nonzero(places[1:] != places[:-1])) >= _OWN_SHARE * len(fixes)


@kernel
def _cells_in_a_row(
    t_ms: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Enter cells along the line from fix to fix: who sends fewer of them passes the same cells."""
    hashes, times = np.empty(1024, np.uint64), np.empty(1024, np.int64)
    count, entered = 0, 0
    column, row = 0.0, 0.0
    u_before, v_before = 0.0, 0.0
    last, before = np.uint64(0), np.uint64(0)
    for i in range(len(t_ms)):
        east_m, north_m = degree_m(np.rint(lat[i]))
        u_fix, v_fix = lon[i] * east_m / _CELL_M, lat[i] * north_m / _CELL_M
        far = max(abs(u_fix - u_before), abs(v_fix - v_before))
        steps = 1 if i == 0 or far > _LEAP else int(np.ceil(far * _STEPS_A_CELL)) or 1
        for step in range(1, steps + 1):
            part = step / steps
            u, v = u_before + part * (u_fix - u_before), v_before + part * (v_fix - v_before)
            if entered and abs(u - column - 0.5) < _HOLD and abs(v - row - 0.5) < _HOLD:
                continue
            column, row = np.floor(u), np.floor(v)
            cell = mixed(mixed(np.uint64(np.int64(column))) ^ np.uint64(np.int64(row)))
            if entered >= 2 and cell != before:
                if count == len(hashes):
                    hashes, times = np.concatenate((hashes, hashes)), np.concatenate((times, times))
                value = mixed(mixed(cell ^ mixed(last)) ^ mixed(mixed(before)))
                hashes[count] = value & _UPPER
                times[count] = t_ms[i] - np.int64((1.0 - part) * (t_ms[i] - t_ms[i - 1]))
                count += value % _KEEP_ONE_IN == 0
            before, last = last, cell
            entered += 1
        u_before, v_before = u_fix, v_fix
    return hashes[:count], times[:count]
