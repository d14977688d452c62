"""`gis-grid plan partition`: from files to grids, as others call it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from begun import ended
from typer.testing import CliRunner

from gis_grid.cli import app
from gis_grid.kit.errors import BadInput

if TYPE_CHECKING:
    import subprocess

    from click.testing import Result

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "sample_geojson"
CAMBRIDGE = ROOT.parent / "shared" / "data" / "cambridge_ma"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return ended("plan", "partition", *arguments, environment=os.environ)


def run_here(*arguments: object) -> Result:
    """Run it in this process: each of its own takes seconds to begin."""
    return CliRunner().invoke(app, ["plan", "partition", *map(str, arguments)])


def grids_of(path: Path) -> tuple[Any, list[dict[str, Any]]]:
    features = json.loads(path.read_text("utf-8"))["features"]
    geometry = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    return geometry, [feature["properties"] for feature in features]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path]:
    out = tmp_path_factory.mktemp("partition") / "grids.geojson"
    done = run(
        *("--boundary", SAMPLE / "areas.geojson", "--buildings", SAMPLE / "buildings.geojson"),
        *("--lines", SAMPLE / "roads.geojson", "--lines", SAMPLE / "water.geojson"),
        *("--households", "households", "--out", out, "--json"),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), out


def test_the_sample_town_is_divided_without_an_exception(sample: tuple[dict[str, Any], Path]) -> None:
    summary, out = sample
    _, told = grids_of(out)
    assert summary["exceptions"] == []
    assert summary["in_range"] == summary["grids"] == len(told)
    assert all(300 <= grid["households"] <= 500 and grid["exception"] is None for grid in told)
    counted = json.loads((SAMPLE / "buildings.geojson").read_text("utf-8"))["features"]
    assert sum(each["properties"]["households"] for each in counted) == (
        summary["households"] + summary["households_outside"]
    )


def test_grids_tile_each_community_and_share_their_vertices(sample: tuple[dict[str, Any], Path]) -> None:
    geometry, told = grids_of(sample[1])
    community = np.array([grid["community"] for grid in told])
    areas = json.loads((SAMPLE / "areas.geojson").read_text("utf-8"))["features"]
    outline = {area["properties"]["code"]: shapely.from_geojson(json.dumps(area)) for area in areas}
    for code in np.unique(community).tolist():
        mine = geometry[community == code]
        assert shapely.coverage_is_valid(mine)
        assert shapely.area(shapely.union_all(mine)) == pytest.approx(outline[code].area, rel=1e-6)
        assert [grid["grid"] for grid in told if grid["community"] == code] == list(range(1, len(mine) + 1))
    assert (shapely.get_type_id(geometry) == shapely.GeometryType.POLYGON).all()


def test_two_processes_write_the_same_bytes_as_one(
    sample: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    asked = (
        *("--boundary", SAMPLE / "areas.geojson", "--buildings", SAMPLE / "buildings.geojson"),
        *("--lines", SAMPLE / "roads.geojson", "--lines", SAMPLE / "water.geojson"),
    )
    done = run(*asked, "--households", "households", "--out", tmp_path / "two", "--processes", 2)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "two").read_bytes() == sample[1].read_bytes()


def square(size: float, *, lon: float = 112.0, lat: float = 32.0) -> dict[str, Any]:
    ring = [[lon, lat], [lon + size, lat], [lon + size, lat + size], [lon, lat + size], [lon, lat]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(path: Path, *features: tuple[dict[str, Any], dict[str, Any]]) -> Path:
    members = [{"type": "Feature", "geometry": shape, "properties": told} for shape, told in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": members}), "utf-8")
    return path


def small_town(folder: Path, households: int) -> tuple[object, ...]:
    """Write a square community with twenty houses that share the households out."""
    own = [households // 20 + (number < households % 20) for number in range(20)]
    houses = [
        (square(0.0001, lon=112.0 + 0.0004 * (number % 5 + 1), lat=32.0 + 0.0004 * (number // 5 + 1)), count)
        for number, count in enumerate(own)
    ]
    boundary = collection(folder / "boundary.geojson", (square(0.0025), {"name": "小区"}))
    buildings = collection(folder / "b.geojson", *((shape, {"homes": count}) for shape, count in houses))
    return ("--boundary", boundary, "--buildings", buildings, "--households", "homes")


@pytest.mark.parametrize(
    ("households", "grids", "reason"),
    [(400, 1, None), (1000, 2, None), (550, 1, "between"), (120, 1, "few"), (0, 1, "empty")],
)
def test_what_cannot_be_divided_is_an_exception_with_its_reason(
    tmp_path: Path, households: int, grids: int, reason: str | None
) -> None:
    done = run_here(*small_town(tmp_path, households), "--out", tmp_path / "out.geojson", "--json")
    assert done.exit_code == 0, done.output
    _, told = grids_of(tmp_path / "out.geojson")
    assert sum(grid["households"] for grid in told) == households
    assert (len(told) >= grids, told[0]["exception"]) == (True, reason)


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    asked = small_town(tmp_path, 2300)
    for name in ("one", "two"):
        assert run(*asked, "--seed", 7, "--out", tmp_path / name).returncode == 0
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_bad_input_says_what_is_wrong_and_writes_nothing(tmp_path: Path) -> None:
    asked = small_town(tmp_path, 400)
    out = tmp_path / "out.geojson"
    crooked = collection(tmp_path / "point.geojson", ({"type": "Point", "coordinates": [112, 32]}, {}))
    for wrong, named in (
        ((*asked, "--min", 500, "--max", 300), "--min"),
        ((*asked, "--lines", crooked), "LineString"),
        (("--boundary", crooked, *asked[2:]), "Polygon"),
    ):
        done = run_here(*wrong, "--out", out)
        assert isinstance(done.exception, BadInput), done.output
        assert named in "\n".join(map(str, (done.exception, *done.exception.errors)))
        assert not out.exists()


def test_bad_input_ends_with_2_and_no_traceback(tmp_path: Path) -> None:
    asked = small_town(tmp_path, 400)
    done = run(*asked[:4], "--households", "people", "--out", tmp_path / "out.geojson")
    assert done.returncode == 2, done.stdout
    assert "people" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not CAMBRIDGE.is_dir(), reason="needs ../shared/data/cambridge_ma")
@pytest.mark.slow
def test_a_city_of_counted_homes_is_within_limits(tmp_path: Path) -> None:
    """Cambridge, Massachusetts: 36,131 dwelling units on parcels."""
    out = tmp_path / "cambridge.geojson"
    done = run(
        *("--boundary", CAMBRIDGE / "city_boundary.geojson"),
        *("--buildings", CAMBRIDGE / "parcels_fy2014_units.geojson", "--households", "units"),
        *("--lines", CAMBRIDGE / "street_centerlines.geojson", "--out", out, "--json"),
    )
    assert done.returncode == 0, done.stderr
    geometry, told = grids_of(out)
    assert json.loads(done.stdout)["exceptions"] == []
    assert all(300 <= grid["households"] <= 500 for grid in told)
    assert shapely.coverage_is_valid(geometry)
    assert sum(grid["households"] for grid in told) > 36_000
