"""The graph of a community: nodes are atoms, or an atom with the water glued to it; edges are borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.costs import AREA, COLUMNS, EAST, LOAD, NORTH, RIM, SQUARE
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.core.plan.lines import CLASSES, COST_PER_METRE, DOOR_M, LineClass
from gis_grid.core.plan.together import together

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

_CURVE_BITS: Final = 20


class Graph(NamedTuple):
    """Nodes (n,) and their borders, each written down at both ends (2e,), by rising tail and head.

    Attributes
    ----------
    start : (n + 1,)
        Where each node's borders begin.
    tail, head
        Nodes on this side and the other.
    cost
        What the border costs when it parts two grids.
    length : metres
    walkable
        Whether a grid may reach over it.
    inside
        Share of it that follows no line on the ground.
    own : (n, `COLUMNS`)
        What each node adds to a grid's sums.
    middle : (n, 2)
        Metres from the middle of all.
    """

    start: Whole
    tail: Whole
    head: Whole
    cost: Floats
    length: Floats
    walkable: Flags
    inside: Floats
    own: Floats
    middle: Floats


def loads(atoms: Atoms, limits: Limits) -> Whole:
    """Return what each atom's size is counted in: households or people."""
    return atoms.households if limits.size is Size.HOUSEHOLDS else atoms.people


def walkable_borders(borders: Borders) -> Flags:
    """Return which borders have a door: at least `DOOR_M` that is no barrier."""
    found: Flags = borders.on_foot_m >= DOOR_M
    return found


def pieces(count: int, first: Whole, second: Whole) -> Whole:
    """Return for each of `count` nodes the number of the piece it is in, given who is joined to whom."""
    return together(count, first, second)


def glued(load: Whole, borders: Borders) -> Whole:
    """Return for each atom the one that it goes with.

    Ground that nobody lives on and that no door leads to (water between two banks) goes with the neighbour it
    shares the longest border with; every other atom with itself.
    """
    door = walkable_borders(borders)
    piece = pieces(len(load), borders.first[door], borders.second[door])
    lived_in = np.bincount(piece, weights=load)[piece] > 0
    host = np.where(lived_in, np.arange(len(load)), -1)
    tail = np.concatenate([borders.first, borders.second])
    head = np.concatenate([borders.second, borders.first])
    wet = np.flatnonzero(~lived_in[tail])
    tail, head, length_m = tail[wet], head[wet], borders.length_m[wet % max(len(borders.first), 1)]
    by_length = np.lexsort((head, -length_m, tail))
    tail, head = tail[by_length], head[by_length]
    while True:
        reached = np.flatnonzero((host[tail] < 0) & (host[head] >= 0))
        if not len(reached):
            break
        water, at = np.unique(tail[reached], return_index=True)
        host[water] = host[head[reached[at]]]
    return np.where(host < 0, np.arange(len(load)), host)


def graph_of(atoms: Atoms, borders: Borders, limits: Limits, rows: Whole) -> tuple[Graph, Whole]:
    """Return the graph of some rows of atoms, and the node of each of them.

    Borders with atoms outside `rows` count as outline. Nodes near each other have near numbers.
    """
    place = np.full(len(atoms), -1)
    place[rows] = np.arange(len(rows))
    both = (place[borders.first] >= 0) & (place[borders.second] >= 0)
    within = type(borders)(
        place[borders.first[both]],
        place[borders.second[both]],
        borders.by_class_m[both],
        borders.outer_m[rows],
    )
    load = loads(atoms, limits)[rows]
    host = glued(load, within)
    middle = shapely.get_coordinates(shapely.centroid(atoms.polygon[rows]))
    node, count = _along_a_curve(middle, host)
    own, middle = _sums(shapely.area(atoms.polygon[rows]), middle, load, node, count)
    cost = borders.by_class_m @ np.array(COST_PER_METRE)
    rim = borders.outer_m[rows].copy()
    for end in (borders.first, borders.second):
        mine = place[end] >= 0
        rim += np.bincount(place[end[mine]], weights=cost[mine], minlength=len(rows))
    own[:, RIM] = np.bincount(node, weights=rim, minlength=count)
    return _between(within, host, node, own, middle), node


