"""Which grid a point is in at a moment: one point or millions, each at its own time.

Borders are half-open, by the rule of the core: of two grids that share a border one has it, the same one
whoever asks, so that a viewer who sees only one of both gets no other answer about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from gis_grid.core.errors import BadFixes
from gis_grid.grids.service.kept_indexes import Index, KeptIndexes
from gis_grid.grids.store import locating as store
from gis_grid.kit.days import moment_of
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import ArrayLike, NDArray
    from sqlalchemy import Connection

FEW: Final = 256
"""Up to so many points only the outlines around them are read; for more, all, and they are kept."""


_kept = KeptIndexes()


@dataclass(frozen=True, slots=True)
class AreaNamed:
    """An area: what it is called."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Above:
    """The areas that a place lies in; ``None`` where there is none, or none that may be seen."""

    community: AreaNamed | None = None
    subdistrict: AreaNamed | None = None
    county: AreaNamed | None = None


@dataclass(frozen=True, slots=True)
class GridThere:
    """A grid with the boundary that was in force, and the areas that it is in."""

    boundary_id: int
    code: str
    name: str
    households: int
    valid_from: datetime | None
    valid_until: datetime | None
    above: Above


@dataclass(frozen=True, slots=True)
class Nearest:
    """The grid in force nearest to a point, and how far it is."""

    boundary_id: int
    metres: float


def locate(conn: Connection, lon: ArrayLike, lat: ArrayLike, at_us: ArrayLike) -> NDArray[np.int64]:
    """Find the boundary in force at each point, in one pass whatever their number and their moments.

    Parameters
    ----------
    lon, lat : float64 arrays, shape (n,)
        Degrees, WGS 84.
    at_us : int64 array, shape (n,), or one number
        Microseconds since 1970 UTC (:func:`gis_grid.kit.days.microseconds_of`).

    Returns
    -------
    int64 array, shape (n,)
        Id of the boundary, -1 where no grid that the connection sees was in force. On a border of two grids
        it is one of both (:mod:`gis_grid.core.geometry.slabs`); of grids that overlap, the lower code.

    Raises
    ------
    BadInput
        A position that is not finite or off the globe, or lengths that differ; with the row, from 1. A time
        that UTC has not.
    """
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    times = np.broadcast_to(np.asarray(at_us, np.int64), x.shape)
    if not x.size:
        return np.empty(0, np.int64)
    try:
        period = (moment_of(int(times.min())), moment_of(int(times.max())))
    except OverflowError:
        raise BadInput("A time is out of range", "expected one from year 1 to 9999 in UTC") from None
    try:
        if len(x) > FEW:
            return _kept.of(conn, period).at(x, y, times)
        near = store.outlines_near(conn, period, x.tolist(), y.tolist())
        return Index.of(near).at(x, y, times)
    except BadFixes as error:
        row = error.where + 1 if isinstance(error.where, int) else "all"
        problem = RowError(row, error.field, str(error.value), error.message)
        raise BadInput("A position is wrong", "see errors", errors=[problem]) from error


def grids_named(conn: Connection, boundary_ids: NDArray[np.int64]) -> dict[int, GridThere]:
    """Return what the boundaries are called, by id; -1 and ids that may not be seen are left out."""
    ids = np.unique(boundary_ids[boundary_ids >= 0]).tolist()
    if not ids:
        return {}
    rows = store.named(conn, ids)
    areas = _above(conn, [row.area_id for row in rows])
    return {
        row.id: GridThere(
            row.id,
            row.code,
            row.name,
            row.households,
            row.valid_from,
            row.valid_until,
            areas.get(row.area_id, Above()),
        )
        for row in rows
    }


def areas_around(conn: Connection, lon: Sequence[float], lat: Sequence[float]) -> list[Above]:
    """Return the areas around points that are in no grid; on a border of communities the lower code."""
    ids = store.communities_at(conn, lon, lat) if len(lon) <= FEW else _communities_at(conn, lon, lat)
    areas = _above(conn, [one for one in ids if one is not None])
    return [Above() if one is None else areas.get(one, Above()) for one in ids]


def _communities_at(conn: Connection, lon: Sequence[float], lat: Sequence[float]) -> list[int | None]:
    """Find the communities of many points as the database does of few: one by one it takes 0.1 ms each."""
    rows = store.communities(conn)
    outlines = shapely.STRtree(shapely.from_wkb([row.wkb for row in rows]))
    points, places = outlines.query(shapely.points(lon, lat), predicate="covered_by")
    # They are in the order of their codes, and the last one written stays.
    order = np.argsort(-places, kind="stable")
    first = np.full(len(lon), -1)
    first[points[order]] = places[order]
    return [None if place < 0 else rows[place].id for place in first.tolist()]


def nearest_grids(
    conn: Connection, lon: Sequence[float], lat: Sequence[float], at_us: Sequence[int]
) -> list[Nearest | None]:
    """Return the nearest grid in force for each point outside of all; ``None`` when there is none at all."""
    rows = store.nearest(conn, lon, lat, [moment_of(one) for one in at_us])
    return [None if row.id is None else Nearest(row.id, row.metres) for row in rows]


def _above(conn: Connection, area_ids: Sequence[int]) -> dict[int, Above]:
    named: dict[int, dict[str, AreaNamed]] = {}
    if area_ids:
        for row in store.areas_above(conn, sorted(set(area_ids))):
            named.setdefault(row.asked, {})[row.kind] = AreaNamed(row.code, row.name)
    return {asked: Above(**areas) for asked, areas in named.items()}
