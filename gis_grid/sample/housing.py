"""Fills a block with a walled compound: rows of slabs, walk-ups or towers, inner lanes, gates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.landuse import Use
from gis_grid.sample.plot import (
    MAIN_SETBACK_M,
    SHOP_STRIP_M,
    Axes,
    Compound,
    House,
    Plot,
    buildable,
    clear_span,
    crossing,
    rectangles,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block

WALL_CLEARANCE_M: Final = 6.5
LANE_FROM_WALL_M: Final = 3.5
HALF_SPINE_M: Final = 4.5
LANE_BEHIND_ROW_M: Final = 4.5


@dataclass(frozen=True, slots=True)
class Style:
    """How a compound's houses are built: sizes in metres, least and most stairs and floors of a house."""

    depth_m: float
    stair_width_m: float
    row_gap_m: float
    house_gap_m: float
    stairs: tuple[int, int]
    floors: tuple[int, int]
    homes_a_floor: int


STYLES: Final = {
    Use.SLAB: Style(12.0, 14.5, 21.0, 8.0, (2, 3), (5, 7), 2),
    Use.WALK_UP: Style(10.0, 12.5, 15.0, 6.0, (1, 3), (3, 5), 2),
    Use.TOWER: Style(19.0, 24.0, 27.0, 18.0, (1, 1), (11, 17), 4),
}


def lay_compound(
    block: Block, use: Use, name: tuple[str, str], *, shops: bool, rng: np.random.Generator
) -> Plot:
    """Draw a compound: wall, gates, rows of houses on both sides of a spine lane, a lane behind each row."""
    style = STYLES[use]
    axes = Axes.of(block)
    wall = buildable(block, SHOP_STRIP_M if shops else MAIN_SETBACK_M)
    inside = axes.to_frame(wall)
    left, low, right, high = inside.bounds
    spine_u = round((left + right) / 2 + float(rng.uniform(-8, 8)), 2)
    pitch = style.depth_m + style.row_gap_m
    rows = np.arange(
        low + WALL_CLEARANCE_M + 1, high - style.depth_m - LANE_BEHIND_ROW_M - LANE_FROM_WALL_M, pitch
    )
    plot = Plot()
    rings, stairs = _places(inside, spine_u, rows, style, rng)
    plot.houses.extend(_houses(block, use, name[0], axes.to_ground(rings), stairs=stairs, rng=rng))
    lanes = _lanes_behind(rows + style.depth_m, spine_u, inside)
    edge = axes.to_frame(block.land).exterior
    two_gates = bool(rng.random() < 0.55)
    spine, gates = _spine(spine_u, lanes, inside.exterior, edge, two_gates=two_gates)
    plot.paths.extend(axes.to_ground(path) for path in [spine, *_row_lanes(spine_u, lanes, inside)])
    plot.compounds.append(Compound(block.number, str(use), *name, wall, axes.to_ground(gates)))
    return plot


def _lanes_behind(backs: NDArray[np.float64], spine_u: float, inside: shapely.Polygon) -> list[float]:
    """Return where the lanes behind the rows run, as far as the spine meets them inside the wall."""
    lanes = [round(float(back) + LANE_BEHIND_ROW_M, 2) for back in backs]
    room = inside.buffer(-LANE_FROM_WALL_M)
    met = [lane for lane in lanes if room.contains(shapely.Point(spine_u, lane))]
    return met or [round((inside.bounds[1] + inside.bounds[3]) / 2, 2)]


def _places(
    inside: shapely.Polygon, spine_u: float, rows: NDArray[np.float64], style: Style, rng: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Set houses row by row, outwards from the spine, clear of the wall; return their rings and stairs."""
    room = inside.buffer(-WALL_CLEARANCE_M, join_style="mitre")
    places: list[tuple[float, float, float, int]] = []
    for row in rows.tolist():
        left, right = clear_span(room, row, style.depth_m)
        places += _fill_span((row, left, spine_u - HALF_SPINE_M), style, rng)
        places += _fill_span((row, spine_u + HALF_SPINE_M, right), style, rng)
    u, v, width, stairs = np.array(places).reshape(-1, 4).T
    rings = rectangles(u, v, width, np.full(len(u), style.depth_m))
    fits = shapely.contains(room.buffer(0.5), shapely.polygons(rings))
    return rings[fits], stairs[fits].astype(np.int64)


def _houses(
    block: Block,
    use: Use,
    compound: str,
    rings: NDArray[np.float64],
    *,
    stairs: NDArray[np.int64],
    rng: np.random.Generator,
) -> list[House]:
    """Give the houses their floors, households and numbers."""
    style = STYLES[use]
    floors = rng.integers(style.floors[0], style.floors[1] + 1, len(rings))
    homes = stairs * floors * style.homes_a_floor
    # Some homes of a house stand empty; they are no households.
    lived_in = np.rint(homes * rng.uniform(0.92, 1.0, len(rings))).astype(np.int64)
    return [
        House(block.number, str(use), f"{compound}{i + 1}号楼", int(floors[i]), int(lived_in[i]), rings[i])
        for i in range(len(rings))
    ]


def _fill_span(
    span: tuple[float, float, float], style: Style, rng: np.random.Generator
) -> list[tuple[float, float, float, int]]:
    """Place houses (u, v, width, stairs) one after the other in a free stretch of a row."""
    row, start, end = span
    places: list[tuple[float, float, float, int]] = []
    while True:
        fitting = int((end - start) // style.stair_width_m)
        if fitting < style.stairs[0]:
            return places
        stairs = min(fitting, int(rng.integers(style.stairs[0], style.stairs[1] + 1)))
        width = stairs * style.stair_width_m
        places.append((start, row, width, stairs))
        start += width + style.house_gap_m


def _spine(
    u: float,
    lanes: list[float],
    wall: shapely.LinearRing,
    edge: shapely.LinearRing,
    *,
    two_gates: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw the lane from the southern street through the gate past every row, and out by a second gate."""
    inner = [(u, lane) for lane in lanes]
    gate = crossing(wall, inner[0], (u, inner[0][1] - 400))
    street = crossing(edge, inner[0], (u, inner[0][1] - 400))
    spine = [street, gate, *np.array(inner)]
    gates = [gate]
    if two_gates:
        gates.append(crossing(wall, inner[-1], (u, inner[-1][1] + 400)))
        spine += [gates[1], crossing(edge, inner[-1], (u, inner[-1][1] + 400))]
    return np.array(spine), np.array(gates)


def _row_lanes(u: float, lanes: list[float], inside: shapely.Polygon) -> list[NDArray[np.float64]]:
    """Draw the lane behind each row, and along the wall from row to row where nothing is in the way."""
    ends: list[tuple[tuple[float, float], tuple[float, float]]] = []
    for lane in lanes:
        west = float(crossing(inside.exterior, (u, lane), (u - 400, lane))[0]) + LANE_FROM_WALL_M
        east = float(crossing(inside.exterior, (u, lane), (u + 400, lane))[0]) - LANE_FROM_WALL_M
        ends.append(((round(west, 2), lane), (round(east, 2), lane)))
    paths = [np.array([west, (u, west[1]), east]) for west, east in ends]
    for lower, upper in pairwise(ends):
        for start, end in zip(lower, upper, strict=True):
            if inside.buffer(-LANE_FROM_WALL_M / 2).contains(shapely.linestrings([start, end])):
                paths.append(np.array([start, end]))
    return paths
