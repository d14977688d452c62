"""What a community is made of before anybody divides it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Buildings:
    """Buildings, a row each (m,), in the frame's metres.

    Parameters
    ----------
    footprint
        Polygons, multipolygons or points.
    households, people
        int64, not negative; where people were not counted, the caller says how they are estimated.
    """

    footprint: NDArray[np.object_]
    households: NDArray[np.int64]
    people: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.footprint)


@dataclass(frozen=True, eq=False)
class Ground:
    """A community in the frame's metres.

    Parameters
    ----------
    outline
        Valid polygon or multipolygon.
    line : (k,)
        Lines that borders may follow; they need not be noded, nor lie inside.
    line_class : (k,)
        int8, `LineClass`.
    """

    outline: shapely.Polygon | shapely.MultiPolygon
    line: NDArray[np.object_]
    line_class: NDArray[np.int8]
    buildings: Buildings

    @cached_property
    def straight(self) -> tuple[shapely.STRtree, NDArray[np.int8]]:
        """Lines cut into straight pieces, whose boxes hold little but themselves, and the class of each."""
        part, line_of = shapely.get_parts(self.line, return_index=True)
        coordinates, part_of = shapely.get_coordinates(part, return_index=True)
        joined = part_of[:-1] == part_of[1:]
        piece = shapely.linestrings(np.stack([coordinates[:-1][joined], coordinates[1:][joined]], axis=1))
        return shapely.STRtree(np.asarray(piece, dtype=object)), self.line_class[
            line_of[part_of[:-1][joined]]
        ]