def _along_a_curve(middle: Floats, host: Whole) -> tuple[Whole, int]:
    """Return the node of each atom and how many there are, numbered along a Z-order curve (Morton 1966)."""
    kept = np.unique(host)
    if not len(kept):
        return kept, 0
    at = middle[kept] - middle[kept].min(axis=0)
    cell = (at / max(float(at.max()), 1e-9) * (2**_CURVE_BITS - 1)).astype(np.int64)
    code = np.zeros(len(kept), dtype=np.int64)
    for bit in range(_CURVE_BITS):
        code |= ((cell[:, 0] >> bit & 1) << 2 * bit) | ((cell[:, 1] >> bit & 1) << 2 * bit + 1)
    number = np.empty(len(host), dtype=np.int64)
    number[kept[np.argsort(code, kind="stable")]] = np.arange(len(kept))
    return number[host], len(kept)


def _sums(area: Floats, middle: Floats, load: Whole, node: Whole, count: int) -> tuple[Floats, Floats]:
    """Add up what nodes add to a grid, all but the outline, and find their middles.

    An atom's load is taken to be spread over a disc.
    """
    x, y = (middle - (middle.mean(axis=0) if len(middle) else 0.0)).T
    columns = {
        LOAD: load,
        AREA: area,
        EAST: load * x,
        NORTH: load * y,
        SQUARE: load * (x * x + y * y + area / (2 * np.pi)),
    }
    own = np.zeros((count, COLUMNS))
    for column, each in columns.items():
        own[:, column] = np.bincount(node, weights=each, minlength=count)
    weighted = np.column_stack([np.bincount(node, weights=area * each, minlength=count) for each in (x, y)])
    return own, weighted / np.maximum(own[:, [AREA]], 1e-9)


def _between(within: Borders, host: Whole, node: Whole, own: Floats, middle: Floats) -> Graph:
    """Write down the borders between nodes; the outline of a node loses what lies inside it."""
    count, itself = len(own), host == np.arange(len(host))
    a, b = node[within.first], node[within.second]
    cost = within.by_class_m @ np.array(COST_PER_METRE)
    inner = a == b
    own[:, RIM] -= 2 * np.bincount(a[inner], weights=cost[inner], minlength=count)
    # A door from water to water leads nowhere: only those between atoms that stand for themselves count.
    door = itself[within.first] & itself[within.second]
    door_m = np.where(door, within.by_class_m.sum(axis=1) - within.by_class_m[:, LineClass.RIVER], 0.0)
    code, pair = np.unique(np.minimum(a, b)[~inner] * count + np.maximum(a, b)[~inner], return_inverse=True)
    amounts = np.column_stack([within.by_class_m, cost, door_m])[~inner]
    summed = np.column_stack(
        [np.bincount(pair, weights=each, minlength=len(code)) for each in amounts.T]
    ).reshape(len(code), CLASSES + 2)
    length = summed[:, :CLASSES].sum(axis=1)
    unseen = summed[:, LineClass.INSIDE] + summed[:, LineClass.DRAWN]
    low, high = code // max(count, 1), code % max(count, 1)
    tail, head = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.lexsort((head, tail))
    start = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=count))]).astype(np.int64)

    def both(each: NDArray[Any]) -> NDArray[Any]:
        return np.ascontiguousarray(np.tile(each, 2)[order])

    return Graph(
        start,
        tail[order],
        head[order],
        cost=both(summed[:, CLASSES]),
        length=both(length),
        walkable=both(summed[:, CLASSES + 1] >= DOOR_M),
        inside=both(unseen / np.maximum(length, 1e-9)),
        own=own,
        middle=middle,
    )


def taken_out(graph: Graph, node: Whole) -> Graph:
    """Return the graph of some nodes alone; their borders with others stay part of their outline."""
    if len(node) == len(graph.own):
        return graph
    place = np.full(len(graph.own), -1)
    place[node] = np.arange(len(node))
    kept = (place[graph.tail] >= 0) & (place[graph.head] >= 0)
    tail = place[graph.tail[kept]]
    return Graph(
        np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(node)))]).astype(np.int64),
        tail,
        place[graph.head[kept]],
        cost=graph.cost[kept],
        length=graph.length[kept],
        walkable=graph.walkable[kept],
        inside=graph.inside[kept],
        own=graph.own[node],
        middle=graph.middle[node],
    )
