"""SQL of the tiles of cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_TILE = text("""
    SELECT gis_grid_tile_cells(:z, :x, :y, :layer, CAST(:cells AS bigint[]), CAST(:outlines AS bytea[]),
        CAST(CAST(:told AS text[]) AS jsonb[]))
""")


def tile(
    conn: Connection,
    layer: str,
    place: tuple[int, int, int],
    cells: Sequence[tuple[int, bytes, dict[str, Any]]],
) -> bytes:
    """Return the tile at zoom, row and column of cells: index, outline (WKB), what is told of it."""
    zoom, row, column = place
    values = {
        "z": zoom, "x": column, "y": row, "layer": layer,
        "cells": [cell for cell, _, _ in cells], "outlines": [outline for _, outline, _ in cells],
        "told": [json.dumps(told, ensure_ascii=False) for _, _, told in cells],
    }  # fmt: skip
    return bytes(conn.execute(_TILE, values).scalar_one() or b"")
