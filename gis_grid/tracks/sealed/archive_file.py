"""A file of the archive: GeoParquet 1.1, a row a fix, and what each worker's day in it was sealed as.

Positions are WKB, which every reader takes (DuckDB takes no other): 8 % more bytes than two columns of
numbers. Workers and devices are named by their codes: the file tells all by itself.
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from gis_grid.kit.errors import BadInput
from gis_grid.tracks.rows import ROW, blank_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

VERSION: Final = 1
"""Of what is written below; a reader refuses what it does not know."""

_MOMENT: Final = pa.timestamp("us", "UTC")
_CODE: Final = pa.dictionary(pa.int32(), pa.string())
_SCHEMA: Final = pa.schema(
    [
        pa.field("worker", _CODE, nullable=False),
        pa.field("device", _CODE, nullable=False),
        pa.field("t", _MOMENT, nullable=False),
        pa.field("geometry", pa.binary(), nullable=False),
        *(pa.field(name, pa.float32()) for name in ("accuracy_m", "speed_mps", "heading_deg", "altitude_m")),
        pa.field("mock", pa.bool_(), nullable=False),
        pa.field("track_part", pa.int32(), nullable=False),
        pa.field("received_at", _MOMENT, nullable=False),
        pa.field("sent_lon", pa.float64()),
        pa.field("sent_lat", pa.float64()),
    ]
)
_AS_THEY_ARE: Final = tuple(name for name in ROW.names or () if name in _SCHEMA.names and name != "t")
_SPREAD: Final = ("geometry", "t")
_ROW_GROUP: Final = 100_000


@dataclass(frozen=True, slots=True)
class Archived:
    """A worker's day in a file; digests in hexadecimal, moments in ISO 8601."""

    worker: str
    date: str
    revision: int
    fixes: int
    start: str
    end: str
    sealed_at: str
    content: str
    digest: str
    previous: str | None


class Writer:
    """Writes a file day by day; nothing but a group of rows is in memory."""

    def __init__(self, parquet: pq.ParquetWriter) -> None:
        self._parquet = parquet
        self._tables: list[pa.Table] = []
        self._waiting = 0
        self._bounds = np.array([np.inf, np.inf, -np.inf, -np.inf])
        self.days: list[Archived] = []

    def add(self, day: Archived, rows: NDArray[np.void], devices: Mapping[int, str]) -> None:
        """Append a worker's day, its fixes in order of time; workers come in order of their codes."""
        self.days.append(day)
        self._tables.append(_table(day.worker, rows, devices))
        self._waiting += len(rows)
        places = rows["lon"], rows["lat"]
        low, high = [column.min() for column in places], [column.max() for column in places]
        self._bounds[:2] = np.minimum(self._bounds[:2], low)
        self._bounds[2:] = np.maximum(self._bounds[2:], high)
        if self._waiting >= _ROW_GROUP:
            self._flush()

    def finish(self, date: str, area: str | None) -> None:
        """Write what is left, and what the file is."""
        self._flush()
        geo = {
            "version": "1.1.0",
            "primary_column": "geometry",
            "columns": {
                "geometry": {
                    "encoding": "WKB",
                    "geometry_types": ["Point"],
                    "bbox": [float(value) for value in self._bounds],
                }
            },
        }
        days = [asdict(day) for day in self.days]
        own = {"version": VERSION, "date": date, "area": area, "days": days}
        self._parquet.add_key_value_metadata(
            {"geo": json.dumps(geo), "gis_grid": json.dumps(own, ensure_ascii=False)}
        )

    def _flush(self) -> None:
        if self._tables:
            self._parquet.write_table(pa.concat_tables(self._tables).unify_dictionaries(), self._waiting)
            self._tables, self._waiting = [], 0


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """Yield a writer of a file that is there, whole and on the disk, when the block ends well, else not.

    It takes the place of one that was there. Files and folders are for their owner's eyes.
    """
    _make_folders(path.parent)
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            with pq.ParquetWriter(
                file,
                _SCHEMA,
                compression="zstd",
                compression_level=9,
                use_dictionary=[name for name in _SCHEMA.names if name not in _SPREAD],
                store_schema=False,
            ) as parquet:
                yield Writer(parquet)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        sync(path.parent)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def read_days(path: Path) -> list[Archived]:
    """Return what a file says is in it.

    Raises
    ------
    BadInput
        When it is none of the archive's, of a later version, or broken.
    """
    with _reading(path) as parquet:
        told = json.loads((parquet.metadata.metadata or {}).get(b"gis_grid", b"{}"))
        if told.get("version") != VERSION:
            raise BadInput(
                "The file is not of this archive", f"{path}: expected version {VERSION} of its notes"
            )
        names = [field.name for field in fields(Archived)]
        return [Archived(**{name: day[name] for name in names}) for day in told["days"]]


