"""A division that the machine proposes, with its figures and all that the planner must be told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.core.plan.arithmetic import Arithmetic
    from gis_grid.core.plan.figures import Figures

    Whole = NDArray[np.int64]


class Cause(StrEnum):
    """Why a grid is out of limits."""

    EMPTY = "empty"
    """Nobody lives there."""
    FEW = "few"
    """An island, or ground behind barriers, with too little for a grid."""
    BETWEEN = "between"
    """Too much for so many grids, too little for one more, and nothing next to it to share with."""
    BODY = "body"
    """One building, or one atom, over the upper limit, with the ground it encloses."""
    IMPOSSIBLE = "impossible"
    """Enough in sum, but proved that no borders can be drawn: the atoms are too large."""
    NOT_FOUND = "not_found"
    """Enough in sum, but no borders were found in the time given."""


@dataclass(frozen=True, slots=True)
class ExceptionGrid:
    """A grid that cannot be within limits.

    Parameters
    ----------
    load
        Its size: households or people.
    arithmetic
        By how much it is out, and what could be done with its nearest neighbours.
    body
        Size of the body that makes it too large, 0 for none; the rest lives in pockets that it encloses.
    """

    label: int
    cause: Cause
    load: int
    arithmetic: Arithmetic
    body: int = 0


@dataclass(frozen=True, slots=True)
class Crossing:
    """A grid on both sides of a barrier, since one side could not be divided by itself.

    Parameters
    ----------
    loads
        What lives on each side, in this grid, the most first.
    alone
        What lives in the whole of each piece that the barriers make, in the same order.
    """

    label: int
    loads: tuple[int, ...]
    alone: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A division of some rows of atoms.

    Parameters
    ----------
    label : (n,)
        int64, the grid of each atom, from 0 by rising first row; `GAP` for atoms that were left out.
    cost
        What all grids cost together; of two proposals with as many exceptions the cheaper mean is better.
    """

    label: Whole
    figures: Figures
    exceptions: tuple[ExceptionGrid, ...]
    crossings: tuple[Crossing, ...]
    cost: float
    seed: int
