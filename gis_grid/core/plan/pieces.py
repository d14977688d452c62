"""Which atoms hang together: parts of grids, what touches what, and mending of what fell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.together import together, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Borders

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]


def parts(borders: Borders, rows: Whole) -> Whole:
    """Return for rows of atoms the number of the part each is in, from 0; a corner joins nothing."""
    place = np.full(len(borders.outer_m), -1, np.int64)
    place[rows] = np.arange(len(rows))
    return together(len(rows), *within(place, borders.first, borders.second, borders.joins))


def part_count(borders: Borders, rows: Whole) -> int:
    """Return how many parts rows of atoms form."""
    return int(parts(borders, rows).max(initial=-1)) + 1


def all_joined(joined: Flags) -> bool:
    """Return whether groups hang together, given which of them touch (count, count)."""
    return int(together(len(joined), *np.nonzero(joined)).max(initial=0)) == 0


def border_m(borders: Borders, group: Whole, *, count: int, walkable: bool = False) -> Floats:
    """Sum the metres that groups of atoms share (count, count), symmetric, nothing with themselves.

    Parameters
    ----------
    group : (n,)
        Number of each atom's group, 0 to count - 1; negative ones take no part.
    walkable
        Leave out what runs along a barrier.
    """
    one, other = group[borders.first], group[borders.second]
    between = np.flatnonzero((one >= 0) & (other >= 0) & (one != other))
    metres = (borders.on_foot_m if walkable else borders.length_m)[between]
    flat = one[between] * count + other[between]
    square = np.bincount(flat, weights=metres, minlength=count * count).reshape(count, count)
    return (square + square.T).astype(np.float64)


def gathered(borders: Borders, rows: Whole, side: Whole, weight: Whole, area: Floats) -> Whole:
    """Make each side of a divided grid one piece: what strayed goes to the side it shares most border with.

    Parameters
    ----------
    rows, side
        Atoms of the grid, and the side that each lies on, from 0.
    weight, area
        Of each of these atoms: the largest piece of a side is its main one, which stays.

    Returns
    -------
    side : same shape
        Of atoms that reach no main piece (they lay apart before) the same as given.
    """
    sides = int(side.max()) + 1
    piece_of = np.empty(len(rows), np.int64)
    owner: list[int] = []
    for number in range(sides):
        mine = np.flatnonzero(side == number)
        found = parts(borders, rows[mine])
        piece_of[mine] = found + len(owner)
        owner += [number] * (int(found.max(initial=-1)) + 1)
    if len(owner) == sides:
        return side
    sizes = list(zip(np.bincount(piece_of, weights=weight), np.bincount(piece_of, weights=area), strict=True))
    main = {
        number: max((p for p, side_of in enumerate(owner) if side_of == number), key=lambda p: sizes[p])
        for number in set(owner)
    }
    belongs = np.full(len(owner), -1, np.int64)
    for number, piece in main.items():
        belongs[piece] = number
    group = np.full(len(borders.outer_m), -1, np.int64)
    group[rows] = piece_of
    shared = border_m(borders, group, count=len(owner))
    while (belongs < 0).any():
        settled = np.stack([shared[:, belongs == number].sum(axis=1) for number in range(sides)], axis=1)
        settled[belongs >= 0] = 0
        piece, nearest = divmod(int(settled.argmax()), sides)
        if settled[piece, nearest] == 0:
            break
        belongs[piece] = nearest
    belongs = np.where(belongs < 0, owner, belongs)
    return belongs[piece_of]
