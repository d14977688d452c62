"""HTTP of signing in, of one's own account, and of keeping accounts."""

from fastapi import APIRouter

router = APIRouter(prefix="/api")
