"""Which ground one grid hands over to another, atom by atom, so that what is left hangs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.kernel import kernel
from gis_grid.core.plan.graph import loads
from gis_grid.core.plan.lines import DOOR_M
from gis_grid.core.plan.together import root_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.state import Plan

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


def handed_over(plan: Plan, donor: int, receiver: int, least: int, most: int) -> Whole | None:
    """Find atoms of one grid along another that hold so much, without which the grid stays in one piece.

    One after the other, each the one that shares most border with the receiver and those before it.
    """
    label, borders = plan.division.label, plan.borders
    rows = np.flatnonzero(label == donor)
    place = np.full(len(label), -1)
    place[rows] = np.arange(len(rows))
    one, other = place[borders.first], place[borders.second]
    within = np.flatnonzero((one >= 0) & (other >= 0))
    shared = np.zeros(len(rows))
    for mine, end in ((one, borders.second), (other, borders.first)):
        across = np.flatnonzero((mine >= 0) & (label[end] == receiver))
        np.add.at(shared, mine[across], borders.on_foot_m[across])
    taken = _taken(
        one[within],
        other[within],
        borders.on_foot_m[within],
        borders.joins[within],
        loads(plan.division.atoms, plan.limits)[rows],
        shared,
        least,
        most,
    )
    return rows[taken] if taken.any() else None


@kernel
def _taken(  # noqa: PLR0917 - a kernel
    first: Whole,
    second: Whole,
    on_foot_m: Floats,
    joins: Flags,
    held: Whole,
    shared_m: Floats,
    least: int,
    most: int,
) -> Flags:
    """Return which of a grid's atoms are handed over; none where they do not come to enough.

    Parameters
    ----------
    first, second, on_foot_m, joins
        Borders between them, and which of those make two atoms one piece.
    shared_m
        What each shares with the receiver; that with atoms taken is added to it.
    """
    taken, root = np.zeros(len(held), np.bool_), np.empty(len(held), np.int64)
    pieces, left, given = _pieces(first, second, joins, taken, root), len(held), 0
    while given < least:
        if left == 1:
            return np.zeros_like(taken)
        fits = ~taken & (held <= most - given) & (shared_m >= DOOR_M)
        while True:
            row = np.argmax(np.where(fits, shared_m, -1.0))
            if not fits[row]:
                return np.zeros_like(taken)
            taken[row] = True
            if _pieces(first, second, joins, taken, root) <= pieces:
                break
            taken[row] = fits[row] = False
        left -= 1
        given += held[row]
        for border in range(len(first)):
            if first[border] == row:
                shared_m[second[border]] += on_foot_m[border]
            elif second[border] == row:
                shared_m[first[border]] += on_foot_m[border]
    return taken


@kernel
def _pieces(first: Whole, second: Whole, joins: Flags, taken: Flags, root: Whole) -> int:
    """Return how many pieces those not taken are; `root` is room to count in."""
    count = 0
    for row in range(len(root)):
        root[row] = row
        count += not taken[row]
    for border in range(len(first)):
        if joins[border] and not taken[first[border]] and not taken[second[border]]:
            one, other = root_of(first[border], root), root_of(second[border], root)
            if one != other:
                root[max(one, other)] = min(one, other)
                count -= 1
    return count
