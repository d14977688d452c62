"""Moving single nodes over the border between two grids, as chance has it while it is warm."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.plan.chance import drawn
from gis_grid.core.plan.costs import COLUMNS, LOAD, RIM, Aim, cost_of, cost_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.chance import Chance
    from gis_grid.core.plan.graph import Graph

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@kernel
def sums_of(graph: Graph, label: Whole, grids: int) -> Floats:
    """Return what the nodes of each grid add up to (grids, `COLUMNS`); labels below 0 belong to none."""
    sums = np.zeros((grids, COLUMNS))
    for node in range(len(label)):
        if label[node] >= 0:
            for column in range(COLUMNS):
                sums[label[node], column] += graph.own[node, column]
    for edge in range(len(graph.head)):
        grid = label[graph.tail[edge]]
        if grid >= 0 and grid == label[graph.head[edge]]:
            sums[grid, RIM] -= graph.cost[edge]
    return sums


@kernel
def cost_of_all(graph: Graph, label: Whole, grids: int, aim: Aim) -> float:
    """Return what a division costs, all grids together."""
    sums = sums_of(graph, label, grids)
    total = 0.0
    for grid in range(grids):
        total += cost_of(sums, grid, aim)
    return total


class _Search(NamedTuple):
    """Room for looking whether a grid stays whole."""

    seen: Whole
    queue: Whole
    stamp: Whole


@kernel
def anneal(
    graph: Graph, label: Whole, grids: int, aim: Aim, tries: int, warm: float, cold: float, chance: Chance
) -> int:
    """Try moves of a node to a grid next door, keeping those that pay, and others as chance has it.

    No grid leaves its limits that was within, none falls to pieces, none ends.

    Parameters
    ----------
    label : (n,)
        Changed in place; nodes below 0 stay out.
    tries
        How many borders are looked at.
    warm, cold
        How much dearer a move may typically be, at first and at last; 0 and 0 keep only what pays.

    Returns
    -------
    int
        How many nodes were moved.
    """
    sums = sums_of(graph, label, grids)
    price, members = np.empty(grids), np.zeros(grids, np.int64)
    for grid in range(grids):
        price[grid] = cost_of(sums, grid, aim)
    for node in range(len(label)):
        if label[node] >= 0:
            members[label[node]] += 1
    search = _Search(np.zeros(len(label), np.int64), np.empty(len(label), np.int64), np.zeros(1, np.int64))
    borders, heat, moved = len(graph.head), warm, 0
    cooling = (cold / warm) ** (1.0 / tries) if warm > 0.0 else 1.0
    for _ in range(tries if borders else 0):
        heat *= cooling
        edge = int(drawn(chance) * borders)
        node = graph.tail[edge]
        old, new = label[node], label[graph.head[edge]]
        if old == new or old < 0 or new < 0 or not graph.walkable[edge] or members[old] == 1:
            continue
        load = graph.own[node, LOAD]
        if load > 0.0 and (sums[old, LOAD] - load < aim.least or sums[new, LOAD] + load > aim.most):
            continue
        shared_old, shared_new = _shared(graph, label, node, old, new)
        price_old = cost_with(sums, old, graph.own, node, -1.0, shared_old, aim)
        price_new = cost_with(sums, new, graph.own, node, 1.0, shared_new, aim)
        dearer = price_old + price_new - price[old] - price[new]
        if dearer > 0.0 and (heat <= 0.0 or drawn(chance) >= math.exp(-dearer / heat)):
            continue
        if not _stays_whole(graph, label, node, search):
            continue
        label[node] = new
        for column in range(COLUMNS):
            sums[old, column] -= graph.own[node, column]
            sums[new, column] += graph.own[node, column]
        sums[old, RIM] += 2.0 * shared_old
        sums[new, RIM] -= 2.0 * shared_new
        price[old], price[new] = price_old, price_new
        members[old] -= 1
        members[new] += 1
        moved += 1
    return moved


@inlined
def _shared(graph: Graph, label: Whole, node: int, old: int, new: int) -> tuple[float, float]:
    """Return the cost of a node's borders with its own grid and with another."""
    with_old = with_new = 0.0
    for edge in range(graph.start[node], graph.start[node + 1]):
        grid = label[graph.head[edge]]
        if grid == old:
            with_old += graph.cost[edge]
        elif grid == new:
            with_new += graph.cost[edge]
    return with_old, with_new


@inlined
def _stays_whole(graph: Graph, label: Whole, node: int, search: _Search) -> bool:
    """Tell whether a node's grid stays in one piece without it: its neighbours there reach each other."""
    grid, wanted, begin = label[node], 0, -1
    sought = search.stamp[0] + 1
    reached = sought + 1
    search.stamp[0] = reached
    for edge in range(graph.start[node], graph.start[node + 1]):
        other = graph.head[edge]
        if graph.walkable[edge] and label[other] == grid:
            search.seen[other] = sought
            begin = other
            wanted += 1
    if wanted <= 1:
        return wanted == 1
    search.seen[node] = search.seen[begin] = reached
    search.queue[0] = begin
    found, taken, waiting = 1, 0, 1
    while taken < waiting:
        here = search.queue[taken]
        taken += 1
        for edge in range(graph.start[here], graph.start[here + 1]):
            other = graph.head[edge]
            if not graph.walkable[edge] or label[other] != grid or search.seen[other] == reached:
                continue
            if search.seen[other] == sought:
                found += 1
                if found == wanted:
                    return True
            search.seen[other] = reached
            search.queue[waiting] = other
            waiting += 1
    return False
