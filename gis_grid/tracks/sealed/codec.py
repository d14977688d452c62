"""A worker's day as a line with time as its measure, the rest of each fix as bytes; and back, bit for bit.

The rest is an Arrow stream compressed by zstd as a whole. Measured on a day of 1,082 fixes, all columns
filled: 10.5 bytes a fix; Arrow's own compression by column 12.1, Parquet 11.6 to 13.8 and eight times slower.
A column in which nothing is said is left out.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gis_grid.core import Fixes
from gis_grid.tracks.rows import ROW, blank_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LINE_M: Final = struct.pack("<BII", 1, 0x20000000 | 0x40000000 | 2, 4326)
"""Opening of EWKB: little-endian, a line with a measure and a reference system."""

_POINTS: Final = len(_LINE_M) + 4
_LEVEL: Final = 6
_MICROS: Final = 1e6
_IN_THE_LINE: Final = ("t", "lon", "lat")
_ALWAYS: Final = frozenset({"device_id", "t"})
_MOMENTS: Final = frozenset({"t", "received_at"})


def pack(rows: NDArray[np.void]) -> tuple[bytes | None, bytes]:
    """Return (line as EWKB, the rest) of one worker's fixes, which come back in the same order.

    There is no line of a single fix, nor of times that are too fine for a measure in seconds: then the rest
    holds everything.
    """
    micros = rows["t"].astype(np.int64)
    seconds = micros / _MICROS
    columns = [name for name in ROW.names or () if name != "worker_id"]
    line = None
    if len(rows) > 1 and np.array_equal(_micros(seconds), micros):
        points = np.column_stack((rows["lon"], rows["lat"], seconds)).astype("<f8", copy=False)
        line = _LINE_M + len(rows).to_bytes(4, "little") + points.tobytes()
        columns = [name for name in columns if name not in _IN_THE_LINE]
    return line, _compressed(len(rows), {name: rows[name] for name in columns})


def unpack(line: bytes | None, rest: bytes, worker_id: int) -> NDArray[np.void]:
    """Return the rows that were packed."""
    columns = _columns(rest)
    count = len(columns["device_id"])
    rows = blank_rows(count)
    rows["worker_id"] = worker_id
    for name, values in columns.items():
        rows[name] = values.view("M8[us]") if name in _MOMENTS else values
    if line is not None:
        rows["lon"], rows["lat"], seconds = _points(line)
        rows["t"] = _micros(seconds).view("M8[us]")
    return rows


def unpack_fixes(line: bytes | None, rest: bytes) -> Fixes:
    """Return the fixes that were packed, less what nothing is judged by: speed, heading and altitude."""
    if line is None:
        columns = _columns(rest)
        micros, lon, lat = (columns[name] for name in _IN_THE_LINE)
    else:
        columns = _columns(rest, _JUDGED)
        lon, lat, seconds = _points(line)
        micros = _micros(seconds)
    unknown = np.full(len(micros), np.nan, np.float32)
    return Fixes(
        micros // 1000,
        np.ascontiguousarray(lon),
        np.ascontiguousarray(lat),
        columns.get("accuracy_m", unknown),
        unknown,
        unknown,
        unknown,
        columns.get("mock", np.zeros(len(micros), np.bool_)),
        columns.get("track_part", np.zeros(len(micros), np.int32)),
    )


_JUDGED: Final = ("accuracy_m", "mock", "track_part")


def _micros(seconds: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(seconds * _MICROS).astype(np.int64)


def _points(line: bytes) -> NDArray[np.float64]:
    """Return longitudes, latitudes and seconds of a line."""
    if line[: len(_LINE_M)] != _LINE_M:
        raise ValueError("not the line of a sealed day")
    return np.frombuffer(line, "<f8", offset=_POINTS).reshape(-1, 3).T


def _compressed(count: int, columns: dict[str, NDArray[Any]]) -> bytes:
    pa = _arrow()
    said = {name: values for name, values in columns.items() if name in _ALWAYS or _says(values)}
    arrays = [pa.array(v.astype(np.int64) if v.dtype.kind == "M" else v) for v in map(_plain, said.values())]
    batch = pa.record_batch(arrays, names=list(said))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    assert batch.num_rows == count
    return bytes(pa.Codec("zstd", compression_level=_LEVEL).compress(sink.getvalue(), asbytes=True))


def _columns(rest: bytes, names: tuple[str, ...] | None = None) -> dict[str, NDArray[Any]]:
    """Return the columns that say something; unknown is ``nan``, as in a row."""
    pa = _arrow()
    with pa.input_stream(pa.BufferReader(rest), compression="zstd") as stream:
        batch = pa.ipc.open_stream(stream).read_next_batch()
    return {
        field.name: column.to_numpy(zero_copy_only=False)
        for field, column in zip(batch.schema, batch.columns, strict=True)
        if names is None or field.name in names
    }


def _says(values: NDArray[Any]) -> bool:
    """Tell whether a column has anything that a blank row has not."""
    if values.dtype.kind == "f":
        return not bool(np.isnan(values).all())
    return bool(values.astype(np.int64, copy=False).any())


def _plain(values: NDArray[Any]) -> NDArray[Any]:
    """Return a column of its own; in a table of rows it lies scattered."""
    return np.ascontiguousarray(values)


@lru_cache(maxsize=1)
def _arrow() -> Any:
    """Return the library; where nothing is sealed yet, judging does without loading it."""
    import pyarrow as pa  # noqa: PLC0415

    return pa
