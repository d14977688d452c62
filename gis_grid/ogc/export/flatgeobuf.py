"""FlatGeobuf: with an index that lets programs read a part of it over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gis_grid.ogc.export.ogr import write_layer

if TYPE_CHECKING:
    from pathlib import Path

    from gis_grid.ogc.export.source import Source


_MOST_INDEXED: Final = 500_000
"""GDAL makes the index in memory, some 350 bytes a feature."""


def write(source: Source, path: Path) -> None:
    """Write a FlatGeobuf; without the index where a feature has no geometry, or where there are very many."""
    indexed = not source.lacks_some_geometry() and source.count() <= _MOST_INDEXED
    options = {"SPATIAL_INDEX": "YES" if indexed else "NO", "TITLE": source.collection.title.zh}
    write_layer(source, path, driver="FlatGeobuf", options=options)
