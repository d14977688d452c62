"""HTTP of the cells of heat as vector tiles."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Response

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.clock import now
from gis_grid.kit.http import AppSettings
from gis_grid.kit.revision import strong_tag
from gis_grid.kit.tiles import RESPONSES, answer
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.reports import tiles
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked
from gis_grid.reports.schemas import HeatTileQuery, VisitTileQuery
from gis_grid.reports.words import Lang

router = APIRouter(prefix="/ogc/collections", tags=["ogc"])

_Sent = Annotated[str | None, Header(alias="If-None-Match")]


@router.get(
    "/heat_cells/tiles/WebMercatorQuad/{zoom}/{row}/{column}", response_class=Response, responses=RESPONSES
)
def heat_tile(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    query: Annotated[HeatTileQuery, Query()],
    *,
    zoom: int,
    row: int,
    column: int,
    if_none_match: _Sent = None,
) -> Response:
    """One tile of the cells of `/api/heat/cells`, by its filters: `cell`, `count`, `open`, `weight`, ..."""
    asked = Asked(
        Lang.EN, query.first, query.last, DEFAULT_RESOLUTION, settings.tz, caller.scope.areas, query.filters()
    )
    tile = tiles.incident_tile(caller.conn, (zoom, row, column), asked, query.resolution)
    return answer(strong_tag(tile), if_none_match, lambda: tile)


@router.get(
    "/visit_cells/tiles/WebMercatorQuad/{zoom}/{row}/{column}", response_class=Response, responses=RESPONSES
)
def visit_tile(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    query: Annotated[VisitTileQuery, Query()],
    *,
    zoom: int,
    row: int,
    column: int,
    if_none_match: _Sent = None,
) -> Response:
    """One tile of the cells of `/api/heat/visits`: `cell` and `targets` of what is published."""
    at = now()
    asked = Asked(Lang.EN, query.first, query.last, DEFAULT_RESOLUTION, settings.tz, caller.scope.areas)
    tile = tiles.visit_tile(
        caller.conn,
        (zoom, row, column),
        asked,
        query.resolution,
        at,
        min_targets=settings.heat_min_targets,
        hidden=VisitRules.read(settings, at).hidden_anywhere(),
    )
    return answer(strong_tag(tile), if_none_match, lambda: tile)
