"""Bringing grids that are too large or too small within limits: with neighbours, enough to be cut anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.core.plan.chance import chance_of
from gis_grid.core.plan.costs import LOAD, Aim
from gis_grid.core.plan.start import by_trees

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.graph import Graph
    from gis_grid.core.plan.limits import Limits

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_ROUNDS: Final = 6
_NEIGHBOURS: Final = 14
"""How many grids are taken together before one is given up for this round."""
_COUNTS: Final = 3
_TREES: Final = 24


def counts_by_liking(total: int, limits: Limits) -> list[int]:
    """Return the numbers of grids a total can be divided into, those of about the target's size first."""
    return sorted(limits.counts(total), key=lambda parts: (abs(total / parts - limits.target), parts))


def loads_of(graph: Graph, label: Whole, grids: int) -> Floats:
    """Return the load of each grid; labels below 0 belong to none."""
    held = label >= 0
    return np.bincount(label[held], weights=graph.own[held, LOAD], minlength=grids).astype(np.float64)


def out_of_limits(graph: Graph, label: Whole, grids: int, limits: Limits) -> list[int]:
    """Return the grids that are too small or too large, by rising load; those without nodes are none."""
    load = loads_of(graph, label, grids)
    used = np.bincount(label[label >= 0], minlength=grids) > 0
    out = np.flatnonzero(used & ((load < limits.least) | (load > limits.most)))
    return [int(grid) for grid in out[np.argsort(load[out], kind="stable")]]


def repaired(graph: Graph, label: Whole, grids: int, limits: Limits, *, seed: int) -> tuple[Whole, int]:
    """Return a division with as few grids out of limits as can be found, and how many labels it has."""
    label = label.copy()
    for attempt in range(_ROUNDS):
        out = out_of_limits(graph, label, grids, limits)
        if not out:
            break
        for grid in out:
            seeds = (seed, attempt, grid)
            grids = _cut_anew_around(graph, label, grid, grids=grids, limits=limits, seeds=seeds)
    return without_gaps(label)


def without_gaps(label: Whole) -> tuple[Whole, int]:
    """Give grids numbers from 0 without a gap, and return how many there are too; nodes below 0 stay so."""
    held = label >= 0
    kept, number = np.unique(label[held], return_inverse=True)
    close = label.copy()
    close[held] = number
    return close, len(kept)


def given_names(label: Whole, node: Whole, found: Whole, taken: list[int], grids: int) -> int:
    """Give parts the labels of the grids that they were made of, in place; return how many labels there are.

    Parameters
    ----------
    node
        The nodes of all grids in `taken`.
    found
        The part of each, from 0.
    """
    parts = int(found.max()) + 1
    names = np.array((taken + list(range(grids, grids + parts)))[:parts])
    label[node] = names[found]
    return max(grids, int(names.max()) + 1)


def _cut_anew_around(
    graph: Graph, label: Whole, grid: int, *, grids: int, limits: Limits, seeds: tuple[int, int, int]
) -> int:
    """Cut a grid anew with as few neighbours as it takes; return how many labels there are then."""
    load = loads_of(graph, label, grids)
    if limits.least <= load[grid] <= limits.most or not (label == grid).any():
        return grids
    taken, aim = [grid], Aim.of(limits)
    for step in range(_NEIGHBOURS):
        node = np.flatnonzero(np.isin(label, taken))
        for parts in counts_by_liking(int(load[taken].sum()), limits)[:_COUNTS]:
            chance = chance_of(*seeds, step, parts)
            found = by_trees(graph, node, parts, aim, trees=_TREES, chance=chance)
            if found is not None:
                return given_names(label, node, found, taken, grids)
        neighbour = best_neighbour(graph, label, taken, load, limits)
        if neighbour is None:
            break
        taken.append(neighbour)
    return grids


def best_neighbour(graph: Graph, label: Whole, taken: list[int], load: Floats, limits: Limits) -> int | None:
    """Return the grid to take in next: one with much border; better if all can then be near the target."""
    mine = np.isin(label, taken)
    door = graph.walkable & mine[graph.tail] & ~mine[graph.head] & (label[graph.head] >= 0)
    if not door.any():
        return None
    shared = np.bincount(label[graph.head[door]], weights=graph.cost[door], minlength=len(load))
    for other in np.flatnonzero(shared):
        total = int(load[taken].sum() + load[other])
        likely = counts_by_liking(total, limits)[:1]
        if likely and abs(total / likely[0] - limits.target) < (limits.most - limits.least) / 4:
            shared[other] *= 2
    return int(np.argmax(shared))
