"""`gis-grid import` of maps, as a person runs it; and what is there after a power cut in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from begun import Begun, ended
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit import postgres
from gis_grid.kit.cluster import Cluster
from gis_grid.kit.database import make_engine
from gis_grid.kit.errors import BadInput
from gis_grid.kit.migrate import upgrade

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from click.testing import Result

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


def environment(**settings: str) -> dict[str, str]:
    """Return the environment of this run without anybody's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIS_GRID_")} | settings


def run_program(url: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Import a file with a program of its own."""
    return ended("import", *arguments, environment=environment(GIS_GRID_DATABASE_URL=url))


def run_here(url: str, *arguments: object) -> Result:
    """Import a file in this process; an error that the program would print is the result's exception."""
    settings = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_TIMEZONE": "Asia/Shanghai"}
    return CliRunner().invoke(app, ["import", *map(str, arguments)], env=settings)


def write(path: Path, features: list[tuple[list[list[float]], dict[str, Any]]]) -> Path:
    """Write polygons, given by one ring each, as GeoJSON."""
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": columns, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for ring, columns in features
        ],
    }
    path.write_text(json.dumps(collection, ensure_ascii=False), "utf-8")
    return path


def square(west: float, south: float, side: float = 0.0001) -> list[list[float]]:
    """Return the ring of a square."""
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def many_buildings(path: Path, count: int) -> Path:
    """Write a file of that many buildings."""
    return write(
        path,
        [
            (square(118 + number % 300 / 1000, 32 + number // 300 / 1000), {"units": 4})
            for number in range(count)
        ],
    )


def count(url: str, table: str = "building") -> int:
    """Return how many rows anybody else sees in a table."""
    with connect(url) as conn:
        row = conn.execute(psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table)))
        return int(row.fetchone()[0])


def connect(url: str) -> psycopg.Connection[Any]:
    """Connect past the program."""
    return psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def test_an_import_says_what_is_new_what_changed_and_what_is_estimated(
    fresh_database: str, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "a.geojson", [(square(118, 32), {"building": "apartments"}), (square(119, 32), {})]
    )

    first = run_here(fresh_database, path, "--as", "buildings")
    again = run_here(fresh_database, path, "--as", "buildings")

    assert first.exit_code == 0, first.stderr
    assert first.stdout == (
        "buildings: 2 new, 0 changed, 0 the same already\n"
        "note: households of 2 buildings are estimated (footprint, floors, kind), not counted\n"
    )
    assert first.stderr == ""
    assert again.stdout.startswith("buildings: 0 new, 0 changed, 2 the same already\n")
    assert count(fresh_database, "import_run") == 2


def test_a_refused_file_names_its_rows_and_writes_nothing(fresh_database: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.geojson", [(square(118, 32), {"units": 4}), (square(119, 32), {"units": "four"})]
    )

    refused = run_program(
        fresh_database, path, "--as", "buildings", "--households", "units", "--bad-rows", tmp_path / "bad.csv"
    )

    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == (
        "error: Some rows cannot be used: 1 in a.geojson; nothing was imported. "
        "Mend them, or leave them out with --skip-bad-rows\n"
        "  row 2, units = 'four': expected a whole number from 0 to 100,000\n"
    )
    assert (tmp_path / "bad.csv").read_text("utf-8-sig").splitlines() == [
        "row,field,value,message",
        '2,units,four,"expected a whole number from 0 to 100,000"',
    ]
    assert count(fresh_database) == count(fresh_database, "import_run") == 0


def test_bad_rows_are_left_out_when_asked_and_told(fresh_database: str, tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.geojson", [(square(118, 32), {"units": 4}), (square(119, 32), {"units": "four"})]
    )

    done = run_here(fresh_database, path, "--as", "buildings", "--households", "units", "--skip-bad-rows")

    assert done.exit_code == 0
    assert done.stdout == "buildings: 1 new, 0 changed, 0 the same already\n"
    assert done.stderr.startswith("left out: 1 rows\n  row 2, units = 'four'")


