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

    def of(self, rows: NDArray[np.bool_]) -> Sides:
        """Return some of them."""
        return Sides(self.end_m[rows], self.first[rows], self.second[rows])

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
    walk = _walked(ring, polygon_of)
    low, high, owner = walk.ordered(walk.owner)
    again = np.concatenate([(low[1:] == low[:-1]) & (high[1:] == high[:-1]), [False]])[: len(low)]
    once = np.ones(len(low), dtype=bool)
    once[np.flatnonzero(again) + 1] = False
    second = np.where(again, np.concatenate([owner[1:], [-1]])[: len(low)], -1)
    return Sides(walk.metres(low[once], high[once]), owner[once], second[once])


def once(part: Whole) -> Geometries:
    """Return straight pieces (k, 4), x and y of both ends in millimetres, as lines in metres, each once."""
    end = part.reshape(-1, 2, 2)
    corner = end.min(axis=(0, 1))
    start, end = _as_numbers(end, corner).T
    walk = _Walk(start, end, np.zeros(len(part), np.int64), corner)
    low, high, _ = walk.ordered(walk.owner)
    first = np.flatnonzero(np.diff(low, prepend=-1) | np.diff(high, prepend=-1))
    return np.asarray(shapely.linestrings(walk.metres(low[first], high[first])), dtype=object)


def odd_sides(one: Geometries, other: Geometries) -> Geometries:
    """Return the sides in which two sets of polygons differ, once what is walked both ways is left out.

    Where there are none, and every polygon is valid, both cover the same ground as exactly: around any place
    the polygons of both sets wind as often.

    Parameters
    ----------
    one, other
        Normalized, so that all wind one way.
    """
    ring, polygon_of = shapely.get_rings(np.concatenate([one, other]), return_index=True)
    walk = _walked(ring, polygon_of)
    low, high, walked = walk.ordered(np.where((walk.start < walk.end) == (walk.owner < len(one)), 1, -1))
    first = np.flatnonzero(np.diff(low, prepend=-1) | np.diff(high, prepend=-1))
    odd = first[np.add.reduceat(walked, first) != 0]
    return np.asarray(shapely.linestrings(walk.metres(low[odd], high[odd])), dtype=object)


class _Walk(NamedTuple):
    """Sides of paths in the order of walking: where each starts and ends, a number a place, and its owner."""

    start: Whole
    end: Whole
    owner: Whole
    corner: Whole

    def ordered(self, also: Whole) -> tuple[Whole, Whole, Whole]:
        """Return the lower and the higher end of each side, equal ones as walked, and what goes along."""
        low, high = np.minimum(self.start, self.end), np.maximum(self.start, self.end)
        order = np.lexsort((high, low))
        return low[order], high[order], also[order]

    def metres(self, low: Whole, high: Whole) -> Floats:
        """Return the ends of sides as coordinates again (s, 2, 2)."""
        ends = np.stack([low, high], axis=1)
        end_m: Floats = (np.stack([ends >> 31, ends & (2**31 - 1)], axis=-1) + self.corner) / 1000
        return end_m


def _walked(path: Geometries, owner: Whole) -> _Walk:
    """Walk along paths, each of an owner."""
    coordinates, path_of = shapely.get_coordinates(path, return_index=True)
    place = np.rint(coordinates * 1000).astype(np.int64)
    corner = place.min(axis=0) if len(place) else np.zeros(2, dtype=np.int64)
    place = _as_numbers(place, corner)
    joined = path_of[:-1] == path_of[1:]
    return _Walk(place[:-1][joined], place[1:][joined], owner[path_of[:-1][joined]].astype(np.int64), corner)


def _as_numbers(place: Whole, corner: Whole) -> Whole:
    """Return places as one number each, so that two numbers compare a side: 2**31 mm are 2,147 km."""
    number: Whole = ((place[..., 0] - corner[0]) << 31) + (place[..., 1] - corner[1])
    return number
