"""spopt: the max-p-regions heuristic."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas
import numpy as np
from libpysal.weights import W
from spopt.region import MaxPHeuristic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from planning.region import Region


def divide(region: Region) -> Sequence[int]:
    """Divide into as many parts of the lower limit as can be; begun once (99 times is usual): it is slow."""
    beside: dict[int, list[int]] = {node: [] for node in range(len(region.households))}
    for first, second in zip(region.first.tolist(), region.second.tolist(), strict=True):
        beside[first].append(second)
        beside[second].append(first)
    east, north = region.middle.T
    table = geopandas.GeoDataFrame(
        {"households": region.households, "east": east, "north": north},
        geometry=geopandas.points_from_xy(east, north),
    )
    model = MaxPHeuristic(
        table,
        W(beside, silence_warnings=True),
        ["east", "north"],
        "households",
        region.limits.least,
        top_n=2,
        max_iterations_construction=1,
        max_iterations_sa=10,
    )
    model.solve()
    return np.asarray(model.labels_).tolist()  # type: ignore[no-any-return]
