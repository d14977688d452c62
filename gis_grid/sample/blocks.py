"""Joins lattice cells to blocks: the ground between streets, each wholly in one grid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gis_grid.sample import plan
from gis_grid.sample.seeds import stream
from gis_grid.sample.streets import Cell, Heading, Lattice, RoadClass, Side, road_class

if TYPE_CHECKING:
    from numpy.typing import NDArray

MERGED_SHARE = 0.17
"""Share of lanes left out, which makes one block of two cells: room for a school or a large compound."""

BORDER_COST = {RoadClass.MAIN: 0.75, RoadClass.LANE: 1.0, None: 0.6}
"""How dear a metre of grid border is: cheapest along the river (no road), then along main roads."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A piece of ground between streets: the atom of the grids.

    ``ground`` is all of it, ``land`` what is built on (a block on a bank owns its half of the river, too).
    ``east`` is the direction of its streets, a unit vector; lengths are in metres.
    """

    number: int
    cells: tuple[Cell, ...]
    community: int
    ground: shapely.Polygon
    land: shapely.Polygon
    east: tuple[float, float]
    main_sides: tuple[NDArray[np.float64], ...]

    @property
    def on_the_bank(self) -> bool:
        """Say whether the block lies on the river."""
        return any(column in {plan.WEST_BANK - 1, plan.EAST_BANK} for column, _ in self.cells)


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """Borders between blocks: ``cost[a][b]`` in metres times the dearness of the line; the outer border."""

    cost: tuple[dict[int, float], ...]
    outer: tuple[float, ...]


def community_of(cell: Cell) -> int:
    """Return 0 west of the river, 1 north-east and 2 south-east."""
    column, row = cell
    if column < plan.RIVER:
        return 0
    return 1 if row >= plan.NORTH_SOUTH_ROW else 2


def join_blocks(lattice: Lattice, seed: int) -> tuple[tuple[Block, ...], frozenset[Side]]:
    """Return the blocks, numbered from the south-west, and the lanes that were left out inside them."""
    left_out = _lanes_to_leave_out(lattice, seed)
    owner = {cell: cell for cell in lattice.cells}
    for side in left_out:
        low, high = side.cells()
        owner[high] = low
    members: dict[Cell, list[Cell]] = defaultdict(list)
    for cell in sorted(lattice.cells):
        members[owner[_bank_of(cell)]].append(cell)
    blocks = tuple(_block(number, cells, lattice) for number, cells in enumerate(members.values()))
    return blocks, left_out


def _bank_of(cell: Cell) -> Cell:
    """Return the land cell that a cell of the river strip goes with, else the cell itself."""
    column, row = cell
    if column == plan.WEST_BANK:
        return plan.WEST_BANK - 1, row
    return (plan.EAST_BANK, row) if column == plan.RIVER else cell


def _lanes_to_leave_out(lattice: Lattice, seed: int) -> frozenset[Side]:
    """Choose lanes between two cells of one community, no cell twice."""
    rng = stream(seed, "blocks")
    taken: set[Cell] = set()
    left_out: set[Side] = set()
    for side in sorted(lattice.lines):
        drawn = rng.random()
        if side.column in {plan.WEST_BANK, plan.RIVER, plan.EAST_BANK} and side.heading is Heading.NORTH:
            continue
        pair = side.cells()
        inside = all(cell in lattice.cells and _bank_of(cell) == cell for cell in pair)
        if not inside or taken & set(pair) or community_of(pair[0]) != community_of(pair[1]):
            continue
        if road_class(side, lattice) is RoadClass.LANE and drawn < MERGED_SHARE:
            left_out.add(side)
            taken.update(pair)
    return frozenset(left_out)


def _block(number: int, cells: list[Cell], lattice: Lattice) -> Block:
    """Draw a block from its cells."""
    dry = [cell for cell in cells if _bank_of(cell) == cell]
    first = lattice.ring_of(dry[0])
    corner = len(lattice.lines[lattice.sides_of(dry[0])[0]]) - 1
    along = first[corner] - first[0]
    length = float(np.sqrt(along[0] ** 2 + along[1] ** 2))
    mains = [
        lattice.lines[side]
        for cell in dry
        for side in lattice.sides_of(cell)
        if road_class(side, lattice) is RoadClass.MAIN
    ]
    return Block(
        number=number,
        cells=tuple(cells),
        community=community_of(dry[0]),
        ground=_union(cells, lattice),
        land=_union(dry, lattice),
        east=(float(along[0]) / length, float(along[1]) / length),
        main_sides=tuple(mains),
    )


def _union(cells: list[Cell], lattice: Lattice) -> shapely.Polygon:
    """Join cells that share their sides vertex by vertex."""
    joined = shapely.coverage_union_all([shapely.Polygon(lattice.ring_of(cell)) for cell in cells])
    parts = shapely.get_parts(joined)
    (one,) = parts
    return shapely.Polygon(one)


def neighbours_of(blocks: tuple[Block, ...], lattice: Lattice) -> Neighbours:
    """Measure the borders between blocks along the sides of their cells."""
    block_of = {cell: block.number for block in blocks for cell in block.cells}
    cost: tuple[dict[int, float], ...] = tuple({} for _ in blocks)
    outer = [0.0 for _ in blocks]
    for side, line in sorted(lattice.lines.items(), key=lambda item: item[0]):
        low, high = (block_of.get(cell) for cell in side.cells())
        step = np.diff(line, axis=0)
        length = float(np.sqrt(step[:, 0] ** 2 + step[:, 1] ** 2).sum())
        if low is None or high is None:
            outer[high if low is None else low] += length  # type: ignore[index]  # a kept side has one cell
        elif low != high:
            dear = length * BORDER_COST[road_class(side, lattice)]
            cost[low][high] = cost[low].get(high, 0.0) + dear
            cost[high][low] = cost[low][high]
    return Neighbours(cost, tuple(outer))
