"""Atoms: the smallest pieces of ground that grids are made of, and the borders between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import shapely

from gis_grid.core.plan.lines import DOOR_M, LineClass

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Atoms:
    """An exact coverage of a community, a row an atom (n,), by rising key.

    Parameters
    ----------
    key
        Number that no other atom of the same plan has or will have.
    polygon
        Valid polygons of the frame, vertices on whole millimetres, every vertex shared by all that
        meet there; no building's footprint lies in two.
    households, people, buildings
        What stands on each, counted by the point inside each footprint.
    """

    key: Whole
    polygon: NDArray[np.object_]
    households: Whole
    people: Whole
    buildings: Whole

    def __len__(self) -> int:
        return len(self.key)

    @cached_property
    def bounds(self) -> Floats:
        """West, south, east, north of each (n, 4)."""
        found: Floats = shapely.bounds(self.polygon)
        return found

    @cached_property
    def area_m2(self) -> Floats:
        """Ground of each (n,)."""
        found: Floats = shapely.area(self.polygon)
        return found


@dataclass(frozen=True, eq=False)
class Borders:
    """Who touches whom along a line (e,), in rows of atoms; points where corners meet do not count.

    Parameters
    ----------
    first, second
        Rows of `Atoms`, first < second, each pair once, by rising first and second.
    by_class_m : (e, `CLASSES`)
        Length of the shared border along each class of line, metres.
    outer_m : (n,)
        Length of each atom's border that it shares with none, metres.
    """

    first: Whole
    second: Whole
    by_class_m: Floats
    outer_m: Floats

    @cached_property
    def length_m(self) -> Floats:
        """Length of each (e,)."""
        found: Floats = self.by_class_m.sum(axis=1)
        return found

    @cached_property
    def on_foot_m(self) -> Floats:
        """Length of each that is no barrier (e,)."""
        return self.length_m - self.by_class_m[:, LineClass.RIVER]

    @cached_property
    def joins(self) -> NDArray[np.bool_]:
        """Which are long enough for two atoms to be one piece (e,)."""
        found: NDArray[np.bool_] = self.length_m >= DOOR_M
        return found
