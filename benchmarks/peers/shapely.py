"""Shapely (GEOS): prepared polygons, whole arrays at a time."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import shapely
from contests.race import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contests.tasks import Days, Places
    from numpy.typing import NDArray


@contextmanager
def time_by_intersection(days: Days) -> Iterator[Job]:
    """Exact: segments covered count whole, those that touch by the length of their intersection."""

    def run() -> NDArray[np.float64]:
        return np.array([_exact(days, worker) for worker in range(days.tracks.workers)])

    yield Job(run)


@contextmanager
def time_by_points(days: Days) -> Iterator[Job]:
    """Inexact: a fix inside counts the time until the next one."""

    def run() -> NDArray[np.float64]:
        seconds = np.zeros(days.tracks.workers)
        for worker in range(days.tracks.workers):
            mine, area = days.tracks.span(worker), days.area_of(worker)
            shapely.prepare(area)
            inside = shapely.contains_xy(area, days.tracks.lon[mine], days.tracks.lat[mine])
            seconds[worker] = days.bridged_s(worker)[inside[:-1]].sum()
        return seconds

    yield Job(run)


@contextmanager
def which_grid(places: Places) -> Iterator[Job]:
    """STRtree over all grids, with the exact predicate."""
    tree = shapely.STRtree(places.areas)

    def run() -> NDArray[np.int32]:
        found = np.full(len(places), -1, np.int32)
        point, grid = tree.query(shapely.points(places.lon, places.lat), predicate="intersects")
        found[point] = grid
        return found

    yield Job(run)


def _exact(days: Days, worker: int) -> float:
    """Seconds of one worker inside."""
    area, paths = days.area_of(worker), np.asarray(shapely.linestrings(days.paths(worker)))
    shapely.prepare(area)
    covered = shapely.covers(area, paths)
    share = covered.astype(float)
    crossing = np.flatnonzero(~covered & shapely.intersects(area, paths))
    if len(crossing):
        inside = shapely.length(shapely.intersection(paths[crossing], area))
        share[crossing] = inside / shapely.length(paths[crossing])
    return float((days.bridged_s(worker) * share).sum())
