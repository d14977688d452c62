"""Turns the finished drawing of the town, in metres, into its layers in longitude and latitude."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample import plan
from gis_grid.sample.frame import on_the_globe
from gis_grid.sample.layers import Areas, Buildings, Compounds, Greens, Grids, Roads, Water
from gis_grid.sample.streets import Heading, Lattice, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block
    from gis_grid.sample.plot import Plot
    from gis_grid.sample.roads import Road

# 999 is the code of no province: nobody can take these codes for a real place's.
SUBDISTRICT_CODE: Final = "999001101"
COMMUNITIES: Final = (
    ("河西社区", "Hexi Community"),
    ("桥北社区", "Qiaobei Community"),
    ("桥南社区", "Qiaonan Community"),
)
RIVER_BEYOND_M: Final = 160.0


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """The town in metres: blocks with what is on them, and the grid of each block."""

    blocks: tuple[Block, ...]
    plots: tuple[Plot, ...]
    roads: tuple[Road, ...]
    grid_of: NDArray[np.int64]
    lattice: Lattice

    @property
    def grounds(self) -> NDArray[np.object_]:
        """Return the blocks' polygons in metres."""
        return np.array([block.ground for block in self.blocks], dtype=object)

    @property
    def community_of_grid(self) -> list[int]:
        """Return the community of each grid."""
        first = [int(np.flatnonzero(self.grid_of == grid)[0]) for grid in range(int(self.grid_of.max()) + 1)]
        return [self.blocks[block].community for block in first]


def area_layer(draft: Draft) -> Areas:
    """Join blocks to communities, and all of them to the subdistrict."""
    grounds = on_the_globe(draft.grounds)
    community = np.array([block.community for block in draft.blocks])
    parts = [grounds, *(grounds[community == number] for number in range(len(COMMUNITIES)))]
    codes = [f"{SUBDISTRICT_CODE}{number:03d}" for number in range(1, len(COMMUNITIES) + 1)]
    return Areas(
        code=(SUBDISTRICT_CODE, *codes),
        name_zh=("示例镇", *(zh for zh, _ in COMMUNITIES)),
        name_en=("Sample Town", *(en for _, en in COMMUNITIES)),
        kind=("subdistrict", *("community" for _ in COMMUNITIES)),
        parent_code=(None, *(SUBDISTRICT_CODE for _ in COMMUNITIES)),
        geometry=_joined(parts),
    )


def _joined(parts: list[NDArray[np.object_]]) -> NDArray[np.object_]:
    """Join each list of polygons that share their vertices; rings run as RFC 7946 wants."""
    joined = np.array([shapely.coverage_union_all(part) for part in parts], dtype=object)
    whole = [shapely.get_geometry(one, 0) if shapely.get_num_geometries(one) == 1 else one for one in joined]
    wound: NDArray[np.object_] = shapely.orient_polygons(shapely.normalize(np.array(whole, dtype=object)))
    return wound


def grid_layer(draft: Draft) -> Grids:
    """Join blocks to grids, name them and count what stands on them."""
    grounds = on_the_globe(draft.grounds)
    communities = draft.community_of_grid
    count = len(communities)
    sequence = [communities[: grid + 1].count(communities[grid]) for grid in range(count)]
    named = list(zip(communities, sequence, strict=True))
    houses = [
        (int(draft.grid_of[house.block]), house.households) for plot in draft.plots for house in plot.houses
    ]
    grid, homes = np.array(houses).T
    return Grids(
        code=tuple(f"{SUBDISTRICT_CODE}{c + 1:03d}{number:03d}" for c, number in named),
        name_zh=tuple(f"{COMMUNITIES[c][0]}第{number}网格" for c, number in named),
        name_en=tuple(f"{COMMUNITIES[c][1]} Grid {number}" for c, number in named),
        community_code=tuple(f"{SUBDISTRICT_CODE}{c + 1:03d}" for c in communities),
        households=np.bincount(grid, weights=homes, minlength=count).astype(np.int64),
        buildings=np.bincount(grid, minlength=count).astype(np.int64),
        geometry=_joined([grounds[draft.grid_of == number] for number in range(count)]),
    )


