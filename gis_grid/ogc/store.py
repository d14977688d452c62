"""SQL of the tiles: one function of the database a layer, installed from `tiles/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

if TYPE_CHECKING:
    from sqlalchemy import Connection


def tile(conn: Connection, layer: str, z: int, x: int, y: int) -> bytes:
    """Return a Mapbox Vector Tile of a known layer; no bytes when nothing is in it."""
    function = getattr(func, f"gis_grid_tile_{layer}")
    return bytes(conn.execute(select(function(z, x, y))).scalar_one() or b"")
