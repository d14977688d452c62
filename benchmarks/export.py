"""A whole layer as a file, in each format, beside geopandas, all in one run.

    .venv/bin/python benchmarks/export.py [--rows 100000] [--quick] [--only gpkg,csv] [--check] [--write]

A drawn town of buildings lies in a throw-away database (`GIS_GRID_DATABASE_URL` names a server of one's
own). Ours goes through the door of `gis-grid export` and of HTTP; the peer is what one would write instead:
`geopandas.read_postgis` on the same SELECT, and then `to_file`, `to_parquet`, `to_csv` or `to_excel`. Each
measurement is a process of its own that has both programs loaded; seconds are CPU of that process, the time
of the database comes beside them by the clock. Memory is what making the file added to the peak (VmHWM). Ours
is measured once more with a quarter of the rows: it must not grow with them. `--check` fails when a target
is missed; `--write` keeps the output in `results/export.md`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas
import pandas
import pyogrio
import xlsxwriter  # noqa: F401 - loaded for both
from contests.report import Output, Section, Target, machine, verdicts
from import_buildings import throwaway_database
from sqlalchemy import text

from gis_grid.grids.collections import BUILDINGS
from gis_grid.kit import clock
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.features import Reading
from gis_grid.kit.settings import Settings
from gis_grid.ogc.asked import Asked
from gis_grid.ogc.export import door
from gis_grid.ogc.export.formats import FORMATS, Name
from gis_grid.ogc.export.source import Source

if TYPE_CHECKING:
    from sqlalchemy import Engine

RESULT: Final = Path(__file__).parent / "results" / "export.md"
PACKAGES: Final = ("numpy", "pyarrow", "pyogrio", "geopandas", "pandas", "shapely", "xlsxwriter", "psycopg")
OURS, PEER = "ours", "geopandas"
WRITTEN: Final = (Name.GEOJSON, Name.GEOJSONSEQ, Name.GPKG, Name.PARQUET, Name.FGB, Name.CSV, Name.XLSX)
DRIVERS: Final = {
    Name.GEOJSON: "GeoJSON",
    Name.GEOJSONSEQ: "GeoJSONSeq",
    Name.GPKG: "GPKG",
    Name.FGB: "FlatGeobuf",
}
GROWTH: Final = 1.25
"""How much more memory four times the rows may take, with 8 MiB for chance."""
INDEX_BYTES: Final = 400
"""Of the index of FlatGeobuf, a feature."""

TOWN: Final = """
    INSERT INTO area (code, name, kind, geom)
    VALUES ('C', '社区', 'community', ST_Multi(ST_MakeEnvelope(118, 31, 119, 33, 4326)));

    INSERT INTO building (source, source_ref, kind, name, floors, households, estimated, area_id, geom, point)
    SELECT 'town', 'b' || n, 'apartments', n || '号楼', 1 + n % 18, n % 72, n % 2 = 0, area.id, outline,
        ST_Centroid(outline)
    FROM area, generate_series(1, {rows}) AS n,
    LATERAL (SELECT 118 + n % 1000 * 5e-4 AS w, 31 + n / 1000 * 5e-4 AS s) AS place,
    LATERAL (SELECT ST_MakePolygon(ST_MakeLine(ARRAY[
        ST_Point(w, s), ST_Point(w + 2.1234567e-4, s + 1e-5), ST_Point(w + 2e-4, s + 1.7654321e-4),
        ST_Point(w + 1e-4, s + 1.6e-4), ST_Point(w - 1e-5, s + 1.5e-4), ST_Point(w, s)
    ])) AS bare) AS ring,
    LATERAL (SELECT ST_SetSRID(bare, 4326) AS outline) AS told;
    ANALYZE building;
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true", help="2,000 rows, only to see that all runs")
    parser.add_argument("--only", default="", help=f"of {', '.join(WRITTEN)}")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    parser.add_argument("--write", action="store_true", help=f"keep the output in {RESULT.name}")
    parser.add_argument("--step", nargs=4, metavar=("WHO", "FORMAT", "ROWS", "URL"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.step:
        measure(*arguments.step)
        return 0
    only = {part.strip() for part in arguments.only.split(",") if part.strip()}
    if unknown := only - {one.value for one in WRITTEN}:
        parser.error(f"no such formats: {', '.join(sorted(unknown))}")
    rows = 2_000 if arguments.quick else arguments.rows
    output = Output()
    output.say(f"# Whole layers as files\n\n{machine('export.py', PACKAGES)}")
    with throwaway_database() as url:
        engine = make_engine(url)
        with transaction(engine) as conn:
            conn.execute(text(TOWN.format(rows=rows)))
        engine.dispose()
        section = compare([one for one in WRITTEN if not only or one in only], rows, url)
    output.say(section.text())
    output.say(verdicts(section.targets))
    if arguments.write:
        RESULT.write_text(output.text, "utf-8")
    return int(arguments.check and not all(target.met for target in section.targets))


def compare(formats: list[Name], rows: int, url: str) -> Section:
    columns = ("format", "by", "MB", "s", "CPU-s", "rows/CPU-s", "MiB more", "a quarter of the rows")
    section = Section(f"{rows:,} buildings", columns)
    for form in formats:
        ours, few, peer = (
            step(OURS, form, rows, url),
            step(OURS, form, rows // 4, url),
            step(PEER, form, rows, url),
        )
        section.rows.append(row(form, OURS, rows, ours, f"{few['more_mib']:.0f}"))
        section.rows.append(row(form, PEER, rows, peer, ""))
        # The index of FlatGeobuf is made in memory: the program leaves it out above so many features.
        index = INDEX_BYTES * (rows - rows // 4) / 2**20 if form is Name.FGB else 0
        memory, most = ours["more_mib"], few["more_mib"] * GROWTH + 8 + index
        speed, less = peer["cpu_s"] / ours["cpu_s"], memory / peer["more_mib"]
        section.targets += [
            Target(f"{form}: speed", f">= 1 x {PEER}", f"{speed:.2f} x", speed >= 1),
            Target(f"{form}: memory", f"<= 0.5 x {PEER}", f"{less:.2f} x", less <= 0.5),
            Target(
                f"{form}: memory, 4 x the rows", f"<= {most:.0f} MiB", f"{memory:.0f} MiB", memory <= most
            ),
        ]
    return section


def row(form: Name, who: str, rows: int, found: dict[str, float], few: str) -> tuple[str, ...]:
    return (
        *(form.value, who, f"{found['mb']:.1f}", f"{found['seconds']:.2f}", f"{found['cpu_s']:.2f}"),
        *(f"{rows / found['cpu_s']:,.0f}", f"{found['more_mib']:.0f}", few),
    )


def step(who: str, form: Name, rows: int, url: str) -> dict[str, float]:
    """Run one measurement in a process of its own."""
    command = [sys.executable, __file__, "--step", who, form.value, str(rows), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def measure(who: str, form: str, rows: str, url: str) -> None:
    engine = make_engine(url)
    work = by_door if who == OURS else by_geopandas
    with tempfile.TemporaryDirectory() as folder:
        # What libraries load and make at their first call is no part of the job.
        work(engine, Name(form), 20, Path(folder, f"first{FORMATS[Name(form)].suffix}"))
        path = Path(folder, f"town{FORMATS[Name(form)].suffix}")
        before, began, clocked = peak_mib(), time.process_time(), time.perf_counter()
        work(engine, Name(form), int(rows), path)
        told = {
            "seconds": time.perf_counter() - clocked,
            "cpu_s": time.process_time() - began,
            "more_mib": peak_mib() - before,
            "mb": path.stat().st_size / 1e6,
        }
    print(json.dumps(told))


def by_door(engine: Engine, form: Name, rows: int, path: Path) -> None:
    with transaction(engine) as conn, path.open("wb") as file:
        reading = Reading(conn, None, None, clock.now(), Settings(), "benchmark")
        asked = Asked(where=lambda found: found.c.id <= rows)
        for block in door.blocks(Source(BUILDINGS, reading, asked), FORMATS[form]):
            file.write(block)


def by_geopandas(engine: Engine, form: Name, rows: int, path: Path) -> None:
    reading: Any = Reading(None, None, None, clock.now(), Settings(), "benchmark")  # type: ignore[arg-type]
    found = BUILDINGS.rows(reading)
    query = text(f"SELECT * FROM ({found.sql}) AS feature WHERE id <= {rows} ORDER BY id")
    frame = geopandas.read_postgis(query.bindparams(**found.values), engine, geom_col="geom")
    if form in DRIVERS:
        pyogrio.write_dataframe(frame, path, driver=DRIVERS[form], layer="buildings")
    elif form is Name.PARQUET:
        frame.to_parquet(path, compression="zstd", write_covering_bbox=True)
    else:
        inner = frame.geometry.representative_point()
        table = pandas.DataFrame(frame.drop(columns="geom")).assign(lon=inner.x, lat=inner.y)
        if form is Name.CSV:
            table.assign(wkt=frame.geometry.to_wkt(rounding_precision=7)).to_csv(path, index=False)
        else:
            table.to_excel(path, index=False, engine="xlsxwriter")


def peak_mib() -> float:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    sys.exit(main())
