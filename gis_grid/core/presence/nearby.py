"""Whether a track was near a place at a time: the proof of a visit by who reports it.

It says how near and for how long, and nothing of where else the worker was.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.core.presence.passes import passes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gis_grid.core.track.cleaning import Cleaned


class Nearness(enum.StrEnum):
    """What a track says of a visit."""

    PROVED = "proved"
    UNPROVED = "unproved"
    NO_TRACK = "no_track"


@dataclass(frozen=True, slots=True)
class Near:
    """What counts as a visit on the track; ours, no document says it.

    Attributes
    ----------
    within_m : float
        How near is at the place: a phone indoors is off by some tens of metres.
    at_least_s : float
        How long is a visit, in one stay with short interruptions.
    around_s : float
        A visit is reported so long before or after it was made.
    """

    within_m: float = 50.0
    at_least_s: float = 120.0
    around_s: float = 900.0


NEAR: Final = Near()


@dataclass(frozen=True, slots=True, eq=False)
class Proofs:
    """Arrays of one entry a visit, in the order of the visits.

    Attributes
    ----------
    state : object array of Nearness
    nearest_m : float64 array
        Nearest the track came in the time around the visit; NaN without a track.
    stayed_s : float64 array
        The longest stay within the distance.
    fixes : int64 array
        Accepted fixes in the time around the visit.
    """

    state: NDArray[np.object_]
    nearest_m: NDArray[np.float64]
    stayed_s: NDArray[np.float64]
    fixes: NDArray[np.int64]


def proofs(
    cleaned: Cleaned,
    t_ms: ArrayLike,
    lon: ArrayLike,
    lat: ArrayLike,
    near: Near = NEAR,
    *,
    max_gap_s: float = 300.0,
) -> Proofs:
    """Say of each visit of one worker whether the track was near enough for long enough.

    Proved: accepted fixes around the time of the visit, joined by straight lines, stay within the distance
    for so long. Unproved: there is a track, and it does not. No track: less than two accepted fixes around
    that time, by which nothing can be said either way.

    Parameters
    ----------
    cleaned : Cleaned
        One worker's fixes.
    t_ms : array_like of int, shape (n,)
        When the visits were, epoch milliseconds.
    lon, lat : array_like of float, shape (n,)
        Where the targets are, degrees WGS 84.
    near : Near
    max_gap_s : float
        Fixes further apart in time are not joined.

    Raises
    ------
    CoreError
        For columns of different length.

    Examples
    --------
    >>> from gis_grid.core import Fixes, clean
    >>> stand = clean(Fixes.of([0, 100_000, 200_000], [116.3, 116.3, 116.3], [39.9, 39.9, 39.9]))
    >>> found = proofs(stand, [100_000, 100_000, 9_000_000], [116.3, 116.31, 116.3], [39.9, 39.9, 39.9])
    >>> [str(state) for state in found.state]
    ['proved', 'unproved', 'no_track']
    >>> found.nearest_m.round().tolist()[:2]
    [0.0, 855.0]
    """
    moments = np.atleast_1d(np.asarray(t_ms, np.int64))
    lons, lats = np.atleast_1d(np.asarray(lon, np.float64)), np.atleast_1d(np.asarray(lat, np.float64))
    if not moments.shape == lons.shape == lats.shape:
        raise CoreError("times and places of visits are columns of one length", field="t_ms")
    n = len(moments)
    state = np.full(n, Nearness.NO_TRACK, object)
    nearest_m, stayed_s, fixes = np.full(n, np.nan), np.zeros(n), np.zeros(n, np.int64)
    accepted = np.flatnonzero(cleaned.accepted)
    times = cleaned.fixes.t_ms[accepted]
    around_ms = round(near.around_s * 1000)
    for i in range(n):
        window = (int(moments[i]) - around_ms, int(moments[i]) + around_ms)
        first, last = np.searchsorted(times, [window[0], window[1] + 1])
        fixes[i] = last - first
        if last - first < 2:
            continue
        part = accepted[first:last]
        nearest_m[i] = way_to(cleaned, part, float(lons[i]), float(lats[i]), max_gap_s=max_gap_s)
        if nearest_m[i] <= near.within_m:
            stay = passes(
                cleaned, lons[i : i + 1], lats[i : i + 1], near.within_m,
                max_gap_s=max_gap_s, windows_ms=[window],
            )  # fmt: skip
            stayed_s[i] = stay.best_s[0]
        state[i] = Nearness.PROVED if stayed_s[i] >= near.at_least_s else Nearness.UNPROVED
    return Proofs(state, nearest_m, stayed_s, fixes)


def way_to(
    cleaned: Cleaned, part: NDArray[np.int64], lon: float, lat: float, *, max_gap_s: float = 300.0
) -> float:
    """Return how near the way between some accepted fixes comes to a place, in metres; a gap is no way.

    Parameters
    ----------
    part : int array, not empty
        Places of the accepted fixes, in order of time.
    """
    east_m, north_m = (float(value) for value in metres_per_degree(lat))
    x = ((cleaned.fixes.lon[part] - lon + 180.0) % 360.0 - 180.0) * east_m
    y = (cleaned.fixes.lat[part] - lat) * north_m
    joined = (np.diff(cleaned.fixes.t_ms[part]) <= max_gap_s * 1000) & ~cleaned.starts_anew[part[1:]]
    wx, wy = np.where(joined, np.diff(x), 0.0), np.where(joined, np.diff(y), 0.0)
    length2 = wx * wx + wy * wy
    along = np.divide(-(x[:-1] * wx + y[:-1] * wy), length2, out=np.zeros(len(wx)), where=length2 > 0)
    share = np.clip(along, 0.0, 1.0)
    ways = np.hypot(x[:-1] + share * wx, y[:-1] + share * wy)
    return float(min(ways.min(), np.hypot(x, y).min()))
