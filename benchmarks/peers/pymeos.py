"""PyMEOS, the library of MobilityDB: temporal points restricted to a polygon.

In metres: it compares with an absolute epsilon, which in degrees is a metre and costs up to 20 s a day.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pymeos_cffi as meos
import shapely
from city.plane import to_metres
from contests.race import Job
from pymeos import pymeos_finalize, pymeos_initialize
from pymeos_cffi.functions import _ffi

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contests.tasks import Days
    from numpy.typing import NDArray

# PostgreSQL counts its microseconds from 2000-01-01.
_EPOCH_US: Final = 946_684_800_000_000
_DAY_US: Final = 86_400_000_000


@contextmanager
def time_inside(days: Days) -> Iterator[Job]:
    """Build a sequence for each stretch without a gap, restrict it to the grid and add up what is left."""
    areas = [shapely.transform(days.area_of(worker), to_metres) for worker in range(days.tracks.workers)]
    pymeos_initialize()
    grids = [meos.geom_in(shapely.to_wkb(area, hex=True), -1) for area in areas]
    t_us = days.tracks.t_ms * 1000 - _EPOCH_US

    def run() -> NDArray[np.float64]:
        places = to_metres(np.stack((days.tracks.lon, days.tracks.lat), axis=1))
        x, y = np.ascontiguousarray(places[:, 0]), np.ascontiguousarray(places[:, 1])
        seconds = np.zeros(days.tracks.workers)
        for worker, grid in enumerate(grids):
            for first, last in _stretches(days, worker):
                walk = _sequence(x[first:last], y[first:last], t_us[first:last])
                inside = meos.tgeo_at_geom(walk, grid)
                if inside is not None:
                    duration = meos.temporal_duration(inside, False)
                    seconds[worker] += (duration.time + duration.day * _DAY_US) / 1e6
        return seconds

    try:
        yield Job(run)
    finally:
        pymeos_finalize()


def _sequence(x: NDArray[np.float64], y: NDArray[np.float64], t_us: NDArray[np.int64]) -> Any:
    """Linear sequence of points, both ends included."""
    pointers = x.ctypes.data, y.ctypes.data, _ffi.NULL, t_us.ctypes.data
    linear = meos.InterpolationType.LINEAR
    return meos.tpointseq_make_coords(*pointers, len(x), 0, False, True, True, linear, False)


def _stretches(days: Days, worker: int) -> Iterator[tuple[int, int]]:
    """Return first and last + 1 of the fixes between gaps, two or more."""
    mine = days.tracks.span(worker)
    gaps = np.flatnonzero(np.diff(days.tracks.t_ms[mine]) > days.max_gap_s * 1000) + 1
    cuts = np.concatenate(([0], gaps, [mine.stop - mine.start])) + mine.start
    yield from ((a, b) for a, b in pairwise(cuts.tolist()) if b - a > 1)
