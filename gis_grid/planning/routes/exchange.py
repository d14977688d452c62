"""A draft's division out and in: GeoJSON, GeoPackage."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import numpy as np
import shapely
from fastapi import APIRouter, Body, Query, Response

from gis_grid.kit import clock
from gis_grid.planning import service
from gis_grid.planning.files.written import geopackage
from gis_grid.planning.routes.asked import (
    REFUSALS,
    OneOfFew,
    Planner,
    Revision,
    ScenarioId,
    drawn,
    tag,
    tagged,
)
from gis_grid.planning.schemas.exchange import GridCollection, TakenOver

router = APIRouter(prefix="/scenarios/{id}", responses={404: REFUSALS[404]})

GEOPACKAGE = "application/geopackage+sqlite3"


class Format(StrEnum):
    """How a division leaves."""

    GEOJSON = "geojson"
    GEOPACKAGE = "gpkg"


@router.get(
    "/division",
    response_class=Response,
    responses={200: {"content": {"application/geo+json": {}, GEOPACKAGE: {}}}},
)
def export_division(
    caller: Planner,
    scenario_id: ScenarioId,
    f: Annotated[Format, Query(description="geojson or gpkg")] = Format.GEOJSON,
) -> Response:
    """Return the grids of a draft as a file; they share every vertex with their neighbours."""
    revision = service.open_draft(caller.conn, scenario_id).row.revision
    content = service.grids_geojson(caller.conn, scenario_id)
    if f is Format.GEOJSON:
        return drawn(content, revision)
    headers = {
        "ETag": tag(revision),
        "Content-Disposition": f'attachment; filename="division-{scenario_id}.gpkg"',
    }
    return Response(geopackage(content), media_type=GEOPACKAGE, headers=headers)


@router.post("/division", response_model=TakenOver, responses=REFUSALS, dependencies=[OneOfFew])
def import_division(
    caller: Planner,
    scenario_id: ScenarioId,
    revision: Revision,
    given: Annotated[GridCollection, Body()],
    response: Response,
) -> Any:
    """Replace the grids of a draft by others: gaps and overlaps are mended, and every change is told."""
    outline = np.array(
        [shapely.geometry.shape(each.geometry.model_dump()) for each in given.features], dtype=object
    )
    codes = [None if each.properties is None else each.properties.code for each in given.features]
    taken = service.take_over(
        caller.conn,
        scenario_id,
        service.GivenGrids(codes, outline),
        revision=revision,
        who=caller.name,
        now=clock.now(),
    )
    answer = service.answer(caller.conn, taken.edited)
    tagged(response, answer["scenario"])
    return {**answer, "mended": taken.mended}
