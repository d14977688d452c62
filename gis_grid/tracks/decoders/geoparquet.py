"""Tracks in Parquet: a point or a longitude and a latitude, a time, and perhaps readings, a row each fix.

Rows are read some at a time, so memory stays flat. A batch is read whole; one with anything odd in it is
halved until little is left, which is read row by row: that finds the row, the field and the value to tell of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from gis_grid.core.errors import BadFixes, BadTrack
from gis_grid.core.track.fixes import Fixes
from gis_grid.tracks.decoders.block import TrackBlock
from gis_grid.tracks.decoders.crs import require_degrees
from gis_grid.tracks.decoders.names import NUMBERS, REQUIRED, find_fields, require_fields
from gis_grid.tracks.decoders.rows import Rows, read_mock
from gis_grid.tracks.decoders.times import read_alike

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 65_536
_FEW_ROWS: Final = 1024
_MOST_GROUP_BYTES: Final = 512 << 20
_DEGREES: Final = ("lon", "lat")
_COORDINATES: Final = (*_DEGREES, "altitude_m")
# Recordings that are kept apart; only a table that this program wrote itself has them.
_SEGMENT: Final = "track_part"

Columns = dict[str, pa.Array]


@dataclass(frozen=True, slots=True)
class _Layout:
    """Which columns of the file to read: of fields, and the one of points, if any."""

    columns: dict[str, str]
    points: str | None


def decode_geoparquet(
    file: BinaryIO, zone: dt.tzinfo, declared: Mapping[str, str] | None = None
) -> Iterator[TrackBlock]:
    """Decode a GeoParquet file, or a Parquet file with columns of longitude and latitude.

    See :func:`~gis_grid.tracks.decoders.decode`.
    """
    try:
        with pq.ParquetFile(file, pre_buffer=False, buffer_size=1 << 20) as table:
            layout = _layout(table, declared)
            wanted = [*layout.columns.values(), *([layout.points] if layout.points is not None else [])]
            _require_small_groups(table.metadata)
            row = 1
            for batch in table.iter_batches(_BATCH_ROWS, columns=wanted, use_threads=False):
                yield from _read(_columns(batch, layout), row, zone)
                row += batch.num_rows
    except (pa.ArrowException, OSError, UnicodeError) as error:
        raise BadTrack(f"the file is not whole Parquet: {' '.join(str(error).split())[:200]}") from error


def _layout(table: pq.ParquetFile, declared: Mapping[str, str] | None) -> _Layout:
    schema = table.schema_arrow
    names = list(dict.fromkeys(schema.names))
    if len(names) < len(schema.names):
        raise BadTrack(f"two columns have the same name: {', '.join(schema.names)[:200]}", field="columns")
    columns = find_fields(names, declared)
    points = None if declared and not declared.keys().isdisjoint(_DEGREES) else _points(schema)
    if points is not None:
        columns = {field: name for field, name in columns.items() if field not in _DEGREES}
    require_fields(
        columns,
        declared,
        [field for field in REQUIRED if points is None or field not in _DEGREES],
        lambda wanted: f"the file has no column for {wanted}. It has: {', '.join(names)[:200]}",
    )
    if _SEGMENT in names and pa.types.is_integer(schema.field(_SEGMENT).type):
        columns["segment"] = _SEGMENT
    return _Layout(columns, points)


def _points(schema: pa.Schema) -> str | None:
    """Name the column of points by the file's ``geo`` metadata; None when it has none."""
    text = (schema.metadata or {}).get(b"geo")
    if text is None:
        return None
    try:
        geo = json.loads(text)
        name = geo["primary_column"]
        column = geo["columns"][name]
        encoding, crs = column["encoding"], column.get("crs", "OGC:CRS84")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadTrack("the file's geo metadata cannot be read", field="geo") from error
    if (
        name not in schema.names
        or encoding not in {"WKB", "point"}
        or not _may_hold_points(schema.field(name))
    ):
        message = (
            f"the column {str(name)[:80]!r} holds {str(encoding)[:80]!r}; expected points, as WKB or point"
        )
        raise BadTrack(message, field="geo")
    require_degrees(_crs_code(crs))
    return str(name)


def _may_hold_points(field: pa.Field) -> bool:
    kind = field.type
    if pa.types.is_struct(kind):
        return {"x", "y"} <= {axis.name for axis in kind}
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _crs_code(crs: object) -> object:
    """Return the code of a PROJJSON object; its name when it has no code."""
    if not isinstance(crs, dict):
        return crs
    given = crs.get("id")
    if isinstance(given, dict):
        return f"{given.get('authority')}:{given.get('code')}"
    name = crs.get("name")
    return "OGC:CRS84" if name in {"WGS 84", "WGS 84 (CRS84)"} else name


def _require_small_groups(metadata: pq.FileMetaData) -> None:
    """Refuse what would not be read in little memory; writers make groups of a tenth of that."""
    for number in range(metadata.num_row_groups):
        size = metadata.row_group(number).total_byte_size
        if size > _MOST_GROUP_BYTES:
            message = f"row group {number + 1} holds {size:,} bytes; expected at most {_MOST_GROUP_BYTES:,}"
            raise BadTrack(message, where=number + 1)


