"""Sides of polygons as pairs of whole millimetres: equal sides are equal numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import shapely

from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


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

    def of(self, rows: Flags) -> Sides:
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
    """Return the sides of polygons whose vertices are whole millimetres; none touches itself."""
    walk = _around(polygon)
    first, times = _different(walk.low, walk.high)
    again = times > 1
    second = np.where(again, walk.owner[first + again], -1)
    return Sides(walk.ends_m(first), walk.owner[first], second)


def once(part: Whole) -> Geometries:
    """Return straight pieces (k, 4), x and y of both ends in millimetres, as lines in metres, each once."""
    walk = _Walk(*_walked(part.reshape(-1, 2) / 1000, np.arange(2 * len(part)) // 2)).ordered()
    first, _ = _different(walk.low, walk.high)
    return np.asarray(shapely.linestrings(walk.ends_m(first)), dtype=object)


def odd_sides(one: Geometries, other: Geometries) -> Geometries:
    """Return the sides in which two sets of polygons differ, once what is walked both ways is left out.

    Where there are none, and every polygon is valid, both cover the same ground as exactly: around any place
    the polygons of both sets wind as often.

    Parameters
    ----------
    one, other
        Normalized, so that all wind one way.
    """
    walk = _around(np.concatenate([one, other]))
    first, _ = _different(walk.low, walk.high)
    wound = np.where(walk.upward == (walk.owner < len(one)), 1, -1)
    odd = first[np.add.reduceat(wound, first) != 0]
    return np.asarray(shapely.linestrings(walk.ends_m(odd)), dtype=object)


class _Walk(NamedTuple):
    """Sides of paths: the lower and the higher end, a number a place, the path, and which end comes first.

    Parameters
    ----------
    corner
        The place that numbers are counted from, millimetres.
    """

    low: Whole
    high: Whole
    owner: Whole
    upward: Flags
    corner: Whole

    def ordered(self) -> _Walk:
        """Return sides by their ends, equal ones in the order of walking."""
        order = np.lexsort((self.high, self.low))
        return _Walk(self.low[order], self.high[order], self.owner[order], self.upward[order], self.corner)

    def ends_m(self, rows: Whole) -> Floats:
        """Return the ends of some sides as coordinates again (s, 2, 2)."""
        return _metres(self.low, self.high, self.corner, rows)


def _around(polygon: Geometries) -> _Walk:
    """Walk around polygons, ring by ring."""
    return _Walk(*_walked(*shapely.get_coordinates(polygon, return_index=True))).ordered()


@kernel
def _walked(xy_m: Floats, owner: Whole) -> tuple[Whole, Whole, Whole, Flags, Whole]:
    """Walk from vertex to vertex of each owner; after a vertex where a ring closes, the next one begins.

    A place is one number, so that two numbers compare a side: 2**31 mm are 2,147 km.
    """
    place, corner = np.empty(xy_m.shape, np.int64), np.zeros(2, np.int64)
    for row in range(len(place)):
        for axis in range(2):
            place[row, axis] = np.rint(1000 * xy_m[row, axis])
            if row == 0 or place[row, axis] < corner[axis]:
                corner[axis] = place[row, axis]
    number = ((place[:, 0] - corner[0]) << 31) + (place[:, 1] - corner[1])
    low, high = np.empty(len(number), np.int64), np.empty(len(number), np.int64)
    of, upward = np.empty(len(number), np.int64), np.empty(len(number), np.bool_)
    count = begun = 0
    for row in range(1, len(number)):
        closed = row > begun + 3 and number[row - 1] == number[begun]
        if closed or owner[row] != owner[row - 1]:
            begun = row
            continue
        low[count] = min(number[row - 1], number[row])
        high[count] = max(number[row - 1], number[row])
        of[count], upward[count] = owner[row], number[row - 1] < number[row]
        count += 1
    return low[:count], high[:count], of[:count], upward[:count], corner


@kernel
def _different(low: Whole, high: Whole) -> tuple[Whole, Whole]:
    """Return the first row of each different side, of ordered ones, and how often it comes."""
    first, times = np.empty(len(low), np.int64), np.zeros(len(low), np.int64)
    count = 0
    for row in range(len(low)):
        if row == 0 or low[row] != low[row - 1] or high[row] != high[row - 1]:
            first[count] = row
            count += 1
        times[count - 1] += 1
    return first[:count], times[:count]


@kernel
def _metres(low: Whole, high: Whole, corner: Whole, rows: Whole) -> Floats:
    """Return numbers of places as coordinates in metres."""
    end_m = np.empty((len(rows), 2, 2))
    for side in range(len(rows)):
        for which in range(2):
            number = high[rows[side]] if which else low[rows[side]]
            end_m[side, which, 0] = ((number >> 31) + corner[0]) / 1000
            end_m[side, which, 1] = ((number & (2**31 - 1)) + corner[1]) / 1000
    return end_m
