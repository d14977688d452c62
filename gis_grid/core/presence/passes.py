"""Passes by key places: how long a worker stayed within a distance of each place (XY-3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gis_grid.core.track.cleaning import Cleaned

Floats = NDArray[np.float64]

_EVER: Final = ((np.iinfo(np.int64).min // 2, np.iinfo(np.int64).max // 2),)
# So many segments share one box: a place far from the box is done with them by one comparison.
_BLOCK: Final = 32


@dataclass(frozen=True, slots=True, eq=False)
class Passes:
    """The longest stay at each place; arrays of one entry per place, in the order of the places.

    Attributes
    ----------
    lower_s, best_s, upper_s : float64 arrays
        Seconds of the longest stay within the distance: whatever the accuracy, by the fixes as they are, and
        at most. 0 without any.
    first_ms : int64 array
        First moment within the distance (best), epoch milliseconds; -1 without any.
    start_ms, end_ms : int64 arrays
        The longest stay (best), interruptions included; -1 without any.
    reached_ms : int64 array, shape (3, k)
        For lower, best and upper: the first moment at which a stay is as long as `reach_s`; -1 where none is.
    unknown_s : float
        Seconds between accepted fixes too far apart to be bridged; the worker can have been anywhere then.
    """

    lower_s: Floats
    best_s: Floats
    upper_s: Floats
    first_ms: NDArray[np.int64]
    start_ms: NDArray[np.int64]
    end_ms: NDArray[np.int64]
    reached_ms: NDArray[np.int64]
    unknown_s: float


def passes(
    cleaned: Cleaned,
    lon: ArrayLike,
    lat: ArrayLike,
    within_m: float,
    *,
    max_gap_s: float = 300.0,
    accuracy_factor: float = 1.0,
    break_s: float = 60.0,
    windows_ms: Sequence[tuple[int, int]] | None = None,
    reach_s: float | None = None,
) -> Passes:
    """Measure the longest stay near each place (XY-3).

    The worker moves straight and evenly from each accepted fix to the next; the time within the distance is
    exact on that line. A stay goes on over short interruptions, but their time does not count.

    Parameters
    ----------
    cleaned : Cleaned
        One worker's fixes.
    lon, lat : array_like, shape (k,)
        Places, degrees WGS 84.
    within_m : float
        Distance from a place that counts as being there.
    max_gap_s : float
        Fixes further apart in time are not joined: that time is unknown.
    accuracy_factor : float
        Surely there is within the distance less so many accuracies (the larger of both ends of a segment),
        possibly there within the distance and as many more. An unknown accuracy adds none.
    break_s : float
        The longest interruption of a stay.
    windows_ms : sequence of (int, int), optional
        Only time in one of these spans (epoch milliseconds, disjoint and in order) counts: a day, time on
        duty. A stay may go on from one into the next.
    reach_s : float, optional
        How long a stay has to be for `reached_ms`; not given: no stay reaches it.

    Returns
    -------
    Passes

    Raises
    ------
    CoreError
        For a place off the globe (names its index), or a distance or time that is no such.

    Examples
    --------
    >>> from gis_grid.core import Fixes, clean
    >>> stand = clean(Fixes.of([0, 100_000, 200_000], [116.3, 116.3, 116.3], [39.9, 39.9, 39.9]))
    >>> passes(stand, [116.3001, 116.4], [39.9, 39.9], 30.0).best_s.tolist()
    [200.0, 0.0]
    """
    place_lon, place_lat = _places(lon, lat)
    for name, value in (("within_m", within_m), ("max_gap_s", max_gap_s)):
        if not 0 < value < np.inf:
            raise CoreError(f"{name} is a positive number", field=name, value=value)
    for name, value in (("accuracy_factor", accuracy_factor), ("break_s", break_s)):
        if not 0 <= value < np.inf:
            raise CoreError(f"{name} is 0 or a positive number", field=name, value=value)
    if reach_s is not None and not 0 < reach_s < np.inf:
        raise CoreError("reach_s is a positive number", field="reach_s", value=reach_s)
    fixes = cleaned.fixes
    if not len(fixes):
        none, never = np.zeros(len(place_lon)), np.full(len(place_lon), -1)
        return Passes(none, none, none, never, never, never, np.full((3, len(place_lon)), -1), 0.0)
    origin_ms = int(fixes.t_ms[0])
    windows = np.array(_EVER if windows_ms is None else windows_ms, np.int64).reshape(-1, 2)
    windows_s = (windows - origin_ms) / 1000.0
    columns = _Columns(
        fixes.t_ms, fixes.lon, fixes.lat, fixes.accuracy_m, cleaned.accepted, cleaned.starts_anew
    )
    path, unknown_s = _path(columns, float(max_gap_s), float(accuracy_factor), windows_s)
    turn = (place_lon - fixes.lon[0] + 180.0) % 360.0 - 180.0
    places = _Places(turn, place_lat, *metres_per_degree(place_lat))
    wanted = _Wanted(float(within_m), float(break_s), np.inf if reach_s is None else float(reach_s))
    stays, moments = _longest(path, places, wanted, windows_s)
    moments_ms = np.where(moments >= 0, np.rint(moments * 1000.0) + origin_ms, -1).astype(np.int64)
    (lower_s, best_s, upper_s), (first, start, end) = stays, moments_ms[:3]
    return Passes(lower_s, best_s, upper_s, first, start, end, moments_ms[3:], unknown_s)


class _Columns(NamedTuple):
    """What the path is made of; one entry per fix, in order of time."""

    t_ms: NDArray[np.int64]
    lon: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]
    accepted: NDArray[np.bool_]
    starts_anew: NDArray[np.bool_]


class _Path(NamedTuple):
    """Accepted fixes: seconds and degrees of longitude after the first fix, degrees of latitude.

    `radius_m` is the uncertainty of the segment that ends at the fix, negative where its time is unknown.
    """

    t_s: Floats
    x: Floats
    y: Floats
    radius_m: Floats


class _Wanted(NamedTuple):
    """What is a stay: how near, over which interruptions, and how long one has to be to be told of."""

    within_m: float
    break_s: float
    reach_s: float


class _Places(NamedTuple):
    """Places in the degrees of the path, and the metres of a degree there."""

    x: Floats
    y: Floats
    east_m: Floats
    north_m: Floats


def _places(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Check the places."""
    lons, lats = np.require(lon, np.float64, ("C", "W")), np.require(lat, np.float64, ("C", "W"))
    if lons.ndim != 1 or lons.shape != lats.shape:
        raise CoreError("longitudes and latitudes of places are two arrays of one length", field="lon")
    for name, values, limit in (("lon", lons, 180.0), ("lat", lats, 90.0)):
        bad = np.flatnonzero(~(np.abs(values) <= limit))
        if len(bad):
            first = int(bad[0])
            message = f"{name} of place {first} is not between -{limit:g} and {limit:g} degrees"
            raise CoreError(message, where=first, field=name, value=float(values[first]))
    return lons, lats


