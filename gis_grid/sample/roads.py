"""Joins lattice sides to named streets, and ties the footpaths of the blocks to them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from gis_grid.sample import plan
from gis_grid.sample.streets import Heading, Lattice, RoadClass, Side, road_class, street_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block
    from gis_grid.sample.plot import Plot

TIED_WITHIN_M = 0.3


class Road(NamedTuple):
    """A road: class, names (empty for footpaths), line in metres. Roads that meet share a vertex."""

    road_class: RoadClass
    name_zh: str
    name_en: str
    line: NDArray[np.float64]


def draw_roads(
    lattice: Lattice, blocks: tuple[Block, ...], plots: tuple[Plot, ...], left_out: frozenset[Side]
) -> tuple[Road, ...]:
    """Return streets first, then footpaths."""
    lines = _with_openings(lattice, blocks, plots)
    streets = [
        Road(
            kind,
            *street_name(run[0]),
            np.concatenate([lines[run[0]], *(lines[side][1:] for side in run[1:])]),
        )
        for kind, run in _runs(lattice, left_out)
    ]
    footpaths = [Road(RoadClass.PATH, "", "", path) for plot in plots for path in plot.paths]
    return (*streets, *footpaths)


def _runs(lattice: Lattice, left_out: frozenset[Side]) -> Iterator[tuple[RoadClass, list[Side]]]:
    """Walk each lattice line and yield stretches of one class without a break."""
    across = [Side(Heading.EAST, c, r) for r in range(plan.ROWS + 1) for c in range(plan.COLUMNS)]
    upward = [Side(Heading.NORTH, c, r) for c in range(plan.COLUMNS + 1) for r in range(plan.ROWS)]
    run: list[Side] = []
    kind: RoadClass | None = None
    for side in across + upward:
        there = side in lattice.lines and side not in left_out
        fresh = road_class(side, lattice) if there else None
        follows = (
            bool(run) and street_name(run[-1]) == _name_or_none(side) and run[-1].heading is side.heading
        )
        if kind is not None and not (fresh is kind and follows):
            yield kind, run
            run = []
        kind = fresh
        run = [*run, side] if fresh is not None else []
    if kind is not None:
        yield kind, run


def _name_or_none(side: Side) -> tuple[str, str] | None:
    """Return the name of the street along a side; the river has none."""
    if side.heading is Heading.NORTH and side.column == plan.RIVER:
        return None
    return street_name(side)


def _with_openings(
    lattice: Lattice, blocks: tuple[Block, ...], plots: tuple[Plot, ...]
) -> dict[Side, NDArray[np.float64]]:
    """Put a vertex into each side where a footpath of a block opens on it."""
    openings: dict[Side, list[tuple[float, NDArray[np.float64]]]] = defaultdict(list)
    for block, plot in zip(blocks, plots, strict=True):
        sides = sorted({side for cell in block.cells for side in lattice.sides_of(cell)})
        for path in plot.paths:
            for end in (path[0], path[-1]):
                off, along, side = min((*_offset(end, lattice.lines[side]), side) for side in sides)
                if off < TIED_WITHIN_M:
                    openings[side].append((along, end))
    lines = dict(lattice.lines)
    for side, found in openings.items():
        corners = [(float(i), corner) for i, corner in enumerate(lattice.lines[side])]
        ordered = sorted([*corners, *found], key=lambda item: item[0])
        points = np.array([point for _, point in ordered])
        moved = (np.diff(points, axis=0) != 0).any(axis=1)
        lines[side] = points[np.concatenate([[True], moved])]
    return lines


def _offset(point: NDArray[np.float64], line: NDArray[np.float64]) -> tuple[float, float]:
    """Return the distance from a point to a line, and where along it (piece and share of the piece)."""
    start, step = line[:-1], np.diff(line, axis=0)
    share = ((point - start) * step).sum(axis=1) / (step**2).sum(axis=1)
    share = share.clip(0.001, 0.999)
    off = point - start - step * share[:, None]
    squared = (off**2).sum(axis=1)
    piece = int(np.argmin(squared))
    return float(np.sqrt(squared[piece])), piece + float(share[piece])
