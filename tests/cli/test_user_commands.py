"""`gis-grid user` and `gis-grid token`, and the link that the first start prints."""

from __future__ import annotations

import getpass
import json
import os
import re
import signal
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any

import pytest
from begun import Begun
from sqlalchemy import text
from typer.testing import CliRunner
from walking_ground import MONDAY, at, hire, publish, record, stroll

from gis_grid.accounts.secrets import digest
from gis_grid.accounts.service import set_up
from gis_grid.cli import app
from gis_grid.kit.clock import now
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput, Conflict, GisGridError, NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from click.testing import Result
    from sqlalchemy import Connection

PATIENCE_S = 60
PASSWORD = "a long pass phrase of one's own"


def run(url: str, *arguments: object, **more: str) -> Result:
    settings = {"GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": "8421", **more}
    return CliRunner().invoke(app, list(map(str, arguments)), env=settings)


def done(url: str, *arguments: object) -> str:
    """Run a command that must succeed, and return what it printed to standard output."""
    result = run(url, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def sole(url: str, query: str, **values: object) -> Any:
    engine = make_engine(url)
    try:
        with transaction(engine) as conn:
            return conn.execute(text(query), values).scalar_one()
    finally:
        engine.dispose()


@pytest.fixture
def town(fresh_database: str) -> str:
    """Return a database with the community C-G1, the worker W1 and the device p1."""
    engine = make_engine(fresh_database)
    with transaction(engine) as conn:
        publish(conn)
        record(conn, hire(conn), stroll(at(MONDAY, 9), 60), device="p1")
    engine.dispose()
    return fresh_database


def test_an_added_account_gets_a_link_for_three_days_and_is_listed(town: str) -> None:
    link = done(
        town, "user", "add", "wang", "--role", "commander@C-G1", "--role", "planner", "--display", "王五"
    )
    found = re.fullmatch(r"http://127\.0\.0\.1:8421/welcome/#(\S{40,})\n", link)
    assert found, link
    left = sole(
        town,
        "SELECT expires_at - made_at FROM one_time_link WHERE secret_digest = :digest",
        digest=digest(found[1]),
    )
    assert left == timedelta(days=3)
    done(town, "user", "add", "li", "--role", "worker@C-G1", "--worker", "W1")
    assert done(town, "user", "list").splitlines() == [
        "name  shown as  worker  roles                    state",
        "li    li        W1      worker@C-G1              no password yet",
        "wang  王五      -       commander@C-G1, planner  no password yet",
    ]
    entries = "SELECT string_agg(DISTINCT actor, ',') FROM ledger WHERE action <> 'import'"
    assert sole(town, entries) == f"cli:{getpass.getuser()}"


def test_one_whom_a_provider_signs_in_needs_no_link(town: str) -> None:
    assert done(town, "user", "add", "wang", "--role", "planner", "--by-provider") == ""
    assert sole(town, "SELECT count(*) FROM one_time_link") == 0


def test_roles_are_given_and_taken(town: str) -> None:
    done(town, "user", "add", "wang", "--role", "planner@C-G1")
    given = done(town, "user", "roles", "wang", "--give", "auditor", "--take", "planner@C-G1")
    assert given == "auditor\n"


def test_a_new_link_ends_the_older_one(town: str) -> None:
    done(town, "user", "add", "wang", "--role", "planner")
    assert "/welcome/#" in done(town, "user", "link", "wang")
    assert sole(town, "SELECT count(*) FROM one_time_link WHERE used_at IS NULL") == 1


def test_a_link_leads_to_where_people_reach_the_program(town: str) -> None:
    public = {"GIS_GRID_PUBLIC_URL": "https://grid.example/"}
    made = run(town, "user", "add", "wang", "--role", "planner", **public)
    assert made.stdout.startswith("https://grid.example/welcome/#")


def test_an_account_is_disabled_and_enabled(town: str) -> None:
    done(town, "user", "add", "wang", "--role", "planner")
    done(town, "user", "disable", "wang")
    assert done(town, "user", "list").splitlines()[1].endswith("disabled")
    assert isinstance(run(town, "user", "link", "wang").exception, Conflict)
    done(town, "user", "enable", "wang")
    assert done(town, "user", "list").splitlines()[1].endswith("no password yet")


def test_the_operator_does_not_take_the_last_administrator_away(town: str) -> None:
    done(town, "user", "add", "boss", "--role", "admin", "--role", "planner")
    assert isinstance(run(town, "user", "disable", "boss").exception, Conflict)
    assert isinstance(run(town, "user", "roles", "boss", "--take", "admin").exception, Conflict)
    done(town, "user", "add", "boss-2", "--role", "admin")
    done(town, "user", "disable", "boss")


@pytest.mark.parametrize(
    ("arguments", "error", "exit_code"),
    [
        (("user", "add", "wang", "--role", "king"), BadInput, 2),
        (("user", "add", "wang", "--role", "planner@"), BadInput, 2),
        (("user", "add", "wang", "--role", "planner@C-G9"), BadInput, 2),
        (("user", "add", "Wang", "--role", "planner"), BadInput, 2),
        (("user", "add", "wang", "--role", "worker"), BadInput, 2),
        (("user", "add", "wang", "--role", "worker", "--worker", "W9"), BadInput, 2),
        (("user", "roles", "wang", "--give", "planner"), NotFound, 2),
        (("user", "disable", "wang"), NotFound, 2),
        (("user", "link", "wang"), NotFound, 2),
        (("token", "add", "wang", "--name", "x", "--permission", "see_map"), NotFound, 2),
        (("token", "list", "wang"), NotFound, 2),
        (("token", "revoke", 7), NotFound, 2),
        (("token", "device", "add", "p9"), NotFound, 2),
        (("token", "device", "list", "p9"), NotFound, 2),
        (("token", "device", "revoke", 7), NotFound, 2),
    ],
)
def test_what_cannot_be_done_is_told_of(
    town: str, arguments: tuple[str, ...], error: type[GisGridError], exit_code: int
) -> None:
    found = run(town, *arguments).exception
    assert isinstance(found, error)
    assert found.exit_code == exit_code
    assert sole(town, "SELECT count(*) FROM account") == 0


def test_an_account_without_a_role_is_no_command(town: str) -> None:
    result = run(town, "user", "add", "wang")
    assert result.exit_code == 2
    assert "--role" in result.stderr


def test_a_programs_token_is_made_listed_and_revoked(town: str) -> None:
    done(town, "user", "add", "wang", "--role", "commander@C-G1")
    wanted = ("--name", "dashboard", "--permission", "see_tracks", "--permission", "see_map", "--days", 30)
    made = run(town, "token", "add", "wang", *wanted)
    assert re.fullmatch(r"ggt_\S{40,}\n", made.stdout), "nothing but the secret: a program may read it"
    assert sole(town, "SELECT secret_digest FROM api_token") == digest(made.stdout.strip())
    _, row = done(town, "token", "list", "wang").splitlines()
    assert re.fullmatch(
        r"1 +wang +dashboard +see_map, see_tracks +never +\d{4}-\d\d-\d\d \d\d:\d\d +good", row
    )
    for days in (0, 366):
        assert run(town, "token", "add", "wang", *wanted[:-1], days).exit_code == 2
    looks = run(town, "token", "add", "wang", "--name", "x", "--permission", "see_looks")
    assert isinstance(looks.exception, BadInput)
    done(town, "token", "revoke", 1)
    assert done(town, "token", "list").splitlines()[1].endswith("revoked")
    assert isinstance(run(town, "token", "revoke", 1).exception, NotFound)
    done(town, "user", "disable", "wang")
    assert isinstance(run(town, "token", "add", "wang", *wanted).exception, Conflict)


def test_a_phones_token_is_made_listed_and_revoked(town: str) -> None:
    made = done(town, "token", "device", "add", "p1")
    assert re.fullmatch(r"ggd_\S{40,}\n", made)
    assert sole(town, "SELECT secret_digest FROM device_token") == digest(made.strip())
    assert re.fullmatch(
        r"1 +p1 +\d{4}-\d\d-\d\d \d\d:\d\d +good", done(town, "token", "device", "list", "p1").splitlines()[1]
    )
    done(town, "token", "device", "revoke", 1)
    assert done(town, "token", "device", "list").splitlines()[1].endswith("revoked")


def links_of(conn: Connection) -> list[bool]:
    return list(conn.execute(text("SELECT used_at IS NULL FROM one_time_link ORDER BY id")).scalars())


def test_each_start_makes_a_link_anew_until_somebody_can_sign_in_as_administrator(conn: Connection) -> None:
    assert set_up.set_up_link(conn, now()) != set_up.set_up_link(conn, now())
    assert links_of(conn) == [False, True]
    conn.execute(text("UPDATE account SET password_hash = 'x'"))
    assert set_up.set_up_link(conn, now()) is None
    conn.execute(text("UPDATE account SET disabled_at = now()"))
    with pytest.raises(Conflict, match="user add NAME --role admin"):
        set_up.set_up_link(conn, now())


def test_an_administrator_of_an_area_or_of_the_demo_is_not_the_first(conn: Connection) -> None:
    publish(conn)
    conn.execute(
        text(
            "INSERT INTO account (name, display_name, created_at, password_hash, demo) "
            "VALUES ('of-1', '', now(), 'x', false), ('demo-admin', '', now(), 'x', true); "
            "INSERT INTO account_role (account_id, role, area_id) "
            "SELECT id, 'admin', CASE WHEN NOT demo THEN (SELECT id FROM area) END FROM account"
        )
    )
    assert set_up.set_up_link(conn, now()) is not None


def test_one_whom_the_operator_added_is_waited_for(town: str) -> None:
    done(town, "user", "add", "boss", "--role", "admin")
    engine = make_engine(town)
    with transaction(engine) as conn:
        assert set_up.set_up_link(conn, now()) is None
    engine.dispose()
    assert sole(town, "SELECT count(*) FROM account") == 1


@contextmanager
def served(url: str, log: Path) -> Iterator[tuple[int, str]]:
    """Run the program as its operator does, and yield the port and what it said at its start."""
    environment = {**os.environ, "GIS_GRID_DATABASE_URL": url, "GIS_GRID_PORT": "0"}
    log.touch()
    program = Begun("serve", "--no-jobs", environment=environment, out=log)
    try:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and program.poll() is None:
            said = log.read_text("utf-8")
            if found := re.search(r"serves at\s+http://127\.0\.0\.1:(\d+)", said):
                yield int(found[1]), said
                break
            time.sleep(0.05)
        else:
            raise AssertionError(log.read_text("utf-8"))
    finally:
        program.terminate()
        assert program.wait(timeout=PATIENCE_S) == 128 + signal.SIGTERM


def post(port: int, path: str, body: object) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    with closing(HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)) as connection:
        connection.request("POST", path, json.dumps(body), headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.mark.slow
def test_the_first_start_prints_a_link_that_sets_the_first_password_once(
    fresh_database: str, tmp_path: Path
) -> None:
    link = r"http://127\.0\.0\.1:\d+/welcome/#(\S+)"
    with served(fresh_database, tmp_path / "first.log") as (port, said):
        found = re.search(link, said)
        assert found, said
        for password in ("admin", "password", found[1]):
            guessed = post(port, "/api/session", {"name": "admin", "password": password})
            assert guessed[0] == 401, "no default password"
        body = {"secret": found[1], "password": PASSWORD}
        status, session = post(port, "/api/password/link", body)
        assert status == 200
        assert session["roles"] == [{"role": "admin", "area": None, "area_name": None}]
        assert post(port, "/api/password/link", body)[0] == 401
        assert post(port, "/api/session", {"name": "admin", "password": PASSWORD})[0] == 200
    with served(fresh_database, tmp_path / "second.log") as (_, said):
        assert "welcome" not in said
    for log in tmp_path.iterdir():
        assert "Traceback" not in log.read_text("utf-8")
    valid_for = "SELECT expires_at - made_at FROM one_time_link"
    assert sole(fresh_database, valid_for) == timedelta(hours=24)