def _columns(batch: pa.RecordBatch, layout: _Layout) -> Columns:
    """Columns of a batch by field, all of them plain."""
    columns = {field: _plain(batch.column(name)) for field, name in layout.columns.items()}
    if "segment" in columns:
        columns["segment"] = pc.fill_null(columns["segment"], 0)
    if layout.points is not None:
        columns |= _coordinates(batch.column(layout.points))
        if "altitude_m" in layout.columns:
            columns["altitude_m"] = _plain(batch.column(layout.columns["altitude_m"]))
    return columns


def _plain(column: pa.Array) -> pa.Array:
    """Return a column without dictionary, its times as UTC or as what a clock showed."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(column.dictionary_decode())
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        return column.cast(pa.timestamp(kind.unit, "UTC"))
    return column


def _coordinates(column: pa.Array) -> Columns:
    """Longitudes, latitudes and perhaps heights of points; what is no point is null."""
    if pa.types.is_struct(column.type):
        named = dict(zip("xyz", _COORDINATES, strict=True))
        axes = [field.name for field in column.type]
        flat = dict(zip(axes, column.flatten(), strict=True))  # the nulls of a point are those of its numbers
        return {named[axis]: flat[axis] for axis in axes if axis in named}
    shapes = shapely.from_wkb(column.to_numpy(zero_copy_only=False), on_invalid="ignore")
    usable = (shapely.get_type_id(shapes) == shapely.GeometryType.POINT) & ~shapely.is_empty(shapes)
    shapes = np.where(usable, shapes, None)
    found = {
        field: pa.array(read(shapes), from_pandas=True)
        for field, read in zip(_COORDINATES, (shapely.get_x, shapely.get_y, shapely.get_z), strict=True)
    }
    return (
        found if found["altitude_m"].null_count < len(shapes) else {field: found[field] for field in _DEGREES}
    )


def _read(columns: Columns, row: int, zone: dt.tzinfo) -> Iterator[TrackBlock]:
    """Read a batch whole; if it is not plain halve it, and read what is left of it row by row."""
    count = len(columns["t"])
    if not count:
        return
    whole = _read_whole(columns, row, zone)
    if whole is not None:
        yield whole
    elif count <= _FEW_ROWS:
        yield _read_rows(columns, row, zone)
    else:
        half = count // 2
        yield from _read({field: column[:half] for field, column in columns.items()}, row, zone)
        yield from _read({field: column[half:] for field, column in columns.items()}, row + half, zone)


def _read_whole(columns: Columns, row: int, zone: dt.tzinfo) -> TrackBlock | None:
    """Read plain rows; None when anything in them is not plain."""
    try:
        times = read_alike(_texts(columns["t"]), zone)
        if times is None:
            return None
        mock = _read_mock(columns.get("mock"), len(times.t_ms))
        fixes = Fixes.of(
            times.t_ms,
            mock=mock,
            segment=columns["segment"].to_numpy(zero_copy_only=False) if "segment" in columns else None,
            **{field: _numbers(columns[field]) for field in NUMBERS if field in columns},
        )
    except (BadFixes, pa.ArrowException, ValueError):
        return None
    return TrackBlock(
        fixes=fixes,
        rows=np.arange(row, row + len(fixes)),
        workers=_words(columns["worker"]) if "worker" in columns else None,
        without_zone=times.without_zone,
    )


def _read_rows(columns: Columns, row: int, zone: dt.tzinfo) -> TrackBlock:
    """Read rows one by one as texts."""
    fields = list(columns)
    cells = [pc.fill_null(_texts(columns[field]), "").to_pylist() for field in fields]
    rows = Rows({field: index for index, field in enumerate(fields)}, len(fields), zone)
    return rows.read(enumerate((list(values) for values in zip(*cells, strict=True)), start=row))


def _texts(column: pa.Array) -> pa.Array:
    """Write values as texts; those that have none, such as lists, as what their kind is called."""
    try:
        return pc.cast(column, pa.string())
    except pa.ArrowException:
        return pa.array([str(column.type)] * len(column), pa.string())


def _numbers(column: pa.Array) -> NDArray[Any]:
    return np.asarray(pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False))


def _words(column: pa.Array) -> NDArray[np.str_]:
    words = pc.utf8_trim_whitespace(pc.fill_null(_texts(column), ""))
    return np.asarray(words.to_numpy(zero_copy_only=False), np.str_)


def _read_mock(column: pa.Array | None, count: int) -> NDArray[np.bool_]:
    """Read marks of made up positions; a ValueError when one of them says neither yes nor no."""
    if column is None:
        return np.zeros(count, np.bool_)
    words, which = np.unique(_words(column), return_inverse=True)
    marks = [read_mock(str(word)) for word in words]
    if None in marks:
        raise ValueError("neither yes nor no")
    return np.array(marks, np.bool_)[which]
