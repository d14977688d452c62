"""Which rows hang together, given pairs of them: for few rows and often, without building a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.kernel import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Whole = NDArray[np.int64]


@kernel
def within(place: Whole, first: Whole, second: Whole, joins: NDArray[np.bool_]) -> tuple[Whole, Whole]:
    """Return those of some pairs that join and of which both have a place (not negative), as their places."""
    one, other = np.empty(len(first), np.int64), np.empty(len(first), np.int64)
    count = 0
    for pair in range(len(first)):
        if joins[pair] and place[first[pair]] >= 0 and place[second[pair]] >= 0:
            one[count], other[count] = place[first[pair]], place[second[pair]]
            count += 1
    return one[:count], other[:count]


@kernel
def together(count: int, first: Whole, second: Whole) -> Whole:
    """Return for each of `count` rows the number of its group, from 0 in order of first rows."""
    root = np.arange(count)
    for pair in range(len(first)):
        one, other = first[pair], second[pair]
        while root[one] != one:
            root[one] = root[root[one]]
            one = root[one]
        while root[other] != other:
            root[other] = root[root[other]]
            other = root[other]
        root[max(one, other)] = min(one, other)
    number = np.empty(count, np.int64)
    groups = 0
    for row in range(count):
        # A root is the first row of its group: the row that is pointed to was numbered before.
        if root[row] == row:
            number[row] = groups
            groups += 1
        else:
            number[row] = number[root[row]]
    return number
