"""HTTP of locating: in which grid a point is, or each of many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter

from gis_grid.accounts.http import Caller, may
from gis_grid.accounts.roles import Permission
from gis_grid.core.presence.heat import cells_at
from gis_grid.grids import schemas
from gis_grid.grids.routes.asked import At, Lat, Lon  # noqa: TC001 - FastAPI reads the annotations
from gis_grid.grids.service.whereabouts import whereabouts
from gis_grid.kit.days import microseconds_of

if TYPE_CHECKING:
    from gis_grid.grids.service.locating import AreaNamed, GridThere

router = APIRouter()

CELLS: Final = (7, 9, 11)
"""H3 resolutions that are told of a point."""


@router.get("/locate")
def locate(caller: Annotated[Caller, may(Permission.SEE_MAP)], lon: Lon, lat: Lat, at: At) -> schemas.Located:
    """Say in which grid in force a point is, and what is above it; outside of all, which is nearest.

    Of two grids that share a border one has it: the one west of it, or north of it where it runs level.
    Only grids that the caller may see are known.
    """
    found = whereabouts(caller.conn, [lon], [lat], microseconds_of(at))
    grid, above, nearest = found.grid(0), found.above(0), found.nearest_grid(0)
    return schemas.Located(
        lon=lon,
        lat=lat,
        at=at,
        grid=None if grid is None else shown(grid),
        community=named(above.community),
        subdistrict=named(above.subdistrict),
        county=named(above.county),
        nearest=None
        if nearest is None
        else schemas.NearestGrid(code=nearest[0].code, name=nearest[0].name, distance_m=round(nearest[1], 2)),
        cells={str(r): f"{int(cells_at([lon], [lat], r)[0]):x}" for r in CELLS},
    )


def shown(grid: GridThere) -> schemas.GridShown:
    """Return a grid as JSON has it."""
    return schemas.GridShown(
        code=grid.code,
        name=grid.name,
        households=grid.households,
        boundary=grid.boundary_id,
        valid_from=grid.valid_from,
        valid_until=grid.valid_until,
        community=named(grid.above.community),
        subdistrict=named(grid.above.subdistrict),
        county=named(grid.above.county),
    )


def named(area: AreaNamed | None) -> schemas.AreaShown | None:
    """Return an area as JSON has it."""
    return None if area is None else schemas.AreaShown(code=area.code, name=area.name)
