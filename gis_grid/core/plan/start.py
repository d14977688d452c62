"""A first division to improve: by METIS, or by cutting spanning trees again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pymetis

from gis_grid.core.plan.costs import LOAD, Aim
from gis_grid.core.plan.graph import pieces
from gis_grid.core.plan.patch import patch_of
from gis_grid.core.plan.tree import NONE, best_cut

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.chance import Chance
    from gis_grid.core.plan.graph import Graph

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]

_TIGHTER: tuple[float, ...] = (0.35, 0.35, 0.0, 0.0)
"""By how much of the way to the target the limits are narrowed at each attempt while more cuts follow."""


def by_metis(
    graph: Graph, node: Whole, parts: int, *, seed: int, slack: float = 0.05, halving: bool = False
) -> Whole:
    """Divide connected nodes into parts of about equal load with a cheap border (METIS).

    Parameters
    ----------
    slack
        How much heavier than the mean a part may be.
    halving
        Cut in two again and again instead of all at once; parts may then be in pieces.

    Returns
    -------
    int64 (m,)
        Each node's part; some parts may be empty or out of limits.
    """
    place = np.full(len(graph.own), -1)
    place[node] = np.arange(len(node))
    tail, head = place[graph.tail], place[graph.head]
    kept = (tail >= 0) & (head >= 0) & graph.walkable
    by_tail = np.lexsort((head[kept], tail[kept]))
    tail, head = tail[kept][by_tail], head[kept][by_tail]
    options = pymetis.Options(ufactor=max(1, round(1000 * slack)), seed=seed % 2**31)
    if not halving:
        options.contig = 1
    starts = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(node)))])
    found = pymetis.part_graph(
        parts,
        adjacency=pymetis.CSRAdjacency(starts, head),
        vweights=graph.own[node, LOAD].astype(np.int64),
        eweights=np.maximum(1, np.round(graph.cost[kept][by_tail])).astype(np.int64),
        recursive=halving,
        options=options,
    )
    return np.asarray(found.vertex_part, dtype=np.int64)


def by_trees(graph: Graph, node: Whole, parts: int, aim: Aim, *, trees: int, chance: Chance) -> Whole | None:
    """Divide connected nodes by cutting spanning trees, each cut leaving both sides a number of grids.

    Returns
    -------
    int64 (m,) or None
        Each node's part, all within limits and in one piece; None where no such cuts were met with.
    """
    label = np.zeros(len(node), dtype=np.int64)
    if parts == 1:
        return label
    halves = (parts // 2, parts - parts // 2)
    patch = patch_of(graph, node, np.full(len(graph.own), -1))
    for attempt, tighter in enumerate(_TIGHTER):
        side = np.zeros(len(node), dtype=np.bool_)
        narrowed = aim if parts == 2 else _narrowed(aim, tighter)
        if best_cut(patch, halves, narrowed, trees * (1 + 3 * attempt), chance, side) >= NONE:
            continue
        first = by_trees(graph, node[side], halves[0], aim, trees=trees, chance=chance)
        second = (
            by_trees(graph, node[~side], halves[1], aim, trees=trees, chance=chance)
            if first is not None
            else None
        )
        if first is not None and second is not None:
            label[side], label[~side] = first, halves[0] + second
            return label
    return None


def _narrowed(aim: Aim, share: float) -> Aim:
    """Return limits nearer to the target, so that sides can be cut further."""
    return aim._replace(
        least=aim.least + share * (aim.target - aim.least), most=aim.most - share * (aim.most - aim.target)
    )


def by_sweep(graph: Graph, node: Whole, angle: float) -> Whole:
    """Divide nodes in two by a straight line at an angle (radians), half the load on each side."""
    own = graph.own[node]
    load = own[:, LOAD]
    middle = graph.middle[node]
    order = np.argsort(middle @ np.array([np.cos(angle), np.sin(angle)]), kind="stable")
    side = np.zeros(len(node), dtype=np.int64)
    side[order[np.cumsum(load[order]) <= load.sum() / 2]] = 1
    return side


def joined_up(graph: Graph, label: Whole) -> None:
    """Give what hangs apart from its grid's largest piece to the neighbour it shares most with, in place."""
    for _ in range(len(label)):
        same = graph.walkable & (label[graph.tail] == label[graph.head]) & (graph.tail < graph.head)
        piece = pieces(len(label), graph.tail[same], graph.head[same])
        astray = _astray(graph, label, piece)
        if not len(astray):
            return
        shared = graph.walkable & np.isin(piece[graph.tail], astray) & (label[graph.head] >= 0)
        shared &= label[graph.tail] != label[graph.head]
        if not shared.any():
            return
        grids = int(label.max()) + 1
        code, pair = np.unique(
            piece[graph.tail[shared]] * grids + label[graph.head[shared]], return_inverse=True
        )
        cost = np.bincount(pair, weights=graph.cost[shared])
        by_cost = np.lexsort((code, -cost, code // grids))
        moved, at = np.unique(code[by_cost] // grids, return_index=True)
        into = np.full(int(piece.max()) + 1, -1)
        into[moved] = code[by_cost][at] % grids
        # Neighbours that both move could change places for ever: one at a time where they touch.
        one = int(moved[0]) if _touch(graph, piece, moved) else -1
        gone = into[piece] >= 0 if one < 0 else piece == one
        label[gone] = into[piece[gone]]


def _astray(graph: Graph, label: Whole, piece: Whole) -> Whole:
    """Return the pieces that are not the heaviest of their grid."""
    count = int(piece.max(initial=-1)) + 1
    load = np.bincount(piece, weights=graph.own[:, LOAD], minlength=count)
    size = np.bincount(piece, minlength=count)
    grid = np.full(count, -1)
    grid[piece] = label
    order = np.lexsort((np.arange(count), -size, -load, grid))
    first = np.concatenate([[True], grid[order][1:] != grid[order][:-1]])
    astray: Whole = np.sort(order[~first & (grid[order] >= 0)])
    return astray


def _touch(graph: Graph, piece: Whole, moved: Whole) -> bool:
    """Tell whether any two of these pieces have a door to each other."""
    one, other = piece[graph.tail], piece[graph.head]
    met = graph.walkable & (one != other) & np.isin(one, moved) & np.isin(other, moved)
    return bool(met.any())
