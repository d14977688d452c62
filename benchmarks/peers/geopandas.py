"""GeoPandas: the spatial join."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import geopandas
import numpy as np
from contests.race import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contests.tasks import Places
    from numpy.typing import NDArray


@contextmanager
def which_grid(places: Places) -> Iterator[Job]:
    """Join points with grids; both frames, and the grids' index, are there already."""
    grids = geopandas.GeoDataFrame({"grid": np.arange(len(places.areas))}, geometry=places.areas, crs=4326)
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(places.lon, places.lat), crs=4326)
    grids.sindex  # noqa: B018 - builds it

    def run() -> NDArray[np.int32]:
        found = np.full(len(places), -1, np.int32)
        joined = points.sjoin(grids, predicate="intersects")
        found[joined.index.to_numpy()] = joined["grid"].to_numpy()
        return found

    yield Job(run)
