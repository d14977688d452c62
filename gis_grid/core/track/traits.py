"""Numbers of a day's track, in one loop each: what signs are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.geodesy import degree_m
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from gis_grid.core.track.fixes import Fixes

Floats = NDArray[np.float64]

# The length of a degree is measured anew after so many degrees of latitude: right to 0.1 % up to 80 degrees.
_SCALE_DEG: Final = 0.01
_RIDE_WINDOW_S: Final = 60.0
_MOVING_MPS: Final = 0.3
_RIDING_MPS: Final = 12 / 3.6
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


class Line(NamedTuple):
    """Usable fixes in order of time; `x` is degrees east of the first fix, the short way round."""

    t_ms: NDArray[np.int64]
    x: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]


class Steps(NamedTuple):
    """Steps between consecutive usable fixes."""

    seconds: Floats
    east_m: Floats
    north_m: Floats
    metres: Floats


class Place(NamedTuple):
    """The place with the most time: where, and how long within a radius of it, of all the time."""

    x: float
    lat: float
    near_s: float
    total_s: float


def line_of(fixes: Fixes, accepted: NDArray[np.bool_]) -> Line:
    """Take the usable fixes of a track."""
    return Line(*_line(fixes.t_ms, fixes.lon, fixes.lat, fixes.accuracy_m, accepted))


@kernel
def _line(
    t_ms: NDArray[np.int64],
    lon: Floats,
    lat: Floats,
    accuracy_m: NDArray[np.float32],
    accepted: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], Floats, Floats, NDArray[np.float32]]:
    n = len(t_ms)
    kept_ms, x, y, accuracy = np.empty(n, np.int64), np.empty(n), np.empty(n), np.empty(n, np.float32)
    count = 0
    for i in range(n):
        east = lon[i] - lon[0]
        if abs(east) > 180.0:
            east -= np.copysign(360.0, east)
        kept_ms[count], x[count], y[count], accuracy[count] = t_ms[i], east, lat[i], accuracy_m[i]
        count += accepted[i]
    return kept_ms[:count], x[:count], y[:count], accuracy[:count]


@kernel
def steps_of(line: Line) -> Steps:
    """Measure the steps of a line."""
    t_ms, x, lat = line.t_ms, line.x, line.lat
    n = max(len(t_ms) - 1, 0)
    seconds, east, north, metres = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    scale_lat, east_m, north_m = np.inf, 0.0, 0.0
    for i in range(n):
        if abs(lat[i] - scale_lat) > _SCALE_DEG:
            scale_lat = lat[i]
            east_m, north_m = degree_m(scale_lat)
        seconds[i] = (t_ms[i + 1] - t_ms[i]) * 0.001
        east[i], north[i] = (x[i + 1] - x[i]) * east_m, (lat[i + 1] - lat[i]) * north_m
        metres[i] = np.sqrt(east[i] * east[i] + north[i] * north[i])
    return Steps(seconds, east, north, metres)


@kernel
def riding(steps: Steps, max_gap_s: float) -> tuple[float, float]:
    """Seconds moving, and of them riding, by the speed over the minute around each step.

    Over a minute, so that one noisy fix is no ride. Steps longer than `max_gap_s` are left out.
    """
    seconds, metres = steps.seconds, steps.metres
    n = len(seconds)
    way, lived = np.zeros(n + 1), np.zeros(n + 1)
    for i in range(n):
        bridged = seconds[i] <= max_gap_s
        way[i + 1] = way[i] + (metres[i] if bridged else 0.0)
        lived[i + 1] = lived[i] + (seconds[i] if bridged else 0.0)
    moving_s, riding_s = 0.0, 0.0
    first, last = 0, 0
    for i in range(n):
        if not seconds[i] <= max_gap_s:
            continue
        middle = (lived[i] + lived[i + 1]) / 2
        start, end = max(middle - _RIDE_WINDOW_S / 2, 0.0), min(middle + _RIDE_WINDOW_S / 2, lived[n])
        while first + 1 < n and lived[first + 1] <= start:
            first += 1
        while last + 1 < n and lived[last + 1] <= end:
            last += 1
        covered = _between(way, lived, last, end) - _between(way, lived, first, start)
        speed = covered / max(end - start, 1e-9)
        moving_s += seconds[i] if speed > _MOVING_MPS else 0.0
        riding_s += seconds[i] if speed > _RIDING_MPS else 0.0
    return moving_s, riding_s


@kernel
def _between(way: Floats, lived: Floats, i: int, at: float) -> float:
    """Way at a moment of step `i`."""
    lasts = lived[i + 1] - lived[i]
    return float(way[i] + (way[i + 1] - way[i]) * (at - lived[i]) / lasts) if lasts > 0.0 else float(way[i])


@kernel
def longest_place(line: Line, max_gap_s: float, radius_m: float) -> Place:
    """Find the place with the most time: mean of the fixes around the fullest cell, a radius wide.

    Time near it is that of the steps with both ends within the radius; steps longer than `max_gap_s` count
    nowhere.
    """
    n = len(line.t_ms)
    column, row = _cells(line, radius_m)
    weight, total_s = np.zeros(n), 0.0
    for i in range(n - 1):
        seconds = (line.t_ms[i + 1] - line.t_ms[i]) * 0.001
        weight[i] = seconds if seconds <= max_gap_s else 0.0
        total_s += weight[i]
    best = _fullest(column, row, weight)
    x, lat, count = 0.0, 0.0, 0
    for i in range(n):
        if abs(column[i] - column[best]) <= 1 and abs(row[i] - row[best]) <= 1:
            x, lat, count = x + line.x[i], lat + line.lat[i], count + 1
    x, lat = x / count, lat / count
    east_m, north_m = degree_m(lat)
    near_s, before = 0.0, False
    for i in range(n):
        near = ((line.x[i] - x) * east_m) ** 2 + ((line.lat[i] - lat) * north_m) ** 2 <= radius_m**2
        if before and near:
            near_s += weight[i - 1]
        before = near
    return Place(x, lat, near_s, total_s)


@kernel
def _cells(line: Line, side_m: float) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Column and row of each fix in a square lattice."""
    n = len(line.t_ms)
    west, south, north = np.inf, np.inf, -np.inf
    for i in range(n):
        west, south, north = min(west, line.x[i]), min(south, line.lat[i]), max(north, line.lat[i])
    east_m, north_m = degree_m((south + north) / 2)
    column, row = np.empty(n, np.int64), np.empty(n, np.int64)
    for i in range(n):
        column[i] = int((line.x[i] - west) * east_m / side_m)
        row[i] = int((line.lat[i] - south) * north_m / side_m)
    return column, row


