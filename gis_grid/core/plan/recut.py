"""Taking two neighbouring grids together and cutting them anew (ReCom), where that is cheaper."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.kernel import kernel
from gis_grid.core.plan.anneal import sums_of
from gis_grid.core.plan.chance import drawn
from gis_grid.core.plan.costs import Aim, cost_of
from gis_grid.core.plan.patch import patch_of
from gis_grid.core.plan.tree import best_cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.chance import Chance
    from gis_grid.core.plan.graph import Graph

    Whole = NDArray[np.int64]

_LITTLE = 1e-9


def neighbouring(graph: Graph, label: Whole) -> Whole:
    """Return which grids have a door to each other (pairs, 2), by rising first and second."""
    one, other = label[graph.tail], label[graph.head]
    door = graph.walkable & (one < other) & (one >= 0)
    count = int(label.max(initial=0)) + 1
    code = np.unique(one[door] * count + other[door])
    return np.column_stack([code // count, code % count])


def members_of(label: Whole, grids: int) -> tuple[Whole, Whole]:
    """Return where each grid's nodes begin (grids + 1,), and the nodes by grid."""
    by_grid = np.argsort(label, kind="stable")
    by_grid = by_grid[label[by_grid] >= 0]
    start = np.searchsorted(label[by_grid], np.arange(grids + 1)).astype(np.int64)
    return start, by_grid


def recut(graph: Graph, label: Whole, grids: int, aim: Aim, trees: int, chance: Chance) -> int:
    """Cut every pair of neighbouring grids anew, in random order, each grid once; return how many were.

    `label` is changed in place.
    """
    pairs = neighbouring(graph, label)
    start, node = members_of(label, grids)
    return _recut(graph, label, pairs, start, node, aim, trees, chance)


@kernel
def _recut(
    graph: Graph, label: Whole, pairs: Whole, start: Whole, node: Whole, aim: Aim, trees: int, chance: Chance
) -> int:
    """Cut pairs anew; those whose grids have already changed wait for the next time."""
    sums = sums_of(graph, label, len(start) - 1)
    place = np.full(len(label), -1)
    touched = np.zeros(len(start) - 1, np.bool_)
    for k in range(len(pairs) - 1, 0, -1):
        j = int(drawn(chance) * (k + 1))
        for end in range(2):
            pairs[k, end], pairs[j, end] = pairs[j, end], pairs[k, end]
    improved = 0
    for k in range(len(pairs)):
        one, other = pairs[k, 0], pairs[k, 1]
        if touched[one] or touched[other]:
            continue
        many = start[one + 1] - start[one]
        both = np.empty(many + start[other + 1] - start[other], np.int64)
        for i in range(len(both)):
            both[i] = node[start[one] + i] if i < many else node[start[other] + i - many]
        side = np.zeros(len(both), np.bool_)
        price = best_cut(patch_of(graph, both, place), (1, 1), aim, trees, chance, side)
        if price < cost_of(sums, one, aim) + cost_of(sums, other, aim) - _LITTLE:
            for i in range(len(both)):
                label[both[i]] = one if side[i] else other
            touched[one] = touched[other] = True
            improved += 1
    return improved
