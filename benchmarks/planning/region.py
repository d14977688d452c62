"""What peers divide: a region that can be divided, with the same borders and costs as ours works on."""

from __future__ import annotations

import random
import warnings
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.plan.costs import LOAD
from gis_grid.core.plan.graph import graph_of
from gis_grid.core.plan.regions import regions_of
from gis_grid.core.plan.repair import counts_by_liking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.limits import Limits
    from gis_grid.core.plan.regions import Regions

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

SEED: Final = 1


class Region(NamedTuple):
    """Connected nodes to be divided.

    Attributes
    ----------
    first, second : (e,)
        Nodes that share a walkable border, first < second.
    cost : (e,)
        What the border costs where it parts two grids.
    """

    first: Whole
    second: Whole
    cost: Whole
    households: Whole
    middle: Floats
    parts: int
    limits: Limits

    def compressed(self) -> tuple[Whole, Whole, Whole]:
        """Return starts, neighbours and costs, each border from both ends."""
        tail = np.concatenate([self.first, self.second])
        head = np.concatenate([self.second, self.first])
        order = np.lexsort((head, tail))
        starts = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(self.households)))])
        return starts.astype(np.int64), head[order], np.tile(self.cost, 2)[order]


def by_region(
    divide: Callable[[Region], Sequence[int]], atoms: Atoms, borders: Borders, limits: Limits
) -> Whole:
    """Let a peer divide each region that can be divided; each of the others is a grid."""
    warnings.simplefilter("ignore")
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - peers draw from it
    graph, node = graph_of(atoms, borders, limits, np.arange(len(atoms)))
    regions = regions_of(graph, limits, cross_barriers=True)
    label = np.full(len(regions.region), -1, dtype=np.int64)
    grids = 0
    for number in range(len(regions.total)):
        mine = np.flatnonzero(regions.region == number)
        counts = counts_by_liking(int(regions.total[number]), limits)
        parts = 1 if regions.body[number] or not counts else counts[0]
        found = (
            np.zeros(len(mine), dtype=np.int64)
            if parts == 1
            else np.unique(divide(_region(regions, mine, parts, limits)), return_inverse=True)[1]
        )
        label[mine] = grids + found
        grids += int(found.max()) + 1
    return label[node]


def _region(regions: Regions, mine: Whole, parts: int, limits: Limits) -> Region:
    graph = regions.graph
    place = np.full(len(graph.own), -1)
    place[mine] = np.arange(len(mine))
    first, second = place[graph.tail], place[graph.head]
    kept = (first >= 0) & (second > first) & graph.walkable
    return Region(
        first[kept],
        second[kept],
        np.maximum(1, np.rint(graph.cost[kept])).astype(np.int64),
        graph.own[mine, LOAD].astype(np.int64),
        graph.middle[mine],
        parts,
        limits,
    )
