"""The program's own way: `gis_grid.grids.service.locate` on a database that holds the city."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import psutil
import shapely
from import_buildings import throwaway_database
from sqlalchemy import text

from gis_grid.grids import service
from gis_grid.kit.database import copy_rows, make_engine, raw, transaction
from gis_grid.kit.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from contests.tasks import Places
    from numpy.typing import NDArray
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """CPU-seconds of one call, the server's among them, and its answer as the indexes of grids."""

    name: str
    count: int
    cpu_s: float
    answer: NDArray[np.int64]


def ask(task: Places) -> Iterator[Asked]:
    """Yield what a first and a second call of all points, and one of a single point take."""
    now = service.microseconds(datetime.now(UTC))
    with _city(task) as (conn, first):
        server = psutil.Process(raw(conn).info.backend_pid)

        def cpu_s() -> float:
            used = server.cpu_times()
            return float(used.user + used.system) + time.process_time()

        def call(name: str, count: int, times: int = 1) -> Asked:
            started = cpu_s()
            for _ in range(times):
                found = service.locate(conn, task.lon[:count], task.lat[:count], now)
            took = (cpu_s() - started) / times
            found[found >= 0] -= first
            return Asked(name, count, took, found)

        service.locate(conn, task.lon[:1], task.lat[:1], now)  # compiles
        yield call(f"from the database: reads {len(task.areas):,} outlines, indexes", len(task))
        yield call("from the database: the index is kept", len(task))
        yield call("from the database: one point", 1, times=100)


@contextmanager
def _city(task: Places) -> Iterator[tuple[Connection, int]]:
    """Yield a connection to a database with the city in force, and the id of its first boundary."""
    with throwaway_database() as url:
        engine = make_engine(url)
        upgrade(engine)
        with transaction(engine) as conn:
            conn.execute(
                text(
                    "INSERT INTO area (code, name, kind, geom) SELECT 'C', 'C', 'community', "
                    "ST_Multi(ST_MakeEnvelope(70, 0, 140, 60, 4326))"
                )
            )
            conn.execute(
                text(
                    "INSERT INTO grid (code, name, area_id) SELECT to_char(n, 'FM000000'), n, area.id "
                    "FROM area, generate_series(1, :n) AS n ORDER BY n"
                ),
                {"n": len(task.areas)},
            )
            conn.exec_driver_sql("CREATE TEMPORARY TABLE incoming (n int, wkb bytea) ON COMMIT DROP")
            rows = enumerate(shapely.to_wkb(task.areas).tolist(), start=1)
            copy_rows(conn, "incoming", ["n", "wkb"], ["int4", "bytea"], rows)
            conn.exec_driver_sql(
                "INSERT INTO boundary (grid_id, households, buildings, valid, geom) "
                "SELECT grid.id, 0, 0, '[2020-01-01,)', ST_Multi(ST_GeomFromWKB(wkb, 4326)) "
                "FROM incoming JOIN grid ON grid.code = to_char(n, 'FM000000') ORDER BY n"
            )
        with engine.connect() as conn, conn.begin():
            conn.exec_driver_sql("ANALYZE boundary")
            yield conn, conn.execute(text("SELECT min(id) FROM boundary")).scalar_one()
        engine.dispose()
