"""A batch of features between the file and the layer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from gis_grid.grids.rows import ObjectColumn


@dataclass(frozen=True, slots=True)
class Features:
    """Features of one file, in its order.

    Parameters
    ----------
    row
        Feature number from 1 (``int``), or the object's id in OpenStreetMap (``way/5``): what an error names.
    geometry
        Shapely geometries without height, or ``None`` where the file has none that can be read.
    columns
        Attribute columns as Python values; ``None`` where empty.
    """

    row: ObjectColumn
    geometry: ObjectColumn
    columns: Mapping[str, ObjectColumn]

    def __len__(self) -> int:
        return len(self.row)

    def take(self, keep: NDArray[np.bool_]) -> Features:
        """Return the features where `keep` holds."""
        columns = {name: values[keep] for name, values in self.columns.items()}
        return Features(self.row[keep], self.geometry[keep], columns)

    def with_geometry(self, geometry: ObjectColumn) -> Features:
        """Return the same features elsewhere."""
        return replace(self, geometry=geometry)
