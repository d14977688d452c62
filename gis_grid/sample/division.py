"""Divides each community's blocks into grids: grows regions from seeds, then moves blocks while that helps.

A simple seeded method for a sample: it starts even, keeps every grid in one piece and prefers borders
along the river and main roads.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.sample.seeds import stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Neighbours

LEAST_HOUSEHOLDS: Final = 300
MOST_HOUSEHOLDS: Final = 500

USUAL_TARGET: Final = 372
LARGE_TARGET: Final = 560
SMALL_TARGET: Final = 235
# Which communities have a grid over the limit and which one under it.
LARGE_IN: Final = (1, 2)
SMALL_IN: Final = (0, 1)

MOVES_PER_BLOCK: Final = 260
START_HEAT: Final = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is known of each block, by number: households, area in square metres, middle in metres."""

    households: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    middle: NDArray[np.float64]
    community: NDArray[np.int64]
    neighbours: Neighbours


@dataclass(slots=True, eq=False)
class Region:
    """A grid while it is being made."""

    target: int
    blocks: set[int] = field(default_factory=set)
    households: int = 0
    area_m2: float = 0.0
    border_m: float = 0.0

    def cost(self) -> float:
        """Grow with a long border for the area and with the distance to the wanted households."""
        if not self.blocks:
            return 1e6
        shape = self.border_m**2 / (4 * math.pi * self.area_m2)
        miss = (self.households - self.target) / 100
        return shape + 0.5 * miss * miss + 8 * self._out_of_range()

    def _out_of_range(self) -> float:
        """Return how far the households are from the range that this grid is meant for, in hundreds."""
        low, high = LEAST_HOUSEHOLDS + 8, MOST_HOUSEHOLDS - 8
        if self.target == LARGE_TARGET:
            low, high = MOST_HOUSEHOLDS + 20, MOST_HOUSEHOLDS + 120
        elif self.target == SMALL_TARGET:
            low, high = LEAST_HOUSEHOLDS - 110, LEAST_HOUSEHOLDS - 20
        return max(low - self.households, self.households - high, 0) / 100


def divide(ground: Ground, seed: int) -> NDArray[np.int64]:
    """Return the number of the grid of each block; a grid lies in one community and is one piece."""
    grid_of = np.full(len(ground.households), -1, dtype=np.int64)
    count = 0
    for community in range(int(ground.community.max()) + 1):
        members = [int(block) for block in np.flatnonzero(ground.community == community)]
        targets = _targets(int(ground.households[members].sum()), community)
        rng = stream(seed, "division", community)
        regions = [Region(target) for target in targets]
        owner = _grow(regions, members, ground, rng)
        _improve(regions, owner, ground, rng)
        for number, region in enumerate(regions):
            grid_of[sorted(region.blocks)] = count + number
        count += len(regions)
    return grid_of


def _targets(total: int, community: int) -> list[int]:
    """Share a community's households out: mostly grids of the usual size, and the odd large or small one."""
    odd = [LARGE_TARGET] * LARGE_IN.count(community) + [SMALL_TARGET] * SMALL_IN.count(community)
    usual = max(1, round((total - sum(odd)) / USUAL_TARGET))
    return [(total - sum(odd)) // usual] * usual + odd


def _grow(
    regions: list[Region], members: list[int], ground: Ground, rng: np.random.Generator
) -> dict[int, Region]:
    """Start regions far apart and let the one that lacks most take the nearest free block beside it."""
    owner: dict[int, Region] = {}
    start = members[int(rng.integers(len(members)))]
    middles = []
    away = np.full(len(members), np.inf)
    for region in regions:
        _join(start, region, owner, ground)
        middle = ground.middle[start]
        middles.append(middle)
        off = ground.middle[members] - middle
        away = np.minimum(away, off[:, 0] ** 2 + off[:, 1] ** 2)
        start = members[int(np.argmax(away))]
    while len(owner) < len(members):
        lacking = sorted(range(len(regions)), key=lambda i: (regions[i].households / regions[i].target, i))
        for number in lacking:
            region = regions[number]
            beside = {b for block in region.blocks for b in ground.neighbours.cost[block]}
            free = sorted(
                b for b in beside if b not in owner and ground.community[b] == ground.community[start]
            )
            if free:
                off = ground.middle[free] - middles[number]
                nearest = free[int(np.argmin(off[:, 0] ** 2 + off[:, 1] ** 2))]
                _join(nearest, region, owner, ground)
                break
    return owner


def _improve(
    regions: list[Region], owner: dict[int, Region], ground: Ground, rng: np.random.Generator
) -> None:
    """Move single blocks across borders, first also uphill, later only downhill (annealing)."""
    members = sorted(owner)
    moves = MOVES_PER_BLOCK * len(members)
    picks = rng.integers(len(members), size=moves)
    draws = rng.random((moves, 2))
    for move in range(moves):
        block = members[int(picks[move])]
        source = owner[block]
        around = [b for b in ground.neighbours.cost[block] if b in owner and owner[b] is not source]
        if not around or len(source.blocks) == 1:
            continue
        goal = owner[around[int(draws[move, 0] * len(around))]]
        heat = START_HEAT * (1 - move / moves) ** 2 + 1e-9
        before = source.cost() + goal.cost()
        _leave(block, source, owner, ground)
        _join(block, goal, owner, ground)
        worse = source.cost() + goal.cost() - before
        if worse > heat * -math.log(1 - draws[move, 1]) or not _is_one_piece(source, ground):
            _leave(block, goal, owner, ground)
            _join(block, source, owner, ground)


def _join(block: int, region: Region, owner: dict[int, Region], ground: Ground) -> None:
    """Put a free block into a region."""
    region.border_m += _border_change(block, region, ground)
    region.blocks.add(block)
    region.households += int(ground.households[block])
    region.area_m2 += float(ground.area_m2[block])
    owner[block] = region


def _leave(block: int, region: Region, owner: dict[int, Region], ground: Ground) -> None:
    """Take a block out of its region."""
    region.blocks.remove(block)
    region.border_m -= _border_change(block, region, ground)
    region.households -= int(ground.households[block])
    region.area_m2 -= float(ground.area_m2[block])
    del owner[block]


def _border_change(block: int, region: Region, ground: Ground) -> float:
    """Return the metres of border that a region gains when this block joins it."""
    change = ground.neighbours.outer[block]
    for other, metres in ground.neighbours.cost[block].items():
        change += -metres if other in region.blocks else metres
    return change


def _is_one_piece(region: Region, ground: Ground) -> bool:
    """Say whether all blocks of a region can be reached from one of them."""
    first = next(iter(region.blocks))
    seen = {first}
    todo = [first]
    while todo:
        fresh = [b for b in ground.neighbours.cost[todo.pop()] if b in region.blocks and b not in seen]
        seen.update(fresh)
        todo += fresh
    return len(seen) == len(region.blocks)
