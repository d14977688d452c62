"""A few nodes cut out of a graph, to be looked at many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gis_grid.core.kernel import kernel
from gis_grid.core.plan.costs import COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.graph import Graph

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


class Patch(NamedTuple):
    """A few nodes cut out of a graph, by their place in `node`, and each border between them once.

    Attributes
    ----------
    node : (m,)
    own : (m, `COLUMNS`)
    first, second, cost, walkable, road : (e,)
    """

    node: Whole
    own: Floats
    first: Whole
    second: Whole
    cost: Floats
    walkable: Flags
    road: Flags


@kernel
def patch_of(graph: Graph, node: Whole, place: Whole) -> Patch:
    """Cut nodes out of a graph; `place` (n,) is all -1, and left so."""
    count, edges = len(node), 0
    for i in range(count):
        place[node[i]] = i
        edges += graph.start[node[i] + 1] - graph.start[node[i]]
    own = np.empty((count, COLUMNS))
    first, second = np.empty(edges, np.int64), np.empty(edges, np.int64)
    price = np.empty(edges)
    walkable, road = np.empty(edges, np.bool_), np.empty(edges, np.bool_)
    found = 0
    for i in range(count):
        for column in range(COLUMNS):
            own[i, column] = graph.own[node[i], column]
        for edge in range(graph.start[node[i]], graph.start[node[i] + 1]):
            j = place[graph.head[edge]]
            if j > i:
                first[found], second[found], price[found] = i, j, graph.cost[edge]
                walkable[found], road[found] = graph.walkable[edge], graph.inside[edge] < 0.5
                found += 1
    for i in range(count):
        place[node[i]] = -1
    return Patch(node, own, first[:found], second[:found], price[:found], walkable[:found], road[:found])
