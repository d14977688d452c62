"""HTTP of incidents: listed, reported, moved on, with photos, sound and video."""

from fastapi import APIRouter

from gis_grid.incidents.routes import listing

router = APIRouter(prefix="/api", tags=["incidents"])
router.include_router(listing.router)

__all__ = ["router"]
