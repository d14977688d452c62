"""OGC API: the fixes of workers as features; every look is written down."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import AfterValidator, BaseModel, Field

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import clock
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.ogc import track_points
from gis_grid.ogc.intervals import closed_interval
from gis_grid.patrols.routes import readable
from gis_grid.patrols.track import Looker

router = APIRouter(prefix="/ogc", tags=["ogc"])


class TrackPointsQuery(BaseModel):
    """Whose fixes of when, why, and which page of them."""

    worker: str = Field(description="Code of a grid worker.")
    interval: str = Field(alias="datetime", description="RFC 3339 interval, both ends included.")
    reason: Annotated[str, AfterValidator(readable)] = Field(
        "read by a program", max_length=200, description="Why; the worker can read it."
    )
    limit: int = Field(1000, ge=1, le=10_000, description="Points of one answer at most.")
    offset: int = Field(0, ge=0, le=100_000_000, description="Points to pass over.")


@router.get("/collections/track_points/items", response_class=GeoJson)
def read_track_points(
    caller: Annotated[Caller, may(Permission.SEE_TRACKS)],
    settings: AppSettings,
    request: Request,
    query: Annotated[TrackPointsQuery, Query()],
) -> GeoJson:
    """Return a worker's fixes in order of time with their flags; every call is written into the ledger."""
    now, limit, offset = clock.now(), query.limit, query.offset
    found = track_points.points_of(
        caller.conn,
        query.worker,
        closed_interval(query.interval, longest=track_points.LONGEST),
        track_points.Page(limit, offset),
        tz=settings.tz,
        now=now,
        looker=Looker(caller.name, caller.scope.worker_id, query.reason),
    )
    links = [_link("self", request, offset)]
    if offset + limit < found.matched:
        links.append(_link("next", request, offset + limit))
    answer = {
        "type": "FeatureCollection",
        "timeStamp": now.isoformat(),
        "numberMatched": found.matched,
        "numberReturned": len(found.features),
        "links": links,
        "features": found.features,
    }
    # A copy in a cache would be a look that nobody wrote down.
    return GeoJson(json.dumps(answer, allow_nan=False), headers={"Cache-Control": "no-store"})


def _link(rel: str, request: Request, offset: int) -> dict[str, Any]:
    href = str(request.url.include_query_params(offset=offset))
    return {"rel": rel, "type": GeoJson.media_type, "href": href}