TRACK = """time,lat,lon,accuracy
2026-11-09T08:00:00+08:00,32.05,118.78,5
2026-11-09T08:00:10+08:00,over there,118.78,5
"""


@pytest.mark.parametrize("place", ["nowhere/bad.csv", "."])
def test_a_list_of_bad_rows_that_cannot_be_written_is_refused_before_the_import(
    fresh_database: str, tmp_path: Path, place: str
) -> None:
    track = tmp_path / "b.csv"
    track.write_text(TRACK, "utf-8")
    options = ["--worker", "W1", "--create", "--skip-bad-rows", "--bad-rows", tmp_path / place]

    refused = run_here(fresh_database, track, *options)

    assert isinstance(refused.exception, BadInput)
    assert refused.exception.title == "The list of bad rows cannot be written"
    assert count(fresh_database, "worker") == count(fresh_database, "import_run") == 0


def test_the_list_of_bad_rows_never_overwrites_the_file(fresh_database: str, tmp_path: Path) -> None:
    track = tmp_path / "b.csv"
    track.write_text(TRACK, "utf-8")

    refused = run_here(fresh_database, track, "--worker", "W1", "--create", "--bad-rows", track)

    assert isinstance(refused.exception, BadInput)
    assert track.read_text("utf-8") == TRACK


def test_a_worker_given_with_blanks_around_the_code_is_the_one_without(
    fresh_database: str, tmp_path: Path
) -> None:
    track = tmp_path / "b.csv"
    track.write_text(TRACK, "utf-8")
    bad_rows = tmp_path / "bad.csv"

    done = run_here(
        fresh_database, track, "--worker", " W1 ", "--create", "--skip-bad-rows", "--bad-rows", bad_rows
    )

    assert done.exit_code == 0, done.stderr
    assert done.stdout.startswith("worker W1: 1 fixes new")
    assert len(bad_rows.read_text("utf-8-sig").splitlines()) == 2


def test_one_hand_drawn_polygon_becomes_a_grid_from_local_midnight_on(
    fresh_database: str, tmp_path: Path
) -> None:
    path = write(tmp_path / "a.geojson", [(square(118, 32, 0.01), {})])

    done = run_here(
        fresh_database, path, "--as", "grids", "--community", "C1", "--create", "--valid-from", "2026-11-09"
    )

    assert done.exit_code == 0, done.stderr
    with connect(fresh_database) as conn:
        found = conn.execute(
            "SELECT grid.code, lower(valid) AT TIME ZONE 'Asia/Shanghai' "
            "FROM boundary JOIN grid ON grid.id = grid_id"
        ).fetchall()
    assert [(code, str(start)) for code, start in found] == [("C1-1", "2026-11-09 00:00:00")]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--as", "grids", "--valid-from", "9 Nov"], "expected YYYY-MM-DD"),
        (["--as", "grids", "--valid-from", "0001-01-01"], "expected 1900-01-01 or later"),
        (["--as", "grids", "--community", " "], "--community '': expected a code, is empty"),
        (["--as", "buildings", "--source", "x" * 300], "expected at most 200 letters, has 300"),
        (
            ["--as", "tracks", "--worker", "W1", "--device", "x" * 300],
            "expected at most 200 letters, has 300",
        ),
        (["--as", "tracks", "--worker", ""], "--worker '': expected a code, is empty"),
        (["--as", "tracks"], "name the worker with --worker CODE"),
        ([], "name it with --as; one of: areas, grids, buildings, roads, water, osm, tracks"),
    ],
)
def test_what_is_not_clear_is_asked_for(
    fresh_database: str, tmp_path: Path, arguments: list[str], message: str
) -> None:
    path = write(tmp_path / "a.geojson", [(square(118, 32), {})])

    refused = run_here(fresh_database, path, *arguments)

    assert isinstance(refused.exception, BadInput)
    assert message in str(refused.exception)


