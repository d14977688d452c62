"""The parts of segments so near a border that the accuracy leaves open on which side they are.

A moving point is uncertain while it is within a radius of the border. Around one straight piece of border
that region is a capsule, which is convex: a straight segment meets it in one stretch, found in closed form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from gis_grid.core.geometry.crossing import Coordinates, Parts, segment_shapes
from gis_grid.core.geometry.geodesy import LocalFrame

if TYPE_CHECKING:
    from gis_grid.core.geometry.boundary import Area

Floats = NDArray[np.float64]

_BLOCK: Final = 65_536
_NEVER: Final = (2.0, -1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Segment and border piece, row by row, in metres: `a` + s `way`, and `p` to `q`, within `radius`."""

    a: Coordinates
    way: Coordinates
    p: Coordinates
    q: Coordinates
    radius: Floats


def parts_near_border(start: Coordinates, end: Coordinates, radius_m: Floats, area: Area) -> Parts:
    """Parts of segments within a radius of an area's border.

    Parameters
    ----------
    start, end : float64 arrays, shape (n, 2)
        Segment ends as (lon, lat).
    radius_m : float64 array, shape (n,)
        Radius of each segment; 0 has no uncertain part.
    area : shapely Polygon or MultiPolygon

    Returns
    -------
    Parts
        One for each near piece of border; parts of a segment may overlap.
    """
    west, south, east, north = area.bounds
    frame = LocalFrame((west + east) / 2, (south + north) / 2)
    margin = radius_m[:, None] / frame.scale
    low, high = np.minimum(start, end) - margin, np.maximum(start, end) + margin
    near = np.flatnonzero((radius_m > 0) & ((high >= (west, south)) & (low <= (east, north))).all(axis=1))
    p, q = _border(area, frame)
    tree = shapely.STRtree(np.asarray(shapely.linestrings(np.stack((p, q), axis=1))))
    found = []
    for first in range(0, len(near), _BLOCK):
        block = near[first : first + _BLOCK]
        a, b = _to_metres(start[block], frame), _to_metres(end[block], frame)
        segment, piece = tree.query(segment_shapes(a, b), predicate="dwithin", distance=radius_m[block])
        pairs = _Pairs(a[segment], b[segment] - a[segment], p[piece], q[piece], radius_m[block][segment])
        enter, leave = _capsule_stretch(pairs)
        found.append(Parts(block[segment], enter, leave))
    return Parts.concat(found)


def _border(area: Area, frame: LocalFrame) -> tuple[Coordinates, Coordinates]:
    """Both ends of every straight piece of the border, in metres."""
    rings = shapely.get_rings(shapely.get_parts(area))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    metres = _to_metres(xy, frame)
    same = ring[1:] == ring[:-1]
    return metres[:-1][same], metres[1:][same]


def _to_metres(xy: Coordinates, frame: LocalFrame) -> Coordinates:
    """Degrees to metres of the frame."""
    return np.asarray((xy - frame.origin) * frame.scale)


def _capsule_stretch(pairs: _Pairs) -> tuple[Floats, Floats]:
    """Where along its segment each pair is within the radius; start after end where nowhere."""
    stretches = [
        _disc_stretch(pairs, pairs.p),
        _disc_stretch(pairs, pairs.q),
        _band_stretch(pairs),
    ]
    enter = np.minimum.reduce([s[0] for s in stretches])
    leave = np.maximum.reduce([s[1] for s in stretches])
    return np.maximum(enter, 0.0), np.minimum(leave, 1.0)


def _disc_stretch(pairs: _Pairs, centre: Coordinates) -> tuple[Floats, Floats]:
    """Where the moving point is within the radius of one end of the border piece."""
    offset = pairs.a - centre
    c = (offset * offset).sum(axis=1) - pairs.radius**2
    b = (offset * pairs.way).sum(axis=1)
    length2 = (pairs.way * pairs.way).sum(axis=1)
    moving = length2 > 0
    discriminant = b * b - length2 * c
    root = np.sqrt(np.maximum(discriminant, 0.0))
    divisor = np.where(moving, length2, 1.0)
    meets = np.where(moving, discriminant >= 0, c <= 0)
    enter = np.where(moving, (-b - root) / divisor, 0.0)
    leave = np.where(moving, (-b + root) / divisor, 1.0)
    return np.where(meets, enter, _NEVER[0]), np.where(meets, leave, _NEVER[1])


def _band_stretch(pairs: _Pairs) -> tuple[Floats, Floats]:
    """Where the moving point is beside the border piece and within the radius of its line."""
    piece = pairs.q - pairs.p
    length2 = (piece * piece).sum(axis=1)
    real = length2 > 0
    length2 = np.where(real, length2, 1.0)
    length = np.sqrt(length2)
    offset = pairs.a - pairs.p
    beside = (offset * piece).sum(axis=1) / length2
    beside_rate = (pairs.way * piece).sum(axis=1) / length2
    off = (offset[:, 0] * piece[:, 1] - offset[:, 1] * piece[:, 0]) / length
    off_rate = (pairs.way[:, 0] * piece[:, 1] - pairs.way[:, 1] * piece[:, 0]) / length
    enter_u, leave_u = _linear_stretch(beside, beside_rate, np.zeros_like(beside), np.ones_like(beside))
    enter_n, leave_n = _linear_stretch(off, off_rate, -pairs.radius, pairs.radius)
    enter = np.maximum(np.maximum(enter_u, enter_n), 0.0)
    leave = np.minimum(np.minimum(leave_u, leave_n), 1.0)
    meets = real & (enter <= leave)
    return np.where(meets, enter, _NEVER[0]), np.where(meets, leave, _NEVER[1])


def _linear_stretch(value: Floats, rate: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Where ``low <= value + s rate <= high``, as a stretch of s."""
    moves = rate != 0.0
    divisor = np.where(moves, rate, 1.0)
    one, other = (low - value) / divisor, (high - value) / divisor
    always = (value >= low) & (value <= high)
    enter = np.where(moves, np.minimum(one, other), np.where(always, 0.0, _NEVER[0]))
    leave = np.where(moves, np.maximum(one, other), np.where(always, 1.0, _NEVER[1]))
    return enter, leave
