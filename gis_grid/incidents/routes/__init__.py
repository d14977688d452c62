"""HTTP of incidents: listed, reported, moved on, with photos, sound and video."""

from fastapi import APIRouter

from gis_grid.incidents.routes import handling, listing, reporting

router = APIRouter(prefix="/api", tags=["incidents"])
for part in (listing, reporting, handling):
    router.include_router(part.router)

__all__ = ["router"]
