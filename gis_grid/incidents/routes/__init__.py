"""HTTP of incidents: listed, reported, moved on, with photos, sound and video."""

from fastapi import APIRouter

from gis_grid.incidents.routes import attaching, handling, listing, near, reporting
from gis_grid.incidents.routes.attaching import MOST_AT_ONCE, most_bytes, uploads

router = APIRouter(prefix="/api", tags=["incidents"])
for part in (listing, near, reporting, handling, attaching):
    router.include_router(part.router)

__all__ = ["MOST_AT_ONCE", "most_bytes", "router", "uploads"]
