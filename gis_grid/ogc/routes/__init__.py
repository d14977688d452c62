"""HTTP of open standards: OGC API Features and Tiles."""

from fastapi import APIRouter

from gis_grid.ogc.routes import (
    basemap,
    bulk,
    exports,
    items,
    landing,
    schemas,
    styles,
    tiles,
    tracks,
    writing,
)

router = APIRouter()
for _part in (landing, schemas, styles, basemap, items, exports, writing, bulk, tracks, tiles):
    router.include_router(_part.router)
