"""Makes the sample town: a fictive Chinese town on a river, drawn by a seed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.sample.assemble import (
    Draft,
    area_layer,
    building_layer,
    compound_layer,
    green_layer,
    grid_layer,
    road_layer,
    water_layer,
)
from gis_grid.sample.blocks import Block, join_blocks, neighbours_of
from gis_grid.sample.division import Ground, divide
from gis_grid.sample.fill import fill_blocks
from gis_grid.sample.landuse import assign_uses
from gis_grid.sample.layers import Town
from gis_grid.sample.network import build_network
from gis_grid.sample.roads import draw_roads
from gis_grid.sample.streets import Lattice, draw_lattice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.plot import Plot

ROW_OF_CODES_M: Final = 350.0
"""Grids whose middles lie in one such band are numbered from west to east, bands from north to south."""


def make_town(seed: int = 1) -> Town:
    """Make the town of a seed: the same seed gives the same town on every machine.

    Parameters
    ----------
    seed : int
        0 or more. Seed 1 is the town in ``sample_geojson/``.

    Returns
    -------
    Town
        About 12,000 households in 3 communities and some 30 grids, two of them over and two under
        300-500 households.

    Examples
    --------
    >>> town = make_town(1)
    >>> len(town.areas.code), town.areas.name_en[0]
    (4, 'Sample Town')
    """
    lattice = draw_lattice(seed)
    blocks, left_out = join_blocks(lattice, seed)
    plots = fill_blocks(blocks, assign_uses(blocks, seed), seed)
    roads = draw_roads(lattice, blocks, plots, left_out)
    grid_of = _in_order_of_codes(_divide(blocks, plots, lattice, seed), blocks)
    draft = Draft(blocks, plots, roads, grid_of, lattice)
    return Town(
        seed=seed,
        areas=area_layer(draft),
        grids=grid_layer(draft),
        buildings=building_layer(draft),
        roads=road_layer(draft),
        water=water_layer(draft),
        compounds=compound_layer(draft),
        greens=green_layer(draft),
        network=build_network(roads, draft.grounds, grid_of),
    )


def _divide(
    blocks: tuple[Block, ...], plots: tuple[Plot, ...], lattice: Lattice, seed: int
) -> NDArray[np.int64]:
    """Divide the blocks into grids."""
    ground = Ground(
        households=np.array([sum(house.households for house in plot.houses) for plot in plots]),
        area_m2=np.array([block.ground.area for block in blocks]),
        middle=np.array([block.ground.centroid.coords[0] for block in blocks]),
        community=np.array([block.community for block in blocks]),
        neighbours=neighbours_of(blocks, lattice),
    )
    return divide(ground, seed)


def _in_order_of_codes(grid_of: NDArray[np.int64], blocks: tuple[Block, ...]) -> NDArray[np.int64]:
    """Renumber the grids by community, then by bands from north to south, then from west to east."""
    places = []
    for grid in range(int(grid_of.max()) + 1):
        members = [block for block in blocks if grid_of[block.number] == grid]
        weight = sum(block.ground.area for block in members)
        x = sum(block.ground.centroid.x * block.ground.area for block in members) / weight
        y = sum(block.ground.centroid.y * block.ground.area for block in members) / weight
        places.append((members[0].community, -round(y / ROW_OF_CODES_M), x, grid))
    new_number = {grid: number for number, (_, _, _, grid) in enumerate(sorted(places))}
    return np.array([new_number[int(grid)] for grid in grid_of])