@kernel
def _fullest(column: NDArray[np.int64], row: NDArray[np.int64], weight: Floats) -> int:
    """Index of a fix in the cell with the most weight, the south-westernmost of equals."""
    holder, sums = _summed(column, row, weight)
    best, most = -1, 0.0
    for slot in range(len(holder)):
        i = int(holder[slot])
        if i < 0 or sums[slot] < most:
            continue
        south = best >= 0 and (row[i] < row[best] or (row[i] == row[best] and column[i] < column[best]))
        if best < 0 or sums[slot] > most or south:
            best, most = i, sums[slot]
    return best


@kernel
def _summed(
    column: NDArray[np.int64], row: NDArray[np.int64], weight: Floats
) -> tuple[NDArray[np.int64], Floats]:
    """Sum weights by cell: in each slot a fix of the cell, or -1, and the sum.

    By a hash table: a day may span a country, and its lattice would not fit in memory.
    """
    size = 64
    while size < 2 * len(weight):
        size *= 2
    holder, sums = np.full(size, -1, np.int64), np.zeros(size)
    for i in range(len(weight)):
        key = (np.uint64(row[i]) << np.uint64(32)) + np.uint64(column[i])
        slot = int((key * _MIX) >> np.uint64(32)) & (size - 1)
        while holder[slot] >= 0 and (column[holder[slot]] != column[i] or row[holder[slot]] != row[i]):
            slot = (slot + 1) & (size - 1)
        if holder[slot] < 0:
            holder[slot] = i
        sums[slot] += weight[i]
    return holder, sums


@kernel
def commonest(accuracy_m: NDArray[np.float32]) -> tuple[int, float, int]:
    """How many accuracies are known; the one that most of them have, and how many have it.

    The vote of Boyer and Moore, exact for a value that more than half of them have.
    """
    known, value, lead = 0, np.float32(0), 0
    for one in accuracy_m:
        if np.isnan(one):
            continue
        known += 1
        if lead == 0:
            value = one
        lead += 1 if one == value else -1
    count = 0
    for one in accuracy_m:
        count += one == value
    return known, float(value), count
