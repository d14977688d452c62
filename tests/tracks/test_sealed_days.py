"""A worker's day becomes one row, from which every column of every fix comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from walking_ground import MONDAY, SHANGHAI, at, hire, publish, record, stroll

from gis_grid.kit.database import make_engine, transaction
from gis_grid.tracks import service
from gis_grid.tracks.rows import blank_rows
from gis_grid.tracks.sealed import store
from gis_grid.tracks.sealed.chain import verify_chain
from gis_grid.tracks.sealed.seal import last_due, seal_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

THURSDAY = at(MONDAY + timedelta(days=3), 0)
"""The first moment at which Monday's grace is over."""
EVER = (datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def odd_rows(worker: int, devices: tuple[int, int]) -> np.ndarray:
    """Rows of one day with everything that can be odd in them."""
    rows = blank_rows(9)
    rows["worker_id"] = worker
    rows["device_id"] = devices[0]
    rows["t"] = np.datetime64("2026-11-02T01:00:00") + np.arange(9) * np.timedelta64(10_001, "ms")
    rows["lon"], rows["lat"] = 116.3 + np.arange(9) / 3, -39.9 - np.arange(9) / 7
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


def stored(conn: Connection, worker: int) -> np.ndarray:
    """Every row of a worker as the table of fixes has it."""
    (rows,) = store.hot_rows(conn, [(worker, *EVER)])
    return np.sort(rows, order=["t", "lon", "lat", "device_id"])


def fill(conn: Connection) -> int:
    """Two workers' Mondays, the first one's odd."""
    publish(conn)
    worker = hire(conn)
    phones = tuple(service.ensure_device(conn, code, worker) for code in ("one", "two"))
    service.store_rows(conn, odd_rows(worker, phones))
    record(conn, hire(conn, "W2"), stroll(at(MONDAY, 9), 3600))
    return worker


def rows_of(conn: Connection, worker: int) -> np.ndarray:
    from gis_grid.tracks.sealed import codec

    (row,) = [row for row in store.chain(conn) if row.worker_id == worker]
    return codec.unpack(row.geom, row.rest, worker)


def test_every_column_comes_back_bit_for_bit(engine: Engine) -> None:
    with transaction(engine) as conn:
        worker = fill(conn)
        before = stored(conn, worker)
    done = seal_due(engine, now=THURSDAY, tz=SHANGHAI)
    assert (done.days, done.fixes, done.dates) == (2, 9 + 361, [MONDAY])
    with transaction(engine) as conn:
        assert rows_of(conn, worker).tobytes() == before.tobytes()
        assert verify_chain(conn).good == 2


def test_a_day_waits_for_two_days_of_grace(engine: Engine) -> None:
    with transaction(engine) as conn:
        fill(conn)
    assert seal_due(engine, now=THURSDAY - timedelta(seconds=1), tz=SHANGHAI).days == 0
    assert last_due(THURSDAY, SHANGHAI) == MONDAY
    assert seal_due(engine, now=THURSDAY, tz=SHANGHAI).days == 2
    assert seal_due(engine, now=THURSDAY, tz=SHANGHAI).days == 0
