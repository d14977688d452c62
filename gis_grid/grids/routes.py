"""GeoJSON of areas and of the grids in force."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - FastAPI reads the annotation
from typing import Annotated

from fastapi import APIRouter, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.grids import service
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput
from gis_grid.kit.http import GeoJson

router = APIRouter(prefix="/api", tags=["grids"])


@router.get("/areas", response_class=GeoJson)
def read_areas(caller: Annotated[Caller, may(Permission.SEE_MAP)]) -> GeoJson:
    """Counties, subdistricts and communities; properties code, name, kind, synthetic."""
    return GeoJson(service.areas_geojson(caller.conn, caller.scope.areas))


@router.get("/grids", response_class=GeoJson)
def read_grids(
    caller: Annotated[Caller, may(Permission.SEE_MAP)],
    at: Annotated[
        datetime | None, Query(description="ISO 8601 time with its offset; left out: this moment")
    ] = None,
) -> GeoJson:
    """Boundaries in force at a time; properties households, buildings, band (BASE-1), community, worker."""
    if at is None:
        at = clock.now()
    elif at.tzinfo is None:
        raise BadInput(
            "The time has no offset", f"at={at.isoformat()}; expected e.g. 2026-11-09T08:00:00+08:00"
        )
    return GeoJson(service.grids_geojson(caller.conn, at, caller.scope.areas))
