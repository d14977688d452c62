"""Vector tiles read back as a client reads them."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyogrio

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

TILE = "/ogc/collections/{layer}/tiles/WebMercatorQuad/{zoom}/{row}/{column}"


def places_of(zoom: int, west: float, south: float, east: float, north: float) -> list[tuple[int, int, int]]:
    """Return zoom, row and column of every tile that some ground touches."""

    def column(lon: float) -> int:
        return int((lon + 180) / 360 * 2**zoom)

    def row(lat: float) -> int:
        return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)

    return [
        (zoom, y, x) for y in range(row(north), row(south) + 1) for x in range(column(west), column(east) + 1)
    ]


def address(layer: str, place: tuple[int, int, int], query: str = "") -> str:
    """Return the address of a tile."""
    zoom, row, column = place
    return f"{TILE.format(layer=layer, zoom=zoom, row=row, column=column)}?{query}"


def features(
    client: TestClient, layer: str, place: tuple[int, int, int], query: str = ""
) -> list[dict[str, Any]]:
    """Fetch a tile and return the attributes of its features, decoded by GDAL."""
    answer = client.get(address(layer, place, query))
    if answer.status_code == 204:
        return []
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vnd.mapbox-vector-tile"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tile.mvt"
        file.write_bytes(answer.content)
        table = pyogrio.read_dataframe(file, layer=layer)
    assert not table.geometry.is_empty.any()
    found: list[dict[str, Any]] = table.drop(columns="geometry").to_dict("records")
    return found


def cells_of(
    client: TestClient, layer: str, places: list[tuple[int, int, int]], query: str = ""
) -> dict[str, Any]:
    """Return what some tiles tell of each cell; a cell on their border says the same in both."""
    told: dict[str, Any] = {}
    for place in places:
        for one in features(client, layer, place, query):
            assert one.pop("mvt_id") == int(one["cell"], 16)
            assert told.setdefault(one["cell"], one) == one
    return told
