"""Reads map files into batches of features; one file a kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.grids.readers.csv_points import open_csv
from gis_grid.grids.readers.geojson import SEQUENCES, open_geojson
from gis_grid.grids.readers.geopackage import open_geopackage
from gis_grid.grids.readers.shapefile import open_shapefile
from gis_grid.kit.encoding import require_known
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gis_grid.grids.readers.gdal import VectorLayer


def open_vector(
    path: Path, *, encoding: str | None = None, layer: str | None = None
) -> AbstractContextManager[VectorLayer]:
    """Open a GeoJSON file, a GeoPackage, a shapefile or a CSV of points by its name's ending.

    Raises
    ------
    BadInput
        When the ending is none of them, no encoding has that name, or a layer is asked of a file without any.
    """
    if encoding is not None:
        require_known(encoding)
    if path.suffix.lower() != ".gpkg":
        refuse_layer(path, layer)
    match path.suffix.lower():
        case ".geojson" | ".json":
            return open_geojson(path, encoding)
        case ending if ending in SEQUENCES:
            return open_geojson(path, encoding)
        case ".gpkg":
            return open_geopackage(path, layer)
        case ".shp" | ".zip":
            return open_shapefile(path, encoding)
        case ".csv":
            return open_csv(path, encoding)
        case ending:
            raise BadInput(
                "This is not a map file",
                f"{path.name}: expected .geojson, .geojsonl, .gpkg, .shp, .zip (of a shapefile), .csv (of "
                f"points) or .osm.pbf, not {ending!r}",
            )


def refuse_layer(path: Path, layer: str | None) -> None:
    """Refuse to look for a layer in a file whose kind has none.

    Raises
    ------
    BadInput
        When one was asked for.
    """
    if layer is not None:
        raise BadInput("Only a GeoPackage has layers", f"{path.name}: leave --layer {layer} out")
