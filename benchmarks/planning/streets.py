"""The lines of the drawn town: a warped street grid with a hierarchy, a river and a slanting main road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.lines import LineClass

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEP_M: Final = 110.0
_MAIN_EVERY: Final = 6
_LANE_EVERY: Final = 3
_MISSING: Final = 0.12
"""Share of the paths that were never built."""


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """Outline, lines with their classes, and the river among them."""

    outline: shapely.Polygon
    line: NDArray[np.object_]
    line_class: NDArray[np.int8]
    river: shapely.Geometry


def lay_out(squares: int, super_share: float, random: np.random.Generator) -> Streets:
    """Draw the streets of a town of `squares` x `squares` street squares of about 110 m."""
    corner = _corners(squares, random)
    outline = shapely.Polygon(
        np.vstack([corner[:, 0], corner[-1, 1:], corner[-2::-1, -1], corner[0, -2:0:-1]])
    )
    streets, classes = _grid(corner, super_share, random)
    side = squares * _STEP_M
    along = np.linspace(-0.05, 1.05, 60)
    river_x = side * (0.47 + 0.06 * np.sin(along * 7)) + 60 * np.sin(2 * np.pi * along * 1.3 + 0.5)
    river = _inside(np.column_stack([river_x, along * side]), outline)
    slant = _inside(np.array([(-0.02, 0.1), (0.55, 0.52), (1.02, 0.93)]) * side, outline)
    others = [(river, LineClass.RIVER), (slant, LineClass.MAIN)]
    parts = [(part, kind) for line, kind in others for part in shapely.get_parts(line)]
    return Streets(
        outline,
        np.concatenate([streets, np.array([part for part, _ in parts], dtype=object)]),
        np.concatenate([classes, np.array([kind for _, kind in parts], dtype=np.int8)]),
        river,
    )


def _inside(way: Floats, outline: shapely.Polygon) -> shapely.Geometry:
    """Return the part of a way inside the outline, and 5 m more, so that it ends outside."""
    return shapely.intersection(shapely.LineString(way), outline.buffer(5))


def _corners(squares: int, random: np.random.Generator) -> Floats:
    """Where streets cross (squares + 1, squares + 1, 2): a grid, warped in long waves and jittered."""
    x, y = np.meshgrid(*[np.arange(squares + 1) * _STEP_M] * 2, indexing="ij")
    turn_x, turn_y = 2 * np.pi * x / (squares * _STEP_M), 2 * np.pi * y / (squares * _STEP_M)
    warp_x = 60 * np.sin(1.3 * turn_y + 0.5) + 35 * np.sin(2.1 * turn_x + 3 / (2 * np.pi) * turn_y)
    warp_y = 60 * np.sin(1.1 * turn_x + 1.2) + 35 * np.sin(1.7 * turn_y + 4 / (2 * np.pi) * turn_x)
    jitter = random.normal(0, 9, (*x.shape, 2))
    return np.stack([x + warp_x, y + warp_y], axis=-1) + jitter


def _grid(
    corner: Floats, super_share: float, random: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.int8]]:
    """Draw the streets between corners; superblocks and some squares have no paths."""
    squares = len(corner) - 1
    cells = -(-squares // _LANE_EVERY)
    closed = np.repeat(np.repeat(random.random((cells, cells)) < super_share, _LANE_EVERY, 0), _LANE_EVERY, 1)
    lines, classes = [], []
    for along in (0, 1):
        across, onward = np.meshgrid(np.arange(squares + 1), np.arange(squares), indexing="ij")
        across, onward = across.ravel(), onward.ravel()
        start = corner[across, onward] if along == 0 else corner[onward, across]
        end = corner[across, onward + 1] if along == 0 else corner[onward + 1, across]
        kind = np.where(across % _LANE_EVERY == 0, LineClass.LANE, LineClass.PATH)
        kind[across % _MAIN_EVERY == 0] = LineClass.MAIN
        inner = np.minimum(across, squares - 1)
        shut = closed[inner, onward] if along == 0 else closed[onward, inner]
        built = (kind != LineClass.PATH) | ~(shut | (random.random(len(across)) < _MISSING))
        lines.append(np.stack([start, end], axis=1)[built])
        classes.append(kind[built])
    return shapely.linestrings(np.concatenate(lines)), np.concatenate(classes).astype(np.int8)
