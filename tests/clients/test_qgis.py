"""QGIS without a screen loads each collection, filters by time, asks for a box, and draws the tiles."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from served_town import Town

SCRIPT: Final = Path(__file__).with_name("qgis_reads.py")
BOX: Final = [112.19, 31.945, 112.2, 31.955]
SPAN: Final = ("2026-11-03T00:00:00Z", "2026-11-05T00:00:00Z")


def ask(town: Town, folder: Path, *tasks: list[Any]) -> list[Any]:
    """Let one QGIS do all tasks, and return its answers; what it says beside is an error."""
    ended = subprocess.run(
        ["/usr/bin/python3", SCRIPT],
        input=json.dumps({"token": town.token, "tasks": tasks}),
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    said = [line for line in ended.stdout.splitlines() if line.startswith("ANSWER ")]
    assert said, ended.stdout + ended.stderr
    answer = json.loads(said[0].removeprefix("ANSWER "))
    assert answer["said"] == []
    return answer["answers"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("qgis")


def test_it_loads_each_collection_whole(town: Town, folder: Path) -> None:
    names = town.collections()
    assert {"areas", "grids", "boundaries", "buildings", "roads", "water", "incidents", "hazards"} <= set(
        names
    )
    for name, found in zip(
        names, ask(town, folder, *(["collection", town.ogc, name] for name in names)), strict=True
    ):
        features = town.features(name)
        assert found["valid"], (name, found)
        assert found["counted"] == found["read"] == len(features), name
        if any(one["geometry"] for one in features):
            without = sum(one["geometry"] is None for one in features)
            assert (found["crs"], found["empty"]) == ("EPSG:4326", without), name
        properties = set(features[0]["properties"]) if features else set()
        assert properties <= set(found["fields"]), name


def test_it_filters_by_time_and_by_a_box(town: Town, folder: Path) -> None:
    hazards, buildings = ask(
        town,
        folder,
        ["at_times", town.ogc, "hazards", "reported_at", *SPAN],
        ["within", town.ogc, "buildings", BOX],
    )
    assert hazards == len(town.features("hazards", datetime="/".join(SPAN))) > 0
    assert buildings == len(town.features("buildings", bbox=",".join(map(str, BOX)))) > 0


@pytest.mark.parametrize("name", ["areas", "grids", "buildings", "roads", "hazards", "heat_cells"])
def test_it_draws_the_tiles(town: Town, folder: Path, name: str) -> None:
    address = f"{town.ogc}/collections/{name}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}"
    (found,) = ask(town, folder, ["tiles", address, BOX])
    assert found["valid"]
    assert found["drawn"] > 50, found
