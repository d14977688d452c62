"""SQL of the tiles: one function of the database a layer, installed from `tiles/functions`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from gis_grid.kit.tiles import Place


def tile(
    conn: Connection,
    place: Place,
    areas: Sequence[int] | None,
    calls: Sequence[tuple[str, Mapping[str, Any]]],
) -> bytes:
    """Return the tile that some functions draw, of some areas, one layer after the other.

    Parameters
    ----------
    calls
        The end of each function's name, and what it is given by name beside the place and the areas.
    """
    zoom, row, column = place
    values = {"z": zoom, "x": column, "y": row, "areas": None if areas is None else list(areas)}
    parts = []
    for number, (function, given) in enumerate(calls):
        own = "".join(f", {name} => :{name}_{number}" for name in given)
        parts.append(f"coalesce(gis_grid_tile_{function}(:z, :x, :y, CAST(:areas AS bigint[]){own}), '')")
        values |= {f"{name}_{number}": value for name, value in given.items()}
    found = conn.execute(text(f"SELECT {' || '.join(parts)}"), values)
    return bytes(found.scalar_one())
