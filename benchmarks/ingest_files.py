"""How fast a track file comes in over HTTP, in each format, and with how much memory of the program.

Run ``.venv/bin/python benchmarks/ingest_files.py`` from the checkout; ``--mb 200`` writes files of that size.
A seeded walk is written as CSV, GPX, GeoJSON and GeoParquet. Each is sent in pieces of 64 KiB over a socket
to the program, which runs in a process of its own on a throw-away database with the login of phones. Every
file is sent to a program that has taken in a tenth of it before, so that what loading the format's library
costs stands in both columns: memory that does not grow with the file is equal in them.
"""

from __future__ import annotations

import argparse
import http.client
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas
import numpy as np
import shapely
from import_buildings import throwaway_database
from import_fixes import write_csv

from gis_grid.accounts.service import devices
from gis_grid.cli.serve import server_in_background
from gis_grid.grids import service as grids
from gis_grid.kit.clock import now
from gis_grid.kit.database import Engines, make_engine, transaction
from gis_grid.kit.logins import LOGINS
from gis_grid.kit.settings import Settings
from gis_grid.tracks import service
from gis_grid.tracks.decoders import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE = 64 * 1024
BYTES_A_ROW = {"csv": 53, "gpx": 96, "geojson": 149, "parquet": 36}
FEW = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=int, default=10, help="size of each file")
    parser.add_argument("--only", choices=list(BYTES_A_ROW))
    parser.add_argument("--serve", nargs=2, metavar=("URL", "FOLDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(*arguments.serve)
        return
    print(f"{'':<10}{'MB':>8}{'rows':>12}{'s':>8}{'rows/s':>10}{'MiB at 1/10':>13}{'peak MiB':>10}")
    for kind in [arguments.only] if arguments.only else BYTES_A_ROW:
        with tempfile.TemporaryDirectory(prefix="gis-grid-bench-") as folder, throwaway_database() as url:
            measure(kind, arguments.mb * 1_000_000 // BYTES_A_ROW[kind], Path(folder), url)


def measure(kind: str, rows: int, folder: Path, url: str) -> None:
    token = settle(url)
    small, large = (write(kind, count, folder) for count in (rows // 10, rows))
    program = subprocess.Popen(
        [sys.executable, __file__, "--serve", url, str(folder / "data")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdin is not None
    assert program.stdout is not None
    try:
        told = json.loads(program.stdout.readline())
        send(small, told["port"], token)
        before = peak_mib(program.pid)
        started = time.perf_counter()
        taken = send(large, told["port"], token)
        seconds = time.perf_counter() - started
        size, after = large.stat().st_size / 1e6, peak_mib(program.pid)
    finally:
        program.stdin.close()
        program.wait()
    assert taken["read"] == rows, taken
    assert taken["added"] + taken["known"] == rows, taken
    speed = f"{seconds:>8.1f}{rows / seconds:>10,.0f}"
    print(f"{kind:<10}{size:>8,.0f}{rows:>12,}{speed}{before:>13,.0f}{after:>10,.0f}", flush=True)


def settle(url: str) -> str:
    """Put one worker with a phone on duty at all times, and return the phone's token."""
    engine = make_engine(url)
    with transaction(engine) as conn:
        worker = grids.add_workers(conn, [("walker", "walker")])["walker"]
        service.ensure_device(conn, "phone", worker)
        service.sign_in(conn, worker, [(datetime(2000, 1, 1, tzinfo=UTC), now())])
        secret = devices.make(conn, "phone", actor="benchmark", now=now()).secret
    engine.dispose()
    return secret


def serve(url: str, folder: str) -> None:
    """Serve until standard input ends."""
    engines = Engines(*(make_engine(url, role=role) for role in LOGINS))
    settings = Settings(port=0, data_dir=Path(folder), largest_file_mib=4096)
    with server_in_background(settings, engines) as address:
        print(json.dumps({"port": int(address.rstrip("/").rpartition(":")[2])}), flush=True)
        sys.stdin.read()
    engines.dispose()


def send(file: Path, port: int, token: str) -> dict[str, int]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3600)
    with file.open("rb") as stream:
        headers = {"Authorization": f"Bearer {token}", "Content-Length": str(file.stat().st_size)}
        connection.request("POST", "/ingest/tracks", iter(lambda: stream.read(PIECE), b""), headers)
        answer = connection.getresponse()
        body = answer.read()
    assert answer.status == 200, body
    found: dict[str, int] = json.loads(body)
    return found


def peak_mib(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def write(kind: str, rows: int, folder: Path) -> Path:
    """Write the walk in a format."""
    csv = write_csv(folder / f"{rows}.csv", rows)
    return csv if kind == "csv" else WRITERS[kind](csv, folder / f"{rows}.{kind}")


def points_of(csv: Path) -> Iterator[tuple[list[str], list[list[float]]]]:
    with csv.open("rb") as stream:
        for block in decode(csv.name, iter(lambda: stream.read(1 << 20), b"")):
            times = np.datetime_as_string(block.fixes.t_ms.astype("M8[ms]"), "s")
            yield times.tolist(), np.column_stack([block.fixes.lon, block.fixes.lat]).tolist()


def write_gpx(csv: Path, file: Path) -> Path:
    with file.open("w", encoding="utf-8") as out:
        out.write("<gpx><trk><trkseg>")
        for times, places in points_of(csv):
            out.writelines(
                f'<trkpt lat="{lat:.7f}" lon="{lon:.7f}"><time>{t}Z</time></trkpt>\n'
                for t, (lon, lat) in zip(times, places, strict=True)
            )
        out.write("</trkseg></trk></gpx>")
    return file


def write_geojson(csv: Path, file: Path) -> Path:
    with file.open("w", encoding="utf-8") as out:
        out.write('{"type":"FeatureCollection","features":[')
        comma = ""
        for times, places in points_of(csv):
            for t, (lon, lat) in zip(times, places, strict=True):
                point = f'"geometry":{{"type":"Point","coordinates":[{lon:.7f},{lat:.7f}]}}'
                out.write(f'{comma}{{"type":"Feature",{point},"properties":{{"time":"{t}Z"}}}}')
                comma = ",\n"
        out.write("]}")
    return file


def write_parquet(csv: Path, file: Path) -> Path:
    times, places = [], []
    for some_times, some_places in points_of(csv):
        times += some_times
        places += some_places
    moments = np.array(times, "M8[ms]")
    frame = geopandas.GeoDataFrame({"time": moments}, geometry=shapely.points(places), crs="OGC:CRS84")
    frame.to_parquet(file, row_group_size=100_000)
    return file


WRITERS: dict[str, Callable[[Path, Path], Path]] = {
    "gpx": write_gpx,
    "geojson": write_geojson,
    "parquet": write_parquet,
}


if __name__ == "__main__":
    main()
