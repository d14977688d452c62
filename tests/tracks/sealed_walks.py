"""Days to be sealed, with everything that can be odd in them, and how they are looked at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from walking_ground import MONDAY, at, hire, publish, record, stroll

from gis_grid.tracks import service
from gis_grid.tracks.rows import blank_rows
from gis_grid.tracks.sealed import hot_store

if TYPE_CHECKING:
    from sqlalchemy import Connection

THURSDAY = at(MONDAY + timedelta(days=3), 0)
"""The first moment at which Monday's grace is over."""
NEXT_YEAR = THURSDAY + timedelta(days=365)
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
ODD = 9


def odd_rows(worker: int, devices: tuple[int, ...]) -> np.ndarray:
    """Return rows of one day: two phones, conflicts, nothing known, tiny and huge numbers, a bent datum."""
    rows = blank_rows(ODD)
    rows["worker_id"] = worker
    rows["device_id"] = devices[0]
    rows["t"] = np.datetime64("2026-11-02T01:00:00") + np.arange(ODD) * np.timedelta64(10_001, "ms")
    rows["lon"], rows["lat"] = 116.3 + np.arange(ODD) / 3, -39.9 - np.arange(ODD) / 7
    rows["received_at"] = np.datetime64("2026-11-02T03:00:00.123457")
    rows["device_id"][3:5] = devices[1]
    rows["t"][4] = rows["t"][2]  # both phones at one moment, at one place
    rows["lon"][4], rows["lat"][4] = rows["lon"][2], rows["lat"][2]
    rows["t"][6] = rows["t"][5]  # one phone at two places
    rows["lon"][7], rows["lat"][7] = -0.0, 1e-7
    rows["accuracy_m"][1:4] = 0.1, 1e30, 5e-40
    rows["speed_mps"][2], rows["heading_deg"][3], rows["altitude_m"][4] = 0.0, -0.0, -431.25
    rows["mock"][5] = True
    rows["track_part"][6:] = 3
    rows["sent_lon"][8], rows["sent_lat"][8] = 116.30000000000001, 39.9
    rows["received_at"][8] += np.timedelta64(1, "us")
    return rows


def phones(conn: Connection, worker: int) -> tuple[int, ...]:
    return tuple(service.ensure_device(conn, code, worker) for code in ("one", "two"))


def fill(conn: Connection) -> int:
    """Store the Mondays of W1, which is odd, and W2; return the id of W1."""
    publish(conn)
    worker = hire(conn)
    service.store_rows(conn, odd_rows(worker, phones(conn, worker)))
    record(conn, hire(conn, "W2"), stroll(at(MONDAY, 9), 3600))
    return worker


def late_row(conn: Connection, worker: int, *, again: bool = False) -> np.ndarray:
    """Return a fix of the odd Monday that comes a day late; or one that came already, but now later."""
    row = odd_rows(worker, phones(conn, worker))[-1:].copy()
    row["received_at"] += np.timedelta64(10, "D")
    if not again:
        row["t"] += np.timedelta64(10, "s")
    return row


def stored(conn: Connection, worker: int) -> np.ndarray:
    """Return every row of a worker that the table of fixes has."""
    (rows,) = hot_store.hot_rows(conn, [(worker, *EVER)])
    return np.sort(rows, order=["t", "lon", "lat", "device_id"])
