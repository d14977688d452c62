"""H3 cells, which are no grids: what one cell costs to find, for comparison."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import numpy as np
from contests.race import Job
from h3.api import numpy_int as h3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contests.tasks import Places
    from numpy.typing import NDArray

_RESOLUTION: Final = 11


@contextmanager
def cell(places: Places) -> Iterator[Job]:
    """Find the cell of each point, about 25 m wide."""

    def run() -> NDArray[np.uint64]:
        pairs = zip(places.lat.tolist(), places.lon.tolist(), strict=True)
        return np.array([h3.latlng_to_cell(lat, lon, _RESOLUTION) for lat, lon in pairs], np.uint64)

    yield Job(run)