@kernel
def _path(
    columns: _Columns, max_gap_s: float, accuracy_factor: float, windows_s: Floats
) -> tuple[_Path, float]:
    """Join the accepted fixes; also the seconds of unknown time in the windows."""
    n = len(columns.t_ms)
    t_s, x, y, radius_m = np.empty(n), np.empty(n), np.empty(n), np.empty(n)
    unknown_s = 0.0
    count = 0
    before_m = 0.0
    for i in range(n):
        if not columns.accepted[i]:
            continue
        t_s[count] = (columns.t_ms[i] - columns.t_ms[0]) / 1000.0
        x[count] = _turn(columns.lon[i] - columns.lon[0])
        y[count] = columns.lat[i]
        here_m = 0.0 if np.isnan(columns.accuracy_m[i]) else float(columns.accuracy_m[i])
        radius_m[count] = accuracy_factor * max(before_m, here_m)
        before_m = here_m
        if count == 0:
            radius_m[count] = -1.0
        elif columns.starts_anew[i] or t_s[count] - t_s[count - 1] > max_gap_s:
            radius_m[count] = -1.0
            for first, last in windows_s:
                unknown_s += max(0.0, min(t_s[count], last) - max(t_s[count - 1], first))
        count += 1
    return _Path(t_s[:count], x[:count], y[:count], radius_m[:count]), unknown_s


@kernel
def _turn(degrees: float) -> float:
    """Take the short way round."""
    if degrees > 180.0:
        return degrees - 360.0
    return degrees + 360.0 if degrees < -180.0 else degrees


