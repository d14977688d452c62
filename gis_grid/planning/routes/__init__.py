"""HTTP of planning: drafts of divisions, edits, publication, what was published."""

from fastapi import APIRouter

from gis_grid.planning.routes import divisions, drafts, edits, exchange, looking, publishing
from gis_grid.planning.routes.asked import MOST_LONG

router = APIRouter(prefix="/api", tags=["planning"])
router.include_router(drafts.router)
router.include_router(edits.router)
router.include_router(looking.router)
router.include_router(exchange.router)
router.include_router(publishing.router)
router.include_router(divisions.router)

__all__ = ["MOST_LONG", "router"]
