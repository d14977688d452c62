"""A town drawn from a seed: streets, a river, blocks and buildings of 0 to 60 households, as `Ground`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
import shapely

from gis_grid.core.plan.frame import on_millimetres
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.lines import LineClass
from planning.streets import lay_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planning.streets import Streets

    Floats = NDArray[np.float64]

PEOPLE_PER_HOUSEHOLD: Final = 2.62
_BUILDINGS_PER_SQUARE: Final = 9.2
_SETBACK_M: Final = 8.5
_BANK_M: Final = 14.0
_NOBODY: Final = 0.06
"""Share of the buildings where nobody lives."""


class _Kind(NamedTuple):
    """How a block is built up: sizes of buildings, gaps between them, households in each, share of blocks."""

    width_m: float
    depth_m: float
    gap_m: float
    row_gap_m: float
    least: int
    most: int
    share: float


_KINDS: Final = (
    _Kind(46, 13, 9, 15, 12, 36, 0.30),  # slabs
    _Kind(24, 22, 17, 20, 30, 60, 0.14),  # towers
    _Kind(30, 12, 7, 11, 6, 24, 0.28),  # walk-ups
    _Kind(12, 10, 5, 6, 1, 3, 0.20),  # a village within the town
)


def town(buildings: int = 5_000, *, seed: int = 0, super_share: float = 0.15) -> Ground:
    """Draw a town of about so many buildings, in metres; the same seed draws the same town.

    Parameters
    ----------
    buildings
        Hit within a few per cent above 3,000.
    super_share
        Share of the squares between lanes that are one block without paths.
    """
    random = np.random.default_rng(seed)
    streets = lay_out(max(4, math.ceil(math.sqrt(buildings / _BUILDINGS_PER_SQUARE))), super_share, random)
    footprints, households = _build(streets, random)
    return Ground(
        on_millimetres(streets.outline),
        streets.line,
        streets.line_class,
        Buildings(footprints, households, np.rint(households * PEOPLE_PER_HOUSEHOLD).astype(np.int64)),
    )


def communities(ground: Ground) -> list[Ground]:
    """Divide a town along its river and main roads; from west to east by their middles."""
    main = ground.line[np.isin(ground.line_class, (LineClass.RIVER, LineClass.MAIN))]
    net = shapely.unary_union([*main, ground.outline.boundary], grid_size=0.001)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    middle = shapely.point_on_surface(faces)
    faces = faces[shapely.contains(ground.outline, middle)]
    faces = faces[np.argsort(shapely.get_x(shapely.point_on_surface(faces)))]
    built = ground.buildings
    standing = shapely.STRtree(shapely.point_on_surface(built.footprint))
    lying = shapely.STRtree(ground.line)
    parts = []
    for face in faces:
        row = np.sort(standing.query(face, predicate="contains"))
        line = np.sort(lying.query(face, predicate="intersects"))
        own = Buildings(built.footprint[row], built.households[row], built.people[row])
        parts.append(Ground(face, ground.line[line], ground.line_class[line], own))
    return parts


def _build(streets: Streets, random: np.random.Generator) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Fill each block with rows of buildings of one kind; some blocks stay empty."""
    net = shapely.unary_union([*streets.line, streets.outline.boundary])
    blocks = shapely.get_parts(shapely.polygonize(shapely.get_parts(net)))
    inner = shapely.buffer(blocks[shapely.area(blocks) > 50], -_SETBACK_M)
    inner = shapely.get_parts(shapely.difference(inner, streets.river.buffer(_BANK_M)))
    shares = [kind.share for kind in _KINDS]
    chosen = random.choice(len(_KINDS) + 1, size=len(inner), p=[*shares, 1 - sum(shares)])
    corners, households = [np.empty((0, 4, 2))], [np.empty(0, dtype=np.int64)]
    for plot, number in zip(inner, chosen.tolist(), strict=True):
        if number == len(_KINDS) or plot.area < 200:
            continue
        kind = _KINDS[number]
        standing = np.array(list(_rows(plot, kind, random))).reshape(-1, 4, 2)
        shapely.prepare(plot)
        standing = standing[shapely.contains(plot, shapely.polygons(standing))]
        living = random.integers(kind.least, kind.most, len(standing), endpoint=True)
        corners.append(standing)
        households.append(np.where(random.random(len(standing)) < _NOBODY, 0, living))
    return shapely.polygons(np.concatenate(corners).round(3)), np.concatenate(households)


def _rows(plot: shapely.Polygon, kind: _Kind, random: np.random.Generator) -> Iterator[Floats]:
    """Yield the corners of buildings in rows along the longer side of the rectangle around a plot."""
    box = shapely.get_coordinates(shapely.oriented_envelope(plot))
    sides = np.hypot(*np.diff(box[:3], axis=0).T)
    first = int(np.argmax(sides))
    origin, right = box[first], (box[first + 1] - box[first]) / sides[first]
    up = (box[first + 2] - box[first + 1]) / sides[1 - first]
    row = kind.row_gap_m * 0.2
    while row + kind.depth_m <= sides[1 - first]:
        along = random.uniform(0, kind.gap_m / 2)
        while True:
            width, depth = kind.width_m * random.uniform(0.75, 1.2), kind.depth_m * random.uniform(0.9, 1.1)
            if along + width > sides[first]:
                break
            corner = origin + right * along + up * row
            yield np.array(
                [corner, corner + right * width, corner + right * width + up * depth, corner + up * depth]
            )
            along += width + kind.gap_m * random.uniform(0.8, 1.4)
        row += kind.depth_m + kind.row_gap_m
