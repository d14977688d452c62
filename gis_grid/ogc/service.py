"""Vector tiles in the WebMercatorQuad matrix."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from gis_grid import __version__
from gis_grid.kit.errors import NotFound
from gis_grid.kit.tiles import require_in_matrix
from gis_grid.ledger.service import latest_import
from gis_grid.ogc import store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

LAYERS = ("areas", "roads", "water", "buildings")


def tile_version(conn: Connection, areas: Sequence[int] | None) -> str:
    """Return what changes when any layer may have, or what is seen of it: cheap to ask before every tile."""
    return f'"{__version__}-{latest_import(conn)}-{_digest(areas)}"'


def require_tile(layer: str, zoom: int, row: int, column: int) -> None:
    """Refuse what is not in the matrix.

    Raises
    ------
    NotFound
        With the layers there are, or the range of the zoom.
    """
    if layer not in LAYERS:
        raise NotFound("No such layer", f"{layer!r}; there are: {', '.join(LAYERS)}")
    require_in_matrix(zoom, row, column)


def tile(
    conn: Connection, layer: str, zoom: int, row: int, column: int, *, areas: Sequence[int] | None
) -> bytes:
    """Return a Mapbox Vector Tile; empty bytes when nothing is in it.

    Parameters
    ----------
    areas
        Ids of the areas that may be seen; ``None`` for everywhere.

    Raises
    ------
    NotFound
        When the layer does not exist or the place is outside the matrix.
    """
    require_tile(layer, zoom, row, column)
    return store.tile(conn, layer, zoom, column, row, areas=areas)


def _digest(areas: Sequence[int] | None) -> str:
    if areas is None:
        return "everywhere"
    return hashlib.sha256(",".join(map(str, sorted(areas))).encode()).hexdigest()[:16]
