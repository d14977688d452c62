"""How fast a week is judged from PostGIS, and how much of that is reading, beside two other ways to read.

Run ``.venv/bin/python benchmarks/judge.py`` from the checkout. Seeded walks of many workers, each in a square
grid of its own, are stored in a throw-away database (``GIS_GRID_DATABASE_URL`` names a server of one's own).
Reading is measured alone first: one row a worker with an array a column, as the program does it, beside
psycopg's COPY rows (not even parsed) and beside ``pandas.read_sql``. Then a whole run: read, judge, compare
for copies, write; and again without news.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import shapely
from import_buildings import throwaway_database
from sqlalchemy import text

from gis_grid.core import Fixes
from gis_grid.grids import service as grids
from gis_grid.kit.database import make_engine, raw, transaction
from gis_grid.patrols import service as patrols
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

SEED = 20261102
MONDAY = date(2026, 11, 2)
TZ = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 2, tzinfo=TZ)
END = START + timedelta(days=7)
LATER = END + timedelta(days=7)
SIDE = 0.004
COLUMNS = "t, lon, lat, accuracy_m, speed_mps, heading_deg, altitude_m, mock, track_part"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, default=200)
    with throwaway_database() as url:
        engine = make_engine(url)
        with transaction(engine) as conn:
            workers, fixes = store_walks(conn, parser.parse_args().workers)
            conn.execute(text("ANALYZE"))
            conn.execute(text("SELECT sum(lon) FROM fix"))  # the first reader of new rows pays for all
            print(f"{len(workers)} workers, a week of two patrols a day, {fixes:,} fixes, seed {SEED}")
            ours = timed("read: arrays (ours)", fixes, lambda: tracks.fixes_of(conn, workers, START, END))
            rows = timed("read: COPY rows by psycopg", fixes, lambda: copy_rows(conn, workers))
            frame = timed("read: pandas.read_sql", fixes, lambda: read_sql(conn, workers))
            print(
                f"ratio: {rows / ours:.1f} x the fixes/s of COPY rows, {frame / ours:.1f} x those of pandas"
            )
            timed("judge: first run", fixes, lambda: judge(conn))
            timed("judge: no news", fixes, lambda: judge(conn))
        engine.dispose()


def timed(name: str, fixes: int, work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    seconds = time.perf_counter() - started
    print(f"{name:<28}{seconds:>8.2f} s{fixes / seconds:>12,.0f} fixes/s")
    return seconds


def judge(conn: Connection) -> object:
    return patrols.judge(conn, start=MONDAY, end=MONDAY, tz=TZ, now=LATER)


def copy_rows(conn: Connection, workers: list[int]) -> bytes:
    """Read the rows as psycopg hands over a COPY: one by one."""
    query = f"COPY (SELECT worker_id, {COLUMNS} FROM fix WHERE worker_id = ANY(%s)) TO STDOUT (FORMAT BINARY)"
    with raw(conn).cursor() as cursor, cursor.copy(query, (workers,)) as copy:
        return b"".join(copy)


def read_sql(conn: Connection, workers: list[int]) -> pd.DataFrame:
    query = text(f"SELECT worker_id, {COLUMNS} FROM fix WHERE worker_id = ANY(CAST(:workers AS bigint[]))")
    return pd.read_sql(query, conn, params={"workers": workers})


def store_walks(conn: Connection, count: int) -> tuple[list[int], int]:
    """Make workers with a grid each and five days of two walks of 1.5 h; return their ids and the fixes."""
    codes = [f"W{number:05d}" for number in range(count)]
    corners = [(116 + number % 100 * SIDE, 39 + number // 100 * SIDE) for number in range(count)]
    grids.load_grids(
        conn,
        grids.GridRows(
            code=column(codes),
            name=column(codes),
            community_code=column(["C1"] * count),
            geometry=column([shapely.box(x, y, x + SIDE, y + SIDE) for x, y in corners]),
        ),
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        create=True,
    )
    ids = grids.add_workers(conn, [(code, code) for code in codes])
    grids.assign(conn, [(code, code, START - timedelta(days=30), None) for code in codes])
    random, fixes = np.random.default_rng(SEED), 0
    for code, corner in zip(codes, corners, strict=True):
        walks = [
            walk(random, corner, START + timedelta(days=day, hours=hour))
            for day in range(5)
            for hour in (9, 14)
        ]
        fixes += tracks.store_walk(
            conn,
            worker_id=ids[code],
            device_id=tracks.ensure_device(conn, code, ids[code]),
            fixes=Fixes.concat(walks),
            received_at=END,
            duties=[(moment(one.t_ms[0]), moment(one.t_ms[-1])) for one in walks],
        )
    return list(ids.values()), fixes


def walk(random: np.random.Generator, corner: tuple[float, float], start: datetime) -> Fixes:
    """Return 1.5 h of fixes every 10 s that now and then leave the grid."""
    n = 541
    phase = random.uniform(0, 6) + np.arange(n) / 90
    x = corner[0] + SIDE * (0.5 + 0.55 * np.cos(phase)) + random.normal(0, 2e-5, n)
    y = corner[1] + SIDE * (0.5 + 0.45 * np.sin(1.3 * phase)) + random.normal(0, 2e-5, n)
    t_ms = int(start.timestamp()) * 1000 + np.arange(n) * 10_000
    return Fixes.of(t_ms, np.round(x, 7), np.round(y, 7), accuracy_m=random.uniform(3, 15, n))


def moment(t_ms: np.int64) -> datetime:
    return datetime.fromtimestamp(int(t_ms) / 1000, UTC)


def column(values: list[object]) -> np.ndarray:
    objects = np.empty(len(values), dtype=object)
    objects[:] = values
    return objects


if __name__ == "__main__":
    main()
