"""Grids that were drawn each for itself, made a division again: every gap, overlap and jitter told.

Where two drawings of one border differ, that of the grid named first counts: an overlap goes to the earlier
grid, a thin gap to the later one. A border that runs beside a border of atoms, within the tolerance, is
taken for that one; any other cuts the atoms it runs through.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.plan.atomise import make_atoms
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.frame import on_millimetres
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.outlines import outlines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gis_grid.core.plan.atomise import Made
    from gis_grid.core.plan.ground import Ground

    Floats = NDArray[np.float64]
    Geometries = NDArray[np.object_]
    Whole = NDArray[np.int64]

TOLERANCE_M: Final = 5.0
"""How far two drawings of the same border may be apart."""

_TOLD_M2: Final = 0.5
_TOLD_M: Final = 0.05
"""Smaller or thinner differences are how degrees of seven digits round along a border."""


class Fault(StrEnum):
    """What was not exact."""

    GAP = "gap"
    """Thin ground between grids that no grid held."""
    OVERLAP = "overlap"
    """Ground that two grids held."""
    OUTSIDE = "outside"
    """Ground of a grid beyond the community."""
    MOVED = "moved"
    """Ground that goes with its atom to another grid, since the border ran beside the atom's."""
    OPEN = "open"
    """Ground that no grid holds, too wide for a slip of the pen: it stays a gap."""


@dataclass(frozen=True, slots=True)
class Mending:
    """One change.

    Parameters
    ----------
    grid
        The place of the grid that held the ground, or -1 for none.
    to
        Of the grid that holds it now, or -1.
    area_m2, pieces
        How much, and in how many pieces.
    households
        What stands on it.
    x, y
        A point inside the largest piece, in the frame.
    """

    fault: Fault
    grid: int
    to: int
    area_m2: float
    pieces: int
    households: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """Atoms with a label each, the place of a grid or `GAP`, and every change, the largest first.

    Parameters
    ----------
    ground
        What was given, with the borders of grids that cut atoms among its lines.
    """

    made: Made
    ground: Ground
    label: Whole
    changes: tuple[Mending, ...]


def mend(
    ground: Ground, grid: Geometries, *, tolerance_m: float = TOLERANCE_M, beside_m: float = TOLERANCE_M
) -> Mended:
    """Make a division of grids that need not fit together.

    Parameters
    ----------
    grid : (g,)
        Outlines in the frame, polygons or multipolygons, valid; the first counts where two differ.
    tolerance_m
        How far apart two drawings of one border may be.
    beside_m
        How far beside a border of atoms a border may run and be taken for it; 0 leaves each where it is.
    """
    painted = _painted(ground.outline, grid, tolerance_m)
    whole = make_atoms(ground)
    cut = _cut_inside(whole.atoms.polygon, painted, beside_m)
    if cut.any():
        ground = _with_borders(ground, painted, whole.atoms.polygon[cut])
    made = make_atoms(ground) if cut.any() else whole
    label = _labels(made.atoms.polygon, painted)
    return Mended(made, ground, label, tuple(_changes(ground, grid, made, label)))


def _painted(outline: shapely.Geometry, grid: Geometries, tolerance_m: float) -> Geometries:
    """Return grids (g,) without overlaps and thin gaps, inside the community."""
    painted = np.array([shapely.intersection(each, outline) for each in grid], dtype=object)
    later, earlier = _meeting(grid)
    for place in np.unique(later).tolist():
        taken = shapely.union_all(grid[earlier[later == place]])
        painted[place] = shapely.difference(painted[place], taken)
    left = shapely.get_parts(shapely.difference(outline, shapely.union_all(painted)))
    left = left[shapely.get_dimensions(left) == 2]
    thin = left[shapely.is_empty(shapely.buffer(left, -tolerance_m / 2))]
    near, beside = shapely.STRtree(painted).query(thin, predicate="dwithin", distance=0.01)
    for gap in np.unique(near).tolist():
        last = int(beside[near == gap].max())
        painted[last] = shapely.union(painted[last], shapely.buffer(thin[gap], 0.01))
    return np.array([_areas(each) for each in on_millimetres(painted)], dtype=object)


def _meeting(grid: Geometries) -> tuple[Whole, Whole]:
    """Return pairs of grids that meet, the later one first."""
    one, other = shapely.STRtree(grid).query(grid, predicate="intersects")
    return one[one > other], other[one > other]


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the areas of a shape, without crumbs of lines."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    found: shapely.Geometry = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return found


