"""SQL of how far an installation is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection

_STARTED: Final = text("SELECT gis_grid_started()")


def started(conn: Connection) -> dict[str, Any] | None:
    """Return the counts of the caller's areas; ``None`` for who sets nothing up there."""
    found: dict[str, Any] | None = conn.execute(_STARTED).scalar_one()
    return found
