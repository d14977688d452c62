"""A worker's whole track as CSV, from sealed days and from the table of fixes, day by day."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from pyarrow import compute, csv

from gis_grid.tracks import reading
from gis_grid.tracks.rows import MAY_BE_UNKNOWN, blank_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray
    from sqlalchemy import Connection

_MOMENT = pa.timestamp("us", "UTC")


def rows(conn: Connection, worker_id: int, devices: Mapping[int, str]) -> Iterator[bytes]:
    """Yield the bytes of a file; a day is in memory, or what lies between two sealed ones.

    Parameters
    ----------
    devices
        Codes by id, as far as the caller may see them.
    """
    yield b"\xef\xbb\xbf"  # office programs read Chinese only after it
    yield _written(_table(blank_rows(0), devices), header=True)
    for part in reading.rows_of(conn, worker_id):
        yield _written(_table(part, devices), header=False)


def _table(part: NDArray[np.void], devices: Mapping[int, str]) -> pa.Table:
    names = [devices.get(number) for number in part["device_id"].tolist()]
    columns = {
        "time": _told(part["t"]),
        "lon": np.ascontiguousarray(part["lon"]),
        "lat": np.ascontiguousarray(part["lat"]),
        **{
            name: pa.array(np.ascontiguousarray(part[name]), mask=np.isnan(part[name]))
            for name in MAY_BE_UNKNOWN
        },
        "mock": np.where(part["mock"], "t", "f"),
        "track_part": np.ascontiguousarray(part["track_part"]),
        "device": pa.array(names, pa.string()),
        "received_at": _told(part["received_at"]),
    }
    return pa.table(columns)


def _told(moments: NDArray[np.datetime64]) -> pa.Array:
    """Return moments as the database tells them, and the other files."""
    text = compute.strftime(pa.array(moments.astype(np.int64)).cast(_MOMENT), "%Y-%m-%d %H:%M:%S")
    return compute.replace_substring_regex(text, r"\.?0*$", "+00")


def _written(table: pa.Table, *, header: bool) -> bytes:
    sink = io.BytesIO()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=header, quoting_style="needed"))
    return sink.getvalue()
