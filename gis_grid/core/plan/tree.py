"""Cutting ground in two: spanning trees that keep within blocks, each cut where both sides come out best."""

# ruff: noqa: PLR0917 - kernels take arrays and numbers one by one
from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.core.kernel import inlined, kernel
from gis_grid.core.plan.chance import drawn
from gis_grid.core.plan.costs import AREA, COLUMNS, EAST, LOAD, NORTH, RIM, SQUARE, Aim, cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.chance import Chance
    from gis_grid.core.plan.patch import Patch

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

NONE: Final = 1e300
"""What a cut costs where there is none."""

_PLAIN_EVERY: Final = 4
"""One tree in so many has no liking for blocks, so that other cuts are found too."""
_ROADS_LATE: Final = 0.8
"""Share of the borders on the ground that join a tree after all others: it keeps within blocks."""


class _Tree(NamedTuple):
    """A spanning tree walked from its root: ground (m,) in the order of the walk.

    Attributes
    ----------
    turn
        When each place was reached.
    reached
        The place of each turn.
    up
        The turn that each turn was reached from; the root's is -1.
    size
        How many turns the branch has that begins at each.
    load
        What lives on that branch.
    """

    turn: Whole
    reached: Whole
    up: Whole
    size: Whole
    load: Floats


class _Desk(NamedTuple):
    """Room for growing trees."""

    order: Whole
    leader: Whole
    latest: Whole
    before: Whole
    to: Whole
    stack: Whole
    above: Whole


