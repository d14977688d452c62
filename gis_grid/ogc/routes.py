"""OGC API: vector tiles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.ogc import service

router = APIRouter(prefix="/ogc", tags=["ogc"])

MVT = "application/vnd.mapbox-vector-tile"


@router.get(
    "/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{row}/{column}",
    response_class=Response,
    responses={
        200: {"content": {MVT: {}}, "description": "The tile"},
        204: {"description": "Nothing is in this tile"},
        304: {"description": "The tile that the client has is still right"},
        404: {"description": "No such layer, or outside the tile matrix"},
    },
)
def read_tile(
    caller: Annotated[Caller, may(Permission.SEE_MAP)],
    layer: str,
    zoom: int,
    row: int,
    column: int,
    *,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """One tile of a layer (areas, roads, water, buildings) as a Mapbox Vector Tile."""
    service.require_tile(layer, zoom, row, column)
    areas = caller.scope.areas
    version = service.tile_version(caller.conn, areas)
    # Another caller at the same address sees other areas.
    headers = {"ETag": version, "Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
    if if_none_match is not None and version in (tag.strip() for tag in if_none_match.split(",")):
        return Response(status_code=304, headers=headers)
    tile = service.tile(caller.conn, layer, zoom, row, column, areas=areas)
    return Response(tile, 200 if tile else 204, headers=headers, media_type=MVT)
