"""Incidents near a point or in an H3 cell."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query

from gis_grid.grids.routes.asked import HowNear, Lat, Lon, Nearest, Within
from gis_grid.incidents import service
from gis_grid.incidents.routes.asked import Viewer  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.incidents.routes.listing import Wanted  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.incidents.rows import Filter
from gis_grid.incidents.schemas.shown import NearIncidents
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput

router = APIRouter()


def _open_or_all(
    wanted: Wanted,
    only_open: Annotated[bool, Query(alias="open", description="Only what is open: `state=open`.")] = False,
) -> Filter:
    if not only_open:
        return wanted
    if wanted.state is not None or wanted.state_kind == "closed":
        raise BadInput("Which state?", "expected either open or state")
    return replace(wanted, state_kind="open")


Chosen = Annotated[Filter, Depends(_open_or_all)]


@router.get("/incidents/near", response_model=NearIncidents)
def incidents_near(
    caller: Viewer,
    wanted: Chosen,
    lon: Lon,
    lat: Lat,
    how_near: HowNear,
) -> Any:
    """List incidents near a point, the nearest first, with their distance in metres; the list's filters hold.

    Either `within_m` or `k`. At most 1,000 are listed; `matched` says how many there are.
    """
    now, place = clock.now(), (lon, lat)
    match how_near:
        case Within(metres):
            return service.within(caller.conn, wanted, place, metres, now)
        case Nearest(many):
            return service.nearest(caller.conn, wanted, place, many, now)


@router.get("/incidents/in-cell/{h3}", response_model=NearIncidents)
def incidents_in_cell(
    caller: Viewer,
    wanted: Chosen,
    h3: Annotated[str, Path(description="Index of an H3 cell of resolution 7 to 15.")],
) -> Any:
    """List incidents in an H3 cell, open emergencies first, then the newest; the list's filters hold."""
    return service.in_cell(caller.conn, wanted, h3, clock.now())
