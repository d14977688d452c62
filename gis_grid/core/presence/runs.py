"""The loop over a track: when it is inside an area, and when it is too near the border to be sure."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.borders import (
    INSIDE,
    OPEN,
    OUTSIDE,
    Way,
    box_around,
    count_edges_beside,
    crossings,
    settle,
    stretches_near,
)
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.core.geometry.slabs import inside
from gis_grid.core.intervals import append
from gis_grid.core.kernel import inlined, kernel

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]
Spans = tuple[Floats, Floats]

_ROOM: Final = 64


_metres_per_degree = kernel(metres_per_degree)


class Track(NamedTuple):
    """Accepted fixes in order of time, arrays of equal length; `starts_anew` as in ``Cleaned``."""

    t_ms: NDArray[np.int64]
    lon: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]
    starts_anew: NDArray[np.bool_]


@inlined
def is_joined(track: Track, i: int, max_gap_ms: float) -> bool:
    """Whether the time between a fix and the next is known: not over a gap, nor over the antimeridian."""
    return (
        track.t_ms[i + 1] - track.t_ms[i] <= max_gap_ms
        and not track.starts_anew[i + 1]
        and abs(track.lon[i + 1] - track.lon[i]) <= 180.0
    )


@kernel
def covered(track: Track, max_gap_ms: float) -> tuple[Spans, Spans]:
    """Return the time between fixes that are joined, and between those that are not.

    Parameters
    ----------
    track : Track
    max_gap_ms : float
        Fixes further apart are not joined.

    Returns
    -------
    (start, end), (start, end)
        Known and unknown spans in seconds after the first fix.
    """
    last = len(track.t_ms) - 1
    known, unknown = _room(len(track.t_ms)), _room(len(track.t_ms))
    k, u, first = 0, 0, 0
    for i in range(last):
        if not is_joined(track, i, max_gap_ms):
            k = append(known[0], known[1], k, _seconds(track, first), _seconds(track, i))
            u = append(unknown[0], unknown[1], u, _seconds(track, i), _seconds(track, i + 1))
            first = i + 1
    if last > 0:
        k = append(known[0], known[1], k, _seconds(track, first), _seconds(track, last))
    return _kept(known, k), _kept(unknown, u)


@inlined
def _seconds(track: Track, i: int) -> float:
    """Return the time of a fix, after the first."""
    after_s: float = (track.t_ms[i] - track.t_ms[0]) / 1000.0
    return after_s


@kernel
def runs(
    track: Track,
    area: int,
    slabs: SlabArrays,
    from_ms: float,
    to_ms: float,
    max_gap_ms: float,
    accuracy_factor: float,
) -> tuple[Spans, Spans]:
    """Find the time inside an area, and the time near its border, between two moments.

    A moving point is near while it is within `accuracy_factor` accuracies (the larger of both ends of the
    segment) of the border.

    Parameters
    ----------
    track : Track
    area : int
        Which one of the index.
    slabs : SlabArrays
    from_ms, to_ms : float
        When the area is in force, milliseconds since 1970.
    max_gap_ms : float
        Fixes further apart are not joined.
    accuracy_factor : float

    Returns
    -------
    (start, end), (start, end)
        Spans inside and spans near the border in seconds after the first fix.
    """
    east_m, north_m = _metres_at_middle(area, slabs)
    at, step, near = np.empty(_ROOM), np.empty(_ROOM, np.int64), _room(_ROOM)
    spans_inside, spans_near = _room(_ROOM), _room(_ROOM)
    first_ms = track.t_ms[0] if len(track.t_ms) else 0
    from_s, to_s = (from_ms - first_ms) / 1000.0, (to_ms - first_ms) / 1000.0
    n, m, state = 0, 0, OPEN
    for i in range(len(track.t_ms) - 1):
        if not is_joined(track, i, max_gap_ms) or track.t_ms[i + 1] <= from_ms or track.t_ms[i] >= to_ms:
            state = OPEN
            continue
        way = Way(track.lon[i], track.lat[i], track.lon[i + 1], track.lat[i + 1])
        radius_m = accuracy_factor * _worse(track.accuracy_m[i], track.accuracy_m[i + 1])
        wide = box_around(way, radius_m / east_m, radius_m / north_m)
        settled = settle(wide, area, slabs)
        if settled == OUTSIDE:
            state = OUTSIDE
            continue
        most = count_edges_beside(wide, area, slabs) if settled == OPEN else 0
        if max(n, m) + most >= len(spans_inside[0]):
            spans_inside, spans_near = _more_room(spans_inside, most), _more_room(spans_near, most)
        if most > len(at):
            at, step, near = np.empty(most), np.empty(most, np.int64), _room(most)
        start_s, end_s = (track.t_ms[i] - first_ms) / 1000.0, (track.t_ms[i + 1] - first_ms) / 1000.0
        segment = _Segment(start_s, end_s, from_s, to_s)
        if settled == OPEN and radius_m > 0.0:
            count = stretches_near(way, radius_m, east_m, north_m, area, slabs, near)
            m = _add_stretches(segment, near, count, spans_near, m)
            settled = settle(box_around(way, 0.0, 0.0), area, slabs)
        if settled == OPEN:
            before = int(inside(way.ax, way.ay, area, slabs)) if state == OPEN else state
            count = crossings(way, area, slabs, at, step)
            n, state = _add_inside(segment, before, at, step, count, spans_inside, n)
            continue
        state = settled
        if state == INSIDE:
            n = _add(segment, 0.0, 1.0, spans_inside, n)
    return _kept(spans_inside, n), _kept(spans_near, m)


class _Segment(NamedTuple):
    """Time between two fixes, and the span of time that counts; seconds after the first fix."""

    start_s: float
    end_s: float
    from_s: float
    to_s: float


@inlined
def _add(segment: _Segment, begin: float, stop: float, spans: Spans, n: int) -> int:
    """Add a part of a segment, by shares of it, to `n` spans; return how many they are then."""
    length_s = segment.end_s - segment.start_s
    begin_s = segment.start_s + begin * length_s
    stop_s = segment.end_s if stop >= 1.0 else segment.start_s + stop * length_s
    return append(spans[0], spans[1], n, max(begin_s, segment.from_s), min(stop_s, segment.to_s))


@inlined
def _add_stretches(segment: _Segment, stretches: Spans, count: int, spans: Spans, n: int) -> int:
    """Add the stretches of a segment to `n` spans; return how many they are then."""
    for k in range(count):
        n = _add(segment, stretches[0][k], stretches[1][k], spans, n)
    return n


@inlined
def _add_inside(
    segment: _Segment,
    state: int,
    at: Floats,
    step: NDArray[np.int64],
    count: int,
    spans: Spans,
    n: int,
) -> tuple[int, int]:
    """Add the parts of a segment that are inside, by its state at the start and its crossings.

    Crossings that fall together may come in either order; the depth then leaves 0 to 1 for no time at all.

    Returns
    -------
    n, state : int
        How many spans there are then, and the state at the segment's end.
    """
    depth, begin = state, 0.0
    for k in range(count):
        deeper = depth + step[k]
        if depth > 0 >= deeper:
            n = _add(segment, begin, at[k], spans, n)
        elif deeper > 0 >= depth:
            begin = at[k]
        depth = deeper
    if depth > 0:
        n = _add(segment, begin, 1.0, spans, n)
    return n, depth


@inlined
def _worse(one_m: float, other_m: float) -> float:
    """Return the larger accuracy; an unknown one (nan) is none."""
    return max(0.0, one_m, other_m)


@kernel
def _metres_at_middle(area: int, slabs: SlabArrays) -> tuple[float, float]:
    """Return metres per degree, east and north, at an area's middle latitude."""
    height = (slabs.first_slab[area + 1] - slabs.first_slab[area] - 2) / slabs.slabs_per_deg[area]
    return _metres_per_degree(slabs.south[area] + height / 2.0)


@kernel
def _room(size: int) -> Spans:
    """Return room for spans."""
    return np.empty(size), np.empty(size)


@kernel
def _more_room(spans: Spans, most: int) -> Spans:
    """Return the spans with room for twice as many and `most` more."""
    start, end = _room(2 * len(spans[0]) + most)
    start[: len(spans[0])], end[: len(spans[1])] = spans
    return start, end


@kernel
def _kept(spans: Spans, n: int) -> Spans:
    """Return the first spans, without the room behind them."""
    return spans[0][:n].copy(), spans[1][:n].copy()
