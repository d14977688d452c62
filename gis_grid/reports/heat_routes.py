"""HTTP of what the reports show, as GeoJSON and JSON: cells, rates, published visits, bulletins."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.kit.clock import now
from gis_grid.kit.http import AppSettings, GeoJson
from gis_grid.patrols.visiting.rules import VisitRules
from gis_grid.reports import heat, service
from gis_grid.reports.asked import DEFAULT_RESOLUTION, Asked, By
from gis_grid.reports.bulletin_shapes import Bulletin
from gis_grid.reports.schemas import COMMUNITY, PERIOD, HeatQuery, PeriodQuery
from gis_grid.reports.words import Lang

router = APIRouter(prefix="/api", tags=["heat"])

_NO_COMMUNITY: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "No such community, or it may not be seen"}
}

_Query = Annotated[HeatQuery, Query()]


@router.get("/heat/cells", response_class=GeoJson, responses=_NO_COMMUNITY)
def heat_cells(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    query: _Query,
    *,
    hot_spots: Annotated[
        bool, Query(description="With Gi*: every cell of the ground, `z`, `p`, `q`.")
    ] = False,
) -> GeoJson:
    """Return incidents per H3 cell as polygons: `count`, `open`, `weight`, and `z`, `p` where asked for."""
    asked = _asked(caller, settings, query)
    return _geojson(heat.cells(caller.conn, asked, now(), with_hot_spots=hot_spots))


@router.get("/heat/rates", response_class=GeoJson, responses=_NO_COMMUNITY)
def heat_rates(
    caller: Annotated[Caller, may(Permission.SEE_VERDICTS)], settings: AppSettings, query: _Query
) -> GeoJson:
    """Return incidents per patrol hour of each grid or cell: `rate` with its exact 95 % interval."""
    asked = _asked(caller, settings, query)
    if asked.filters.by is By.CELL:
        return _geojson(heat.rates_of_cells(caller.conn, asked))
    return _geojson(heat.rates_of_grids(caller.conn, asked, now()))


@router.get("/heat/visits", response_class=GeoJson, responses=_NO_COMMUNITY)
def heat_visits(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    query: Annotated[PeriodQuery, Query()],
) -> GeoJson:
    """Return what is published of visits, per H3 cell, from whole weeks that are over."""
    asked = Asked(Lang.EN, query.first, query.last, query.resolution, settings.tz, caller.scope.areas)
    asked = service.in_community(caller.conn, asked, query.community)
    at = now()
    hidden = VisitRules.read(settings, at).hidden_anywhere()
    found = heat.published_visits(
        caller.conn, asked, at, min_targets=settings.heat_min_targets, hidden=hidden
    )
    return _geojson(found)


@router.get("/analysis", responses=_NO_COMMUNITY)
def analysis(
    caller: Annotated[Caller, may(Permission.SEE_REPORTS)],
    settings: AppSettings,
    *,
    period: Annotated[str, Query(max_length=20, description=PERIOD)] = "",
    community: Annotated[str, Query(max_length=100, description=COMMUNITY)] = "",
) -> Bulletin:
    """Return the bulletin of a day, week or month: counts, trends, rises beyond chance, difficulties."""
    asked = Asked(Lang.EN, None, None, DEFAULT_RESOLUTION, settings.tz, caller.scope.areas)
    return service.bulletin_of(caller.conn, asked, period, community, now())


def _asked(caller: Caller, settings: AppSettings, query: HeatQuery) -> Asked:
    asked = query.asked(settings.tz, caller.scope.areas)
    return service.in_community(caller.conn, asked, query.community)


def _geojson(collection: dict[str, Any]) -> GeoJson:
    return GeoJson(json.dumps(collection, allow_nan=False, ensure_ascii=False))
