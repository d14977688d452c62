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
    track_landing,
    tracks,
    writing,
)

router = APIRouter()
_DOCUMENTS = (landing, schemas, styles, track_landing)
_DATA = (basemap, items, exports, writing, bulk, tracks, tiles)
for _part in (*_DOCUMENTS, *_DATA):
    router.include_router(_part.router)
