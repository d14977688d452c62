"""SQL of publications."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row


def newest(conn: Connection, area_id: int) -> Row[Any] | None:
    """Return (id, valid_from, meridian) of the division published last that was not withdrawn."""
    query = text(
        "SELECT id, valid_from, meridian FROM publication WHERE area_id = :area AND withdrawn_at IS NULL "
        "ORDER BY valid_from DESC LIMIT 1"
    )
    return conn.execute(query, {"area": area_id}).one_or_none()
