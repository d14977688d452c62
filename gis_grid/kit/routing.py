"""Routers that know at once which requests are not theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.routing import Match

if TYPE_CHECKING:
    from starlette.types import Scope


class RouterUnder(APIRouter):
    """Passes over what does not begin as all its routes do, instead of comparing it with each of them."""

    def __init__(self, beginning: str) -> None:
        super().__init__()
        self._beginning = beginning

    def matches(self, scope: Scope) -> tuple[Match, Any]:
        """Say whether a request is for one of the routes."""
        if not scope["path"].startswith(self._beginning):
            return Match.NONE, {}
        return super().matches(scope)
