"""How fast buildings are imported, with how much memory, beside geopandas in the same run.

    .venv/bin/python benchmarks/import_buildings.py [--rows 100000] [--big-mb 210]

A seeded town is written as GeoJSON and GeoPackage and read by the program's own code into a throw-away
database (`GIS_GRID_DATABASE_URL` names a server of one's own; a database is made on it and dropped). The peer
is `geopandas.read_file` and `to_postgis`. It only copies rows; ours also checks every outline, finds a point
inside each building, keeps two more indexes, and can do it again without doubling a row. A file of over 200
MB shows that memory does not grow with the file.

Peak memory is that of the reading process (VmHWM), each measurement in a process of its own that has both
programs loaded; PostgreSQL's is bounded by its settings.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import numpy as np
from sqlalchemy import create_engine, make_url, text

from gis_grid.grids import service
from gis_grid.grids.mapping.columns import ColumnNames
from gis_grid.kit import clock
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.migrate import upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20261109
BATCH = 50_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--big-mb", type=int, default=210, help="size of the large file; 0 leaves it out")
    parser.add_argument("--step", nargs=3, metavar=("NAME", "FILE", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        name, file, url = arguments.step
        STEPS[name](Path(file), url)
        return
    with tempfile.TemporaryDirectory(prefix="gis-grid-bench-") as folder, throwaway_database() as url:
        compare(Path(folder), arguments.rows, url)
        if arguments.big_mb:
            large(Path(folder), arguments.big_mb, url)


def compare(folder: Path, rows: int, url: str) -> None:
    print(f"{rows:,} buildings, seed {SEED}")
    print(f"{'file':<10}{'program':<12}{'MB':>7}{'s':>8}{'rows/s':>10}{'peak MiB':>10}")
    geojson = folder / "town.geojson"
    geopackage = folder / "town.gpkg"
    write_geojson(geojson, rows)
    step("convert", geojson, str(geopackage))
    for file in (geojson, geopackage):
        ours = step("import", file, url)
        peer = step("geopandas", file, url)
        report(file, "gis-grid", rows, ours)
        report(file, "geopandas", rows, peer)
        speed, memory = peer["seconds"] / ours["seconds"], ours["peak_mib"] / peer["peak_mib"]
        print(f"{'':<10}ratio: {speed:.2f} x the rows/s of geopandas, {memory:.2f} x its memory")


def large(folder: Path, megabytes: int, url: str) -> None:
    file = folder / "large.geojson"
    rows = write_geojson(file, None, megabytes * 1_000_000)
    print(f"\nA file of {file.stat().st_size / 1e6:,.0f} MB, {rows:,} buildings")
    result = step("import", file, url)
    report(file, "gis-grid", rows, result)
    assert result["peak_mib"] < 1024, "memory grew with the file"


def report(file: Path, program: str, rows: int, result: dict[str, float]) -> None:
    print(
        f"{file.suffix[1:]:<10}{program:<12}{file.stat().st_size / 1e6:>7.0f}{result['seconds']:>8.1f}"
        f"{rows / result['seconds']:>10,.0f}{result['peak_mib']:>10.0f}"
    )


def step(name: str, file: Path, url: str) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, __file__, "--step", name, str(file), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def by_import(file: Path, url: str) -> None:
    options = service.ImportOptions(service.Layer.BUILDINGS, columns=ColumnNames(households="units"))
    engine = make_engine(url)
    started = time.perf_counter()
    with transaction(engine) as conn:
        service.import_file(conn, file, options, at=clock.now(), actor="benchmark")
    tell(started)


def by_geopandas(file: Path, url: str) -> None:
    engine = make_engine(url)
    started = time.perf_counter()
    geopandas.read_file(file).to_postgis("peer", engine, if_exists="replace")
    tell(started)


def convert(file: Path, target: str) -> None:
    started = time.perf_counter()
    geopandas.read_file(file).to_file(target, layer="town")
    tell(started)


STEPS = {"import": by_import, "geopandas": by_geopandas, "convert": convert}


def tell(started: float) -> None:
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text("utf-8")
    peak_kib = int(status.split("VmHWM:")[1].split()[0])
    print(json.dumps({"seconds": seconds, "peak_mib": peak_kib / 1024}))


def write_geojson(file: Path, rows: int | None, size: int = 0) -> int:
    """Write a seeded town of so many buildings, or of at least so many bytes; return how many."""
    random = np.random.default_rng(SEED)
    written = 0
    with file.open("w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[')
        while (written < rows) if rows is not None else (out.tell() < size):
            for _ in range(BATCH if rows is None else min(BATCH, rows - written)):
                out.write("," if written else "")
                out.write(building(written, *random.random(4).tolist()))
                written += 1
        out.write("]}")
    return written


def building(number: int, wide: float, deep: float, tall: float, skew: float) -> str:
    """Return a feature: a slightly turned rectangle on a plot of its own."""
    west, south = 118 + number % 1000 * 5e-4, 31 + number // 1000 * 5e-4
    width, depth, turn = 1e-4 + wide * 2e-4, 1e-4 + deep * 1e-4, (skew - 0.5) * 5e-5
    floors = 1 + int(tall * 18)
    ring = [
        (west, south), (west + width, south + turn), (west + width - turn, south + turn + depth),
        (west - turn, south + depth), (west, south),
    ]  # fmt: skip
    return json.dumps(
        {
            "type": "Feature",
            "properties": {
                "id": f"b{number}", "name": f"{number}号楼", "building": "apartments",
                "levels": floors, "units": floors * 4,
            },
            "geometry": {"type": "Polygon", "coordinates": [[[round(x, 7), round(y, 7)] for x, y in ring]]},
        },
        ensure_ascii=False,
    )  # fmt: skip


@contextmanager
def throwaway_database() -> Iterator[str]:
    """Yield the URL of a migrated database that is gone afterwards."""

    def migrated(url: str) -> str:
        engine = make_engine(url)
        upgrade(engine)
        engine.dispose()
        return url

    own = os.environ.get("GIS_GRID_DATABASE_URL")
    if own is None:
        with tempfile.TemporaryDirectory(prefix="gis-grid-bench-db-") as folder:
            Path(folder).chmod(0o755)
            with Cluster(Path(folder)) as url:
                yield migrated(url)
        return
    server = make_url(own).set(drivername="postgresql+psycopg")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"gis_grid_bench_{os.getpid()}"
    with admin.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
        try:
            yield migrated(server.set(database=name).render_as_string(hide_password=False))
        finally:
            conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


if __name__ == "__main__":
    main()
