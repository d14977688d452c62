"""Seconds inside, of many tracks against many areas in one call: best time only, as fast as it gets.

For re-judging a city. The time of each worker with its bounds is :func:`gis_grid.core.time_inside`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gis_grid.core.errors import BadFixes, CoreError
from gis_grid.core.presence.settling import UNSORTED, measure

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import Slabs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_LONGEST_GAP_MS: Final = 2**62


def seconds_inside(  # noqa: PLR0917 - three columns of fixes, two of tracks, and the index
    t_ms: ArrayLike,
    lon: ArrayLike,
    lat: ArrayLike,
    starts: ArrayLike,
    area: ArrayLike,
    slabs: Slabs,
    *,
    max_gap_s: float = 300.0,
) -> tuple[Floats, Floats]:
    """Measure the best time inside of many tracks, each against its own area (BASE-3).

    Each segment between two fixes counts by the exact crossings of the straight line between them, time being
    linear along it; a standing one counts whole or not at all. Over the areas of a tiling the times add up to
    the known time (:mod:`gis_grid.core.geometry.slabs` says which area a border belongs to). The time of a
    step over the antimeridian is not known, as in :func:`~gis_grid.core.time_inside`.

    Parameters
    ----------
    t_ms : int64 array, shape (n,)
        Accepted fixes track after track, each track sorted by time: milliseconds since 1970 UTC.
    lon, lat : float64 arrays, shape (n,)
        Degrees WGS 84.
    starts : int64 array, shape (tracks + 1,)
        Track `k` is the fixes ``starts[k]`` to ``starts[k + 1] - 1``; one fix alone has no time.
    area : int array, shape (tracks,)
        Index of each track's area.
    slabs : Slabs
    max_gap_s : float
        Fixes further apart in time are not joined: that time is not known.

    Returns
    -------
    inside_s, known_s : float64 arrays, shape (tracks,)

    Raises
    ------
    BadFixes
        A position that is not finite or off the globe, a track that is not sorted, arrays of other kinds or
        unequal lengths.
    CoreError
        Starts or areas that do not exist, a gap that is no length of time.

    Examples
    --------
    >>> import shapely
    >>> from gis_grid.core import Slabs, seconds_inside
    >>> slabs = Slabs.of([shapely.box(116.300, 39.900, 116.304, 39.903)])
    >>> walk = [0, 100_000, 200_000], [116.298, 116.302, 116.302], [39.901, 39.901, 39.901]
    >>> inside_s, known_s = seconds_inside(*walk, starts=[0, 3], area=[0], slabs=slabs)
    >>> inside_s.round(3).tolist(), known_s.tolist()
    ([150.0], [200.0])
    """
    t, x, y = _positions(t_ms, lon, lat)
    tracks, areas = _checked(starts, area, len(t), len(slabs))
    inside_s, known_s = np.zeros(len(areas)), np.zeros(len(areas))
    fault, where = measure(
        t,
        x,
        y,
        tracks,
        areas,
        _gap_ms(max_gap_s),
        slabs.arrays,
        inside_s,
        known_s,
    )
    if fault:
        raise _fault(fault, int(where), t, x, y)
    return inside_s, known_s


def _positions(t_ms: ArrayLike, lon: ArrayLike, lat: ArrayLike) -> tuple[Ints, Floats, Floats]:
    """Take the fixes as arrays, without a copy where they are arrays of the right kind."""
    t = np.asarray(t_ms)
    if len(t) and not np.issubdtype(t.dtype, np.integer):
        raise BadFixes("times are whole milliseconds", field="t_ms", value=str(t.dtype))
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    if not (t.ndim == 1 and t.shape == x.shape == y.shape):
        raise BadFixes("times, longitudes and latitudes are arrays of one length", field="t_ms, lon, lat")
    return np.ascontiguousarray(t, np.int64), np.ascontiguousarray(x), np.ascontiguousarray(y)


def _checked(starts: ArrayLike, area: ArrayLike, fixes: int, areas: int) -> tuple[Ints, Ints]:
    """Refuse tracks and areas that do not exist."""
    bounds, index = np.asarray(starts), np.atleast_1d(area)
    if not (np.issubdtype(bounds.dtype, np.integer) and bounds.ndim == 1 and len(bounds) > 0):
        raise CoreError("starts are whole numbers, one more than tracks", field="starts")
    wrong = (bounds < 0) | (bounds > fixes)
    wrong[1:] |= bounds[1:] < bounds[:-1]
    if wrong.any():
        where = int(np.argmax(wrong))
        raise CoreError("starts go up from fix to fix", where=where, field="starts", value=int(bounds[where]))
    whole = len(index) == 0 or np.issubdtype(index.dtype, np.integer)
    if not (whole and index.shape == (len(bounds) - 1,)):
        raise CoreError("areas are whole numbers, one for each track", field="area")
    wrong = (index < 0) | (index >= areas)
    if wrong.any():
        where = int(np.argmax(wrong))
        raise CoreError("there is no such area", where=where, field="area", value=int(index[where]))
    return bounds.astype(np.int64, copy=False), index.astype(np.int64, copy=False)


def _gap_ms(max_gap_s: float) -> int:
    """Longest gap in whole milliseconds."""
    if not max_gap_s >= 0.0:
        raise CoreError("a gap lasts 0 seconds or longer", field="max_gap_s", value=max_gap_s)
    return int(min(np.floor(round(max_gap_s * 1000.0, 6)), _LONGEST_GAP_MS))


def _fault(kind: int, first: int, t: Ints, x: Floats, y: Floats) -> BadFixes:
    """Find the fix at fault from the block that it was met in."""
    if kind == UNSORTED:
        late = first + int(np.argmax(t[first + 1 :] < t[first:-1])) + 1
        return BadFixes("a track is sorted by time", where=late, field="t_ms", value=int(t[late]))
    stray = first + int(np.argmin((np.abs(x[first:]) <= 180.0) & (np.abs(y[first:]) <= 90.0)))
    message = "a position is longitude within 180 and latitude within 90 degrees"
    return BadFixes(message, where=stray, field="lon, lat", value=(float(x[stray]), float(y[stray])))
