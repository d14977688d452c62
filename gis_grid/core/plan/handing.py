"""Which ground one grid hands over to another, atom by atom, so that what is left hangs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.kernel import kernel
from gis_grid.core.plan.graph import DOOR_M, loads
from gis_grid.core.plan.together import together

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
        borders.length_m[within] >= DOOR_M,
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
    taken = np.zeros(len(held), np.bool_)
    pieces, left, given = together(len(held), first[joins], second[joins]).max() + 1, len(held), 0
    while given < least:
        if left == 1:
            return np.zeros_like(taken)
        fits = ~taken & (held <= most - given) & (shared_m >= DOOR_M)
        while True:
            row = np.argmax(np.where(fits, shared_m, -1.0))
            if not fits[row]:
                return np.zeros_like(taken)
            taken[row] = True
            whole = joins & ~taken[first] & ~taken[second]
            # What is taken stands alone, each atom a piece.
            alone = len(held) - left + 1
            if together(len(held), first[whole], second[whole]).max() + 1 - alone <= pieces:
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
