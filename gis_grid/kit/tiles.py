"""Vector tiles in the WebMercatorQuad matrix: their addresses, their ground, how they are answered."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from fastapi import Response

from gis_grid.kit.errors import NotFound
from gis_grid.kit.revision import is_current

if TYPE_CHECKING:
    from collections.abc import Callable

Place = tuple[int, int, int]
"""Zoom, row and column of a tile."""

MVT: Final = "application/vnd.mapbox-vector-tile"
MAX_ZOOM: Final = 24
HEADERS: Final = {"Cache-Control": "private, no-cache", "Vary": "Cookie, Authorization"}
"""Of a tile: another caller at the same address sees other areas."""
RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {MVT: {}}, "description": "The tile"},
    204: {"description": "Nothing is in this tile"},
    304: {"description": "The tile that the client has is still right"},
    404: {"description": "No such layer, or outside the tile matrix"},
}
_METRES_A_DEGREE: Final = 111_320
_SHORTEST_DEGREE: Final = 0.05
"""Of a degree of latitude, however near the pole: the map ends before it."""


class Box(NamedTuple):
    """Ground between two longitudes and two latitudes, in degrees."""

    west: float
    south: float
    east: float
    north: float


def require_in_matrix(zoom: int, row: int, column: int) -> None:
    """Refuse what is not in the matrix.

    Raises
    ------
    NotFound
        With the range of the zoom, or of its rows and columns.
    """
    if not 0 <= zoom <= MAX_ZOOM:
        raise NotFound("No such zoom", f"{zoom}; expected 0 to {MAX_ZOOM}")
    if not (0 <= row < 2**zoom and 0 <= column < 2**zoom):
        raise NotFound(
            "Outside the tile matrix", f"row {row}, column {column}; zoom {zoom} goes from 0 to {2**zoom - 1}"
        )


def ground(zoom: int, row: int, column: int, margin_m: float) -> Box:
    """Return the ground of a tile with at least so many metres around it.

    Examples
    --------
    >>> [round(edge, 2) for edge in ground(1, 0, 1, 0)]
    [0.0, 0.0, 180.0, 85.05]
    """
    north, south = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / 2**zoom)))) for y in (row, row + 1)
    )
    up = margin_m / _METRES_A_DEGREE
    narrowest = max(math.cos(math.radians(max(abs(north), abs(south)))), _SHORTEST_DEGREE)
    west, east = (x / 2**zoom * 360 - 180 for x in (column, column + 1))
    return Box(west - up / narrowest, south - up, east + up / narrowest, north + up)


def answer(version: str, if_none_match: str | None, tile: Callable[[], bytes]) -> Response:
    """Return a tile, or that the client has it; `version` changes whenever the tile may have."""
    headers = {**HEADERS, "ETag": version}
    if is_current(version, if_none_match):
        return Response(status_code=304, headers=headers)
    found = tile()
    if not found:
        return Response(status_code=204, headers=headers)
    return Response(found, headers=headers, media_type=MVT)
