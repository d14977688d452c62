"""Sides of polygons as pairs of whole millimetres: equal sides are equal numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]
    Floats = NDArray[np.float64]


class Sides(NamedTuple):
    """Each different side of a coverage once (s,); a side has a polygon on one hand or on both.

    Parameters
    ----------
    end_m : (s, 2, 2)
        Both ends in metres.
    first, second
        Rows of the polygons, first < second; second is -1 where there is no other.
    """

    end_m: Floats
    first: Whole
    second: Whole

    @property
    def length_m(self) -> Floats:
        """Length of each side, metres."""
        step = self.end_m[:, 1] - self.end_m[:, 0]
        return np.hypot(step[:, 0], step[:, 1])

    @property
    def middle_m(self) -> Floats:
        """Middle of each side, metres (s, 2)."""
        middle: Floats = self.end_m.mean(axis=1)
        return middle


def sides(polygon: Geometries) -> Sides:
    """Return the sides of polygons whose vertices are whole millimetres."""
    ring, polygon_of = shapely.get_rings(polygon, return_index=True)
    coordinates, ring_of = shapely.get_coordinates(ring, return_index=True)
    place = np.rint(coordinates * 1000).astype(np.int64)
    corner = place.min(axis=0) if len(place) else np.zeros(2, dtype=np.int64)
    # A place is one number, so that two numbers compare a side: 2**31 mm are 2,147 km.
    place = ((place[:, 0] - corner[0]) << 31) + (place[:, 1] - corner[1])
    joined = ring_of[:-1] == ring_of[1:]
    start, end = place[:-1][joined], place[1:][joined]
    owner = polygon_of[ring_of[:-1][joined]].astype(np.int64)
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((owner, high, low))
    low, high, owner = low[order], high[order], owner[order]
    again = np.concatenate([(low[1:] == low[:-1]) & (high[1:] == high[:-1]), [False]])[: len(low)]
    once = np.ones(len(low), dtype=bool)
    once[np.flatnonzero(again) + 1] = False
    second = np.where(again, np.concatenate([owner[1:], [-1]])[: len(low)], -1)
    ends = np.stack([low[once], high[once]], axis=1)
    end_m = (np.stack([ends >> 31, ends & (2**31 - 1)], axis=-1) + corner) / 1000
    return Sides(end_m, owner[once], second[once])