def read_rows(
    path: Path, devices: Mapping[str, int], workers: set[str]
) -> Iterator[tuple[str, NDArray[np.void]]]:
    """Yield (worker's code, rows) of some workers, one after the other; `devices` are ids by code.

    Raises
    ------
    BadInput
        When the file is broken, or names a device that is not in `devices`.
    """
    with _reading(path) as parquet:
        held: list[tuple[str, NDArray[np.void]]] = []
        for batch in parquet.iter_batches(batch_size=65_536):
            for code, rows in _runs(batch, devices, workers):
                if held and held[0][0] != code:
                    yield held[0][0], np.concatenate([part for _, part in held])
                    held = []
                held.append((code, rows))
        if held:
            yield held[0][0], np.concatenate([part for _, part in held])


def devices_in(path: Path) -> set[str]:
    """Return the codes of all devices in a file."""
    with _reading(path) as parquet:
        return set(parquet.read(["device"])["device"].unique().to_pylist())


def sync(folder: Path) -> None:
    """Have the disk know what is in a folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folders(folder: Path) -> None:
    """Make a folder and those above it, each for its owner alone, whatever the process's mask."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync(one.parent)


def _table(worker: str, rows: NDArray[np.void], devices: Mapping[int, str]) -> pa.Table:
    ids, which = np.unique(rows["device_id"], return_inverse=True)
    codes = pa.array([devices[number] for number in ids.tolist()], pa.string())
    columns: dict[str, Any] = {
        "worker": pa.DictionaryArray.from_arrays(np.zeros(len(rows), np.int32), pa.array([worker])),
        "device": pa.DictionaryArray.from_arrays(which.astype(np.int32), codes),
        "t": pa.array(rows["t"].astype(np.int64)).cast(_MOMENT),
        "geometry": pa.array(shapely.to_wkb(shapely.points(rows["lon"], rows["lat"]), byte_order=1)),
        "received_at": pa.array(rows["received_at"].astype(np.int64)).cast(_MOMENT),
    }
    for name in _AS_THEY_ARE:
        values = np.ascontiguousarray(rows[name])
        if name not in columns:
            columns[name] = pa.array(values, mask=np.isnan(values) if values.dtype.kind == "f" else None)
    return pa.table([columns[name] for name in _SCHEMA.names], schema=_SCHEMA)


@contextmanager
def _reading(path: Path) -> Iterator[pq.ParquetFile]:
    try:
        with pq.ParquetFile(path) as parquet:
            yield parquet
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, shapely.GEOSException) as error:
        raise BadInput("The archive file cannot be read", str(error), where=str(path)) from error


def _runs(
    batch: pa.RecordBatch, devices: Mapping[str, int], workers: set[str]
) -> Iterator[tuple[str, NDArray[np.void]]]:
    """Yield the rows of each worker in a batch."""
    codes = np.asarray(batch["worker"].cast(pa.string()).to_pylist(), object)
    cuts = np.flatnonzero(codes[1:] != codes[:-1]) + 1
    for start, end in zip([0, *cuts.tolist()], [*cuts.tolist(), len(codes)], strict=True):
        if codes[start] in workers:
            yield codes[start], _rows(batch.slice(start, end - start), devices)


def _rows(batch: pa.RecordBatch, devices: Mapping[str, int]) -> NDArray[np.void]:
    rows = blank_rows(batch.num_rows)
    rows["device_id"] = [devices[code] for code in batch["device"].cast(pa.string()).to_pylist()]
    places = shapely.from_wkb(batch["geometry"].to_numpy(zero_copy_only=False))
    rows["lon"], rows["lat"] = shapely.get_x(places), shapely.get_y(places)
    for name in ("t", "received_at"):
        rows[name] = batch[name].cast(pa.int64()).to_numpy().view("M8[us]")
    for name in _AS_THEY_ARE:
        if name != "received_at":
            rows[name] = batch[name].to_numpy(zero_copy_only=False)
    return rows
