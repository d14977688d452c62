"""What can be divided on its own: ground between barriers, bodies too large for any grid, islands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.costs import LOAD
from gis_grid.core.plan.graph import pieces
from gis_grid.core.plan.lines import DOOR_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.graph import Graph
    from gis_grid.core.plan.limits import Limits

    Flags = NDArray[np.bool_]
    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The parts of a community that are divided one by one.

    Parameters
    ----------
    graph
        With doors opened over the barriers that had to be crossed, and bodies shut off.
    region : (n,)
        Each node's.
    total : (r,)
        Load of each region.
    body : (r,)
        Load of the body over the upper limit that a region is made of, 0 for others; the rest of its total is
        that of the pockets it encloses.
    doors : (2e,)
        Which borders of the graph were walkable before that.
    piece : (n,)
        Each node's piece when no barrier and no body is crossed.
    """

    graph: Graph
    region: Whole
    total: Whole
    body: Whole
    doors: Flags
    piece: Whole


def regions_of(graph: Graph, limits: Limits, *, cross_barriers: bool) -> Regions:
    """Find what can be divided on its own.

    A piece that cannot be divided is joined to a neighbour over a barrier, where that may be crossed: to the
    one with which it can be divided, else to that with the longest border. One too small that nothing but a
    body encloses goes to the body.
    """
    load = graph.own[:, LOAD].astype(np.int64)
    count, large = len(load), load > limits.most
    once = graph.tail < graph.head
    walkable = graph.walkable & ~large[graph.tail] & ~large[graph.head]
    shut = pieces(count, graph.tail[walkable & once], graph.head[walkable & once])
    body = np.bincount(shut, weights=np.where(large, load, 0)).astype(np.int64)
    total = np.bincount(shut, weights=load).astype(np.int64)
    met_m = _borders_between(graph, shut)
    group = {piece: piece for piece in range(len(total))}
    if cross_barriers:
        group = _joined(total, body, met_m, limits)
    joined = np.array([group[piece] for piece in range(len(total))], dtype=np.int64)
    opened = (joined[shut[graph.tail]] == joined[shut[graph.head]]) & (graph.length >= DOOR_M)
    walkable |= opened & (shut[graph.tail] != shut[graph.head])
    host = _pockets(joined, total, body, met_m, limits)
    region = np.unique(host[joined[shut]], return_inverse=True)[1].astype(np.int64)
    regions = int(region.max(initial=-1)) + 1
    return Regions(
        graph._replace(walkable=walkable),
        region,
        np.bincount(region, weights=load, minlength=regions).astype(np.int64),
        np.bincount(region, weights=np.where(large, load, 0), minlength=regions).astype(np.int64),
        graph.walkable,
        shut,
    )


def _borders_between(graph: Graph, piece: Whole) -> dict[int, dict[int, float]]:
    """Return how many metres each piece shares with each other."""
    one, other = piece[graph.tail], piece[graph.head]
    met = one != other
    count = int(piece.max(initial=0)) + 1
    code, pair = np.unique(one[met] * count + other[met], return_inverse=True)
    length = np.bincount(pair, weights=graph.length[met], minlength=len(code))
    met_m: dict[int, dict[int, float]] = {}
    for key, metres in zip(code.tolist(), length.tolist(), strict=True):
        if metres >= DOOR_M:
            met_m.setdefault(key // count, {})[key % count] = metres
    return met_m


def _joined(total: Whole, body: Whole, met_m: dict[int, dict[int, float]], limits: Limits) -> dict[int, int]:
    """Return which pieces go together, each by the least of its group, when barriers may be crossed."""
    group = {piece: piece for piece in range(len(total))}
    left = dict(enumerate(total.tolist()))
    border = {one: dict(others) for one, others in met_m.items()}
    stuck: set[int] = set()
    while True:
        hopeless = [
            (left[g], g) for g in left if not body[g] and g not in stuck and not limits.counts(left[g])
        ]
        if not hopeless:
            return group
        smallest = min(hopeless)[1]
        partners = [
            (bool(limits.counts(left[smallest] + left[other])), metres, -other)
            for other, metres in border.get(smallest, {}).items()
            if not body[other]
        ]
        if not partners:
            stuck.add(smallest)
            continue
        partner = -max(partners)[2]
        stuck.discard(partner)
        into, gone = min(smallest, partner), max(smallest, partner)
        left[into] += left.pop(gone)
        for other, metres in border.pop(gone, {}).items():
            border[other].pop(gone)
            if other != into:
                border[into][other] = border[other][into] = border[into].get(other, 0.0) + metres
        group = {piece: into if g == gone else g for piece, g in group.items()}


def _pockets(
    joined: Whole, total: Whole, body: Whole, met_m: dict[int, dict[int, float]], limits: Limits
) -> Whole:
    """Return what each group goes with: itself, or the body that encloses it and leaves it too small."""
    host = np.arange(len(total))
    of_group = np.bincount(joined, weights=total, minlength=len(total))
    for group in np.unique(joined).tolist():
        if body[group] or of_group[group] >= limits.least:
            continue
        around: dict[int, float] = {}
        for piece in np.flatnonzero(joined == group).tolist():
            for other, metres in met_m.get(piece, {}).items():
                if joined[other] != group:
                    around[other] = around.get(other, 0.0) + metres
        if around and all(body[other] for other in around):
            host[group] = max(around, key=lambda other: (around[other], -other))
    return host
