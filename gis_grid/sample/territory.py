"""Where a worker walks: the ways of one grid, and a wandering that seeks what was visited least."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.frame import to_metres
from gis_grid.sample.streets import RoadClass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.sample.layers import Town
    from gis_grid.sample.network import Edge, Network

DOOR_WITHIN_M: Final = 32.0
TURN_BACK: Final = 0.04
"""Weight of turning round where another way leads on."""

PAVEMENT_M: Final = {RoadClass.MAIN: 8.5, RoadClass.LANE: 4.5, RoadClass.PATH: 1.5}
"""How far beside the middle line one walks on one's own side of a road."""


@dataclass(frozen=True, slots=True, eq=False)
class Territory:
    """The ways of a grid that hang together.

    ``at_node`` lists edge numbers by node; ``doors`` holds, by node, a place in front of the nearest house.
    """

    grid: int
    network: Network
    at_node: dict[int, tuple[int, ...]]
    doors: dict[int, NDArray[np.float64]]

    @property
    def nodes(self) -> list[int]:
        """Return the nodes in order."""
        return sorted(self.at_node)

    def wander(self, start: int, border: float, rng: np.random.Generator) -> Iterator[tuple[int, Edge]]:
        """Yield (from node, edge) for ever.

        Parameters
        ----------
        start : int
            A node of the territory.
        border : float
            Weight of a way on the grid's border against one inside (1).
        rng : numpy.random.Generator
            Decides at each node.
        """
        visits: Counter[int] = Counter()
        node, last = start, -1
        while True:
            choices = self.at_node[node]
            weights = []
            for number in choices:
                weight = 1.0 if self.network.edges[number].is_inside(self.grid) else border
                weight /= (1 + visits[number]) ** 2
                weights.append(weight * (TURN_BACK if number == last else 1.0))
            last = choices[_pick(weights, float(rng.random()))]
            visits[last] += 1
            edge = self.network.edges[last]
            yield node, edge
            node = edge.other(node)

    def walked_line(self, node: int, edge: Edge, *, own_side: bool) -> NDArray[np.float64]:
        """Return an edge's line from a node on; on the border, if so wanted, on one's own side."""
        line = edge.line
        if own_side and not edge.is_inside(self.grid) and edge.touches(self.grid):
            along = np.gradient(line, axis=0)
            normal = np.column_stack([-along[:, 1], along[:, 0]])
            normal /= np.sqrt((normal**2).sum(axis=1))[:, None]
            side = 1.0 if edge.left == self.grid else -1.0
            line = line + normal * (side * PAVEMENT_M[edge.road_class])
        return line if node == edge.a else line[::-1]


def _pick(weights: list[float], drawn: float) -> int:
    """Return an index with a probability in proportion to its weight."""
    left = drawn * sum(weights)
    for index, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return index
    return len(weights) - 1


def territory_of(town: Town, grid: int) -> Territory:
    """Collect the ways of a grid, the largest part that hangs together, and a door near each node."""
    network = town.network
    numbers = [number for number, edge in enumerate(network.edges) if edge.touches(grid)]
    at_node: dict[int, list[int]] = {}
    for number in numbers:
        edge = network.edges[number]
        for node in sorted({edge.a, edge.b}):
            at_node.setdefault(node, []).append(number)
    part = _largest_part(at_node, network)
    kept = {node: tuple(at_node[node]) for node in sorted(part)}
    return Territory(grid, network, kept, _doors(town, grid, list(kept)))


def _largest_part(at_node: dict[int, list[int]], network: Network) -> set[int]:
    """Return the nodes of the largest connected part."""
    left = set(at_node)
    best: set[int] = set()
    while left:
        part = {min(left)}
        todo = list(part)
        while todo:
            node = todo.pop()
            fresh = {network.edges[number].other(node) for number in at_node[node]} - part
            part |= fresh
            todo += sorted(fresh)
        left -= part
        best = max(best, part, key=len)
    return best


def _doors(town: Town, grid: int, nodes: list[int]) -> dict[int, NDArray[np.float64]]:
    """Find, for each node, the spot in front of the nearest house of the grid, if one is near."""
    mine = town.buildings.geometry[town.buildings.grid == grid]
    if len(mine) == 0:
        return {}
    middles = to_metres(shapely.get_coordinates(shapely.centroid(mine)))
    doors = {}
    for node in nodes:
        off = middles - town.network.nodes[node]
        away = np.sqrt((off**2).sum(axis=1))
        nearest = int(np.argmin(away))
        if away[nearest] < DOOR_WITHIN_M:
            # Half the way to the house's middle is before its wall.
            doors[node] = town.network.nodes[node] + off[nearest] * 0.5
    return doors
