"""MovingPandas: trajectories as GeoDataFrames."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import geopandas
import movingpandas
import numpy as np
import pandas as pd
import shapely
from contests.race import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from city.tracks import Tracks
    from contests.tasks import Days
    from numpy.typing import NDArray

_FASTEST_MPS: Final = 8.0
_DIAMETER_M: Final = 40.0
_STAY_S: Final = 120.0


@contextmanager
def time_inside(days: Days) -> Iterator[Job]:
    """Split each day at its gaps, clip the pieces to the grid and add up what is left."""
    gap = pd.Timedelta(seconds=days.max_gap_s)

    def run() -> NDArray[np.float64]:
        seconds = np.zeros(days.tracks.workers)
        for worker in range(days.tracks.workers):
            whole = _trajectory(days.tracks, worker)
            for stretch in movingpandas.ObservationGapSplitter(whole).split(gap=gap):
                for piece in stretch.clip(days.area_of(worker)):
                    seconds[worker] += piece.get_duration().total_seconds()
        return seconds

    yield Job(run)


@contextmanager
def cleaning(tracks: Tracks) -> Iterator[Job]:
    """Take out what is faster than 8 m/s; sorted before, and each time only once."""

    def run() -> list[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
        return [_cleaned(tracks, worker) for worker in range(tracks.workers)]

    yield Job(run)


@contextmanager
def stops(days: Days) -> Iterator[Job]:
    """Find stops of the same diameter and length."""
    shortest = pd.Timedelta(seconds=_STAY_S)

    def run() -> list[NDArray[np.int64]]:
        found = []
        for worker in range(days.tracks.workers):
            detector = movingpandas.TrajectoryStopDetector(_trajectory(days.tracks, worker))
            spans = detector.get_stop_time_ranges(max_diameter=_DIAMETER_M, min_duration=shortest)
            moments = [(span.t_0, span.t_n) for span in spans]
            found.append(np.array(moments, "datetime64[ms]").astype(np.int64).reshape(-1, 2))
        return found

    yield Job(run)


def _cleaned(tracks: Tracks, worker: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the times of the fixes, and which of them are kept."""
    mine = tracks.span(worker)
    times, first = np.unique(tracks.t_ms[mine], return_index=True)
    cleaner = movingpandas.OutlierCleaner(_trajectory(tracks, worker, first))
    kept = cleaner.clean(v_max=_FASTEST_MPS, units=("m", "s"))
    return times, np.isin(times, kept.df.index.to_numpy("datetime64[ms]").astype(np.int64))


def _trajectory(
    tracks: Tracks, worker: int, chosen: NDArray[np.intp] | slice = slice(None)
) -> movingpandas.Trajectory:
    """Make a trajectory of one worker's fixes, or of some of them."""
    mine = tracks.span(worker)
    frame = geopandas.GeoDataFrame(
        {"worker": worker},
        geometry=shapely.points(tracks.lon[mine][chosen], tracks.lat[mine][chosen]),
        index=pd.to_datetime(tracks.t_ms[mine][chosen], unit="ms"),
        crs=4326,
    )
    return movingpandas.Trajectory(frame, worker)
