"""PostGIS, in a throw-away database. CPU-seconds are those of the server process that answers.

No parallel workers. `GIS_GRID_DATABASE_URL` names a server of one's own; it has to be on this machine,
because the time its process used is asked from the operating system.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import shapely
from contests.race import Job
from import_buildings import throwaway_database

from gis_grid.kit.database import make_engine, raw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from contests.tasks import Days, Places
    from numpy.typing import NDArray
    from psycopg import Connection

_TIME_INSIDE = """
SELECT worker, sum(seconds * CASE
         WHEN ST_Covers(area, path) THEN 1
         WHEN ST_Intersects(area, path) THEN ST_Length(ST_Intersection(path, area)) / ST_Length(path)
         ELSE 0 END)
FROM benchmark_grid JOIN benchmark_segment USING (worker) GROUP BY worker
"""

_WHICH_GRID = "SELECT point, grid FROM benchmark_place JOIN benchmark_grid ON ST_Intersects(area, here)"


@contextmanager
def time_inside(days: Days) -> Iterator[Job]:
    """Sum over a table of segments, each beside its worker's grid."""
    with _session() as conn:
        conn.execute("CREATE TEMP TABLE benchmark_grid (worker int PRIMARY KEY, area geometry)")
        conn.execute("CREATE TEMP TABLE benchmark_segment (worker int, seconds float8, path geometry)")
        for worker in range(days.tracks.workers):
            _copy(conn, "benchmark_grid", zip([worker], _hex([days.area_of(worker)]), strict=True))
            paths = _hex(shapely.linestrings(days.paths(worker)))
            seconds = days.bridged_s(worker).tolist()
            rows = zip([worker] * len(paths), seconds, paths, strict=True)
            _copy(conn, "benchmark_segment", rows)
        conn.execute("CREATE INDEX ON benchmark_segment (worker)")
        conn.execute("ANALYZE benchmark_grid, benchmark_segment")

        def run() -> NDArray[np.float64]:
            inside = np.zeros(days.tracks.workers)
            for worker, seconds in conn.execute(_TIME_INSIDE):
                inside[worker] = seconds
            return inside

        yield Job(run, _server_clock(conn), _versions(conn))


@contextmanager
def which_grid(places: Places) -> Iterator[Job]:
    """Join points with grids by a GiST index."""
    with _session() as conn:
        conn.execute("CREATE TEMP TABLE benchmark_grid (grid int PRIMARY KEY, area geometry)")
        conn.execute("CREATE TEMP TABLE benchmark_place (point int PRIMARY KEY, here geometry)")
        _copy(conn, "benchmark_grid", enumerate(_hex(places.areas)))
        _copy(conn, "benchmark_place", enumerate(_hex(shapely.points(places.lon, places.lat))))
        conn.execute("CREATE INDEX ON benchmark_grid USING gist (area)")
        conn.execute("ANALYZE benchmark_grid, benchmark_place")

        def run() -> NDArray[np.int32]:
            found = np.full(len(places), -1, np.int32)
            pairs = np.array(conn.execute(_WHICH_GRID).fetchall(), np.int32).reshape(-1, 2)
            found[pairs[:, 0]] = pairs[:, 1]
            return found

        yield Job(run, _server_clock(conn), _versions(conn))


@contextmanager
def _session() -> Iterator[Connection]:
    """Open a connection whose queries run in one process of the server."""
    with throwaway_database() as url:
        engine = make_engine(url)
        with engine.begin() as connection:
            conn = raw(connection)
            conn.execute("SET max_parallel_workers_per_gather = 0")
            conn.execute("SET work_mem = '256MB'")
            yield conn
        engine.dispose()


def _hex(geometries: Any) -> list[str]:
    """Geometries as PostGIS reads them."""
    written: list[str] = np.asarray(shapely.to_wkb(geometries, hex=True)).tolist()
    return written


def _copy(conn: Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with conn.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _versions(conn: Connection) -> str:
    """Name the server."""
    found = conn.execute("SELECT current_setting('server_version'), postgis_lib_version()").fetchone()
    assert found is not None
    return f"PostgreSQL {found[0]}, PostGIS {found[1]}, in one process."


def _server_clock(conn: Connection) -> Callable[[], float]:
    """Read the CPU time of the process behind a connection, and of this one."""
    found = conn.execute("SELECT pg_backend_pid()").fetchone()
    assert found is not None
    server = psutil.Process(found[0])

    def cpu_s() -> float:
        used = server.cpu_times()
        return float(used.user + used.system) + time.process_time()

    return cpu_s
