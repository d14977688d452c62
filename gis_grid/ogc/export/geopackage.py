"""GeoPackage: one layer with all dimensions, its features' ids, an index and words on what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.ogc.export.ogr import write_layer

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.ogc.export.source import Source


def write(source: Source, path: Path) -> None:
    """Write a GeoPackage; a collection without geometries becomes a table of attributes."""
    title, about = source.collection.title, source.collection.about
    # Programs of 2022, such as QGIS 3.22, warn of later versions.
    options = {
        "VERSION": "1.2",
        "IDENTIFIER": f"{title.zh} {title.en}",
        "DESCRIPTION": f"{about.zh} {about.en}",
    }
    if source.collection.integer_ids:
        options["FID"] = "id"
    write_layer(source, path, driver="GPKG", options=options)
