"""What may be told of visits: one fixed table of counts, and sums of its entries; nothing else of them.

Each visited target belongs to one group a week: its week, its area and its cell. A group is published from a
least number of distinct targets on. Every answer is made from the published groups alone, whatever was asked,
so two answers together say no more than the table does, and the table says nothing of the other groups:
emptying them changes no answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import h3.api.numpy_int as h3
import numpy as np

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import CellCounts

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """The published groups, in order of week, area and cell.

    Attributes
    ----------
    weeks, areas, cells, targets : int64 arrays, shape (n,)
        Number of the week, id of the area, H3 index, and distinct targets that were visited.
    """

    weeks: NDArray[np.int64]
    areas: NDArray[np.int64]
    cells: NDArray[np.int64]
    targets: NDArray[np.int64]

    def per_cell(self, resolution: int) -> CellCounts:
        """Add up the groups of each cell of a coarser level, or of their own; a target counts once a week."""
        parents = [h3.cell_to_parent(cell, resolution) for cell in self.cells.tolist()]
        found, index = np.unique(np.array(parents, np.int64), return_inverse=True)
        return CellCounts(found, np.bincount(index, self.targets, len(found)).astype(np.int64))


def release(
    weeks: NDArray[np.int64],
    areas: NDArray[np.int64],
    cells: NDArray[np.int64],
    members: NDArray[np.int64],
    *,
    least: int,
) -> Release:
    """Return the groups with at least `least` distinct members.

    Parameters
    ----------
    weeks, areas, cells, members : ndarray of int64, shape (n,)
        Of each visit. The axes of a group are fixed: a coarser or finer one beside them (a day, a larger
        cell, a class) would overlap with it, and the difference could be a single target.

    Raises
    ------
    CoreError
        When `least` is under 1.
    """
    if least < 1:
        raise CoreError("a group is published from at least 1 member on", field="least", value=least)
    distinct = np.unique(np.stack([weeks, areas, cells, members], axis=1), axis=0)
    groups, counts = np.unique(distinct[:, :3], axis=0, return_counts=True)
    enough = counts >= least
    week, area, cell = groups[enough].T
    return Release(week, area, cell, counts[enough].astype(np.int64))
