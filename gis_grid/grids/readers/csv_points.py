"""CSV files with a column of longitudes and one of latitudes: points on WGS 84."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from gis_grid.grids.readers.gdal import VectorLayer, describe
from gis_grid.kit.encoding import detect, write_utf8
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterator

LON_NAMES = ("lon", "lng", "longitude", "经度")
LAT_NAMES = ("lat", "latitude", "纬度")

_CRS = "EPSG:4326"


@contextmanager
def open_csv(path: Path, encoding: str | None) -> Iterator[VectorLayer]:
    """Open a CSV file by its columns of longitude and latitude, read from a copy in UTF-8.

    Raises
    ------
    BadInput
        When it has no such columns.
    """
    with TemporaryDirectory(prefix="gis-grid-") as folder:
        copy = Path(folder) / "utf8.csv"
        write_utf8(path, encoding or detect(path), copy)
        options = {"X_POSSIBLE_NAMES": ",".join(LON_NAMES), "Y_POSSIBLE_NAMES": ",".join(LAT_NAMES)}
        # Named, since by itself GDAL looks for words of other drivers in the first lines.
        layer = describe(f"CSV:{copy}", path.name, crs=_CRS, open_options=options)
        columns = {name.lower() for name in layer.columns}
        if columns.isdisjoint(LON_NAMES) or columns.isdisjoint(LAT_NAMES):
            wanted = f"expected one of {', '.join(LON_NAMES)} and one of {', '.join(LAT_NAMES)}"
            listed = ", ".join(layer.columns) or "no column at all"
            raise BadInput("The file has no positions", f"{path.name}: {wanted}; it has: {listed}")
        yield layer
