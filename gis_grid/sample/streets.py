"""Draws the lattice of streets and the river that every block, building and grid of the town hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gis_grid.sample import plan
from gis_grid.sample.seeds import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

Cell = tuple[int, int]

STEPS: Final = 4
"""Pieces that one side of a block is drawn with."""


class RoadClass(StrEnum):
    """The classes of ``roads.geojson``."""

    MAIN = "main"
    LANE = "lane"
    PATH = "path"


class Heading(IntEnum):
    """Which way a side of a cell runs."""

    EAST = 0
    NORTH = 1


class Side(NamedTuple):
    """One side of a lattice cell: from node (column, row) one step east or north."""

    heading: Heading
    column: int
    row: int

    def cells(self) -> tuple[Cell, Cell]:
        """Return the two cells that it lies between: south and north of it, or west and east."""
        if self.heading is Heading.EAST:
            return (self.column, self.row - 1), (self.column, self.row)
        return (self.column - 1, self.row), (self.column, self.row)


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The ground plan: cells that are built on, and the drawn line of each of their sides, in metres."""

    cells: frozenset[Cell]
    lines: dict[Side, NDArray[np.float64]]

    def sides_of(self, cell: Cell) -> tuple[Side, Side, Side, Side]:
        """Return the south, east, north and west side of a cell."""
        column, row = cell
        return (
            Side(Heading.EAST, column, row),
            Side(Heading.NORTH, column + 1, row),
            Side(Heading.EAST, column, row + 1),
            Side(Heading.NORTH, column, row),
        )

    def ring_of(self, cell: Cell) -> NDArray[np.float64]:
        """Return the closed outline of a cell, counter-clockwise."""
        south, east, north, west = (self.lines[side] for side in self.sides_of(cell))
        return np.concatenate([south[:-1], east[:-1], north[:0:-1], west[::-1]])


def draw_lattice(seed: int) -> Lattice:
    """Lay out nodes with some unevenness, bend the plan and draw every side of every cell."""
    rng = stream(seed, "lattice")
    nodes = _nodes(rng)
    cells = frozenset(
        (column, row)
        for column in range(plan.COLUMNS)
        for row in range(plan.ROWS)
        if plan.is_built(column, row)
    )
    lines: dict[Side, NDArray[np.float64]] = {}
    for column in range(plan.COLUMNS + 1):
        for row in range(plan.ROWS + 1):
            if column < plan.COLUMNS:
                lines[Side(Heading.EAST, column, row)] = _draw(nodes[column, row], nodes[column + 1, row])
            if row < plan.ROWS:
                lines[Side(Heading.NORTH, column, row)] = _draw(nodes[column, row], nodes[column, row + 1])
    kept = {side: line for side, line in lines.items() if any(cell in cells for cell in side.cells())}
    return Lattice(cells, kept)


def _nodes(rng: np.random.Generator) -> NDArray[np.float64]:
    """Return the nodes before bending, (columns + 1, rows + 1, 2), in metres."""
    widths = plan.BLOCK_WIDTH_M * (1 + rng.uniform(-0.13, 0.13, plan.COLUMNS))
    widths[[plan.WEST_BANK, plan.RIVER]] = plan.HALF_RIVER_STRIP_M
    depths = plan.BLOCK_DEPTH_M * (1 + rng.uniform(-0.11, 0.11, plan.ROWS))
    x = np.concatenate([[0.0], np.cumsum(widths)])
    y = np.concatenate([[0.0], np.cumsum(depths)])
    nodes = np.stack(np.meshgrid(x - x[-1] / 2, y - y[-1] / 2, indexing="ij"), axis=-1)
    sway = rng.normal(0, 7.0, nodes.shape).clip(-16, 16)
    # The river and its banks move together: its width is the same all along.
    for bank in (plan.WEST_BANK, plan.RIVER, plan.EAST_BANK):
        sway[bank, :, :] = 0
    moved: NDArray[np.float64] = nodes + sway
    return moved


def _draw(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Draw a side as a bent line of ``STEPS`` pieces, rounded to the centimetre."""
    share = np.arange(STEPS + 1)[:, None] / STEPS
    flat = start + (end - start) * share
    return np.round(np.array([plan.warp(float(x), float(y)) for x, y in flat]), 2)


def road_class(side: Side, lattice: Lattice) -> RoadClass | None:
    """Return the class of the road along a side; None on the river and, without a bridge, across it."""
    if side.heading is Heading.NORTH:
        if side.column == plan.RIVER:
            return None
        return RoadClass.MAIN if side.column in plan.MAIN_COLUMNS else RoadClass.LANE
    if side.column in {plan.WEST_BANK, plan.RIVER}:
        if side.row in plan.ROAD_BRIDGES:
            return RoadClass.MAIN
        return RoadClass.LANE if side.row in plan.FOOT_BRIDGES else None
    outer = sum(cell in lattice.cells for cell in side.cells()) == 1
    return RoadClass.MAIN if side.row in plan.MAIN_ROWS and not outer else RoadClass.LANE


def street_name(side: Side) -> tuple[str, str]:
    """Return the name of the street along a side, in Chinese and in English."""
    if side.heading is Heading.NORTH:
        return plan.COLUMN_STREETS[side.column]
    return plan.ROW_STREETS[side.row]
