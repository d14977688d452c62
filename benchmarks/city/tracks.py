"""Many workers' tracks as arrays, as they were sent and as they were walked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from city.phone import Faults, Planted, report
from city.plane import Floats, to_lonlat
from city.walks import Ground, Habits, walk
from gis_grid.core import Fixes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gis_grid.core.geometry.boundary import Area

# 2026-01-05 00:00 UTC, a Monday.
_DAY_MS: Final = 1_767_571_200_000


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """One day of many workers; worker `w` has the fixes from `starts[w]` to before `starts[w + 1]`.

    Attributes
    ----------
    starts : int64 array, shape (workers + 1,)
    area : int32 array, shape (workers,)
        The grid each is assigned to.
    t_ms, lon, lat, accuracy_m : arrays, shape (n,)
        As reported, in order of arrival.
    true_lon, true_lat : float64 arrays, shape (n,)
        Where the worker was then.
    planted : uint8 array of Planted, shape (n,)
    """

    starts: NDArray[np.int64]
    area: NDArray[np.int32]
    t_ms: NDArray[np.int64]
    lon: Floats
    lat: Floats
    accuracy_m: NDArray[np.float32]
    true_lon: Floats
    true_lat: Floats
    planted: NDArray[np.uint8]

    @property
    def workers(self) -> int:
        """How many workers there are."""
        return len(self.area)

    def __len__(self) -> int:
        return len(self.t_ms)

    def span(self, worker: int) -> slice:
        """Where one worker's fixes are."""
        return slice(int(self.starts[worker]), int(self.starts[worker + 1]))

    def fixes(self, worker: int) -> Fixes:
        """One worker's fixes as the core takes them."""
        mine = self.span(worker)
        return Fixes.of(self.t_ms[mine], self.lon[mine], self.lat[mine], accuracy_m=self.accuracy_m[mine])

    def first(self, workers: int) -> Tracks:
        """Only the first workers."""
        return self.keep(np.arange(len(self)) < self.starts[min(workers, self.workers)], workers)

    def keep(self, chosen: NDArray[np.bool_] | NDArray[np.intp], workers: int | None = None) -> Tracks:
        """Choose fixes, by a mask or by an index that leaves the workers in order."""
        workers = self.workers if workers is None else min(workers, self.workers)
        owner = np.repeat(np.arange(self.workers), np.diff(self.starts))[chosen]
        starts = np.searchsorted(owner, np.arange(workers + 1)).astype(np.int64)
        columns = ("t_ms", "lon", "lat", "accuracy_m", "true_lon", "true_lat", "planted")
        taken = {name: getattr(self, name)[chosen] for name in columns}
        return replace(self, starts=starts, area=self.area[:workers], **taken)


def record(
    areas: Sequence[Area],
    workers: int,
    *,
    habits: Habits | None = None,
    faults: Faults | None = None,
    seed: int = 7,
) -> Tracks:
    """Let workers walk a day, each in a grid drawn by lot, and record them."""
    habits, faults = habits or Habits(), faults or Faults()
    random = np.random.default_rng(seed)
    assigned = random.choice(len(areas), workers, replace=workers > len(areas)).astype(np.int32)
    tracks, starts_ms = [], []
    for area in assigned.tolist():
        walked = walk(Ground.of(areas[area], random), habits, random)
        tracks.append(report(walked, faults, random))
        starts_ms.append(_DAY_MS + int(random.uniform(0, 11) * 3_600_000))
    lengths = [len(track.t_s) for track in tracks]
    lonlat = np.concatenate([track.lonlat for track in tracks])
    true = to_lonlat(np.concatenate([track.true_xy for track in tracks]))
    t_ms = np.rint(np.concatenate([track.t_s for track in tracks]) * 1000).astype(np.int64)
    return Tracks(
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        area=assigned,
        t_ms=t_ms + np.repeat(starts_ms, lengths),
        lon=np.ascontiguousarray(lonlat[:, 0]),
        lat=np.ascontiguousarray(lonlat[:, 1]),
        accuracy_m=np.concatenate([track.accuracy_m for track in tracks]),
        true_lon=np.ascontiguousarray(true[:, 0]),
        true_lat=np.ascontiguousarray(true[:, 1]),
        planted=np.concatenate([track.planted for track in tracks]),
    )


def without_errors(tracks: Tracks) -> Tracks:
    """Order by time and leave out what was planted, as any method needs it that does not clean."""
    owner = np.repeat(np.arange(tracks.workers), np.diff(tracks.starts))
    order = np.lexsort((tracks.t_ms, owner))
    return tracks.keep(order[tracks.planted[order] == Planted.NOTHING])
