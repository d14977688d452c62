"""Fills a block with a village quarter: rows of low houses, slightly askew, and alleys between them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.sample.plot import MAIN_SETBACK_M, Axes, House, Plot, buildable, crossing, rectangles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block

PAIR_DEPTH_M: Final = 31.0
ALLEY_M: Final = 5.0
CLOSED_END_M: Final = 18.0
HOUSE_PITCH_M: Final = 15.5
HOUSES_APART_M: Final = 0.6
EMPTY_SHARE: Final = 0.08
# Households under one roof: mostly one family, sometimes brothers or tenants.
HOUSEHOLDS: Final = (1, 1, 1, 1, 1, 2, 2, 2, 3)


def lay_village(block: Block, name: tuple[str, str], rng: np.random.Generator) -> Plot:
    """Draw alleys every two rows, one alley across them, and houses in between."""
    axes = Axes.of(block)
    inside = axes.to_frame(buildable(block, MAIN_SETBACK_M))
    edge = axes.to_frame(block.land).exterior
    left, low, right, high = inside.bounds
    count = max(1, round((high - low) / PAIR_DEPTH_M) - 1)
    across = round((left + right) / 2 + float(rng.uniform(-0.2, 0.2)) * (right - left), 2)
    alleys = _heights(inside, across, [low + (high - low) * (i + 1) / (count + 1) for i in range(count)])
    plot = Plot()
    alley_paths = _alleys(across, alleys, edge, rng)
    plot.paths.extend(axes.to_ground(path) for path in alley_paths)
    rings = _rings(inside, alleys, rng)
    clear = shapely.MultiLineString(alley_paths).buffer(ALLEY_M / 2)
    drawn = np.array(shapely.polygons(rings))
    fits = shapely.contains_properly(inside, drawn) & ~shapely.intersects(clear, drawn)
    lived_in = rng.random(len(rings)) >= EMPTY_SHARE
    floors = rng.integers(1, 4, len(rings))
    homes = np.array(HOUSEHOLDS)[rng.integers(len(HOUSEHOLDS), size=len(rings))]
    stands = fits & (lived_in | (rng.random(len(rings)) < 0.4))
    chosen = _apart(np.flatnonzero(stands), drawn)
    for number, i in enumerate(chosen, start=1):
        households = int(homes[i]) if lived_in[i] else 0
        title = f"{name[0]}{number}号"
        plot.houses.append(
            House(block.number, "village", title, int(floors[i]), households, axes.to_ground(rings[i]))
        )
    return plot


def _apart(candidates: NDArray[np.int64], drawn: NDArray[np.object_]) -> list[int]:
    """Keep the candidates that stand clear of every candidate kept before them."""
    houses = drawn[candidates]
    first, second = shapely.STRtree(houses).query(houses, predicate="dwithin", distance=HOUSES_APART_M)
    beside: dict[int, list[int]] = {}
    for i, j in zip(first.tolist(), second.tolist(), strict=True):
        beside.setdefault(i, []).append(j)
    kept: set[int] = set()
    for i in range(len(candidates)):
        if not kept.intersection(beside[i]):
            kept.add(i)
    return [int(candidates[i]) for i in sorted(kept)]


def _heights(inside: shapely.Polygon, across: float, wanted: list[float]) -> list[float]:
    """Return where alleys run: as wanted, as far as the alley across meets them on the block."""
    rung = shapely.linestrings([(across, inside.bounds[1]), (across, inside.bounds[3])])
    _, low, _, high = rung.intersection(inside).bounds
    met = [round(height, 2) for height in wanted if low + 4 < height < high - 4]
    return met or [round((low + high) / 2, 2)]


def _alleys(
    across: float, alleys: list[float], edge: shapely.LinearRing, rng: np.random.Generator
) -> list[NDArray[np.float64]]:
    """Draw alleys from street to street, some of them closed at one end, and the alley that joins them."""
    inwards = np.array([CLOSED_END_M, 0.0])
    paths = []
    for alley in alleys:
        joint = (across, alley)
        west = crossing(edge, joint, (across - 500, alley))
        east = crossing(edge, joint, (across + 500, alley))
        closed = float(rng.random())
        if closed < 0.25:
            west = west + inwards
        elif closed > 0.75:
            east = east - inwards
        paths.append(np.array([west, joint, east]))
    south = crossing(edge, (across, alleys[0]), (across, alleys[0] - 500))
    paths.append(np.array([south, *[(across, alley) for alley in alleys]]))
    return paths


def _rings(inside: shapely.Polygon, alleys: list[float], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return candidate houses (n, 5, 2) along both sides of each alley and along the streets."""
    left, low, right, high = inside.bounds
    lines = [low, *alleys, high]
    rows = []
    for south, north in pairwise(lines):
        room = north - south
        rows += [south + ALLEY_M, south + room / 2 + 1.0] if room > 26 else [south + room / 2 - 5]
    columns = np.arange(left + 1, right - 10, HOUSE_PITCH_M)
    u, v = (axis.ravel() for axis in np.meshgrid(columns, np.array(rows), indexing="ij"))
    u = u + rng.uniform(-1.0, 1.0, len(u))
    v = v + rng.uniform(-1.0, 1.0, len(u))
    width = rng.uniform(9.0, 13.2, len(u))
    depth = rng.uniform(7.8, 10.2, len(u))
    rings = rectangles(u, v, width, depth)
    # Small turns without sines: a shear of a few degrees and its opposite.
    turn = rng.uniform(-0.09, 0.09, len(u))[:, None]
    middle = rings[:, :4].mean(axis=1, keepdims=True)
    off = rings - middle
    turned = np.stack([off[..., 0] - turn * off[..., 1], off[..., 1] + turn * off[..., 0]], axis=-1)
    tilted: NDArray[np.float64] = turned + middle
    return tilted
