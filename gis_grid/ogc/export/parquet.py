"""GeoParquet 1.1: neighbours on the ground in one row group, each feature with its box."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from gis_grid.ogc.export.source import GEOMETRY

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from gis_grid.ogc.export.source import Source

_ROW_GROUP: Final = 20_000
_MOST_WAITING: Final = 64 << 20
"""Bytes of rows that wait for their group to be full."""

_SIDES: Final = ("xmin", "ymin", "xmax", "ymax")
_BOX: Final = pa.struct([(side, pa.float64()) for side in _SIDES])


def write(source: Source, path: Path) -> None:
    """Write a file by row groups; of a collection without geometries it is plain Parquet.

    The format has no measures: times within lines are left out.
    """
    schema = source.schema.append(pa.field("bbox", _BOX)) if source.has_geometry else source.schema
    with pq.ParquetWriter(path, schema, compression="zstd") as parquet:
        rows = _Rows(parquet, source)
        for batch in source.batches(by_place=True):
            rows.add(batch)
        rows.finish()


class _Rows:
    """Rows on their way into groups, and what is known of their geometries."""

    def __init__(self, parquet: pq.ParquetWriter, source: Source) -> None:
        self._parquet = parquet
        self._source = source
        self._waiting: list[pa.RecordBatch] = []
        self._types: set[str] = set()
        self._low, self._high = np.full(2, np.nan), np.full(2, np.nan)

    def add(self, batch: pa.RecordBatch) -> None:
        """Append rows."""
        self._waiting.append(self._with_boxes(batch) if self._source.has_geometry else batch)
        table = pa.Table.from_batches(self._waiting)
        if table.num_rows >= _ROW_GROUP or table.nbytes >= _MOST_WAITING:
            self._flush()

    def finish(self) -> None:
        """Write what is left, and what the geometries are."""
        self._flush()
        if self._source.has_geometry:
            bounds = np.concatenate([self._low, self._high])
            told = _metadata(self._source.asked.srid, sorted(self._types), bounds)
            self._parquet.add_key_value_metadata({"geo": json.dumps(told)})

    def _flush(self) -> None:
        if self._waiting:
            rows = sum(batch.num_rows for batch in self._waiting)
            self._parquet.write_table(pa.Table.from_batches(self._waiting), row_group_size=rows)
            self._waiting = []
            # The pool would keep a group's memory while the next one takes its own.
            pa.default_memory_pool().release_unused()

    def _with_boxes(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        shapes = shapely.from_wkb(batch[GEOMETRY].to_numpy(zero_copy_only=False))
        if shapely.has_m(shapes).any():
            shapes = shapely.force_2d(shapes)
            place = batch.schema.get_field_index(GEOMETRY)
            batch = batch.set_column(
                place, GEOMETRY, pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())
            )
        self._types |= _types(shapes)
        boxes = shapely.bounds(shapes)
        self._low = np.fmin(self._low, np.fmin.reduce(boxes[:, :2], axis=0))
        self._high = np.fmax(self._high, np.fmax.reduce(boxes[:, 2:], axis=0))
        nowhere = np.isnan(boxes[:, 0])
        column = pa.StructArray.from_arrays(
            [pa.array(boxes[:, side]) for side in range(4)], fields=list(_BOX), mask=pa.array(nowhere)
        )
        return batch.append_column("bbox", column)


def _types(shapes: NDArray[np.object_]) -> set[str]:
    """Return what kinds of geometries there are, as the standard names them."""
    there = shapes[~shapely.is_missing(shapes)]
    return {f"{one.geom_type}{' Z' if one.has_z else ''}" for one in there}


def _metadata(srid: int, types: list[str], bounds: NDArray[np.float64]) -> dict[str, Any]:
    crs = pyproj.CRS.from_user_input("OGC:CRS84" if srid == 4326 else srid)
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": types,
        "crs": crs.to_json_dict(),
        "edges": "planar",
        "orientation": "counterclockwise",
        "covering": {"bbox": {side: ["bbox", side] for side in _SIDES}},
    }
    if not np.isnan(bounds).any():
        column["bbox"] = bounds.tolist()
    return {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
