"""All that is said of where points are: grid, areas above it, the nearest grid where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gis_grid.grids.service.locating import areas_around, grids_named, locate, nearest_grids

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from sqlalchemy import Connection

    from gis_grid.grids.service.locating import Above, GridThere, Nearest


MOST_NEAREST: Final = 100
"""Of so many points outside the nearest grid is looked for: it costs a thousand times what locating does."""


@dataclass(frozen=True, slots=True, eq=False)
class Whereabouts:
    """Where points are.

    Attributes
    ----------
    boundary_id : int64 array, shape (n,)
        -1 outside of all grids.
    grids : dict of GridThere
        By boundary id: those found and those nearest.
    around : dict of Above
        By index of a point outside of all grids: the areas that it is in.
    nearest : dict of Nearest
        By index of such a point, of the first `MOST_NEAREST`; no key when no grid was in force.
    """

    boundary_id: NDArray[np.int64]
    grids: dict[int, GridThere]
    around: dict[int, Above]
    nearest: dict[int, Nearest]

    def grid(self, index: int) -> GridThere | None:
        """Return the grid of a point."""
        return self.grids.get(int(self.boundary_id[index]))

    def above(self, index: int) -> Above:
        """Return the areas of a point."""
        grid = self.grid(index)
        return self.around[index] if grid is None else grid.above

    def nearest_grid(self, index: int) -> tuple[GridThere, float] | None:
        """Return the nearest grid of a point outside of all, and its distance in metres."""
        found = self.nearest.get(index)
        return None if found is None else (self.grids[found.boundary_id], found.metres)


def whereabouts(conn: Connection, lon: ArrayLike, lat: ArrayLike, at_us: ArrayLike) -> Whereabouts:
    """Say of each point where it is; arguments and errors as of :func:`.locating.locate`."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    times = np.broadcast_to(np.asarray(at_us, np.int64), x.shape)
    found = locate(conn, x, y, times)
    outside = np.flatnonzero(found < 0)
    around, nearest = {}, {}
    if len(outside):
        away, up = x[outside].tolist(), y[outside].tolist()
        indexes = outside.tolist()
        around = dict(zip(indexes, areas_around(conn, away, up), strict=True))
        first = times[outside[:MOST_NEAREST]].tolist()
        told = nearest_grids(conn, away[:MOST_NEAREST], up[:MOST_NEAREST], first)
        near = zip(indexes[:MOST_NEAREST], told, strict=True)
        nearest = {index: one for index, one in near if one is not None}
    named = np.array([one.boundary_id for one in nearest.values()], np.int64)
    return Whereabouts(found, grids_named(conn, np.append(found, named)), around, nearest)
