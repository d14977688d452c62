"""`gis-grid device`: from nothing to a phone that reports, and the codes that set its app up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from emptied import empty
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import hire

from gis_grid.accounts.secrets import digest
from gis_grid.cli import app
from gis_grid.kit.errors import BadInput, Conflict, NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from sqlalchemy import Engine

ORIGIN = "https://grid.example.gov.cn"


@pytest.fixture
def engine(module_engine: Engine) -> Engine:
    """Return the database of this module with two workers and no device."""
    with module_engine.begin() as conn:
        empty(conn, "worker", "device")
        for code in ("W1", "W2"):
            hire(conn, code, grid=None)
    return module_engine


def run(engine: Engine, *arguments: object, **more: str) -> Result:
    url = engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(app, list(map(str, arguments)), env={"GIS_GRID_DATABASE_URL": url, **more})


def done(engine: Engine, *arguments: object, **more: str) -> Result:
    result = run(engine, *arguments, **more)
    assert result.exit_code == 0, (result.output, result.exception)
    return result


def good_digests(engine: Engine) -> set[bytes]:
    with engine.connect() as conn:
        return set(
            conn.execute(text("SELECT secret_digest FROM device_token WHERE revoked_at IS NULL")).scalars()
        )


def test_a_phone_is_issued_listed_handed_over_and_lost(engine: Engine) -> None:
    secret = done(engine, "device", "add", "P1", "--worker", "W1", "--datum", "gcj02").stdout.strip()
    assert good_digests(engine) == {digest(secret)}
    handed = done(engine, "device", "hold", "P1", "--worker", "W2")
    assert re.search(r"device P1: W2 from .* on, before W1", handed.stderr)
    listed = done(engine, "device", "list").stdout.splitlines()
    assert re.split(r"\s{2,}", listed[0]) == [
        "device",
        "worker",
        "last heard",
        "app",
        "battery",
        "good tokens",
        "datum",
    ]
    assert re.split(r"\s{2,}", listed[1]) == ["P1", "W2", "never", "1", "gcj02"]
    assert "P1: 1 tokens revoked" in done(engine, "device", "lost", "P1").stderr
    assert good_digests(engine) == set()


def test_what_it_sent_and_its_battery_are_listed(engine: Engine) -> None:
    done(engine, "device", "add", "P1", "--worker", "W1", "--issued", "2026-11-01")
    with engine.begin() as conn:
        conn.execute(
            text("INSERT INTO device_state SELECT id, '2026-11-02 02:00Z', 'traccar', 0.87, true FROM device")
        )
    assert "2026-11-02 10:00  traccar  87% charging" in done(engine, "device", "list").stdout


def test_a_code_in_the_terminal_carries_a_new_token_and_leaves_the_old_one_good(engine: Engine) -> None:
    first = done(engine, "device", "add", "P1", "--worker", "W1").stdout.strip()
    shown = done(engine, "device", "setup", "P1", "--client", "traccar", "--url", ORIGIN)
    link = shown.stdout.splitlines()[-1]
    (second,) = re.findall(r"[?&]id=(ggd_[^&]+)", link)
    assert link.startswith(f"{ORIGIN}/ingest/traccar?")
    assert "▄" in shown.stdout
    assert "older tokens stay good" in shown.stderr
    assert good_digests(engine) == {digest(first), digest(second)}


@pytest.mark.parametrize(("name", "begins"), [("code.svg", b"<?xml"), ("code.png", b"\x89PNG")])
def test_a_code_in_a_file_is_for_its_owners_eyes(
    engine: Engine, tmp_path: Path, name: str, begins: bytes
) -> None:
    done(engine, "device", "add", "P1", "--worker", "W1")
    file = tmp_path / name
    shown = done(
        engine, "device", "setup", "P1", "--client", "owntracks", "--out", file, GIS_GRID_PUBLIC_URL=ORIGIN
    )
    assert file.read_bytes().startswith(begins)
    assert file.stat().st_mode & 0o777 == 0o600
    assert shown.stdout == ""


def test_what_cannot_be_set_up_makes_no_token(engine: Engine, tmp_path: Path) -> None:
    done(engine, "device", "add", "P1", "--worker", "W1")
    before = good_digests(engine)
    taken = tmp_path / "taken.svg"
    taken.touch()
    good = ("device", "setup", "P1", "--client", "traccar", "--url", ORIGIN)
    for arguments, kind, why in [
        (("device", "setup", "P1", "--client", "nokia"), BadInput, "'nokia': expected traccar or owntracks"),
        (("device", "setup", "P1", "--client", "traccar"), BadInput, "None: expected --url such as"),
        ((*good[:-1], "http://grid.example"), BadInput, "No address for phones"),
        ((*good[:-1], f"{ORIGIN}/a"), BadInput, "No address for phones"),
        ((*good, "--out", tmp_path / "code.pdf"), BadInput, "ends in .svg or .png"),
        ((*good, "--out", taken), BadInput, "cannot be written: File exists"),
        (("device", "setup", "P9", *good[3:]), NotFound, "No such device"),
        (("device", "add", "P1", "--worker", "W1"), Conflict, "known already"),
    ]:
        error = run(engine, *arguments).exception
        assert isinstance(error, kind), (arguments, error)
        assert why in str(error)
    assert good_digests(engine) == before
    for wrong in (("--issued", "monday"), ("--datum", "mars")):
        assert run(engine, "device", "add", "P2", "--worker", "W1", *wrong).exit_code == 2
    assert run(engine, "device", "hold", "P1", "--worker", "W2", "--from", "noon").exit_code == 2
