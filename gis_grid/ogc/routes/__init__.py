"""HTTP of open standards: OGC API Features and Tiles."""

from fastapi import APIRouter

from gis_grid.ogc.routes import ground, items, landing, tracks

router = APIRouter()
for _part in (landing, items, tracks, ground):
    router.include_router(_part.router)
