"""Which rows hang together, given pairs of them: for few rows and often, without building a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.kernel import inlined, kernel

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
def held_pieces(place: Whole, count: int, first: Whole, second: Whole, joins: NDArray[np.bool_]) -> Whole:
    """Return how many pieces are in each of `count` places, given the place of each row; negative is none.

    Rows of one place are one piece where a pair of them joins.
    """
    alike = np.empty(len(first), np.bool_)
    for pair in range(len(first)):
        alike[pair] = joins[pair] and place[first[pair]] == place[second[pair]]
    piece, seen = together(len(place), first[alike], second[alike]), -1
    held = np.zeros(count, np.int64)
    for row in range(len(place)):
        # Pieces are numbered in order of their first rows: there the number is higher than any before.
        if piece[row] > seen:
            seen = piece[row]
            if place[row] >= 0:
                held[place[row]] += 1
    return held


@inlined
def root_of(row: int, root: Whole) -> int:
    """Return the first row of a row's group, and shorten the way to it."""
    while root[row] != row:
        root[row] = root[root[row]]
        row = root[row]
    return row


@kernel
def together(count: int, first: Whole, second: Whole) -> Whole:
    """Return for each of `count` rows the number of its group, from 0 in order of first rows."""
    root = np.arange(count)
    for pair in range(len(first)):
        one, other = root_of(first[pair], root), root_of(second[pair], root)
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
