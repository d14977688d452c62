"""`gis-grid demo --exit`: the main job from nothing to verdicts and pages, as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from sqlalchemy import text
from walking_ground import publish

from gis_grid.kit.database import make_engine, transaction


def demo(url: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("gis-grid"), "demo", "--exit"]
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": url}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_the_demo_judges_the_sample_town_names_the_odd_tracks_and_finds_its_pages(
    fresh_database: str,
) -> None:
    first = demo(fresh_database)
    assert first.returncode == 0, first.stderr
    rows = [line.split() for line in first.stdout.splitlines() if line.startswith("W0")]
    assert len(rows) == 32
    assert all("10:00" in row for row in rows), "every worker's row says what is required"
    signs = [line for line in first.stdout.splitlines() if line.startswith("  ! ")]
    for words in ("looks copied", "may be ridden", "standing", "mock locations"):
        assert any(words in line for line in signs), words
    for page in ("map page", "api/grids", "reports/hazards", "reports/visits"):
        assert page in first.stdout

    second = demo(fresh_database)
    assert second.returncode == 0, second.stderr
    assert "The sample town is there already" in second.stderr
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        assert conn.execute(text("SELECT max(revision) FROM judgement")).scalar_one() == 1
    engine.dispose()


def test_the_demo_refuses_a_database_that_holds_a_real_town(fresh_database: str) -> None:
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        publish(conn, "G1", shapely.box(116.300, 39.900, 116.304, 39.903))
    engine.dispose()
    answer = demo(fresh_database)
    assert answer.returncode == 1
    assert "This database holds a real town" in answer.stderr
    assert "Traceback" not in answer.stderr
