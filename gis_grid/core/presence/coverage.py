"""Coverage: which of the cells where one can walk were walked, and how much of the streets was passed.

Walkable is a cell of the grid with a street or a building in it: nobody is asked to patrol a lake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.errors import CoreError
from gis_grid.core.geometry.geodesy import LocalFrame
from gis_grid.core.presence.heat import cells_at
from gis_grid.core.presence.joined import joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from gis_grid.core.geometry.boundary import Boundary
    from gis_grid.core.presence.effort import Effort
    from gis_grid.core.track.cleaning import Cleaned

# Streets are followed in steps that no cell of resolution 12 (9 m from the middle to a side) slips through.
_STEP_M: Final = 5.0


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """Walkable cells, ascending, and which of them were covered.

    Attributes
    ----------
    cells : int64 array, shape (n,)
    covered : bool array, shape (n,)
    """

    cells: NDArray[np.int64]
    covered: NDArray[np.bool_]

    @property
    def share(self) -> float:
        """Covered cells of all walkable ones, 0 to 1; ``nan`` where one cannot walk at all."""
        return float(np.mean(self.covered)) if len(self.cells) else float("nan")

    @property
    def uncovered(self) -> NDArray[np.int64]:
        """Walkable cells that nobody covered."""
        return self.cells[~self.covered]


@dataclass(frozen=True, slots=True)
class Swath:
    """How much of a grid lies within some metres of the way walked.

    Attributes
    ----------
    street_m, passed_m : float
        Length of the streets in the grid, and of the part near the way.
    ground_m2, near_m2 : float
        The grid's ground, and the part of it near the way.
    """

    street_m: float
    passed_m: float
    ground_m2: float
    near_m2: float

    @property
    def share(self) -> float:
        """Passed length of all street length, 0 to 1; ``nan`` without a street."""
        return self.passed_m / self.street_m if self.street_m else float("nan")


def walkable_cells(
    boundary: Boundary,
    streets: Sequence[BaseGeometry],
    buildings: Sequence[BaseGeometry],
    *,
    resolution: int = 11,
) -> NDArray[np.int64]:
    """Return the cells of a grid that hold a street or a building.

    Parameters
    ----------
    boundary : Boundary
        Only what lies inside it counts.
    streets : sequence of shapely lines
        Degrees WGS 84.
    buildings : sequence of shapely points or polygons
        A building counts where its representative point is.
    resolution : int
        H3 resolution.

    Returns
    -------
    int64 array
        Ascending, each once.
    """
    inside = shapely.get_parts(shapely.intersection(np.asarray(streets, object), boundary.area))
    lines = inside[shapely.get_dimensions(inside) == 1]
    points = shapely.point_on_surface(np.asarray(buildings, object))
    points = points[shapely.intersects_xy(boundary.area, shapely.get_x(points), shapely.get_y(points))]
    xy = np.concatenate((shapely.get_coordinates(points), _followed(lines, _frame(boundary))))
    return np.unique(cells_at(xy[:, 0], xy[:, 1], resolution))


def coverage(walkable: NDArray[np.int64], effort: Effort, *, at_least_s: float = 10.0) -> Coverage:
    """Say which walkable cells saw enough time.

    Parameters
    ----------
    walkable : int64 array
        As from :func:`walkable_cells`, of the same resolution as `effort`.
    effort : Effort
        Of a day, a week, or any sum of them.
    at_least_s : float
        A cell with less was only brushed. 10 s is a cell of resolution 11 crossed at 5 m/s.
    """
    cells = np.unique(walkable)
    enough = effort.cells[effort.seconds >= at_least_s]
    return Coverage(cells, np.isin(cells, enough))


def swath(
    cleaned: Cleaned,
    boundary: Boundary,
    streets: Sequence[BaseGeometry],
    *,
    radius_m: float = 25.0,
    max_gap_s: float = 300.0,
) -> Swath:
    """Measure how much of a grid was within sight of the way walked.

    Parameters
    ----------
    cleaned : Cleaned
        One worker's; only known segments are a way.
    boundary : Boundary
    streets : sequence of shapely lines
        Degrees WGS 84.
    radius_m : float
        How far one sees and can be seen; 20 to 30 m is the width of a street with its fronts.
    max_gap_s : float

    Raises
    ------
    CoreError
        For a radius that is not above 0.
    """
    if not radius_m > 0:
        raise CoreError("a swath is wider than 0 m", field="radius_m", value=radius_m)
    frame = _frame(boundary)
    (ground,) = _metric([boundary.area], frame)
    inside = shapely.intersection(_metric(streets, frame), ground)
    near = shapely.buffer(shapely.union_all(_metric(_way(cleaned, max_gap_s), frame)), radius_m)
    return Swath(
        street_m=float(np.sum(shapely.length(inside))),
        passed_m=float(np.sum(shapely.length(shapely.intersection(inside, near)))),
        ground_m2=float(shapely.area(ground)),
        near_m2=float(shapely.area(shapely.intersection(ground, near))),
    )


def _way(cleaned: Cleaned, max_gap_s: float) -> NDArray[np.object_]:
    """Known runs of a track as lines; a run that never moves as a point."""
    good, is_joined = joined(cleaned, max_gap_s)
    xy = np.stack((good.lon, good.lat), axis=1)
    runs = np.split(xy, np.flatnonzero(~is_joined) + 1)
    shapes = [
        shapely.LineString(run) if len(np.unique(run, axis=0)) > 1 else shapely.Point(run[0])
        for run in runs
        if len(run)
    ]
    return np.array(shapes, object)


def _frame(boundary: Boundary) -> LocalFrame:
    """Plane at the middle of a grid."""
    west, south, east, north = boundary.area.bounds
    return LocalFrame((west + east) / 2, (south + north) / 2)


def _metric(shapes: Sequence[BaseGeometry] | NDArray[np.object_], frame: LocalFrame) -> NDArray[np.object_]:
    """Shapes in metres of a plane."""
    return np.asarray(
        shapely.transform(np.asarray(shapes, object), lambda xy: (xy - frame.origin) * frame.scale)
    )


def _followed(lines: NDArray[np.object_], frame: LocalFrame) -> NDArray[np.float64]:
    """Positions along lines, a step apart, as (lon, lat)."""
    dense = shapely.segmentize(_metric(lines, frame), _STEP_M)
    return np.asarray(shapely.get_coordinates(dense) / frame.scale + frame.origin)