@kernel
def _longest(path: _Path, places: _Places, wanted: _Wanted, windows_s: Floats) -> tuple[Floats, Floats]:
    """Longest stays of each place, shape (3, k), and moments, shape (6, k).

    Those are the first one, start and end of the longest stay (best), and when a stay was long enough.
    """
    west, east, south, north, slack_m = _boxes(path)
    count = len(places.x)
    stays, moments = np.zeros((3, count)), np.full((6, count), -1.0)
    # Of the stay that goes on, for lower, best and upper: start, end, seconds.
    stay = np.empty((3, 3))
    for k in range(count):
        x, y, east_m, north_m = places.x[k], places.y[k], places.east_m[k], places.north_m[k]
        stay[:, 1] = -np.inf
        for block in range(len(west)):
            away_m = max(
                max(west[block] - x, x - east[block]) * east_m,
                max(south[block] - y, y - north[block]) * north_m,
            )
            if away_m > wanted.within_m + slack_m[block]:
                continue
            for i in range(block * _BLOCK + 1, min((block + 1) * _BLOCK + 1, len(path.x))):
                if path.radius_m[i] < 0:
                    continue
                for first, last in windows_s:
                    if path.t_s[i] <= first or path.t_s[i - 1] >= last:
                        continue
                    for bound in range(3):
                        radius_m = wanted.within_m + (bound - 1) * path.radius_m[i]
                        start, end = _span(path, i, places, k, radius_m)
                        start, end = max(start, first), min(end, last)
                        if end > start:
                            _extend(stay[bound], start, end, wanted.break_s)
                            _keep(stay[bound], bound, wanted.reach_s, stays[:, k], moments[:, k])
    return stays, moments


@kernel
def _boxes(path: _Path) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """West, east, south, north and largest uncertainty of each block of segments."""
    blocks = max(0, len(path.x) + _BLOCK - 2) // _BLOCK
    west, east, south, north = np.empty(blocks), np.empty(blocks), np.empty(blocks), np.empty(blocks)
    slack_m = np.empty(blocks)
    for block in range(blocks):
        first, last = block * _BLOCK, min((block + 1) * _BLOCK + 1, len(path.x))
        west[block], east[block] = path.x[first:last].min(), path.x[first:last].max()
        south[block], north[block] = path.y[first:last].min(), path.y[first:last].max()
        slack_m[block] = max(0.0, path.radius_m[first + 1 : last].max())
    return west, east, south, north, slack_m


@kernel
def _span(path: _Path, i: int, places: _Places, k: int, radius_m: float) -> tuple[float, float]:
    """When the segment that ends at fix `i` is within the radius of a place; the end first if never."""
    east_m, north_m = places.east_m[k], places.north_m[k]
    ax, ay = (path.x[i - 1] - places.x[k]) * east_m, (path.y[i - 1] - places.y[k]) * north_m
    wx, wy = (path.x[i] - path.x[i - 1]) * east_m, (path.y[i] - path.y[i - 1]) * north_m
    enter, leave = _stretch(ax, ay, wx, wy, radius_m)
    length_s = path.t_s[i] - path.t_s[i - 1]
    end = path.t_s[i] if leave == 1.0 else path.t_s[i - 1] + leave * length_s
    return path.t_s[i - 1] + enter * length_s, end


@kernel
def _stretch(ax: float, ay: float, wx: float, wy: float, radius: float) -> tuple[float, float]:
    """Where on ``a + s w``, 0 <= s <= 1, a point is within the radius of the origin; (1, 0) for nowhere."""
    if radius <= 0.0:
        return 1.0, 0.0
    outside = ax * ax + ay * ay - radius * radius
    length2 = wx * wx + wy * wy
    if length2 == 0.0:
        return (0.0, 1.0) if outside <= 0.0 else (1.0, 0.0)
    towards = ax * wx + ay * wy
    discriminant = towards * towards - length2 * outside
    if discriminant <= 0.0:
        return 1.0, 0.0
    root = np.sqrt(discriminant)
    return max(0.0, (-towards - root) / length2), min(1.0, (-towards + root) / length2)


@kernel
def _extend(stay: Floats, start: float, end: float, break_s: float) -> None:
    """Go on with a stay, or begin another after too long a break."""
    if start - stay[1] > break_s:
        stay[0], stay[2] = start, 0.0
    stay[1] = end
    stay[2] += end - start


@kernel
def _keep(stay: Floats, bound: int, reach_s: float, longest: Floats, moments: Floats) -> None:
    """Keep the longest stay, of the best one its moments, and the moment at which one is long enough."""
    if moments[3 + bound] < 0.0 and stay[2] >= reach_s:
        moments[3 + bound] = stay[1] - (stay[2] - reach_s)
    best = bound == 1
    if best and moments[0] < 0.0:
        moments[0] = stay[0]
    if stay[2] > longest[bound]:
        longest[bound] = stay[2]
        if best:
            moments[1], moments[2] = stay[0], stay[1]