def building_layer(draft: Draft) -> Buildings:
    """List all houses, block by block."""
    houses = [house for plot in draft.plots for house in plot.houses]
    return Buildings(
        code=tuple(f"B{number:05d}" for number in range(1, len(houses) + 1)),
        kind=tuple(house.kind for house in houses),
        name=tuple(house.name for house in houses),
        floors=np.array([house.floors for house in houses]),
        households=np.array([house.households for house in houses]),
        grid=draft.grid_of[[house.block for house in houses]],
        geometry=on_the_globe(np.array(shapely.polygons([house.ring for house in houses]))),
    )


def road_layer(draft: Draft) -> Roads:
    """List the streets and footpaths."""
    lines = np.array([shapely.linestrings(road.line) for road in draft.roads], dtype=object)
    return Roads(
        code=tuple(f"R{number:04d}" for number in range(1, len(lines) + 1)),
        road_class=tuple(str(road.road_class) for road in draft.roads),
        name_zh=tuple(road.name_zh for road in draft.roads),
        name_en=tuple(road.name_en for road in draft.roads),
        geometry=on_the_globe(lines),
    )


def water_layer(draft: Draft) -> Water:
    """Draw the river out of the town at both ends, and list the ponds."""
    sides = [Side(Heading.NORTH, plan.RIVER, row) for row in range(plan.ROWS)]
    line = np.concatenate([draft.lattice.lines[side][(0 if side.row == 0 else 1) :] for side in sides])
    south = line[0] + (line[0] - line[1]) / np.linalg.norm(line[0] - line[1]) * RIVER_BEYOND_M
    north = line[-1] + (line[-1] - line[-2]) / np.linalg.norm(line[-1] - line[-2]) * RIVER_BEYOND_M
    centre = shapely.LineString(np.round(np.concatenate([south[None], line, north[None]]), 2))
    river = centre.buffer(plan.RIVER_HALF_WIDTH_M, cap_style="flat", quad_segs=4)
    ponds = [green for plot in draft.plots for green in plot.greens if green.kind == "pond"]
    return Water(
        code=tuple(f"H{number:02d}" for number in range(1, len(ponds) + 3)),
        kind=("river", "centre_line", *("pond" for _ in ponds)),
        name_zh=("示例河", "示例河", *(pond.name_zh for pond in ponds)),
        name_en=("Sample River", "Sample River", *(pond.name_en for pond in ponds)),
        geometry=on_the_globe(np.array([river, centre, *(pond.ground for pond in ponds)], dtype=object)),
    )


def compound_layer(draft: Draft) -> Compounds:
    """List the walled grounds with their gates."""
    found = [compound for plot in draft.plots for compound in plot.compounds]
    gates = np.array([shapely.MultiPoint(compound.gates) for compound in found], dtype=object)
    return Compounds(
        code=tuple(f"C{number:03d}" for number in range(1, len(found) + 1)),
        kind=tuple(compound.kind for compound in found),
        name_zh=tuple(compound.name_zh for compound in found),
        name_en=tuple(compound.name_en for compound in found),
        grid=draft.grid_of[[compound.block for compound in found]],
        gates=on_the_globe(gates),
        geometry=on_the_globe(np.array([compound.wall for compound in found], dtype=object)),
    )


def green_layer(draft: Draft) -> Greens:
    """List parks, sports grounds and fields."""
    found = [green for plot in draft.plots for green in plot.greens if green.kind != "pond"]
    return Greens(
        code=tuple(f"G{number:02d}" for number in range(1, len(found) + 1)),
        kind=tuple(green.kind for green in found),
        name_zh=tuple(green.name_zh for green in found),
        name_en=tuple(green.name_en for green in found),
        geometry=on_the_globe(np.array([green.ground for green in found], dtype=object)),
    )
