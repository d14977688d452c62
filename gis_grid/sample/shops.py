"""Lines main roads with shops: a row of low buildings between the pavement and the compound's wall."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.names import SHOPS
from gis_grid.sample.plot import House, Plot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block

PAVEMENT_M: Final = 13.0
DEPTH_M: Final = 10.0
LEAST_WIDTH_M: Final = 11.0
MOST_WIDTH_M: Final = 24.0
CLEAR_OF_PATHS_M: Final = 3.5


def line_with_shops(block: Block, plot: Plot, rng: np.random.Generator) -> None:
    """Add shops along the block's main roads to its plot, clear of its lanes and of each other."""
    room = block.land.buffer(-PAVEMENT_M + 1, join_style="mitre")
    paths = shapely.MultiLineString(plot.paths).buffer(CLEAR_OF_PATHS_M)
    taken = [shapely.Polygon(house.ring) for house in plot.houses]
    inside = np.array(block.land.centroid.coords[0])
    for line in block.main_sides:
        for start, end in pairwise(line):
            for ring in _row(start, end, inside, rng):
                shop = shapely.Polygon(ring)
                blocked = shapely.intersects(shop, paths) or any(shapely.intersects(taken, shop))
                if room.contains(shop) and not blocked:
                    taken.append(shop)
                    name = SHOPS[int(rng.integers(len(SHOPS)))]
                    floors = int(rng.integers(1, 4))
                    plot.houses.append(House(block.number, "shop", name, floors, 0, ring))


def _row(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    inside: NDArray[np.float64],
    rng: np.random.Generator,
) -> list[NDArray[np.float64]]:
    """Return rings of shops along a straight piece of road, on the side where ``inside`` lies."""
    along = end - start
    length = float(np.sqrt(along[0] ** 2 + along[1] ** 2))
    along = along / length
    inward = np.array([-along[1], along[0]])
    if float(((inside - start) * inward).sum()) < 0:
        inward = -inward
    rings: list[NDArray[np.float64]] = []
    at = 0.5
    while at + LEAST_WIDTH_M <= length:
        width = min(float(rng.uniform(LEAST_WIDTH_M, MOST_WIDTH_M)), length - at - 0.5)
        near = start + along * at + inward * PAVEMENT_M
        far = near + inward * DEPTH_M
        corners = [near, near + along * width, far + along * width, far, near]
        rings.append(np.array(corners).round(2))
        at += width + 1.0
    return rings
