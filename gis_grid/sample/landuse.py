"""Decides what stands on each block: dense housing in the centre, villages at the edge, public services."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.sample import plan
from gis_grid.sample.seeds import stream

if TYPE_CHECKING:
    from gis_grid.sample.blocks import Block


class Use(StrEnum):
    """What a block is used for."""

    SLAB = "slab"
    TOWER = "tower"
    WALK_UP = "walk_up"
    VILLAGE = "village"
    SCHOOL = "school"
    PARK = "park"
    MARKET = "market"
    HOSPITAL = "hospital"
    OFFICE = "office"
    FACTORY = "factory"
    FIELD = "field"


COMPOUND_USES: Final = (Use.SLAB, Use.TOWER, Use.WALK_UP)

CENTRE_M: Final = 370.0
MIDDLE_M: Final = 700.0
# Shares of the uses by distance from the centre; the rest of a hundred is village.
CENTRE_SHARES: Final = {Use.SLAB: 40, Use.WALK_UP: 32, Use.TOWER: 14, Use.OFFICE: 3}
MIDDLE_SHARES: Final = {Use.SLAB: 27, Use.WALK_UP: 31, Use.TOWER: 4, Use.OFFICE: 2, Use.FACTORY: 2}
EDGE_SHARES: Final = {Use.WALK_UP: 16, Use.SLAB: 7, Use.FACTORY: 4, Use.FIELD: 9}


@dataclass(frozen=True, slots=True)
class Site:
    """A place that the town has once: its use, the community and where it wants to be (column, row)."""

    use: Use
    community: int
    near: tuple[float, float]
    cells: int
    name_zh: str
    name_en: str


SITES: Final = (
    Site(Use.SCHOOL, 0, (2, 8), 2, "示例镇河西小学", "Hexi Primary School"),
    Site(Use.SCHOOL, 1, (14, 9), 2, "示例镇初级中学", "Sample Town Middle School"),
    Site(Use.SCHOOL, 2, (11, 2), 2, "示例镇中心小学", "Sample Town Central Primary School"),
    Site(Use.PARK, 2, (plan.EAST_BANK, 4), 1, "滨河公园", "Riverside Park"),
    Site(Use.PARK, 0, (plan.WEST_BANK - 1, 7), 1, "渡口公园", "Dukou Park"),
    Site(Use.MARKET, 2, (11, 5), 1, "示例镇农贸市场", "Sample Town Market"),
    Site(Use.HOSPITAL, 1, (12, 7), 1, "示例镇卫生院", "Sample Town Health Centre"),
    Site(Use.OFFICE, 1, (13, 8), 1, "示例镇人民政府", "Sample Town Government"),
    Site(Use.OFFICE, 0, (4, 6), 1, "河西社区服务中心", "Hexi Community Centre"),
    Site(Use.OFFICE, 1, (15, 7), 1, "桥北社区服务中心", "Qiaobei Community Centre"),
    Site(Use.OFFICE, 2, (13, 3), 1, "桥南社区服务中心", "Qiaonan Community Centre"),
    Site(Use.FACTORY, 2, (17, 1), 2, "示例镇机砖厂", "Sample Town Brickworks"),
)


SIZE_MATTERS: Final = dict.fromkeys(Use, 2.0) | {Use.PARK: 0.1}
"""Cells of way that one cell too many or too few is worth: a park takes what lies on the river."""


@dataclass(frozen=True, slots=True)
class Lot:
    """The use of a block, with its name where it is one of the town's known places."""

    use: Use
    name_zh: str = ""
    name_en: str = ""


def assign_uses(blocks: tuple[Block, ...], seed: int) -> tuple[Lot, ...]:
    """Give every block its use: first the places that the town has once, then by distance from the centre."""
    rng = stream(seed, "landuse")
    lots: dict[int, Lot] = {}
    for site in SITES:
        free = [b for b in blocks if b.number not in lots and b.community == site.community]
        best = min(free, key=lambda block: (_misfit(block, site), block.number))
        lots[best.number] = Lot(site.use, site.name_zh, site.name_en)
    for block in blocks:
        drawn = float(rng.uniform(0, 100))
        if block.number not in lots:
            lots[block.number] = Lot(_draw_use(block, drawn))
    return tuple(lots[block.number] for block in blocks)


def _misfit(block: Block, site: Site) -> float:
    """Return how badly a block suits a site: cells away, and too small or too large."""
    column, row = np.mean(np.array(block.cells), axis=0)
    dry = round(block.land.area / (plan.BLOCK_WIDTH_M * plan.BLOCK_DEPTH_M))
    return math.hypot(column - site.near[0], row - site.near[1]) + SIZE_MATTERS[site.use] * abs(
        dry - site.cells
    )


def _draw_use(block: Block, drawn: float) -> Use:
    """Pick a use by a number from 0 to 100."""
    away = _from_the_centre_m(block)
    shares = CENTRE_SHARES if away < CENTRE_M else MIDDLE_SHARES if away < MIDDLE_M else EDGE_SHARES
    for use, share in shares.items():
        if drawn < share:
            return use
        drawn -= share
    return Use.VILLAGE


def _from_the_centre_m(block: Block) -> float:
    """Return the distance from the crossing in the centre; the west bank counts as closer than it is."""
    x, y = block.land.centroid.x, block.land.centroid.y
    centre_x, centre_y = plan.warp(2.5 * plan.BLOCK_WIDTH_M, 0.5 * plan.BLOCK_DEPTH_M)
    return math.hypot(x - centre_x, y - centre_y) - (250 if block.community == 0 else 0)
