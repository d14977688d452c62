"""Who runs a command, and where the people are sent whom it lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.accounts.service.accounts import Keeper
from gis_grid.cli.operator import operator

if TYPE_CHECKING:
    from gis_grid.kit.settings import Settings

WELCOME: Final = "welcome/#"
"""Page on which a password is set; what follows is the secret, which a browser keeps to itself."""


def keeper() -> Keeper:
    """Return the operator, who may keep all accounts, as the ledger names them."""
    return Keeper(operator())


def address(settings: Settings) -> str:
    """Return where browsers reach the service."""
    if settings.public_url:
        return f"{settings.public_url}/"
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}/"
