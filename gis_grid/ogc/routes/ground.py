"""OGC API: vector tiles."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit import tiles
from gis_grid.ogc import service

router = APIRouter(prefix="/ogc", tags=["ogc"])


@router.get(
    "/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{row}/{column}",
    response_class=Response,
    responses=tiles.RESPONSES,
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
    return tiles.answer(
        service.tile_version(caller.conn, areas),
        if_none_match,
        lambda: service.tile(caller.conn, layer, zoom, row, column, areas=areas),
    )
