"""Fixes in PostgreSQL's own binary forms, both ways, without a Python loop over rows.

In: one binary COPY stream. Every field is sent non-null (unknown = ``nan``), so every record has the same
width and the stream is one numpy array. Out: one row a worker with an array a column. Measured on 2.2 million
fixes, one backend: such arrays 1.8 M fixes/s, ADBC 0.9 M, COPY rows, which psycopg hands over one by one,
0.3 M.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
from psycopg.adapt import Loader
from psycopg.pq import Format

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray
    from psycopg import Connection, Cursor
    from psycopg.abc import Buffer

    from gis_grid.core import Fixes

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_EPOCH_2000_MS: Final = 946_684_800_000

_FIELDS: Final[Mapping[str, str]] = {
    "t": ">i8",
    "lon": ">f8",
    "lat": ">f8",
    "accuracy_m": ">f4",
    "speed_mps": ">f4",
    "heading_deg": ">f4",
    "altitude_m": ">f4",
    "mock": "?",
    "track_part": ">i4",
}

COLUMNS: Final = tuple(_FIELDS)
"""Columns of a stream, in order."""


def _record() -> np.dtype[np.void]:
    """Type of one record: the count of its fields, then each field's length and value."""
    parts = [("fields", ">i2")]
    for name, kind in _FIELDS.items():
        parts += [(f"{name}_length", ">i4"), (name, kind)]
    return np.dtype(parts)


_RECORD: Final = _record()


def encode(fixes: Fixes) -> bytes:
    """Return a complete COPY stream of the fixes, columns as `COLUMNS`."""
    values = {
        "t": (fixes.t_ms - _EPOCH_2000_MS) * 1000,
        "lon": fixes.lon,
        "lat": fixes.lat,
        "accuracy_m": fixes.accuracy_m,
        "speed_mps": fixes.speed_mps,
        "heading_deg": fixes.heading_deg,
        "altitude_m": fixes.altitude_m,
        "mock": fixes.mock,
        "track_part": fixes.segment,
    }
    records = np.empty(len(fixes), _RECORD)
    records["fields"] = len(_FIELDS)
    for name, kind in _FIELDS.items():
        records[f"{name}_length"] = np.dtype(kind).itemsize
        records[name] = values[name]
    return b"".join((_SIGNATURE, records.tobytes(), _TRAILER))


class _ArrayLoader(Loader):
    """A one-dimensional PostgreSQL array without nulls as a numpy array."""

    format = Format.BINARY
    element: ClassVar[str]

    def load(self, data: Buffer) -> NDArray[np.generic]:
        dimensions, has_null = np.frombuffer(data, ">i4", count=2)
        if dimensions != 1 or has_null:
            raise ValueError("expected a one-dimensional array without nulls")
        item = np.dtype([("length", ">i4"), ("value", self.element)])
        values = np.frombuffer(data, item, offset=20)["value"]
        return values.astype(values.dtype.newbyteorder("="))


class _TimeArrayLoader(_ArrayLoader):
    """An array of `timestamptz` as milliseconds since 1970 UTC."""

    element = ">i8"

    def load(self, data: Buffer) -> NDArray[np.generic]:
        micros = super().load(data).astype(np.int64)
        return micros // 1000 + _EPOCH_2000_MS


class _Float8ArrayLoader(_ArrayLoader):
    element = ">f8"


class _PointArrayLoader(_ArrayLoader):
    """An array of `point` as an array of shape (n, 2)."""

    element = "(2,)>f8"


class _Float4ArrayLoader(_ArrayLoader):
    element = ">f4"


class _Int4ArrayLoader(_ArrayLoader):
    element = ">i4"


class _BoolArrayLoader(_ArrayLoader):
    element = "?"


def array_cursor(connection: Connection[tuple[Any, ...]]) -> Cursor[tuple[Any, ...]]:
    """Return a cursor that hands over arrays as numpy arrays."""
    cursor = connection.cursor(binary=True)
    for name, loader in (
        ("timestamptz", _TimeArrayLoader),
        ("float8", _Float8ArrayLoader),
        ("point", _PointArrayLoader),
        ("float4", _Float4ArrayLoader),
        ("int4", _Int4ArrayLoader),
        ("bool", _BoolArrayLoader),
    ):
        cursor.adapters.register_loader(connection.adapters.types[name].array_oid, loader)
    return cursor
