"""GeoJSON files, in UTF-8 as the standard wants or in GB18030 as they come."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gis_grid.grids.readers.gdal import VectorLayer, describe
from gis_grid.kit.encoding import detect, write_utf8

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def open_geojson(path: Path, encoding: str | None) -> Iterator[VectorLayer]:
    """Open a GeoJSON file; another encoding than UTF-8 is read from a copy that is gone afterwards."""
    encoding = encoding or detect(path)
    if encoding.lower().replace("_", "-") in {"utf-8", "utf8"}:
        yield describe(str(path), path.name)
        return
    with TemporaryDirectory(prefix="gis-grid-") as folder:
        copy = Path(folder) / "utf8.geojson"
        write_utf8(path, encoding, copy)
        yield describe(str(copy), path.name)
