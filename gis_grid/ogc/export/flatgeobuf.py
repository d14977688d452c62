"""FlatGeobuf: with an index that lets programs read a part of it over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gis_grid.ogc.export.ogr import write_layer

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.ogc.export.source import Source


def write(source: Source, path: Path) -> None:
    """Write a FlatGeobuf; the format has no index where a feature has no geometry."""
    indexed = not source.lacks_some_geometry()
    options = {"SPATIAL_INDEX": "YES" if indexed else "NO", "TITLE": source.collection.title.zh}
    write_layer(source, path, driver="FlatGeobuf", options=options)
