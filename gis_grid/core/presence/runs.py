"""The loop over a track: when it is inside an area, and when it is too near the border to be sure."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gis_grid.core.geometry.borders import (
    INSIDE,
    NO_EDGE,
    OPEN,
    OUTSIDE,
    Way,
    box_around,
    crossings,
    edges_of,
    settle,
    stretches_near,
)
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.core.geometry.slabs import inside as is_inside
from gis_grid.core.intervals import append
from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.presence.clear import NOT_JOINED, Track, is_joined, settle_ahead, worse
from gis_grid.core.unowned import unowned

if TYPE_CHECKING:
    from gis_grid.core.geometry.slabs import SlabArrays

Floats = NDArray[np.float64]
Spans = tuple[Floats, Floats]

_ROOM: Final = 64


_metres_per_degree = kernel(metres_per_degree)


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
    scale = _metres_at_middle(area, slabs)
    kind = settle_ahead(track, area, slabs, from_ms, to_ms, max_gap_ms, accuracy_factor, *scale)
    first_ms = track.t_ms[0] if len(track.t_ms) else 0
    in_force_s = ((from_ms - first_ms) / 1000.0, (to_ms - first_ms) / 1000.0)
    most = edges_of(area, slabs)
    desk = _Desk(np.empty(most), np.empty(most, np.int64), _room(most))
    inside, near = _room(most + _ROOM), _room(most + _ROOM)
    place = _Place(0, 0, 0, OPEN, NO_EDGE)
    while place.segment < len(kind):
        place = _walk(
            place,
            unowned(track),
            unowned(kind),
            area,
            unowned(slabs),
            in_force_s,
            accuracy_factor,
            scale,
            unowned(desk),
            unowned(inside),
            unowned(near),
        )
        if place.segment < len(kind):
            inside, near = _more_room(inside), _more_room(near)
    return _kept(inside, place.inside), _kept(near, place.near)


class _Desk(NamedTuple):
    """Room for what is found along one segment: crossings, and stretches near the border."""

    at: Floats
    step: NDArray[np.int64]
    near: Spans


class _Place(NamedTuple):
    """How far a walk has come.

    Attributes
    ----------
    segment : int
        The next one.
    inside, near : int
        How many spans there are.
    state : int
        INSIDE or OUTSIDE at the start of the segment; or OPEN.
    edge : int
        One that all of the segment before is near to, or NO_EDGE.
    """

    segment: int
    inside: int
    near: int
    state: int
    edge: int


@inlined
def _walk(
    place: _Place,
    track: Track,
    kind: NDArray[np.int8],
    area: int,
    slabs: SlabArrays,
    in_force_s: tuple[float, float],
    accuracy_factor: float,
    scale: tuple[float, float],
    desk: _Desk,
    inside: Spans,
    near: Spans,
) -> _Place:
    """Walk on until the end, or until there may be no room for the spans of the next segment."""
    east_m, north_m = scale
    first, n, m, state, edge = place
    first_ms = track.t_ms[0] if len(track.t_ms) else 0
    room = len(inside[0]) - len(desk.at)
    for i in range(first, len(kind)):
        settled = int(kind[i])
        if settled == NOT_JOINED:
            state = OPEN
            continue
        if settled == OUTSIDE:
            state = OUTSIDE
            continue
        if max(n, m) >= room:
            return _Place(i, n, m, state, edge)
        start_s, end_s = (track.t_ms[i] - first_ms) / 1000.0, (track.t_ms[i + 1] - first_ms) / 1000.0
        segment = _Segment(start_s, end_s, in_force_s[0], in_force_s[1])
        way = Way(track.lon[i], track.lat[i], track.lon[i + 1], track.lat[i + 1])
        if settled == OPEN:
            radius_m = accuracy_factor * worse(track.accuracy_m[i], track.accuracy_m[i + 1])
            if radius_m > 0.0:
                count, edge = stretches_near(way, radius_m, east_m, north_m, area, slabs, edge, desk.near)
                m = _add_stretches(segment, desk.near, count, near, m)
            settled = settle(box_around(way, 0.0, 0.0), area, slabs)
        if settled == OPEN:
            before = int(is_inside(way.ax, way.ay, area, slabs)) if state == OPEN else state
            count = crossings(way, area, slabs, desk.at, desk.step)
            n, state = _add_inside(segment, before, desk.at, desk.step, count, inside, n)
            continue
        state = settled
        if state == INSIDE:
            n = _add(segment, 0.0, 1.0, inside, n)
    return _Place(len(kind), n, m, state, edge)


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
def _more_room(spans: Spans) -> Spans:
    """Return the spans with room for twice as many."""
    start, end = _room(2 * len(spans[0]))
    start[: len(spans[0])], end[: len(spans[1])] = spans
    return start, end


@kernel
def _kept(spans: Spans, n: int) -> Spans:
    """Return the first spans, without the room behind them."""
    return spans[0][:n].copy(), spans[1][:n].copy()
