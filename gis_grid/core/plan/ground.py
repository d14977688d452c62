"""What a community is made of before anybody divides it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import shapely
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


@dataclass(frozen=True, slots=True, eq=False)
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
