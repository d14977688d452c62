"""GeoPackage files; their text is always UTF-8."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gis_grid.grids.readers.gdal import VectorLayer, describe
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def open_geopackage(path: Path, layer: str | None) -> Iterator[VectorLayer]:
    """Open a layer of a GeoPackage; its only one when `layer` is ``None``.

    Raises
    ------
    BadInput
        When it is not a GeoPackage, or the layer is not clear, with the names of those there.
    """
    import pyogrio  # noqa: PLC0415 - seldom needed, and it brings geopandas

    try:
        names = [str(name) for name, geometry in pyogrio.list_layers(path) if geometry is not None]
    except pyogrio.errors.DataSourceError as error:
        raise BadInput("This is not a map file", f"{path.name}: {error}") from error
    if layer is None and len(names) == 1:
        layer = names[0]
    if layer not in names:
        asked = "name one with --layer" if layer is None else f"there is no layer {layer!r}"
        raise BadInput("Which layer?", f"{path.name}: {asked}; its layers are: {', '.join(names) or 'none'}")
    yield describe(str(path), path.name, layer=layer)
