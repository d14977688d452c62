"""What a community is made of, out of the stored map, in the metres of its frame."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from gis_grid.core.plan.frame import Frame
from gis_grid.core.plan.ground import Buildings, Ground
from gis_grid.core.plan.lines import LineClass
from gis_grid.planning.store import ground as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy import Connection, Row

    Geometries = NDArray[np.object_]

_CLASS: Final = {
    "main": LineClass.MAIN,
    "rail": LineClass.MAIN,
    "lane": LineClass.LANE,
    "path": LineClass.PATH,
    "water": LineClass.RIVER,
}


@lru_cache(maxsize=64)
def frame_at(meridian: int) -> Frame:
    """Return the frame of a meridian; to set one up takes longer than most edits."""
    return Frame(meridian)


def read_ground(conn: Connection, area: Row[Any], frame: Frame, *, people_per_household: float) -> Ground:
    """Return the ground of a community as the map has it now."""
    found = store.lines(conn, area.id)
    return Ground(
        metres(frame, [area.wkb])[0],
        _as_lines(metres(frame, [row.wkb for row in found])),
        np.array([_CLASS[row.kind] for row in found], dtype=np.int8),
        _buildings(conn, area.id, frame, people_per_household),
    )


def metres(frame: Frame, wkb: Sequence[bytes]) -> Geometries:
    """Return stored geometries in the frame."""
    shapes: Geometries = np.zeros(len(wkb), dtype=object)
    shapes[:] = shapely.from_wkb(list(wkb)) if wkb else []
    return frame.to_metres(shapes)


def _as_lines(shape: Geometries) -> Geometries:
    """Return lines as they are, and of water that has an area its shore."""
    shore = shape.copy()
    wide = shapely.get_dimensions(shape) == 2
    shore[wide] = shapely.boundary(shape[wide])
    return shore


def _buildings(conn: Connection, area_id: int, frame: Frame, people_per_household: float) -> Buildings:
    found = store.buildings(conn, area_id)
    households = np.array([row.households for row in found], dtype=np.int64)
    counted = np.array([-1 if row.people is None else row.people for row in found], dtype=np.int64)
    estimated = np.floor(households * people_per_household + 0.5).astype(np.int64)
    footprint = metres(frame, [row.wkb for row in found])
    return Buildings(footprint, households, np.where(counted < 0, estimated, counted))
