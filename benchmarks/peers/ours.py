"""Ours: `gis_grid.core`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from contests.race import Job

from gis_grid.core import CleaningLimits, clean, time_inside
from gis_grid.core.geometry.datum import to_wgs84
from gis_grid.core.geometry.locate import Locator
from gis_grid.core.geometry.slabs import Slabs
from gis_grid.core.presence.seconds import seconds_inside
from gis_grid.core.track.stops import stops as find_stops

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from city.tracks import Tracks
    from contests.tasks import Bent, Days, Doubtful, Places
    from numpy.typing import NDArray

    from gis_grid.core import Boundary, Cleaned


@contextmanager
def time_with_index(days: Days) -> Iterator[Job]:
    """Time inside with all grids of the city indexed before."""
    slabs = Slabs.of(days.areas)
    _seconds(days, days.tracks.area, slabs)  # compiles
    yield Job(lambda: _seconds(days, days.tracks.area, slabs))


@contextmanager
def time_all_in(days: Days) -> Iterator[Job]:
    """Time inside with the assigned grids indexed each time."""

    def run() -> NDArray[np.float64]:
        assigned, area = np.unique(days.tracks.area, return_inverse=True)
        slabs = Slabs.of([days.areas[one] for one in assigned])
        return _seconds(days, area.astype(np.int32), slabs)

    yield Job(run)


def cleaning(tracks: Tracks) -> AbstractContextManager[Job]:
    """Clean each worker's day by the limits that the program uses."""
    return _cleaning(tracks, CleaningLimits())


def cleaning_for_walkers(tracks: Tracks) -> AbstractContextManager[Job]:
    """Clean by limits for people who only walk and phones that are never poor."""
    return _cleaning(tracks, CleaningLimits(max_accuracy_m=50.0, max_speed_mps=8.0))


@contextmanager
def _cleaning(tracks: Tracks, limits: CleaningLimits) -> Iterator[Job]:
    """Of each result only the times and what is accepted are kept."""
    days = [tracks.fixes(worker) for worker in range(tracks.workers)]

    def run() -> list[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
        cleaned = (clean(day, limits) for day in days)
        return [(one.fixes.t_ms, one.accepted) for one in cleaned]

    clean(days[0], limits)  # compiles
    yield Job(run)


@contextmanager
def which_grid(places: Places) -> Iterator[Job]:
    """Locate points; the index is there already."""
    locator = Locator.of(places.areas)
    locator.at(places.lon[:1], places.lat[:1])  # compiles
    per_grid = locator.nbytes / len(places.areas)
    yield Job(lambda: locator.at(places.lon, places.lat), note=f"{per_grid:,.0f} bytes a grid of our index.")


@contextmanager
def bounds(task: Doubtful) -> Iterator[Job]:
    """Find lower, best and upper of each day; the grids' index is kept with them after the first time."""
    pairs = list(zip(task.cleaned, task.grids, strict=True))

    def bound(one: Cleaned, grid: Boundary) -> tuple[float, float, float]:
        found = time_inside(one, grid, max_gap_s=task.max_gap_s, accuracy_factor=task.accuracy_factor)
        return found.lower_s, found.best_s, found.upper_s

    yield Job(lambda: np.array([bound(*pair) for pair in pairs]))


@contextmanager
def stops(days: Days) -> Iterator[Job]:
    """Find the stops of each worker; cleaned before."""
    cleaned = [clean(days.tracks.fixes(worker)) for worker in range(days.tracks.workers)]

    def run() -> list[NDArray[np.int64]]:
        found = (find_stops(day, max_gap_s=days.max_gap_s) for day in cleaned)
        return [np.stack((stays.start_ms, stays.end_ms), axis=1) for stays in found]

    find_stops(cleaned[0])  # compiles
    yield Job(run)


@contextmanager
def unbend(positions: Bent) -> Iterator[Job]:
    """Convert positions to WGS 84."""
    yield Job(lambda: to_wgs84(positions.lon, positions.lat, positions.datum))


@contextmanager
def reading_only(days: Days) -> Iterator[Job]:
    """No answer: one pass over the same three columns, which nothing exact can beat."""
    tracks = days.tracks

    def run() -> NDArray[np.float64]:
        return np.array([tracks.t_ms.sum(), tracks.lon.sum(), tracks.lat.sum()], np.float64)

    yield Job(run)


def _seconds(days: Days, area: NDArray[np.int32], slabs: Slabs) -> NDArray[np.float64]:
    tracks = days.tracks
    inside, _ = seconds_inside(
        tracks.t_ms, tracks.lon, tracks.lat, tracks.starts, area, slabs, max_gap_s=days.max_gap_s
    )
    return inside
