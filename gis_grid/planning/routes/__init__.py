"""HTTP of planning: drafts of divisions, edits, publication, what was published."""

from fastapi import APIRouter

from gis_grid.planning.routes import drafts, edits, publishing
from gis_grid.planning.routes.asked import MOST_LONG

router = APIRouter(prefix="/api", tags=["planning"])
router.include_router(drafts.router)
router.include_router(edits.router)
router.include_router(publishing.router)

__all__ = ["MOST_LONG", "router"]
