"""Fixes go into PostGIS and come out as the same arrays."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sqlalchemy import text
from walking_ground import MONDAY, OUTSIDE, at, hire, stroll

from gis_grid.core import Fixes
from gis_grid.kit.errors import BadInput, Conflict
from gis_grid.tracks import service, wire

if TYPE_CHECKING:
    from sqlalchemy import Connection

START = at(MONDAY, 9)
DAY = (START - timedelta(hours=9), START + timedelta(hours=15))


def everything(count: int = 5) -> Fixes:
    """Return fixes in which every column has known and unknown values."""
    n = np.arange(count)
    some = np.where(n % 2 == 0, n + 0.5, np.nan)
    return Fixes.of(
        round(START.timestamp() * 1000) + n * 1001,
        116.3 + n / 3,
        -39.9 + n / 7,
        accuracy_m=some,
        speed_mps=some * 2,
        heading_deg=some * 3,
        altitude_m=-some,
        mock=n % 3 == 0,
        segment=n // 2,
    )


@pytest.fixture
def worker(conn: Connection) -> int:
    return hire(conn, grid=None)


@pytest.fixture
def phone(conn: Connection, worker: int) -> int:
    return service.ensure_device(conn, "phone", worker)


def assert_same(found: Fixes, given: Fixes) -> None:
    for column in fields(Fixes):
        left, right = getattr(found, column.name), getattr(given, column.name)
        assert left.dtype == right.dtype, column.name
        np.testing.assert_array_equal(left, right, err_msg=column.name)


def test_every_column_comes_back_bit_for_bit(conn: Connection, worker: int, phone: int) -> None:
    assert service.store_fixes(conn, worker, phone, everything(), START) == 5
    assert_same(service.fixes_of(conn, [worker], *DAY)[worker], everything())


def test_an_unknown_accuracy_is_null_and_not_a_number_in_sql(
    conn: Connection, worker: int, phone: int
) -> None:
    service.store_fixes(conn, worker, phone, everything(), START)
    nulls = conn.execute(text("SELECT count(*) FROM fix WHERE accuracy_m IS NULL")).scalar_one()
    nans = conn.execute(text("SELECT count(*) FROM fix WHERE accuracy_m = 'NaN'")).scalar_one()
    assert (nulls, nans) == (2, 0)


def test_fixes_sent_again_change_nothing(conn: Connection, worker: int, phone: int) -> None:
    service.store_fixes(conn, worker, phone, everything(), START)
    again = service.store_fixes(conn, worker, phone, everything(), START + timedelta(hours=3))
    assert again == 0
    received = conn.execute(text("SELECT DISTINCT received_at FROM fix")).scalars().all()
    assert received == [START]


def test_the_same_time_at_another_place_is_kept_beside_the_first(
    conn: Connection, worker: int, phone: int
) -> None:
    first = stroll(START, 100)
    other = Fixes.of(first.t_ms[3:4], [OUTSIDE[0]], [OUTSIDE[1]])
    service.store_fixes(conn, worker, phone, first, START)
    assert service.store_fixes(conn, worker, phone, other, START) == 1
    assert len(service.fixes_of(conn, [worker], *DAY)[worker]) == len(first) + 1


def test_fixes_come_out_in_one_order_whatever_the_order_they_came_in(
    conn: Connection, worker: int, phone: int
) -> None:
    walk = stroll(START, 3600)
    shuffled = walk.take(np.random.default_rng(7).permutation(len(walk)))
    for part in (slice(200, None), slice(None, 200)):
        service.store_fixes(conn, worker, phone, shuffled.take(part), START)
    assert_same(service.fixes_of(conn, [worker], *DAY)[worker], walk)


def test_only_the_asked_workers_and_times_come_out(conn: Connection, worker: int, phone: int) -> None:
    other = hire(conn, "W2", grid=None)
    service.store_fixes(conn, worker, phone, stroll(START, 600), START)
    service.store_fixes(conn, other, service.ensure_device(conn, "other", other), stroll(START, 600), START)
    found = service.fixes_of(conn, [worker, 10**9], START, START + timedelta(seconds=100))
    assert {worker_id: len(fixes) for worker_id, fixes in found.items()} == {worker: 10}


def test_weeks_of_a_year_go_into_partitions_of_their_own(conn: Connection, worker: int, phone: int) -> None:
    new_year = datetime(2026, 12, 31, 23, 59, 50, tzinfo=UTC)
    walk = Fixes.concat([stroll(new_year - timedelta(days=7), 60), stroll(new_year, 60)])
    service.store_fixes(conn, worker, phone, walk, new_year)
    rows = conn.execute(text("SELECT tableoid::regclass::text AS part, count(*) FROM fix GROUP BY 1"))
    assert dict(rows.all()) == {"fix_2026w52": 7, "fix_2026w53": 7}


def test_no_fixes_are_nothing_to_store(conn: Connection, worker: int, phone: int) -> None:
    assert service.store_fixes(conn, worker, phone, everything().take(slice(0, 0)), START) == 0
    assert service.fixes_of(conn, [worker], *DAY) == {}


def test_a_fix_of_the_day_after_tomorrow_is_refused(conn: Connection, worker: int, phone: int) -> None:
    with pytest.raises(BadInput, match="future"):
        service.store_fixes(conn, worker, phone, everything(), START - timedelta(days=2))


def test_a_device_of_another_worker_is_refused(conn: Connection, worker: int, phone: int) -> None:
    assert service.ensure_device(conn, "phone", worker) == phone
    with pytest.raises(Conflict, match="another worker"):
        service.ensure_device(conn, "phone", hire(conn, "W2", grid=None))


def test_an_array_with_a_null_is_refused_and_never_misread(conn: Connection) -> None:
    with wire.array_cursor(conn.connection.driver_connection) as cursor:
        cursor.execute("SELECT ARRAY[1.5, NULL]::float8[]")
        with pytest.raises(ValueError, match="without nulls"):
            cursor.fetchone()
