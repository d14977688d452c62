"""`gis-grid audit verify BUNDLE`: judged again without a database, said to people and to programs."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid import cli
from gis_grid.kit import clock
from gis_grid.kit.errors import BadInput
from gis_grid.patrols import service
from gis_grid.patrols.evidence.service import write_evidence
from gis_grid.patrols.track import Looker

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture(scope="module")
def week(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle of a week; nothing of its town is committed."""
    path: Path = tmp_path_factory.mktemp("bundle") / "W1-2026-W45.zip"
    with engine.connect() as conn, conn.begin() as transaction, path.open("wb") as file:
        publish(conn)
        record(conn, hire(conn), stroll(at(MONDAY, 9), 7200))
        service.judge(conn, start=MONDAY, end=MONDAY, tz=SHANGHAI, now=after_the_week())
        looker = Looker("auditor", None, "x")
        write_evidence(conn, "W1", "2026-W45", file, now=clock.now(), looker=looker, hidden=())
        transaction.rollback()
    return path


def run(*arguments: object) -> Any:
    # A database that there is not: whoever asked for one would fail.
    settings = {"GIS_GRID_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    return CliRunner().invoke(cli.app, ["audit", "verify", *map(str, arguments)], env=settings)


def changed(week: Path, old: str, new: str) -> Path:
    other = week.with_name("changed.zip")
    with zipfile.ZipFile(week) as archive, zipfile.ZipFile(other, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            made.writestr(
                name, content.replace(old.encode(), new.encode()) if "verdicts" in name else content
            )
    return other


def test_the_same_is_said_and_ends_with_zero(week: Path) -> None:
    answer = run(week)
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("W1 2026-W45 revision 1: 721 fixes, ")
    assert "SAME: every member is what was written" in answer.output
    document = json.loads(run(week, "--json").output)
    assert (document["same"], document["worker"], document["differences"]) == (True, "W1", [])
    assert document["digest_of_inputs"] == "same"


def test_what_differs_is_named_and_ends_with_one(week: Path) -> None:
    other = changed(week, '"outcome": "met"', '"outcome": "short"')
    answer = run(other)
    assert answer.exit_code == 1
    line = 'verdicts.json: day 2026-11-02 base BASE-3, outcome: "short" stands there, "met" is found'
    assert line in answer.output
    answer = run(other, "--json")
    assert answer.exit_code == 1
    document = json.loads(answer.output)
    assert document["same"] is False
    assert [one["what"] for one in document["differences"] if one["about"] == ""] == ["sha256"]


def test_words_of_a_stranger_do_not_move_the_cursor(week: Path) -> None:
    answer = run(changed(week, '"outcome": "met"', '"outcome": "\\u202e\\u009b2J"'))
    assert answer.exit_code == 1
    assert answer.output.replace("\n", "").isprintable()


def test_what_cannot_be_read_ends_with_two(week: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.zip"
    cut.write_bytes(week.read_bytes()[:1000])
    answer = run(cut)
    assert isinstance(answer.exception, BadInput)
    assert answer.exception.exit_code == 2
    document = json.loads(run(cut, "--json").output)
    assert (document["same"], document["error"]["title"]) == (None, "The bundle cannot be read")
    assert run(tmp_path / "nothing.zip").exception.exit_code == 2
    for arguments in ([week, "--checkpoint", cut], ["--json"]):
        assert isinstance(run(*arguments).exception, BadInput)
