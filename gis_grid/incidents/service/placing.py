"""Where a report belongs: its point, its grid by the half-open rule, its community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gis_grid.core.presence.heat import cells_at
from gis_grid.grids import service as grids
from gis_grid.incidents.rows import Place
from gis_grid.incidents.service.importing import STORED_RESOLUTIONS
from gis_grid.incidents.store import followed
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.errors import BadInput, RowError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a place: a point, a building, an address, or only the community."""

    lon: float | None = None
    lat: float | None = None
    building_id: int | None = None
    address: str = ""
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A place as it is stored; `cells` in the order of the stored resolutions."""

    place: Place
    lon: float | None
    lat: float | None
    boundary_id: int | None
    area_id: int | None
    cells: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Where somebody may report: areas by id (``None``: everywhere); a worker anywhere that one walks."""

    areas: Sequence[int] | None
    worker_id: int | None


def place(conn: Connection, said: Said, at: datetime, within: Within) -> Placed:
    """Find where a report belongs.

    Raises
    ------
    BadInput
        For a building or community that there is not, a place outside one's areas, or none at all where
        nothing else says which community it is for.
    """
    lon, lat, kind = _point(conn, said)
    if lon is None or lat is None:
        area = _area_without_point(conn, said, at, within)
        return Placed(kind, None, None, None, area, (None,) * len(STORED_RESOLUTIONS))
    boundary = int(grids.locate(conn, [lon], [lat], microseconds_of(at))[0])
    if boundary >= 0:
        area_id: int | None = followed.area_of_boundary(conn, boundary)
    else:
        area_id = followed.community_around(conn, lon, lat)
        if area_id is None and within.worker_id is not None:
            # A phone is wrong by miles at times: what lies in no community goes to one's own, not to nobody.
            area_id = followed.own_community(conn, within.worker_id, at)
    if not _may(area_id, within):
        raise _wrong("lon, lat", f"{lon}, {lat}", "expected a place in an area where you may report")
    cells = tuple(int(cells_at([lon], [lat], one)[0]) for one in STORED_RESOLUTIONS)
    return Placed(kind, lon, lat, boundary if boundary >= 0 else None, area_id, cells)


def _point(conn: Connection, said: Said) -> tuple[float | None, float | None, Place]:
    if said.lon is not None:
        return said.lon, said.lat, Place.POINT
    if said.building_id is not None:
        building = followed.find_building(conn, said.building_id)
        if building is None:
            raise _wrong("building_id", str(said.building_id), "there is no such building")
        return building.lon, building.lat, Place.BUILDING
    return None, None, Place.ADDRESS if said.address else Place.NONE


def _area_without_point(conn: Connection, said: Said, at: datetime, within: Within) -> int | None:
    if said.community is not None:
        area = followed.find_community(conn, said.community)
        if area is None or not _may(area, within):
            raise _wrong("community", said.community, "there is no such community, or not for you")
        return area
    if within.worker_id is not None:
        area = followed.own_community(conn, within.worker_id, at)
        if area is not None:
            return area
    if within.areas is None:
        return None
    if len(within.areas) == 1:
        return within.areas[0]
    raise _wrong("community", None, "expected the community, since there is no position")


def _may(area_id: int | None, within: Within) -> bool:
    known = within.areas is None or (area_id is not None and area_id in within.areas)
    return known or within.worker_id is not None


def _wrong(field: str, value: str | None, message: str) -> BadInput:
    return BadInput("The place cannot be used", message, errors=[RowError("body", field, value, message)])