@kernel
def best_cut(
    patch: Patch,
    parts: tuple[int, int],
    aim: Aim,
    trees: int,
    chance: Chance,
    side: Flags,
) -> float:
    """Find the cheapest cut into two connected sides for so many grids each, over a number of random trees.

    Parameters
    ----------
    parts
        How many grids each side is to hold: its load is within so many times the limits.
    side : (m,)
        Set to what lies on the first side; left alone where no tree has a cut.

    Returns
    -------
    float
        What both sides cost, each as one of its grids; `NONE` where no tree has a cut.
    """
    count, edges = len(patch.node), len(patch.first)
    tree = _Tree(
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(count),
    )
    total = np.zeros(COLUMNS)
    for i in range(count):
        for column in range(COLUMNS):
            total[column] += patch.own[i, column]
    desk = _Desk(
        np.empty(edges, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
        np.empty(2 * count, np.int64),
        np.empty(2 * count, np.int64),
        np.empty(count, np.int64),
        np.empty(count, np.int64),
    )
    best = NONE
    for k in range(trees):
        late = 0.0 if k % _PLAIN_EVERY == _PLAIN_EVERY - 1 else _ROADS_LATE
        _shuffle(patch, late, chance, desk.order)
        if not _grow(patch, desk):
            return NONE
        _walk(int(drawn(chance) * count), desk, tree)
        _add_up(patch, tree)
        price, cut, swapped = _cheapest(patch, total, tree, parts, aim)
        if price < best:
            best = price
            for i in range(count):
                in_branch = cut <= tree.turn[i] < cut + tree.size[cut]
                side[i] = in_branch != swapped
    return best


@inlined
def _shuffle(patch: Patch, late: float, chance: Chance, order: Whole) -> None:
    """Put borders in random order, a share of those on the ground after all others."""
    edges = len(patch.first)
    early, end = 0, edges
    for e in range(edges):
        if patch.road[e] and late > 0.0 and drawn(chance) < late:
            end -= 1
            order[end] = e
        else:
            order[early] = e
            early += 1
    for k in range(edges - 1):
        last = early if k < early else edges
        j = k + int(drawn(chance) * (last - k))
        order[k], order[j] = order[j], order[k]


@inlined
def _grow(patch: Patch, desk: _Desk) -> bool:
    """Join places by borders in their order (Kruskal); tell whether all came together."""
    count = len(patch.node)
    for i in range(count):
        desk.leader[i], desk.latest[i] = i, -1
    links = 0
    for e in desk.order:
        if not patch.walkable[e]:
            continue
        one, other = patch.first[e], patch.second[e]
        a, b = _leader(desk.leader, one), _leader(desk.leader, other)
        if a != b:
            desk.leader[a] = b
            desk.to[links], desk.before[links], desk.latest[one] = other, desk.latest[one], links
            desk.to[links + 1], desk.before[links + 1], desk.latest[other] = (
                one,
                desk.latest[other],
                links + 1,
            )
            links += 2
            if links == 2 * (count - 1):
                break
    return links == 2 * (count - 1)


@inlined
def _leader(leader: Whole, i: int) -> int:
    """Return who stands for all that have come together with a place."""
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@inlined
def _walk(root: int, desk: _Desk, tree: _Tree) -> None:
    """Walk the tree from its root, each branch to its end."""
    desk.stack[0], desk.above[root] = root, -1
    waiting, turn = 1, 0
    while waiting:
        waiting -= 1
        i = desk.stack[waiting]
        tree.turn[i], tree.reached[turn] = turn, i
        tree.up[turn] = tree.turn[desk.above[i]] if desk.above[i] >= 0 else -1
        turn += 1
        link = desk.latest[i]
        while link >= 0:
            j = desk.to[link]
            if j != desk.above[i]:
                desk.above[j], desk.stack[waiting] = i, j
                waiting += 1
            link = desk.before[link]


@inlined
def _add_up(patch: Patch, tree: _Tree) -> None:
    """Count every branch, and what lives there."""
    count = len(patch.node)
    for turn in range(count):
        tree.size[turn], tree.load[turn] = 1, patch.own[tree.reached[turn], LOAD]
    for turn in range(count - 1, 0, -1):
        tree.size[tree.up[turn]] += tree.size[turn]
        tree.load[tree.up[turn]] += tree.load[turn]


@inlined
def _cheapest(
    patch: Patch, total: Floats, tree: _Tree, parts: tuple[int, int], aim: Aim
) -> tuple[float, int, bool]:
    """Return the price of the best branch to cut off, its turn, and whether it is the second side."""
    best, cut, swapped = NONE, 0, False
    for turn in range(1, len(patch.node)):
        load, rest = tree.load[turn], tree.load[0] - tree.load[turn]
        if _fits(load, parts[0], aim) and _fits(rest, parts[1], aim):
            second = False
        elif _fits(load, parts[1], aim) and _fits(rest, parts[0], aim):
            second = True
        else:
            continue
        price = _price(patch, total, tree, turn, parts if not second else (parts[1], parts[0]), aim)
        if price < best:
            best, cut, swapped = price, turn, second
    return best, cut, swapped


@inlined
def _fits(load: float, parts: int, aim: Aim) -> bool:
    """Tell whether a load can be so many grids."""
    return parts * aim.least <= load <= parts * aim.most


@inlined
def _price(patch: Patch, total: Floats, tree: _Tree, turn: int, parts: tuple[int, int], aim: Aim) -> float:
    """Return what a branch and the rest cost, each seen as one of its grids."""
    end = turn + tree.size[turn]
    area = rim = east = north = square = 0.0
    for k in range(turn, end):
        i = tree.reached[k]
        area += patch.own[i, AREA]
        rim += patch.own[i, RIM]
        east += patch.own[i, EAST]
        north += patch.own[i, NORTH]
        square += patch.own[i, SQUARE]
    within = without = 0.0
    for e in range(len(patch.first)):
        a = turn <= tree.turn[patch.first[e]] < end
        b = turn <= tree.turn[patch.second[e]] < end
        if a and b:
            within += patch.cost[e]
        elif not (a or b):
            without += patch.cost[e]
    one, other = parts
    load = tree.load[turn]
    return cost(load / one, area, rim - 2.0 * within, east / one, north / one, square / one, aim) + cost(
        (total[LOAD] - load) / other,
        total[AREA] - area,
        total[RIM] - rim - 2.0 * without,
        (total[EAST] - east) / other,
        (total[NORTH] - north) / other,
        (total[SQUARE] - square) / other,
        aim,
    )
