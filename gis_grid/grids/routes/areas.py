"""GeoJSON of areas and of the grids in force."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.grids import service
from gis_grid.grids.routes.asked import At  # noqa: TC001 - FastAPI reads the annotation
from gis_grid.kit.http import GeoJson

router = APIRouter()


@router.get("/areas", response_class=GeoJson)
def read_areas(caller: Annotated[Caller, may(Permission.SEE_MAP)]) -> GeoJson:
    """Counties, subdistricts and communities; properties code, name, kind, synthetic."""
    return GeoJson(service.areas_geojson(caller.conn, caller.scope.areas))


@router.get("/grids", response_class=GeoJson)
def read_grids(
    caller: Annotated[Caller, may(Permission.SEE_MAP)],
    at: At,
    names: Annotated[
        bool, Query(description="`true`: only the code and the name of each, without its geometry.")
    ] = False,
) -> GeoJson:
    """Boundaries in force at a time; properties households, buildings, band (BASE-1), community, worker."""
    told = service.grid_names_geojson if names else service.grids_geojson
    return GeoJson(told(caller.conn, at, caller.scope.areas))