def test_an_openstreetmap_file_needs_no_further_word(fresh_database: str, shared_data: Path) -> None:
    done = run_here(fresh_database, shared_data / "osm_pbf" / "beijing_bupt_2025.osm.pbf")

    assert done.exit_code == 0, done.stderr
    assert done.stdout.splitlines()[:3] == [
        "buildings: 111 new, 0 changed, 0 the same already",
        "roads: 193 new, 0 changed, 0 the same already",
        "water: 0 new, 0 changed, 0 the same already",
    ]


@contextmanager
def import_held_before_its_end(url: str, path: Path) -> Iterator[Begun]:
    """Start an import and yield when all is read and staged, and it waits for our lock to write the layer."""
    lock = connect(url)
    lock.autocommit = False
    lock.execute("LOCK TABLE building IN EXCLUSIVE MODE")
    words = ("import", path, "--as", "buildings", "--households", "units")
    own = environment(GIS_GRID_DATABASE_URL=url)
    program = Begun(*words, environment=own, out=path.with_suffix(".out"), err=path.with_suffix(".log"))
    try:
        _wait_until_blocked(lock)
        yield program
    finally:
        program.kill()
        program.wait()
        lock.close()


def _wait_until_blocked(conn: psycopg.Connection[Any]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        waiting = conn.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
        if waiting is not None and waiting[0]:
            return
        time.sleep(0.05)
    pytest.fail("the import never came to its last step")


def test_after_a_kill_in_the_middle_nothing_is_there_and_the_next_import_brings_all(
    fresh_database: str, tmp_path: Path
) -> None:
    path = many_buildings(tmp_path / "many.geojson", 6_000)
    with import_held_before_its_end(fresh_database, path) as process:
        process.kill()
        process.wait()

    assert (
        count(fresh_database) == count(fresh_database, "import_run") == count(fresh_database, "ledger") == 0
    )

    again = run_program(fresh_database, path, "--as", "buildings", "--households", "units")
    assert again.stdout == "buildings: 6,000 new, 0 changed, 0 the same already\n"


@pytest.fixture
def cluster_folder() -> Iterator[Path]:
    """A data folder that the database's account can reach; pytest's own are closed to it."""
    folder = Path(tempfile.mkdtemp(prefix="gis-grid-cut-"))
    folder.chmod(0o755)
    yield folder
    Cluster(folder).stop()
    shutil.rmtree(folder)


def _cut_the_power(folder: Path) -> None:
    postmaster = int((folder / "cluster" / "data" / "postmaster.pid").read_text("utf-8").split()[0])
    os.kill(postmaster, signal.SIGKILL)
    deadline = time.monotonic() + PATIENCE_S
    while Path(f"/proc/{postmaster}").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


@pytest.mark.skipif(not postgres.installed(), reason="no PostgreSQL with PostGIS on this machine")
def test_after_a_power_cut_all_or_nothing_of_an_import_is_there(cluster_folder: Path, tmp_path: Path) -> None:
    path = many_buildings(tmp_path / "many.geojson", 6_000)
    cluster = Cluster(cluster_folder)
    url = cluster.start()
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()

    with import_held_before_its_end(url, path) as process:
        _cut_the_power(cluster_folder)
        assert process.wait(timeout=PATIENCE_S) == 1
    told = path.with_suffix(".log").read_text("utf-8")
    assert told == "error: The database went away: what was not finished is not stored\n"

    Cluster(cluster_folder).start()
    assert count(url) == count(url, "import_run") == 0

    assert run_program(url, path, "--as", "buildings", "--households", "units").returncode == 0
    _cut_the_power(cluster_folder)

    Cluster(cluster_folder).start()
    assert (count(url), count(url, "import_run")) == (6_000, 1)
