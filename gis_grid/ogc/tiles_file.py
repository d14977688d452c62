"""The tiles of a layer as one file, for phones and desktops that are off line."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

import numpy as np
from sqlalchemy import func, select

from gis_grid.grids.collections import AREAS
from gis_grid.kit.errors import BadInput
from gis_grid.kit.features import Kind
from gis_grid.ogc import tileset
from gis_grid.ogc.selecting import rows_of
from gis_grid.ogc.tiles import LAYERS, tile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gis_grid.kit.features import Collection, Property, Reading
    from gis_grid.ogc.tiles import Layer
    from gis_grid.ogc.tileset import Written

_NUMBERS: Final = frozenset({Kind.INTEGER, Kind.NUMBER})


def layer_named(name: str) -> Layer:
    """Return a layer of tiles.

    Raises
    ------
    BadInput
        When there is none of this name, with those there are.
    """
    if name not in LAYERS:
        raise BadInput("No such layer of tiles", f"{name!r}; there are: {', '.join(LAYERS)}")
    return LAYERS[name]


def write_tiles(
    file: IO[bytes],
    reading: Reading,
    layer: Layer,
    zooms: tuple[int, int],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Written:
    """Write the tiles of a layer from one zoom to another, as the service gives them.

    Raises
    ------
    BadInput
        When no tile holds anything, or there are too many.
    """
    first, last = max(zooms[0], layer.first_zoom), zooms[1]
    if first > last:
        raise BadInput("Nothing is drawn at these zooms", f"{layer.name} begin at zoom {layer.first_zoom}")
    spreads = [tileset.Spread(_boxes(layer.collection, reading), first, last)]
    if first < layer.near_zoom:
        # From far away each community is a point, which may lie beside all that it has.
        spreads.append(tileset.Spread(_boxes(AREAS, reading), first, min(last, layer.near_zoom - 1)))
    if not len(spreads[0].boxes):
        raise BadInput("There is nothing to draw", f"no {layer.name} at that time")

    def read(zoom: int, columns: Sequence[int], rows: Sequence[int]) -> list[bytes]:
        return [tile(reading, [layer], (zoom, row, x)) for x, row in zip(columns, rows, strict=True)]

    return tileset.write(file, spreads, read, _about(layer, first, last), progress)


def _boxes(collection: Collection, reading: Reading) -> NDArray[np.float64]:
    """Return west, south, east and north (n, 4) of every feature."""
    geom = rows_of(collection, reading).c.geom
    edges = (func.ST_XMin(geom), func.ST_YMin(geom), func.ST_XMax(geom), func.ST_YMax(geom))
    found = reading.conn.execute(select(*edges).where(geom.is_not(None))).all()
    return np.array([tuple(row) for row in found], dtype=float).reshape(-1, 4)


def _about(layer: Layer, first: int, last: int) -> tileset.About:
    collection, near = layer.collection, layer.near_zoom
    layers = []
    if layer.far is not None and first < near:
        told = f"{collection.title.en} by community"
        layers.append(
            tileset.Layer(layer.far, told, _fields(layer.properties_far), first, min(last, near - 1))
        )
    if last >= near:
        told = collection.about.en
        layers.append(tileset.Layer(layer.name, told, _fields(layer.properties), max(first, near), last))
    return tileset.About(collection.title.en, collection.about.en, tuple(layers))


def _fields(properties: Iterable[Property]) -> dict[str, str]:
    """Return names of properties and their types, as TileJSON has them."""
    return {
        one.name: "Number" if one.kind in _NUMBERS else "Boolean" if one.kind is Kind.BOOLEAN else "String"
        for one in properties
    }
