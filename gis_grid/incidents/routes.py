"""HTTP of incidents."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.incidents import service
from gis_grid.incidents.rows import Filter, Kind
from gis_grid.kit.days import instants
from gis_grid.kit.http import AppSettings, GeoJson

router = APIRouter(prefix="/api", tags=["incidents"])

MOST_INCIDENTS = 10_000


@router.get("/incidents", response_class=GeoJson)
def incidents(
    caller: Annotated[Caller, may(Permission.SEE_INCIDENTS)],
    settings: AppSettings,
    *,
    kind: Annotated[Kind | None, Query(description="Only incidents or only hazards.")] = None,
    first: Annotated[date | None, Query(alias="from", description="First local day of reporting.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last local day of reporting.")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_INCIDENTS, description="At most so many.")] = 2000,
) -> GeoJson:
    """List incidents and hazards as GeoJSON points, newest first.

    `numberMatched` says how many there are; `numberReturned`, how many the limit let through.
    """
    start, end = instants(first, last, settings.tz)
    return GeoJson(service.geojson(caller.conn, Filter(kind, start, end, caller.scope.areas), limit))