def _shared_m2(polygon: Geometries, grid: Geometries) -> Floats:
    """Return how much of each polygon (n,) lies in each grid (g,)."""
    shared = np.zeros((len(polygon), len(grid)))
    row, place = shapely.STRtree(grid).query(polygon, predicate="intersects")
    shared[row, place] = shapely.area(shapely.intersection(polygon[row], grid[place]))
    return shared


def _cut_inside(polygon: Geometries, painted: Geometries, beside_m: float) -> NDArray[np.bool_]:
    """Return the atoms through which a border runs further than that from their own borders."""
    inner = shapely.buffer(polygon, -beside_m, join_style="mitre")
    shared = _shared_m2(inner, painted)
    none = shapely.area(inner) - shared.sum(axis=1)
    held = np.column_stack([shared, none]) > _TOLD_M2
    cut: NDArray[np.bool_] = held.sum(axis=1) > 1
    return cut


def _with_borders(ground: Ground, painted: Geometries, cut: Geometries) -> Ground:
    """Return the ground with the grids' borders as lines, where they cut atoms."""
    border = shapely.boundary(painted)
    row, through = shapely.STRtree(cut).query(border, predicate="intersects")
    drawn = shapely.get_parts(shapely.intersection(border[row], cut[through]))
    drawn = drawn[shapely.get_dimensions(drawn) == 1]
    kind = np.full(len(drawn), LineClass.DRAWN, dtype=np.int8)
    return replace(
        ground,
        line=np.concatenate([ground.line, drawn]),
        line_class=np.concatenate([ground.line_class, kind]),
    )


def _labels(polygon: Geometries, painted: Geometries) -> Whole:
    """Give each atom to the grid that holds most of it, to none where none holds half."""
    label = np.full(len(polygon), GAP, dtype=np.int64)
    if not len(painted):
        return label
    shared = _shared_m2(polygon, painted)
    mine = shared.max(axis=1, initial=0) * 2 >= shapely.area(polygon)
    label[mine] = shared[mine].argmax(axis=1)
    return label


def _changes(ground: Ground, grid: Geometries, made: Made, label: Whole) -> Iterator[Mending]:
    """Yield what became of the ground of each grid, the largest change first."""
    named, now = outlines(made.atoms, label)
    before = shapely.union_all(grid) if len(grid) else shapely.Polygon()
    found = [
        *_given(grid, named, now),
        *(
            (Fault.OUTSIDE, place, GAP, shapely.difference(each, ground.outline))
            for place, each in enumerate(grid.tolist())
        ),
        *(
            (Fault.GAP, GAP, int(place), shapely.difference(each, before))
            for place, each in zip(named, now, strict=True)
        ),
        *(
            (Fault.OPEN, GAP, GAP, part)
            for part in shapely.get_parts(shapely.coverage_union_all(made.atoms.polygon[label == GAP]))
        ),
    ]
    told = [mending for one in found if (mending := _told(*one, ground)) is not None]
    yield from sorted(told, key=lambda each: (-each.area_m2, each.grid, each.to))


def _given(
    grid: Geometries, named: Whole, now: Geometries
) -> Iterator[tuple[Fault, int, int, shapely.Geometry]]:
    """Yield the ground of grids that another one holds now: held by both before, or by the first alone."""
    place, holder = shapely.STRtree(now).query(grid, predicate="intersects")
    for old, row in zip(place.tolist(), holder.tolist(), strict=True):
        new = int(named[row])
        if new == old:
            continue
        ground = shapely.intersection(grid[old], now[row])
        yield Fault.OVERLAP, old, new, shapely.intersection(ground, grid[new])
        yield Fault.MOVED, old, new, shapely.difference(ground, grid[new])


def _told(fault: Fault, old: int, new: int, shape: shapely.Geometry, ground: Ground) -> Mending | None:
    """Return a change, or nothing where it is below what is told."""
    part = shapely.get_parts(shapely.get_parts(shape))
    part = part[shapely.get_dimensions(part) == 2]
    part = part[2 * shapely.area(part) > _TOLD_M * shapely.length(part)]
    area_m2 = shapely.area(part)
    if area_m2.sum() <= _TOLD_M2:
        return None
    x, y = shapely.get_coordinates(shapely.point_on_surface(part[int(area_m2.argmax())]))[0].tolist()
    stands = shapely.point_on_surface(ground.buildings.footprint)
    on = np.unique(shapely.STRtree(stands).query(part, predicate="intersects")[1])
    households = int(ground.buildings.households[on].sum())
    return Mending(fault, old, new, float(area_m2.sum()), len(part), households, x, y)
