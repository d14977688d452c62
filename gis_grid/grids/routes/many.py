"""HTTP of locating many points: columns of JSON, or a CSV table that comes back with more columns."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.grids import schemas
from gis_grid.grids.routes.locating import shown
from gis_grid.grids.service.points_table import PointsTable
from gis_grid.grids.service.whereabouts import Whereabouts, whereabouts
from gis_grid.kit import clock
from gis_grid.kit.days import microseconds_of
from gis_grid.kit.errors import RowError, TooLarge
from gis_grid.kit.formulas import plain

if TYPE_CHECKING:
    from numpy.typing import NDArray

router = APIRouter()

MOST_BYTES: Final = 16 << 20
"""Of the body of a request."""

_CSV: Final = "text/csv"
_ADDED: Final = ("grid", "grid_name", "community", "nearest_grid", "nearest_m")

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": schemas.PointsAsked.model_json_schema()},
            _CSV: {
                "schema": {
                    "type": "string",
                    "description": "With a header: lon, lat, and time (ISO 8601 with offset) where each "
                    f"point has its own; other columns come back as they are. At most "
                    f"{schemas.MOST_POINTS:,} rows.",
                }
            },
        },
    }
}


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Points of a request, with the table that they came in, where it was one."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    at_us: NDArray[np.int64]
    table: PointsTable | None = None


async def _asked(request: Request) -> Asked:
    """Read the body by what it says it is; what cannot be read is a problem that names the row."""
    body = await request.body()
    now = microseconds_of(clock.now())
    if request.headers.get("content-type", "").partition(";")[0].strip() == _CSV:
        table = PointsTable.read(body, most=schemas.MOST_POINTS)
        times = np.full(len(table), now) if table.at_us is None else table.at_us
        return Asked(table.lon, table.lat, times, table)
    try:
        points = schemas.PointsAsked.model_validate_json(body)
    except ValidationError as error:
        found = [{**one, "loc": ("body", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(found) from error
    if len(points.lon) > schemas.MOST_POINTS:
        first = RowError(schemas.MOST_POINTS + 1, "lon", None, "the first row too many")
        detail = f"{len(points.lon):,} points; at most {schemas.MOST_POINTS:,} in a request"
        raise TooLarge("Too many points", detail, errors=[first])
    each = points.at if isinstance(points.at, list) else [points.at] * len(points.lon)
    moments = [now if at is None else microseconds_of(at) for at in each]
    return Asked(np.array(points.lon), np.array(points.lat), np.array(moments, np.int64))


@router.post(
    "/locate",
    response_model=schemas.LocatedMany,
    responses={200: {"content": {_CSV: {}}}},
    openapi_extra=_BODY,
)
def locate_many(
    caller: Annotated[Caller, may(Permission.SEE_MAP)], asked: Annotated[Asked, Depends(_asked)]
) -> schemas.LocatedMany | Response:
    """Say in which grid each of many points was: JSON columns for JSON, the same table and more for CSV."""
    found = whereabouts(caller.conn, asked.lon, asked.lat, asked.at_us)
    if asked.table is not None:
        return Response(_table(asked.table, found), media_type=f"{_CSV}; charset=utf-8")
    rows = [_row(found, index) for index in range(len(asked.lon))]
    inside = sorted(set(found.boundary_id.tolist()) & set(found.grids))
    return schemas.LocatedMany(
        count=len(rows),
        outside=int(np.count_nonzero(found.boundary_id < 0)),
        grid=[row[0] for row in rows],
        community=[row[2] for row in rows],
        nearest=[row[3] for row in rows],
        nearest_m=[row[4] for row in rows],
        grids=[shown(found.grids[one]) for one in inside],
    )


def _row(
    found: Whereabouts, index: int
) -> tuple[str | None, str | None, str | None, str | None, float | None]:
    """Return the values of the columns added."""
    grid, near, community = found.grid(index), found.nearest_grid(index), found.above(index).community
    return (
        None if grid is None else grid.code,
        None if grid is None else grid.name,
        None if community is None else community.code,
        None if near is None else near[0].code,
        None if near is None else round(near[1], 2),
    )


def _table(table: PointsTable, found: Whereabouts) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([*table.header, *_ADDED])
    for index, cells in enumerate(table.rows):
        writer.writerow([*cells, *(plain(value) for value in _row(found, index))])
    return out.getvalue()
