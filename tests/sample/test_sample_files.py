"""The files in sample_geojson are what the generator writes, byte for byte, and call themselves synthetic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from typer.testing import CliRunner

from gis_grid.cli.sample import app
from gis_grid.core import Fixes
from gis_grid.kit.assets import folder
from gis_grid.sample import Town, make_workers, walks_of_day
from gis_grid.sample.files import WEEK, WEEK_NAME, tracked_workers
from gis_grid.sample.write import write
from gis_grid.tracks.decoders import decode

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES = 6_000_000


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write(out, 1)
    return out


def names(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_the_generator_writes_the_committed_files_byte_for_byte(written: Path) -> None:
    committed = folder("sample_geojson")
    assert names(written) == names(committed)
    for name in names(written):
        assert (written / name).read_bytes() == (committed / name).read_bytes(), name


def test_the_files_together_stay_under_six_megabytes(written: Path) -> None:
    assert sum((written / name).stat().st_size for name in names(written)) < MOST_BYTES


def test_every_file_says_that_it_is_synthetic(written: Path) -> None:
    for name in names(written):
        text = (written / name).read_text(encoding="utf-8")
        if name == "README.md":
            assert "**Synthetic.**" in text
        else:
            assert json.loads(text)["synthetic"] is True


def test_every_line_of_a_track_has_a_time_and_an_accuracy_for_each_point(written: Path) -> None:
    tracks = sorted((written / "tracks").iterdir())
    assert len(tracks) == 3
    for path in tracks:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            parallel = feature["properties"]["coordinateProperties"]
            count = len(feature["geometry"]["coordinates"])
            assert len(parallel["times"]) == len(parallel["accuracy_m"]) == count
            assert parallel["times"] == sorted(parallel["times"])


def test_a_track_file_is_read_back_as_the_walks_that_it_was_written_from(written: Path, town: Town) -> None:
    worker = tracked_workers(make_workers(town, 1))[0]
    path = written / "tracks" / f"{worker.code}_{WEEK_NAME}.geojson"
    blocks = list(decode(path.name, path.read_bytes()))
    read = Fixes.concat([block.fixes for block in blocks])
    walks = [walk for day in WEEK for walk in walks_of_day(town, worker, day, 1)]
    for number, walk in enumerate(walks, start=1):
        t_ms, first = np.unique(walk.fixes.t_ms, return_index=True)
        back = read.take(np.flatnonzero(read.segment == number))
        assert (back.t_ms == t_ms).all()
        assert (back.lon == walk.fixes.lon[first]).all()
        assert back.accuracy_m == pytest.approx(walk.fixes.accuracy_m[first], abs=0.051)
    assert not any(block.problems for block in blocks)


def test_the_command_writes_a_folder_and_lists_what_it_wrote(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["write", "--out", str(tmp_path / "town"), "--seed", "2"])
    assert result.exit_code == 0, result.output
    assert (tmp_path / "town" / "grids.geojson").stat().st_size > 10_000
    assert "grids.geojson" in result.output
