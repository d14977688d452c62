"""`gis-grid demo`: the main job from nothing to verdicts, pages and links to sign in, as a person runs it."""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from begun import Begun, ended
from sqlalchemy import text
from walking_ground import publish

from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Role
from gis_grid.kit import clock
from gis_grid.kit.database import make_engine, transaction
from gis_grid.patrols.effort import effort
from gis_grid.patrols.evidence.service import write_evidence
from gis_grid.patrols.evidence.verifying import verify
from gis_grid.patrols.track import Looker
from gis_grid.sample.shifts import DAYS, LOCAL

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

    from conftest import FirstDemo

BY_CELL = text("""
    SELECT code, sum(seconds) / 3600 AS hours FROM patrol_effort JOIN grid ON grid.id = grid_id
    WHERE week = :week GROUP BY code
""")
LINK = re.compile(r"(demo-\w+) - (.+)\n  http://127\.0\.0\.1:(\d+)/sign-in/#(\S+)\n")


def demo(url: str) -> subprocess.CompletedProcess[str]:
    return ended("demo", "--exit", environment={**os.environ, "GIS_GRID_DATABASE_URL": url})


@contextmanager
def running_demo(url: str, *arguments: str) -> Iterator[str]:
    """Run the demo until the block ends; yield what it says up to where it serves."""
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": "0"}
    environment = {name: value for name, value in environment.items() if "DISPLAY" not in name}
    with tempfile.TemporaryDirectory() as sinks:
        log = Path(sinks, "log")
        log.touch()
        program = Begun("demo", *arguments, environment=environment, out=log)
        try:
            while "serves at" not in (said := log.read_text("utf-8")) and program.poll() is None:
                time.sleep(0.1)
            yield said
        finally:
            program.terminate()
            program.wait(timeout=60)


def ask(port: int, path: str, *, secret: str = "", session: str = "") -> tuple[int, Any, str]:
    """Return status, JSON and the cookie that is set; with a secret, exchange a link."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        if secret:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", path, json.dumps({"secret": secret}), headers)
        else:
            connection.request("GET", path, headers={"Cookie": f"{COOKIE}={session}"})
        answer = connection.getresponse()
        cookie = re.search(f"{COOKIE}=([^;]+)", answer.headers.get("Set-Cookie") or "")
        return answer.status, json.loads(answer.read()), cookie[1] if cookie else ""


@pytest.fixture
def there_already(first_demo: FirstDemo) -> Iterator[str]:
    """Return the URL of a database with the sample town."""
    with first_demo.copied() as url:
        yield url


@pytest.mark.slow
def test_the_demo_judges_the_sample_town_names_the_odd_tracks_and_finds_its_pages(
    first_demo: FirstDemo, there_already: str
) -> None:
    first = first_demo.answer
    assert first.returncode == 0, first.stderr
    rows = [line.split() for line in first.stdout.splitlines() if line.startswith("W0")]
    assert len(rows) == 32
    assert all("10:00" in row for row in rows), "every worker's row says what is required"
    signs = [line for line in first.stdout.splitlines() if line.startswith("  ! ")]
    for words in ("looks copied", "may be ridden", "standing", "mock locations"):
        assert any(words in line for line in signs), words
    for page in ("map page", "api/grids  401", "api/grids  32 feat", "reports/hazards", "reports/visits"):
        assert page in first.stdout
    assert max(map(len, first.stdout.splitlines())) <= 80

    second = demo(there_already)
    assert second.returncode == 0, second.stderr
    assert "The sample town is there already" in second.stderr
    engine = make_engine(there_already)
    with transaction(engine) as conn:
        assert conn.execute(text("SELECT max(revision) FROM judgement")).scalar_one() == 1
    engine.dispose()


@pytest.mark.slow
def test_hours_of_the_sample_over_cells_are_those_over_grids(there_already: str) -> None:
    engine, compared = make_engine(there_already), 0
    with transaction(engine) as conn:
        for monday in (DAYS[0], DAYS[0] + timedelta(days=7)):
            rows = conn.execute(BY_CELL, {"week": monday})
            by_cell = {row.code: row.hours for row in rows}
            by_grid = effort(conn, monday, monday + timedelta(days=6), LOCAL).hours
            for code, hours in by_cell.items():
                assert hours == pytest.approx(by_grid[code], abs=1e-4)
            missing = {code for code, hours in by_grid.items() if hours} - by_cell.keys()
            assert len(missing) <= 1, "of a worker who was there on two days"
            compared += len(by_cell)
    engine.dispose()
    assert compared > 60


@pytest.mark.slow
def test_the_demo_lets_in_one_of_each_role_by_a_link_that_works_once(there_already: str) -> None:
    with running_demo(there_already, "--still") as said:
        assert "This is a demo" in said
        assert "/live/" in said
        assert max(map(len, said[said.index("This is a demo") :].splitlines())) <= 80
        found = LINK.findall(said)
        assert {name.removeprefix("demo-") for name, *_ in found} == set(Role)
        seen = {}
        for name, _, port, secret in found:
            status, answer, session = ask(int(port), "/api/session/link", secret=secret)
            assert (status, answer["name"], answer["demo"]) == (200, name, True)
            assert ask(int(port), "/api/session/link", secret=secret)[0] == 401, "it works once"
            seen[name] = (
                len(ask(int(port), "/api/grids", session=session)[1]["features"]),
                ask(int(port), "/api/workers/W001/track?date=2026-11-02", session=session)[0],
                ask(int(port), "/api/workers/W032/track?date=2026-11-02", session=session)[0],
            )
    assert seen == {
        "demo-admin": (32, 403, 403),
        "demo-planner": (32, 403, 403),
        "demo-commander": (32, 200, 200),
        "demo-auditor": (32, 200, 200),
        "demo-worker": (12, 200, 404),
        "demo-consumer": (12, 403, 403),
    }


@pytest.mark.slow
def test_people_walk_in_the_demo_whatever_day_it_is_and_their_tokens_end_with_it(there_already: str) -> None:
    engine = make_engine(there_already)
    today = text("SELECT count(DISTINCT worker_id) FROM fix WHERE t > now() - interval '3 hours'")
    tokens = text("SELECT count(*) FILTER (WHERE revoked_at IS NULL), count(*) FROM device_token")
    with running_demo(there_already):
        until = time.monotonic() + 120
        walking = 0
        while walking < 8 and time.monotonic() < until:
            time.sleep(0.5)
            with engine.connect() as conn:
                walking = conn.execute(today).scalar_one()
    assert walking >= 8
    with engine.connect() as conn:
        assert conn.execute(tokens).one() == (0, 32)
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


@pytest.mark.slow
def test_weeks_of_the_sample_are_judged_again_from_their_evidence(there_already: str, tmp_path: Path) -> None:
    engine = make_engine(there_already)
    with engine.connect() as conn:
        weeks = conn.exec_driver_sql(
            "SELECT code, iso_week FROM judgement JOIN worker ON worker.id = worker_id"
            " WHERE revision = 1 ORDER BY code, iso_week LIMIT 6"
        ).all()
        assert len(weeks) == 6
        for code, week in weeks:
            path = tmp_path / f"{code}-{week}.zip"
            with path.open("wb") as file:
                looker = Looker("auditor", None, "x")
                write_evidence(conn, code, week, file, now=clock.now(), looker=looker, hidden=())
            report = verify(path)
            assert report.differences == []
            assert report.digest_of_inputs == "same"
    engine.dispose()
