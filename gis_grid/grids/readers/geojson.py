"""GeoJSON files, in UTF-8 as the standard wants or in GB18030 as they come.

GDAL is told which driver reads them: by itself it looks for words of others in the first lines, and some of
those open what else a file names (another file, an address).
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gis_grid.grids.readers.gdal import VectorLayer, describe
from gis_grid.kit.encoding import detect, write_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator

SEQUENCES = (".geojsonl", ".geojsons", ".ndjson")
"""Endings of files with one feature a line (GeoJSONSeq, RFC 8142)."""


@contextmanager
def open_geojson(path: Path, encoding: str | None) -> Iterator[VectorLayer]:
    """Open a GeoJSON file; another encoding than UTF-8 is read from a copy that is gone afterwards."""
    encoding = encoding or detect(path)
    driver = "GeoJSONSeq" if path.suffix.lower() in SEQUENCES else "GeoJSON"
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
        yield describe(f"{driver}:{path}", path.name)
        return
    with TemporaryDirectory(prefix="gis-grid-") as folder:
        copy = Path(folder) / f"utf8{path.suffix}"
        write_utf8(path, encoding, copy)
        yield describe(f"{driver}:{copy}", path.name)
