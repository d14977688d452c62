"""The digest of a sealed day, each chained with the worker's row before it, and a look at whole chains."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gis_grid.core.digest import digest_of_columns
from gis_grid.tracks.rows import ROW
from gis_grid.tracks.sealed import codec, store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy import Connection

    from gis_grid.tracks.sealed.store import DayRow


def content_of(rows: NDArray[np.void], worker: str, day: date, devices: Mapping[int, str]) -> bytes:
    """Return the digest of all that is known of a worker's day.

    Worker and devices count by their codes, fixes in order of time, place and device: numbers that one
    database gave, the order of arrival and the encoding do not show.

    Parameters
    ----------
    devices
        Codes by id, of all devices in `rows`.
    """
    ids, which = np.unique(rows["device_id"], return_inverse=True)
    codes = [devices[number] for number in ids.tolist()]
    rank = np.argsort(np.argsort(np.array(codes)))
    columns = {name: rows[name] for name in ROW.names or () if name != "worker_id"}
    columns["device_id"] = rank[which].astype(np.int64)
    order = np.lexsort([columns[name] for name in ("device_id", "lat", "lon", "t")])
    about = {"worker": worker, "date": day.isoformat(), "devices": sorted(codes)}
    return digest_of_columns(
        about,
        {
            name: (values.astype(np.int64) if values.dtype.kind == "M" else values)[order]
            for name, values in columns.items()
        },
    )


def link(previous: bytes | None, content: bytes) -> bytes:
    """Return the digest of a row: over its content and the digest before, of the same worker."""
    return hashlib.sha256((previous or b"") + content).digest()


def digest_of_all(digests: Iterable[bytes]) -> str:
    """Return one digest over several, in their order, for the ledger."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


@dataclass(slots=True)
class Verified:
    """What a look at all chains found: days that are what was sealed, the first break, how many there are."""

    good: int = 0
    first_break: str | None = None
    breaks: int = 0

    def broken(self, what: str) -> None:
        """Count a break and keep the first."""
        self.first_break = self.first_break or what
        self.breaks += 1


def verify_chain(conn: Connection) -> Verified:
    """Recompute the digest of every sealed day from what its row holds now.

    Memory does not grow with the days. A chain whose end was cut off is found by the ledger, which has how
    many days were ever sealed.

    Parameters
    ----------
    conn
        On the owner's login, best in one snapshot (REPEATABLE READ).
    """
    found = Verified()
    devices = store.device_codes(conn)
    worker_id, before, count = None, None, 0
    for row in store.chain(conn):
        if row.worker_id != worker_id:
            worker_id, before = row.worker_id, None
        wrong = _wrong(row, before, devices)
        if wrong is None:
            found.good += 1
        else:
            found.broken(f"{row.worker} {row.local_date} revision {row.revision}: {wrong}")
        before = row.digest
        count += 1
    written = store.days_in_ledger(conn)
    if count != written:
        found.broken(f"the ledger tells of {written} sealed days, there are {count}")
    return found


def _wrong(row: DayRow, before: bytes | None, devices: Mapping[int, str]) -> str | None:
    if row.previous != before:
        return "the row before it is not the one that it was chained to"
    try:
        rows = codec.unpack(row.geom, row.rest, row.worker_id)
        content = content_of(rows, row.worker, row.local_date, devices)
    except (OSError, ValueError, KeyError) as error:
        return f"it cannot be read ({type(error).__name__})"
    if len(rows) != row.fixes or link(row.previous, content) != row.digest:
        return "it is not what was sealed"
    return None
