"""Moving single nodes over the border between two grids, as chance has it while it is warm."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.plan.chance import drawn
from gis_grid.core.plan.costs import COLUMNS, LOAD, RIM, Aim, cost_of, cost_with
from gis_grid.core.unowned import unowned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.chance import Chance
    from gis_grid.core.plan.graph import Graph

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_STEPS: Final = 20
"""In how many steps it gets colder."""
_WINDOW: Final = 8192
"""Borders that are tried together: they, their nodes and grids fit in a processor's own memory."""


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


class _State(NamedTuple):
    """A division on the move: what each node and each grid has; room for looking whether grids stay whole."""

    label: Whole
    sums: Floats
    price: Floats
    members: Whole
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
        How many borders are looked at for each node there is.
    warm, cold
        How much dearer a move may typically be, at first and at last; 0 and 0 keep only what pays.

    Returns
    -------
    int
        How many nodes were moved.
    """
    state = _begun(graph, label, grids, aim)
    borders, heat, moved = len(graph.head), warm, 0
    steps = _STEPS if warm > 0.0 else 1
    cooling = (cold / warm) ** (1.0 / (steps - 1)) if warm > 0.0 else 1.0
    for _ in range(steps):
        for begin in range(0, borders, _WINDOW):
            many = min(_WINDOW, borders - begin)
            for _ in range(many * len(label) * tries // (borders * steps)):
                edge = begin + int(drawn(chance) * many)
                moved += _moved(unowned(graph), unowned(state), edge, aim, heat, unowned(chance))
        heat *= cooling
    return moved


@inlined
def _begun(graph: Graph, label: Whole, grids: int, aim: Aim) -> _State:
    """Take stock of a division."""
    nodes = len(label)
    sums = sums_of(graph, label, grids)
    price, members = np.empty(grids), np.zeros(grids, np.int64)
    for grid in range(grids):
        price[grid] = cost_of(sums, grid, aim)
    for node in range(nodes):
        if label[node] >= 0:
            members[label[node]] += 1
    seen, queue, stamp = np.zeros(nodes, np.int64), np.empty(nodes, np.int64), np.zeros(1, np.int64)
    return _State(label, sums, price, members, seen, queue, stamp)


@inlined
def _moved(graph: Graph, state: _State, edge: int, aim: Aim, heat: float, chance: Chance) -> int:
    """Move the node on this side of a border to the grid on the other, if that may be; 1 if it was."""
    label, sums, price = state.label, state.sums, state.price
    node = graph.tail[edge]
    old, new = label[node], label[graph.head[edge]]
    if old == new or old < 0 or new < 0 or not graph.walkable[edge] or state.members[old] == 1:
        return 0
    load = graph.own[node, LOAD]
    if load > 0.0 and (sums[old, LOAD] - load < aim.least or sums[new, LOAD] + load > aim.most):
        return 0
    shared_old, shared_new = _shared(graph, label, node, old, new)
    price_old = cost_with(sums, old, graph.own, node, -1.0, shared_old, aim)
    price_new = cost_with(sums, new, graph.own, node, 1.0, shared_new, aim)
    dearer = price_old + price_new - price[old] - price[new]
    if dearer > 0.0 and (heat <= 0.0 or drawn(chance) >= math.exp(-dearer / heat)):
        return 0
    if not _stays_whole(graph, state, node):
        return 0
    label[node] = new
    for column in range(COLUMNS):
        sums[old, column] -= graph.own[node, column]
        sums[new, column] += graph.own[node, column]
    sums[old, RIM] += 2.0 * shared_old
    sums[new, RIM] -= 2.0 * shared_new
    price[old], price[new] = price_old, price_new
    state.members[old] -= 1
    state.members[new] += 1
    return 1


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
def _stays_whole(graph: Graph, state: _State, node: int) -> bool:
    """Tell whether a node's grid stays in one piece without it: its neighbours there reach each other."""
    label, seen, queue = state.label, state.seen, state.queue
    grid, wanted, begin = label[node], 0, -1
    sought = state.stamp[0] + 1
    reached = sought + 1
    state.stamp[0] = reached
    for edge in range(graph.start[node], graph.start[node + 1]):
        other = graph.head[edge]
        if graph.walkable[edge] and label[other] == grid:
            seen[other] = sought
            begin = other
            wanted += 1
    if wanted <= 1:
        return wanted == 1
    seen[node] = seen[begin] = reached
    queue[0] = begin
    found, taken, waiting = 1, 0, 1
    while taken < waiting:
        here = queue[taken]
        taken += 1
        for edge in range(graph.start[here], graph.start[here + 1]):
            other = graph.head[edge]
            if not graph.walkable[edge] or label[other] != grid or seen[other] == reached:
                continue
            if seen[other] == sought:
                found += 1
                if found == wanted:
                    return True
            seen[other] = reached
            queue[waiting] = other
            waiting += 1
    return False
