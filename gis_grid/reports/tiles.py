"""The cells of `/api/heat` as vector tiles: the same figures, made by the same functions, cut at the tile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import shapely

from gis_grid.core.presence.heat import middle, outline
from gis_grid.kit.errors import BadInput
from gis_grid.kit.tiles import Box, ground, require_in_matrix
from gis_grid.reports import heat, tile_store
from gis_grid.reports.gathered import gather

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from gis_grid.reports.asked import Asked

    Place = tuple[int, int, int]
    """Zoom, row and column."""

FIRST_ZOOMS: Final = {7: 8, 9: 11, 10: 13, 11: 14}
"""From which zoom on a level is told: the ground of one tile never holds more than some 5,000 cells of it."""
_ACROSS_M: Final = {7: 5600, 9: 800, 10: 300, 11: 120}
"""More than a cell of a level is across; of level 9 with the cells of level 10 that stick out of it."""


def level_at(zoom: int, wanted: int | None, levels: Collection[int]) -> int | None:
    """Return the level that a zoom tells: the wanted one, or the finest; ``None`` where that is none.

    Raises
    ------
    BadInput
        When there is no such level, or it is not told from so far away.
    """
    if wanted is None:
        return max((level for level in levels if FIRST_ZOOMS[level] <= zoom), default=None)
    if wanted not in levels:
        raise BadInput("No such resolution", f"{wanted}; there are {', '.join(map(str, sorted(levels)))}")
    if FIRST_ZOOMS[wanted] > zoom:
        detail = f"{wanted} is told from zoom {FIRST_ZOOMS[wanted]} on, this is {zoom}; ask for a coarser one"
        raise BadInput("Too many cells for one tile", detail)
    return wanted


def incident_tile(conn: Connection, place: Place, asked: Asked, wanted: int | None) -> bytes:
    """Return a tile of the cells with incidents; empty bytes when nothing is in it.

    Parameters
    ----------
    asked
        With any resolution.
    wanted
        H3 resolution; ``None`` for what fits the zoom.

    Raises
    ------
    NotFound
        When the place is outside the matrix.
    BadInput
        When the resolution is not told at this zoom.
    """
    require_in_matrix(*place)
    level = level_at(place[0], wanted, FIRST_ZOOMS)
    if level is None:
        return b""
    around = ground(*place, _ACROSS_M[level])
    found = gather(conn, asked, level, around)
    return _tile(conn, "heat_cells", place, {one.cell: heat.told(one) for one in found.cells}, around)


def visit_tile(
    conn: Connection,
    place: Place,
    asked: Asked,
    wanted: int | None,
    now: datetime,
    *,
    min_targets: int,
    hidden: Collection[str],
) -> bytes:
    """Return a tile of what is published of visits, cut from the one table of them; parameters as above.

    Raises
    ------
    NotFound, BadInput
        As above.
    """
    require_in_matrix(*place)
    level = level_at(place[0], wanted, heat.VISIT_LEVELS)
    if level is None:
        return b""
    found = heat.released(conn, replace(asked, resolution=level), now, min_targets=min_targets, hidden=hidden)
    return _tile(conn, "visit_cells", place, heat.told_of_visits(found), ground(*place, _ACROSS_M[level]))


def _tile(
    conn: Connection, layer: str, place: Place, told: Mapping[int, dict[str, Any]], around: Box
) -> bytes:
    """Draw the cells that may touch the tile, in order of their index."""
    cells = sorted(_near(told, around))
    if not cells:
        return b""
    outlines = shapely.to_wkb([shapely.Polygon(outline(cell)) for cell in cells]).tolist()
    about = ({"cell": f"{cell:x}", **told[cell]} for cell in cells)
    return tile_store.tile(conn, layer, place, list(zip(cells, outlines, about, strict=True)))


def _near(cells: Iterable[int], around: Box) -> Iterable[int]:
    west, south, east, north = around
    for cell in cells:
        lon, lat = middle(cell)
        if west <= lon <= east and south <= lat <= north:
            yield cell
