"""HTTP of what is near a point or in an H3 cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Query

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.grids import schemas
from gis_grid.grids.routes.asked import At, HowNear, Lat, Lon, Nearest, Within
from gis_grid.grids.service import near as service
from gis_grid.grids.service.near import What

if TYPE_CHECKING:
    from gis_grid.grids.service.near import Found

router = APIRouter()

Looked = Annotated[What, Query(description="What is looked for.")]


@router.get("/near")
def near(
    caller: Annotated[Caller, may(Permission.SEE_MAP)],
    lon: Lon,
    lat: Lat,
    at: At,
    *,
    how_near: HowNear,
    what: Looked = What.GRIDS,
) -> schemas.Near:
    """List grids in force or buildings near a point, the nearest first, with their distance in metres.

    Either `within_m` or `k`. At most 1,000 are listed; `matched` says how many there are.
    """
    match how_near:
        case Within(metres):
            found = service.within(caller.conn, what, (lon, lat), at, metres)
        case Nearest(many):
            found = service.nearest(caller.conn, what, (lon, lat), at, many)
    return _answer(what, found)


@router.get("/in-cell/{h3}")
def in_cell(
    caller: Annotated[Caller, may(Permission.SEE_MAP)],
    h3: Annotated[str, Path(description="Index of an H3 cell of resolution 7 to 15.")],
    at: At,
    what: Looked = What.GRIDS,
) -> schemas.Near:
    """List the grids in force with ground in an H3 cell, the largest share first, or buildings in it."""
    return _answer(what, service.in_cell(caller.conn, what, h3, at))


def _answer(what: What, found: Found) -> schemas.Near:
    rows = [
        schemas.NearThing(
            id=row.id,
            code=row.code,
            name=row.name,
            kind=row.kind,
            households=row.households,
            lon=row.lon,
            lat=row.lat,
            distance_m=round(row.metres, 2) if hasattr(row, "metres") else None,
            share=round(row.share, 6) if hasattr(row, "share") else None,
        )
        for row in found.rows
    ]
    return schemas.Near(what=what.value, matched=found.matched, found=rows)
