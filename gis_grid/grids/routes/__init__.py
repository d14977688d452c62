"""HTTP of grids: areas and grids as GeoJSON, where points are, what is near."""

from fastapi import APIRouter

from gis_grid.grids.routes import areas, locating, many, near

router = APIRouter(prefix="/api", tags=["grids"])
router.include_router(areas.router)
router.include_router(locating.router)
router.include_router(many.router, max_body_size=many.MOST_BYTES)
router.include_router(near.router)

__all__ = ["router"]
