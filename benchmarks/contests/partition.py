"""Whether the time in all grids of a tiling adds up to the time there was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from contests.report import Section, Target
from gis_grid.core.geometry.slabs import Slabs
from gis_grid.core.presence.seconds import seconds_inside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from contests.tasks import Days
    from gis_grid.core.geometry.boundary import Area


@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    t_ms: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]


def contest(days: Days, count: int) -> Section:
    """Add up usual days, and walks from vertex to vertex of shared borders."""
    section = Section(
        "Time over all grids of the tiling, added up",
        ("walks", "how many", "segments measured", "largest difference to the whole"),
    )
    kinds = {
        "usual days": _usual(days, count),
        "along shared borders, from vertex to vertex, standing on some": _along(days.areas, count),
    }
    worst_s = 0.0
    for name, walks in kinds.items():
        segments, off_s = _largest_difference_s(walks, days)
        section.rows.append((name, str(len(walks)), f"{segments:,}", f"{off_s:.1e} s"))
        worst_s = max(worst_s, off_s)
    section.targets.append(
        Target("time over a tiling adds up", "<= 1e-9 s a walk", f"{worst_s:.1e} s", worst_s <= 1e-9)
    )
    return section


def _usual(days: Days, count: int) -> list[_Walk]:
    """Return days that stay within the city."""
    walks: list[_Walk] = []
    city = shapely.box(*shapely.total_bounds(days.areas))
    for worker in range(days.tracks.workers):
        mine = days.tracks.span(worker)
        walk = _Walk(days.tracks.t_ms[mine], days.tracks.lon[mine], days.tracks.lat[mine])
        if city.contains(_extent(walk)) and len(walks) < count:
            walks.append(walk)
    return walks


def _along(areas: Sequence[Area], count: int) -> list[_Walk]:
    """Return walks around grids inside the city, a fix on each vertex, every fifth twice."""
    boxes = shapely.bounds(areas)
    west, south, east, north = shapely.total_bounds(areas)
    inner = (boxes[:, :2] > (west, south)).all(axis=1) & (boxes[:, 2:] < (east, north)).all(axis=1)
    walks = []
    for one in np.flatnonzero(inner)[:count]:
        corners = shapely.get_coordinates(shapely.get_exterior_ring(shapely.get_geometry(areas[one], 0)))
        stay = np.sort(np.concatenate((np.arange(len(corners)), np.arange(0, len(corners), 5))))
        lon, lat = np.ascontiguousarray(corners[stay].T)
        walks.append(_Walk(np.arange(len(stay), dtype=np.int64) * 10_000, lon, lat))
    return walks


def _largest_difference_s(walks: Sequence[_Walk], days: Days) -> tuple[int, float]:
    """Measure each walk in every grid near it; return segments measured and the largest difference."""
    tree = shapely.STRtree(days.areas)
    segments, worst_s = 0, 0.0
    for walk in walks:
        near = tree.query(_extent(walk))
        slabs = Slabs.of([days.areas[one] for one in near])
        length = len(walk.t_ms)
        t_ms, lon, lat = (np.tile(column, len(near)) for column in (walk.t_ms, walk.lon, walk.lat))
        starts = np.arange(len(near) + 1, dtype=np.int64) * length
        area = np.arange(len(near), dtype=np.int32)
        inside_s, known_s = seconds_inside(t_ms, lon, lat, starts, area, slabs, max_gap_s=days.max_gap_s)
        segments += len(near) * (length - 1)
        worst_s = max(worst_s, abs(float(inside_s.sum() - known_s[0])))
    return segments, worst_s


def _extent(walk: _Walk) -> shapely.Polygon:
    """Box around a walk."""
    box: shapely.Polygon = shapely.box(walk.lon.min(), walk.lat.min(), walk.lon.max(), walk.lat.max())
    return box
