"""The drawing board for one block: a frame along its streets, and what has been drawn on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.sample.blocks import Block

LANE_SETBACK_M = 9.0
MAIN_SETBACK_M = 15.0
SHOP_STRIP_M = 27.0
SLIVER_M = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class House:
    """A building: closed ring in metres, floors, households (0 where nobody lives)."""

    block: int
    kind: str
    name: str
    floors: int
    households: int
    ring: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Compound:
    """Walled ground with the points of its gates on the wall, in metres."""

    block: int
    kind: str
    name_zh: str
    name_en: str
    wall: shapely.Polygon
    gates: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Green:
    """A park, sports ground, pond or field, in metres."""

    kind: str
    name_zh: str
    name_en: str
    ground: shapely.Polygon


@dataclass(frozen=True, slots=True, eq=False)
class Plot:
    """All that is drawn on one block. A footpath that ends on the block's edge opens on the street there."""

    houses: list[House] = field(default_factory=list)
    compounds: list[Compound] = field(default_factory=list)
    greens: list[Green] = field(default_factory=list)
    paths: list[NDArray[np.float64]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """A frame along the block's streets: the first axis points about east, the second about north."""

    origin: NDArray[np.float64]
    east: tuple[float, float]

    @classmethod
    def of(cls, block: Block) -> Axes:
        """Lay the axes through the block's middle."""
        middle = block.land.centroid
        return cls(np.round(np.array([middle.x, middle.y]), 2), block.east)

    def to_ground(self, uv: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions in the frame (n, 2) into metres of the town, rounded to the centimetre."""
        u, v = uv[..., 0], uv[..., 1]
        east, north = self.east
        xy = np.stack([u * east - v * north, u * north + v * east], axis=-1)
        return np.round(xy + self.origin, 2)

    def to_frame(self, polygon: shapely.Polygon) -> shapely.Polygon:
        """Turn a polygon of the town into this frame."""
        east, north = self.east

        def turn(xy: NDArray[np.float64]) -> NDArray[np.float64]:
            x, y = (xy - self.origin).T
            return np.column_stack([x * east + y * north, y * east - x * north])

        turned: shapely.Polygon = shapely.transform(polygon, turn)
        return turned


def buildable(block: Block, beside_main_m: float) -> shapely.Polygon:
    """Return the ground of a block that is left after setting back from lanes and from main roads."""
    mains = shapely.line_merge(shapely.MultiLineString(block.main_sides))
    kept_free = mains.buffer(beside_main_m, cap_style="square", join_style="mitre")
    ground = block.land.buffer(-LANE_SETBACK_M, join_style="mitre").difference(kept_free)
    parts = [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon"]
    largest = max(parts, key=lambda part: part.area)
    # Shrinking and growing again takes off the slivers that are too narrow for a wall to follow.
    smooth = largest.buffer(-SLIVER_M, join_style="mitre").buffer(SLIVER_M, join_style="mitre")
    return shapely.Polygon(smooth.simplify(0.5))


def rectangles(
    u: NDArray[np.float64], v: NDArray[np.float64], width: NDArray[np.float64], depth: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return closed rings (n, 5, 2) of upright rectangles by their lower left corner."""
    corners = [(u, v), (u + width, v), (u + width, v + depth), (u, v + depth), (u, v)]
    return np.stack([np.stack(corner, axis=-1) for corner in corners], axis=1)


def clear_span(ground: shapely.Polygon, low: float, depth: float) -> tuple[float, float]:
    """Return where a row of this depth can begin and end on the ground: (0, 0) where it has no room."""
    left, _, right, _ = ground.bounds
    heights = [low, low + depth / 2, low + depth]
    rungs = shapely.linestrings([[(left, height), (right, height)] for height in heights])
    spans = shapely.bounds(shapely.intersection(rungs, ground))
    if bool(np.isnan(spans).any()):
        return 0.0, 0.0
    return float(spans[:, 0].max()), float(spans[:, 2].min())


def crossing(
    ring: shapely.Geometry, start: tuple[float, float], towards: tuple[float, float]
) -> NDArray[np.float64]:
    """Return the first point (2,) where the straight line from a start crosses a ring.

    Raises
    ------
    ValueError
        When the line does not reach the ring.
    """
    hits = shapely.get_coordinates(shapely.linestrings([start, towards]).intersection(ring))
    if len(hits) == 0:
        raise ValueError(f"no crossing from {start} towards {towards}")
    off = hits - np.array(start)
    nearest: NDArray[np.float64] = hits[int(np.argmin(off[:, 0] ** 2 + off[:, 1] ** 2))]
    return nearest
