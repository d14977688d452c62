"""What a division comes to, grid by grid: size, shape, pieces, and where its borders run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.graph import glued, loads, walkable_borders
from gis_grid.core.plan.lines import ON_THE_GROUND
from gis_grid.core.plan.together import held_pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gis_grid.core.plan.atoms import Atoms, Borders
    from gis_grid.core.plan.limits import Limits

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """A row a grid (g,), by rising label; gaps are left out.

    Parameters
    ----------
    size
        What the limits count: households or people.
    area_m2, perimeter_m
        The perimeter counts the outlines of holes too.
    compactness
        Polsby-Popper: 4 pi area / perimeter^2, 1 for a disc.
    parts
        Pieces of ground; those that touch in a corner only are two.
    sides
        Pieces when no barrier is crossed, water that nobody lives on left out: more than `parts` where a grid
        lies on both sides of a barrier.
    border_m, on_ground_m
        Length of border with other grids and gaps, and of what people see outside of it.
    in_range
        Whether the size is within limits.
    """

    label: Whole
    size: Whole
    households: Whole
    people: Whole
    buildings: Whole
    area_m2: Floats
    perimeter_m: Floats
    compactness: Floats
    parts: Whole
    sides: Whole
    border_m: Floats
    on_ground_m: Floats
    in_range: Flags

    @property
    def on_ground_share(self) -> Floats:
        """Share of each grid's border with others that is a line on the ground; 1 where there is none."""
        return np.where(self.border_m > 0, self.on_ground_m / np.maximum(self.border_m, 1e-9), 1.0)

    @property
    def on_ground(self) -> float:
        """Share of all borders between grids that lies on a line on the ground."""
        return float(self.on_ground_m.sum() / self.border_m.sum()) if self.border_m.any() else 1.0


def figures(atoms: Atoms, borders: Borders, label: Whole, limits: Limits) -> Figures:
    """Return the figures of a division.

    Parameters
    ----------
    label : (n,)
        The grid of each atom, or `GAP`.
    """
    grid = np.unique(label[label != GAP])
    place = np.where(label == GAP, -1, np.searchsorted(grid, label))
    seen_m = borders.by_class_m[:, list(ON_THE_GROUND)].sum(axis=1)
    one, other = place[borders.first], place[borders.second]
    between = one != other

    def each(amount: NDArray[np.generic]) -> Floats:
        held = place >= 0
        return np.bincount(place[held], weights=amount[held], minlength=len(grid)).astype(np.float64)

    def whole(amount: Whole) -> Whole:
        return each(amount).astype(np.int64)

    def along(amount: Floats) -> Floats:
        total = np.zeros(len(grid))
        for end in (one, other):
            mine = between & (end >= 0)
            total += np.bincount(end[mine], weights=amount[mine], minlength=len(grid))
        return total

    size = whole(loads(atoms, limits))
    area_m2 = each(atoms.area_m2)
    border_m = along(borders.length_m)
    perimeter_m = border_m + each(borders.outer_m)
    return Figures(
        label=grid,
        size=size,
        households=whole(atoms.households),
        people=whole(atoms.people),
        buildings=whole(atoms.buildings),
        area_m2=area_m2,
        perimeter_m=perimeter_m,
        compactness=4 * np.pi * area_m2 / np.maximum(perimeter_m, 1e-9) ** 2,
        parts=held_pieces(place, len(grid), borders.first, borders.second, borders.length_m > 0),
        sides=_sides(atoms, borders, place, limits, len(grid)),
        border_m=border_m,
        on_ground_m=along(seen_m),
        in_range=(size >= limits.least) & (size <= limits.most),
    )


def _sides(atoms: Atoms, borders: Borders, place: Whole, limits: Limits, grids: int) -> Whole:
    """Return how many pieces each grid has when no barrier is crossed."""
    goes_with = glued(loads(atoms, limits), borders)
    itself = np.where(goes_with == np.arange(len(place)), place, -1)
    count = held_pieces(itself, grids, borders.first, borders.second, walkable_borders(borders))
    return np.maximum(count, 1)
