"""What is asked: a city's grids, and points drawn evenly over it; some stand exactly on borders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from city.tiling import Plan, draw
from contests.tasks import Places

if TYPE_CHECKING:
    from pathlib import Path

    from contests.scale import Scale

ON_BORDERS: Final = 100
"""One point in so many is a vertex of the tiling."""


def places(scale: Scale) -> Places:
    """Draw the city and its points."""
    areas = draw(Plan(scale.grids, scale.half_m))
    west, south, east, north = shapely.total_bounds(areas)
    random = np.random.default_rng(3)
    lon = random.uniform(west, east, scale.points)
    lat = random.uniform(south, north, scale.points)
    corners = shapely.get_coordinates(areas)
    chosen = random.choice(len(corners), scale.points // ON_BORDERS, replace=False)
    lon[::ON_BORDERS], lat[::ON_BORDERS] = corners[chosen].T
    return Places(areas, lon, lat)


def keep(task: Places, folder: Path) -> None:
    """Write a task down for other processes."""
    np.save(folder / "wkb.npy", shapely.to_wkb(task.areas), allow_pickle=True)
    np.save(folder / "points.npy", np.stack((task.lon, task.lat)))


def kept(folder: Path) -> Places:
    """Read it back."""
    lon, lat = np.load(folder / "points.npy")
    areas = shapely.from_wkb(np.load(folder / "wkb.npy", allow_pickle=True)).tolist()
    return Places(areas, lon, lat)


def on_border(task: Places, points: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Return whether points (n,), by index, stand exactly on the border of the grids named (n,)."""
    outlines = shapely.boundary(np.array(task.areas, np.object_)[grid])
    where = shapely.points(task.lon[points], task.lat[points])
    return np.asarray(shapely.intersects(outlines, where))
