"""What the contenders are given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from city.tracks import Tracks
    from numpy.typing import NDArray

    from gis_grid.core import Boundary, Cleaned
    from gis_grid.core.geometry.boundary import Area
    from gis_grid.core.geometry.datum import Datum


@dataclass(frozen=True, slots=True, eq=False)
class Days:
    """Days of workers to be measured against their grids.

    Attributes
    ----------
    areas : list of Polygon or MultiPolygon
        All grids of the city; ``tracks.area`` says which is whose.
    tracks : Tracks
        In order of time, without errors.
    max_gap_s : float
        Time between fixes further apart is unknown and counts nowhere.
    """

    areas: list[Area]
    tracks: Tracks
    max_gap_s: float

    def first(self, workers: int) -> Days:
        """Only the first workers."""
        return replace(self, tracks=self.tracks.first(workers))

    def area_of(self, worker: int) -> Area:
        """Return the grid of a worker."""
        area: Area = self.areas[self.tracks.area[worker]]
        return area

    def bridged_s(self, worker: int) -> NDArray[np.float64]:
        """Seconds between a worker's fixes, 0 where they are too far apart."""
        seconds = np.diff(self.tracks.t_ms[self.tracks.span(worker)]) / 1000.0
        return np.where(seconds <= self.max_gap_s, seconds, 0.0)

    def paths(self, worker: int) -> NDArray[np.float64]:
        """Segments between a worker's fixes, shape (n - 1, 2, 2): start and end, lon and lat."""
        mine = self.tracks.span(worker)
        places = np.stack((self.tracks.lon[mine], self.tracks.lat[mine]), axis=1)
        return np.stack((places[:-1], places[1:]), axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Doubtful:
    """Clean days, each with its grid, to be bounded with so many accuracies around each fix."""

    cleaned: list[Cleaned]
    grids: list[Boundary]
    max_gap_s: float
    accuracy_factor: float


@dataclass(frozen=True, slots=True, eq=False)
class Bent:
    """Positions of another datum than WGS 84."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    datum: Datum


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Points whose grid is asked for."""

    areas: list[Area]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]

    def first(self, count: int) -> Places:
        """Only the first points."""
        return Places(self.areas, self.lon[:count], self.lat[:count])

    def __len__(self) -> int:
        return len(self.lon)
