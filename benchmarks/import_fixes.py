"""How fast fixes are imported from a CSV file, with how much memory, beside pandas and PostgreSQL's COPY.

Run ``.venv/bin/python benchmarks/import_fixes.py`` from the checkout. A seeded walk is written as CSV and
read by the program's own code into a throw-away database (``GIS_GRID_DATABASE_URL`` names a server of one's
own, on which a database is made and dropped). The first peer is ``pandas.read_csv`` and
``DataFrame.to_sql(method="multi")`` on the first 100,000 rows. The second is the ceiling: the server copies
the text into a table without key, index or check, and nothing that stores can be faster. Ours checks every
row, keeps a fix sent again out, fills weekly partitions with two indexes, and declares duty.

Peak memory is that of the reading process (VmHWM), each measurement in a process of its own; PostgreSQL's is
bounded by its settings. Twice the rows show that memory does not grow with the file.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from import_buildings import tell, throwaway_database

from gis_grid.kit.database import make_engine, raw, transaction
from gis_grid.tracks.import_file import TrackFile, import_tracks

SEED = 20261102
PANDAS_ROWS = 100_000
BLOCK = 250_000
START = datetime(2026, 1, 5, tzinfo=UTC)
FIRST, STEP = np.datetime64("2026-01-05T00:00:00"), np.timedelta64(5, "s")
PLAIN = "(t timestamptz, lon float8, lat float8, accuracy real, speed real)"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--step", nargs=3, metavar=("NAME", "FILE", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        name, file, url = arguments.step
        STEPS[name](Path(file), url)
        return
    with tempfile.TemporaryDirectory(prefix="gis-grid-bench-") as folder:
        compare(Path(folder), arguments.rows)


def compare(folder: Path, rows: int) -> None:
    half, whole = write_csv(folder / "half.csv", rows // 2), write_csv(folder / "whole.csv", rows)
    print(f"{rows:,} fixes, {whole.stat().st_size / 1e6:,.0f} MB of CSV, seed {SEED}")
    print(f"{'':<16}{'rows':>10}{'s':>8}{'rows/s':>10}{'peak MiB':>10}")
    with throwaway_database() as url:
        smaller = measure("ours", half, rows // 2, url)
    with throwaway_database() as url:
        ours = measure("ours", whole, rows, url)
        again = measure("again", whole, rows, url)
        ceiling = measure("server_copy", whole, rows, url)
        pandas = measure("pandas", whole, PANDAS_ROWS, url)
    for name, peer in (("pandas", pandas), ("server_copy", ceiling)):
        print(f"ratio: {ours['rows_s'] / peer['rows_s']:.2f} x the rows/s of {name}")
    print(f"ratio: {again['rows_s'] / ours['rows_s']:.2f} x the rows/s when every fix is known already")
    print(f"ratio: {ours['peak_mib'] / smaller['peak_mib']:.2f} x the memory for twice the rows")
    assert ours["peak_mib"] < 1024, "memory grew with the file"


def measure(name: str, file: Path, rows: int, url: str) -> dict[str, float]:
    """Run one measurement in a process of its own, and print it."""
    command = [sys.executable, __file__, "--step", name, str(file), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout)
    result["rows_s"] = rows / result["seconds"]
    print(
        f"{name:<16}{rows:>10,}{result['seconds']:>8.1f}{result['rows_s']:>10,.0f}{result['peak_mib']:>10.0f}"
    )
    return result


def ours(file: Path, url: str) -> None:
    engine = make_engine(url)
    started = time.perf_counter()
    with transaction(engine) as conn:
        import_tracks(
            conn,
            TrackFile(file, "walker", create=True),
            tz=ZoneInfo("Asia/Shanghai"),
            now=START + timedelta(days=3650),
            actor="benchmark",
        )
    tell(started)


def pandas(file: Path, url: str) -> None:
    import pandas  # noqa: PLC0415 - kept out of the memory of the other measurements

    engine = make_engine(url)
    started = time.perf_counter()
    frame = pandas.read_csv(file, nrows=PANDAS_ROWS, parse_dates=["t"])
    with transaction(engine) as conn:
        frame.to_sql("pandas", conn, index=False, method="multi", chunksize=5_000)
    tell(started)


def server_copy(file: Path, url: str) -> None:
    engine = make_engine(url)
    started = time.perf_counter()
    with transaction(engine) as conn, raw(conn).cursor() as cursor, file.open("rb") as stream:
        cursor.execute(f"CREATE TABLE ceiling {PLAIN}")
        with cursor.copy("COPY ceiling FROM STDIN (FORMAT csv, HEADER)") as copy:
            while piece := stream.read(1 << 20):
                copy.write(piece)
    tell(started)


STEPS = {"ours": ours, "again": ours, "server_copy": server_copy, "pandas": pandas}


def write_csv(file: Path, rows: int) -> Path:
    """Write a seeded walk: a fix every 5 s, 1e-7 degrees, accuracy and speed; block by block."""
    random = np.random.default_rng(SEED)
    place = np.array([116.3, 39.9])
    with file.open("w", encoding="utf-8") as out:
        out.write("t,lon,lat,accuracy,speed\n")
        for first in range(0, rows, BLOCK):
            count = min(BLOCK, rows - first)
            t = FIRST + (first + np.arange(count)) * STEP
            walk = place + np.cumsum(random.normal(0, 2e-6, (count, 2)), axis=0)
            place = walk[-1]
            accuracy, speed = random.uniform(3, 20, count), random.uniform(0, 2, count)
            out.writelines(
                f"{at}Z,{lon:.7f},{lat:.7f},{metres:.1f},{mps:.2f}\n"
                for at, (lon, lat), metres, mps in zip(t.astype(str), walk, accuracy, speed, strict=True)
            )
    return file


if __name__ == "__main__":
    main()
