"""SQL of the tiles: one function of the database a layer, installed from `tiles/`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection


def tile(conn: Connection, layer: str, z: int, x: int, y: int, *, areas: Sequence[int] | None) -> bytes:
    """Return a Mapbox Vector Tile of a known layer, of some areas; no bytes when nothing is in it."""
    function = getattr(func, f"gis_grid_tile_{layer}")
    named = cast(None if areas is None else list(areas), ARRAY(BigInteger))
    return bytes(conn.execute(select(function(z, x, y, named))).scalar_one() or b"")
