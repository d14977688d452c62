"""The network of all that can be walked on: nodes where ways meet, edges with the grids on both sides."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.roads import Road
    from gis_grid.sample.streets import RoadClass

BESIDE_M = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """A way between two nodes: line in metres from ``a`` to ``b``; grids left and right of it (-1: none)."""

    a: int
    b: int
    line: NDArray[np.float64]
    length_m: float
    road_class: RoadClass
    left: int
    right: int

    def other(self, node: int) -> int:
        """Return the node at the other end."""
        return self.b if node == self.a else self.a

    def line_from(self, node: int) -> NDArray[np.float64]:
        """Return the line as walked from a node."""
        return self.line if node == self.a else self.line[::-1]

    def is_inside(self, grid: int) -> bool:
        """Say whether both sides of the way lie in a grid."""
        return self.left == grid and self.right == grid

    def touches(self, grid: int) -> bool:
        """Say whether at least one side of the way lies in a grid."""
        return grid in {self.left, self.right}


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Nodes (n, 2) in metres, edges, and the numbers of the edges at each node."""

    nodes: NDArray[np.float64]
    edges: tuple[Edge, ...]
    at_node: tuple[tuple[int, ...], ...]

    def nearest_node(self, point: NDArray[np.float64], among: list[int]) -> int:
        """Return the node nearest to a point, out of some."""
        off = self.nodes[among] - point
        return among[int(np.argmin(off[:, 0] ** 2 + off[:, 1] ** 2))]

    def shortest(self, start: int, goal: int) -> list[int]:
        """Return the edges of the shortest way between two nodes (Dijkstra).

        Raises
        ------
        ValueError
            When no way leads there.
        """
        best = {start: 0.0}
        came: dict[int, int] = {}
        queue = [(0.0, start)]
        while queue:
            length, node = heapq.heappop(queue)
            if node == goal:
                return self._trace(start, goal, came)
            if length > best[node]:
                continue
            for number in self.at_node[node]:
                edge = self.edges[number]
                there, further = edge.other(node), length + edge.length_m
                if further < best.get(there, np.inf):
                    best[there] = further
                    came[there] = number
                    heapq.heappush(queue, (further, there))
        raise ValueError(f"no way from node {start} to node {goal}")

    def _trace(self, start: int, goal: int, came: dict[int, int]) -> list[int]:
        """Follow the way back from the goal."""
        way: list[int] = []
        node = goal
        while node != start:
            way.append(came[node])
            node = self.edges[came[node]].other(node)
        return way[::-1]


def build_network(
    roads: tuple[Road, ...], grounds: NDArray[np.object_], grid_of: NDArray[np.int64]
) -> Network:
    """Cut roads where they meet and note the grids beside each piece.

    Parameters
    ----------
    roads : tuple of Road
        Roads that share vertices where they meet.
    grounds, grid_of : arrays, shape (blocks,)
        The blocks' polygons in metres, and the number of the grid of each.
    """
    keys = [[(round(x * 100), round(y * 100)) for x, y in road.line.tolist()] for road in roads]
    uses = Counter(key for line in keys for key in line)
    for ends in keys:
        uses.update((ends[0], ends[-1]))
    pieces = [
        (road.road_class, road.line[start : end + 1])
        for road, corners in zip(roads, keys, strict=True)
        for start, end in _cuts([uses[key] > 1 for key in corners])
    ]
    beside = _grids_beside([line for _, line in pieces], grounds, grid_of)
    numbers: dict[tuple[int, int], int] = {}
    places: list[NDArray[np.float64]] = []
    edges: list[Edge] = []
    for (kind, line), (left, right) in zip(pieces, beside.tolist(), strict=True):
        first, last = (_number(point, numbers, places) for point in (line[0], line[-1]))
        step = np.diff(line, axis=0)
        length = float(np.sqrt((step**2).sum(axis=1)).sum())
        edges.append(Edge(first, last, line, length, kind, left, right))
    at_node: list[list[int]] = [[] for _ in places]
    for number, edge in enumerate(edges):
        for node in sorted({edge.a, edge.b}):
            at_node[node].append(number)
    return Network(np.array(places), tuple(edges), tuple(tuple(numbers) for numbers in at_node))


def _cuts(is_node: list[bool]) -> list[tuple[int, int]]:
    """Return the first and last vertex of each piece between nodes."""
    stops = [index for index, node in enumerate(is_node) if node]
    return list(pairwise(stops))


def _number(
    point: NDArray[np.float64], numbers: dict[tuple[int, int], int], places: list[NDArray[np.float64]]
) -> int:
    """Return the number of the node at a point; a new point gets the next number."""
    key = (round(float(point[0]) * 100), round(float(point[1]) * 100))
    if key not in numbers:
        numbers[key] = len(places)
        places.append(point)
    return numbers[key]


def _grids_beside(
    lines: list[NDArray[np.float64]], grounds: NDArray[np.object_], grid_of: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the grids (n, 2) a step to the left and to the right of the middle piece of each line."""
    middle = np.array([len(line) // 2 for line in lines])
    ends = np.array([[line[m - 1], line[m]] for line, m in zip(lines, middle, strict=True)])
    step = ends[:, 1] - ends[:, 0]
    step /= np.sqrt((step**2).sum(axis=1))[:, None]
    normal = np.column_stack([-step[:, 1], step[:, 0]]) * BESIDE_M
    centre = ends.mean(axis=1)
    found = np.full((2, len(lines)), -1, dtype=np.int64)
    tree = shapely.STRtree(grounds)
    for side, points in enumerate((centre + normal, centre - normal)):
        which, block = tree.query(shapely.points(points), predicate="within")
        found[side, which] = grid_of[block]
    return found.T
