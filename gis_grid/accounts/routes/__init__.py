"""HTTP of signing in, of one's own account, and of keeping accounts."""

from fastapi import APIRouter

from gis_grid.accounts.routes import accounts, oidc, sign_in, tokens

router = APIRouter(prefix="/api")
router.include_router(accounts.router)
router.include_router(oidc.router)
router.include_router(sign_in.router)
router.include_router(tokens.router)
