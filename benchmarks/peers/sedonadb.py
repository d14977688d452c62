"""SedonaDB: SQL over columns in this process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import sedonadb
import shapely
from contests.race import Job

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contests.tasks import Days, Places
    from numpy.typing import NDArray

_TIME_INSIDE = """
SELECT worker, sum(seconds * CASE
         WHEN ST_Covers(area, path) THEN 1.0
         WHEN ST_Intersects(area, path) THEN ST_Length(ST_Intersection(path, area)) / ST_Length(path)
         ELSE 0.0 END) AS inside
FROM grid JOIN segment USING (worker) GROUP BY worker
"""

_WHICH_GRID = "SELECT point, grid FROM place JOIN grid ON ST_Intersects(grid.area, place.here)"


@contextmanager
def time_inside(days: Days) -> Iterator[Job]:
    """Sum over a table of segments that is in memory already."""
    workers = range(days.tracks.workers)
    paths = np.concatenate([days.paths(worker) for worker in workers])
    owner = np.repeat(np.arange(days.tracks.workers), np.diff(days.tracks.starts) - 1)
    seconds = np.concatenate([days.bridged_s(worker) for worker in workers])
    session = sedonadb.connect()
    segments = {"worker": owner, "seconds": seconds, "wkb": _wkb(shapely.linestrings(paths))}
    _keep(session, "segment", segments, "worker, seconds, ST_GeomFromWKB(wkb) AS path")
    areas = [days.area_of(worker) for worker in workers]
    grids = {"worker": np.arange(len(areas)), "wkb": _wkb(areas)}
    _keep(session, "grid", grids, "worker, ST_GeomFromWKB(wkb) AS area")

    def run() -> NDArray[np.float64]:
        found = pa.table(session.sql(_TIME_INSIDE))
        inside = np.zeros(days.tracks.workers)
        inside[found["worker"].to_numpy()] = found["inside"].to_numpy()
        return inside

    yield Job(run)


@contextmanager
def which_grid(places: Places) -> Iterator[Job]:
    """Spatial join of points and grids that are in memory already."""
    session = sedonadb.connect()
    points = shapely.points(places.lon, places.lat)
    here = {"point": np.arange(len(places)), "wkb": _wkb(points)}
    _keep(session, "place", here, "point, ST_GeomFromWKB(wkb) AS here")
    grids = {"grid": np.arange(len(places.areas)), "wkb": _wkb(places.areas)}
    _keep(session, "grid", grids, "grid, ST_GeomFromWKB(wkb) AS area")

    def run() -> NDArray[np.int32]:
        found = pa.table(session.sql(_WHICH_GRID))
        grid = np.full(len(places), -1, np.int32)
        grid[found["point"].to_numpy()] = found["grid"].to_numpy()
        return grid

    yield Job(run)


def _wkb(geometries: Any) -> NDArray[Any]:
    """Geometries as bytes."""
    return np.asarray(shapely.to_wkb(geometries), dtype=object)


def _keep(session: Any, name: str, columns: dict[str, NDArray[Any]], select: str) -> None:
    """Make a table in memory from columns, geometries parsed."""
    session.create_data_frame(pa.table(columns)).to_view("raw", overwrite=True)
    session.sql(f"SELECT {select} FROM raw").to_memtable().to_view(name, overwrite=True)
