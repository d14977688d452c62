"""What GDAL writes: a stream of Arrow batches into a file of one layer."""

from __future__ import annotations

import struct
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from gis_grid.kit.features import Shape
from gis_grid.ogc.export.source import GEOMETRY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gis_grid.ogc.export.source import Source

_SHAPES: Final = {
    Shape.POINT: "Point",
    Shape.LINE: "LineString",
    Shape.LINES: "MultiLineString",
    Shape.POLYGON: "Polygon",
    Shape.POLYGONS: "MultiPolygon",
    Shape.ANY: "Unknown",
}
_DIMENSIONS: Final = ("{}", "{} Z", "Measured {}", "Measured 3D {}")
"""As pyogrio names them, in the order of the thousands of ISO well-known binary."""


def write_layer(source: Source, path: Path, *, driver: str, options: Mapping[str, Any]) -> None:
    """Write a file of one layer, a batch after the other.

    Raises
    ------
    Exception
        What the database said, when it failed on the way.
    """
    import pyogrio  # noqa: PLC0415 - seldom needed, and it brings geopandas

    batches = _Batches(source)
    geometry = {
        "geometry_name": GEOMETRY,
        "geometry_type": batches.geometry_type,
        "crs": f"EPSG:{source.asked.srid}",
    }
    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(source.schema, batches),
            str(path),
            layer=source.collection.id,
            driver=driver,
            **(geometry if source.has_geometry else {}),
            **options,
        )
    except Exception:
        if batches.failed is not None:
            raise batches.failed from None
        raise


class _Batches:
    """Batches, what their geometries are, and what ended them too early: GDAL only says that it did."""

    def __init__(self, source: Source) -> None:
        batches = source.batches()
        first = list(filter(None, [next(batches, None)]))
        self.geometry_type = _geometry_type(source.collection.shape, first)
        self.failed: Exception | None = None
        self._batches = chain(first, batches)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        return self

    def __next__(self) -> pa.RecordBatch:
        try:
            return next(self._batches)
        except StopIteration:
            raise
        except Exception as error:
            self.failed = error
            raise


def _geometry_type(shape: Shape, first: list[pa.RecordBatch]) -> str | None:
    """Return the type of a layer, with the dimensions of its first geometry."""
    if shape not in _SHAPES:
        return None
    for batch in first:
        for known in batch[GEOMETRY].drop_null()[:1]:
            (_, code) = struct.unpack_from("<BI", known.as_py())
            return _DIMENSIONS[code // 1000].format(_SHAPES[shape])
    return _SHAPES[shape]
