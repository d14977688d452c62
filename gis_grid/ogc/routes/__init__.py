"""HTTP of open standards: OGC API Features and Tiles."""

from gis_grid.kit.routing import RouterUnder
from gis_grid.ogc.routes import (
    bulk,
    exports,
    items,
    landing,
    schemas,
    styles,
    tiles,
    tilesets,
    track_landing,
    tracks,
    writing,
)

router = RouterUnder("/ogc")
_DOCUMENTS = (landing, schemas, tilesets, styles, track_landing)
_DATA = (tiles, items, exports, writing, bulk, tracks)
# What is asked for most comes first: each route is compared with the request until one fits.
for _part in (*_DATA, *_DOCUMENTS):
    router.include_router(_part.router)
