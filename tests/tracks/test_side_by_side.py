"""Two that write at once: partitions are made once, workers do not wait for each other, nobody deadlocks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from walking_ground import MONDAY, at, hire, stroll

from gis_grid.kit.database import make_engine, transaction
from gis_grid.tracks import service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

START = at(MONDAY, 9)
LATER = START + timedelta(weeks=9)
WRITERS = 4


@pytest.fixture
def own(fresh_database: str) -> Iterator[Engine]:
    engine = make_engine(fresh_database)
    yield engine
    engine.dispose()


def count(engine: Engine) -> int:
    with engine.connect() as conn:
        return conn.execute(text("SELECT count(*) FROM fix")).scalar_one()


def test_writers_of_new_weeks_at_once_make_each_partition_once(own: Engine) -> None:
    with transaction(own) as conn:
        workers = [hire(conn, f"W{n}", grid=None) for n in range(WRITERS)]
    together = Barrier(WRITERS)

    def write(number: int) -> int:
        with transaction(own) as conn:
            device = service.ensure_device(conn, f"phone-{number}", workers[number])
            together.wait(timeout=10)
            weeks = range(3) if number % 2 else range(2, -1, -1)
            return sum(
                service.store_fixes(
                    conn,
                    workers[number],
                    device,
                    stroll(START + timedelta(weeks=n), 600),
                    START + timedelta(weeks=9),
                )
                for n in weeks
            )

    with ThreadPoolExecutor(WRITERS) as pool:
        assert list(pool.map(write, range(WRITERS))) == [183] * WRITERS
    assert count(own) == 183 * WRITERS
    with own.connect() as conn:
        parts = conn.execute(text("SELECT inhrelid::regclass::text FROM pg_inherits ORDER BY 1"))
        assert set(parts.scalars()) >= {"fix_2026w45", "fix_2026w46", "fix_2026w47"}


def test_the_same_walk_sent_by_two_connections_at_once_is_stored_once(own: Engine) -> None:
    with transaction(own) as conn:
        worker = hire(conn, grid=None)
        device = service.ensure_device(conn, "phone", worker)
    walk = stroll(START, 36_000)
    together = Barrier(2)

    def write(_: int) -> int:
        with transaction(own) as conn:
            together.wait(timeout=10)
            service.lock_worker(conn, worker)
            return service.store_fixes(conn, worker, device, walk, at(MONDAY, 20))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(write, range(2))) == [0, len(walk)]
    assert count(own) == len(walk)


def test_a_transaction_that_ends_halfway_leaves_no_fix_and_no_partition(own: Engine) -> None:
    def fail_halfway() -> None:
        with transaction(own) as conn:
            worker = hire(conn, grid=None)
            device = service.ensure_device(conn, "phone", worker)
            service.store_fixes(conn, worker, device, stroll(START, 3600), at(MONDAY, 11))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    assert count(own) == 0
    with own.connect() as conn:
        assert conn.execute(text("SELECT to_regclass('fix_2026w45')")).scalar_one() is None
