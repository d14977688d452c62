"""A class that is only counted is told by no command, and by no notice from one process to another."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

import pytest
from test_sensitive_class import MONDAY, plant, read, strict, told
from typer.testing import CliRunner
from visited_town import build

from gis_grid.cli import app as commands
from gis_grid.incidents.service.alerting import TOPIC as ALERTS
from gis_grid.kit import bus
from gis_grid.kit.errors import GisGridError
from gis_grid.tracks.intake.pipeline import TOPIC as DAYS

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine


@pytest.fixture(scope="module")
def heard() -> list[str]:
    """Return what other processes were told while it was planted."""
    return []


@pytest.fixture(scope="module")
def planted(module_engine: Engine, heard: list[str]) -> Engine:
    """Plant it in a database of this file's own, committed."""
    with ExitStack() as stack:
        topics = [stack.enter_context(bus.listening(module_engine, topic)) for topic in (DAYS, ALERTS)]
        with module_engine.begin() as conn:
            build(conn)
            plant(conn)
        heard += [json.dumps(notice) for listen in topics for notice in listen(0.2)]
    return module_engine


def test_no_notice_to_other_processes_holds_it(planted: Engine, heard: list[str]) -> None:
    assert told("\n".join(heard), "") == set()


READING: Final = (
    ("report", "--from", MONDAY, "--to", MONDAY, "--worker", "W1"),
    ("report", "--from", MONDAY, "--to", MONDAY, "--json"),
    ("report", "--from", MONDAY, "--to", MONDAY, "--csv", "{}/verdicts.csv"),
    ("report", "visits", "--out", "{}/visits.html"),
    ("report", "hotspots", "--lang", "en", "--out", "{}/hotspots.html"),
    ("audit", "list"),
    ("audit", "data", "W1", "{}/data.zip"),
    ("jobs",),
    ("quarantine", "list"),
)
"""Commands that tell of what is stored; `{}` is a folder."""


@pytest.mark.parametrize("command", READING, ids=lambda command: " ".join(map(str, command[:2])))
def test_no_command_tells_it(planted: Engine, tmp_path: Path, command: tuple[object, ...]) -> None:
    url = planted.url.render_as_string(hide_password=False)
    words = [str(word).format(tmp_path) for word in command]
    with strict():
        answer = CliRunner().invoke(commands, words, env={"GIS_GRID_DATABASE_URL": url})
    assert answer.exit_code in {0, 1}, (answer.output, answer.exception)
    assert answer.exception is None or isinstance(answer.exception, SystemExit | GisGridError)
    written = [read(file.read_bytes()) for file in tmp_path.rglob("*") if file.is_file()]
    assert told("\n".join((answer.output, repr(answer.exception), *written)), "") == set()
