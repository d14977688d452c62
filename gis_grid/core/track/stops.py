"""Stops: where a worker stayed within a few metres for some time.

Fixes join a stop while they are within a radius of the mean of those before them (running centroid). One fix
further off, in a row, belongs to no stop and does not end one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.geodesy import degree_m
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.track.cleaning import Cleaned

    Floats = NDArray[np.float64]

# The length of a degree is measured anew after so many degrees of latitude: right to 0.1 % up to 80 degrees.
_SCALE_DEG: Final = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class Stops:
    """Stops in order of time; arrays of equal length.

    Attributes
    ----------
    start_ms, end_ms : int64 arrays
        First and last fix at the place, epoch milliseconds.
    lon, lat : float64 arrays
        Mean of the fixes there, degrees WGS 84.
    fixes : int64 array
        How many fixes there.
    """

    start_ms: NDArray[np.int64]
    end_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    fixes: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.start_ms)


def stops(
    cleaned: Cleaned, *, radius_m: float = 20.0, stay_s: float = 120.0, max_gap_s: float = 300.0
) -> Stops:
    """Find the stops of one worker.

    Parameters
    ----------
    cleaned : Cleaned
    radius_m : float
        How far from the mean place a fix may be.
    stay_s : float
        Shortest stop.
    max_gap_s : float
        Fixes further apart in time are in no stop together; neither are two recordings.

    Returns
    -------
    Stops

    Raises
    ------
    CoreError
        For a distance or time that is not positive.

    Examples
    --------
    >>> from gis_grid.core import Fixes, clean
    >>> stand = Fixes.of([0, 100_000, 200_000], [116.3, 116.3, 116.3], [39.9, 39.9, 39.9])
    >>> stops(clean(stand)).end_ms.tolist()
    [200000]
    """
    for name, value in (("radius_m", radius_m), ("stay_s", stay_s), ("max_gap_s", max_gap_s)):
        if not 0 < value < np.inf:
            raise CoreError(f"{name} is a positive number", field=name, value=value)
    fixes = cleaned.fixes
    joined = _accepted(fixes.t_ms, fixes.lon, fixes.lat, (cleaned.accepted, cleaned.starts_anew))
    limits = (float(radius_m), stay_s * 1000.0, max_gap_s * 1000.0)
    start_ms, end_ms, counts, x, lat = _find(*joined, limits)
    lon = (x + (fixes.lon[0] if len(fixes) else 0.0) + 180.0) % 360.0 - 180.0
    return Stops(start_ms, end_ms, lon, lat, counts)


@kernel
def _accepted(
    t_ms: NDArray[np.int64], lon: Floats, lat: Floats, marks: tuple[NDArray[np.bool_], NDArray[np.bool_]]
) -> tuple[NDArray[np.int64], Floats, Floats, NDArray[np.bool_]]:
    """Take the accepted fixes: time, degrees east of the first of all, latitude, and where joins break."""
    accepted, starts_anew = marks
    n = len(t_ms)
    kept_ms, x, y, anew = np.empty(n, np.int64), np.empty(n), np.empty(n), np.empty(n, np.bool_)
    count = 0
    for i in range(n):
        east = lon[i] - lon[0]
        if abs(east) > 180.0:  # the short way round
            east -= np.copysign(360.0, east)
        kept_ms[count], x[count], y[count], anew[count] = t_ms[i], east, lat[i], starts_anew[i]
        count += accepted[i]
    return kept_ms[:count], x[:count], y[:count], anew[:count]


@kernel
def _find(
    t_ms: NDArray[np.int64],
    x: Floats,
    lat: Floats,
    starts_anew: NDArray[np.bool_],
    limits: tuple[float, float, float],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], Floats, Floats]:
    """Try each fix as the first of a stop; start, end, number of fixes and mean place of each."""
    radius_m, stay_ms, max_gap_ms = limits
    n = len(t_ms)
    start_ms, end_ms, counts = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    mean_x, mean_lat = np.empty(n), np.empty(n)
    found = 0
    scale_lat, east_m, north_m = np.inf, 0.0, 0.0
    first, chain_end = 0, 0
    while first < n:
        if first >= chain_end:
            chain_end = first + 1
            while (
                chain_end < n
                and not starts_anew[chain_end]
                and t_ms[chain_end] - t_ms[chain_end - 1] <= max_gap_ms
            ):
                chain_end += 1
        if abs(lat[first] - scale_lat) > _SCALE_DEG:
            scale_lat = lat[first]
            east_m, north_m = degree_m(scale_lat)
        # Sums of metres from the first fix; a fix is within the radius of their mean when `count` times it is
        # within `count` times the radius of the sum.
        sum_x, sum_y, count, last, strayed = 0.0, 0.0, 1.0, first, False
        for i in range(first + 1, chain_end):
            east, north = (x[i] - x[first]) * east_m, (lat[i] - lat[first]) * north_m
            off_x, off_y, reach = count * east - sum_x, count * north - sum_y, count * radius_m
            if off_x * off_x + off_y * off_y <= reach * reach:
                sum_x, sum_y, count, last, strayed = sum_x + east, sum_y + north, count + 1.0, i, False
            elif strayed:
                break
            else:
                strayed = True
        if t_ms[last] - t_ms[first] < stay_ms:
            first += 1
            continue
        start_ms[found], end_ms[found], counts[found] = t_ms[first], t_ms[last], count
        mean_x[found] = x[first] + sum_x / count / east_m
        mean_lat[found] = lat[first] + sum_y / count / north_m
        found += 1
        first = last + 1
    return start_ms[:found], end_ms[:found], counts[:found], mean_x[:found], mean_lat[:found]
