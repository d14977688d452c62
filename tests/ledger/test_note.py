"""One way into the ledger: who may write what under whose name, and that nobody writes past it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from signed_in import signed_in
from sqlalchemy.exc import OperationalError, ProgrammingError
from walking_ground import MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.accounts import scope
from gis_grid.accounts.http import COOKIE
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.kit.logins import DOOR_ROLE, LOGINS, SERVICE_ROLE
from gis_grid.ledger import service as ledger
from gis_grid.patrols import service as patrols

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, RowMapping

LONG_PAST = datetime(2001, 1, 1, tzinfo=UTC)


@contextmanager
def as_login(conn: Connection, login: str) -> Iterator[Connection]:
    with conn.begin_nested():
        conn.exec_driver_sql(f"SET LOCAL ROLE {login}")
        yield conn
        conn.exec_driver_sql("RESET ROLE")


def entries(conn: Connection) -> list[RowMapping]:
    return list(reversed(ledger.entries(conn, limit=100)))


def note(conn: Connection, actor: str = "made.up", action: str = "sign_in", **detail: Any) -> None:
    ledger.record(conn, LONG_PAST, actor, action, "account:made.up", detail)


def test_the_owner_writes_when_and_who_it_says(conn: Connection) -> None:
    note(conn, "cli:root", zh="网格")
    (entry,) = entries(conn)
    assert (entry["at"], entry["actor"], entry["detail"]) == (LONG_PAST, "cli:root", {"zh": "网格"})


def test_the_service_writes_under_its_callers_name_whatever_is_passed(conn: Connection) -> None:
    secret = signed_in(conn, "ling", [(Role.AUDITOR, None)])
    with as_login(conn, SERVICE_ROLE):
        scope.enter(conn, Credential("session", secret), Permission.SEE_TRACKS)
        note(conn, "somebody.else")
    (entry,) = entries(conn)
    assert entry["actor"] == "ling"
    assert entry["at"] - datetime.now(UTC) < timedelta(minutes=1)
    assert entry["at"] > LONG_PAST + timedelta(days=1)


def test_without_a_scope_the_service_writes_nothing(conn: Connection) -> None:
    with pytest.raises(ProgrammingError, match="needs the scope"), as_login(conn, SERVICE_ROLE):
        note(conn)
    # A scope of one's own making has no seal.
    conn.exec_driver_sql("SELECT set_config('gis_grid.scope', repeat('0', 64) || ' {\"name\":\"x\"}', true)")
    with pytest.raises(ProgrammingError, match="needs the scope"), as_login(conn, SERVICE_ROLE):
        note(conn)
    assert entries(conn) == []


def test_the_door_writes_of_accounts_and_never_of_tracks(conn: Connection) -> None:
    with as_login(conn, DOOR_ROLE):
        note(conn, "ling")
    (entry,) = entries(conn)
    assert entry["actor"] == "ling"
    assert entry["at"] > LONG_PAST + timedelta(days=1)
    with pytest.raises(ProgrammingError, match="nothing of the kind"), as_login(conn, DOOR_ROLE):
        note(conn, "ling", "look_at_track")


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger (at, actor, action, subject, detail) VALUES (now(), 'a', 'b', 'c', '{}')",
        "UPDATE ledger SET actor = 'x'",
        "DELETE FROM ledger",
        "TRUNCATE ledger",
        "INSERT INTO ledger_chain (seq, entry_id, hash) VALUES (1, 1, '')",
        "SELECT * FROM ledger_chain FOR UPDATE",
        "UPDATE ledger_chain SET hash = ''",
        "DELETE FROM ledger_chain",
        "TRUNCATE ledger_chain",
        "ALTER TABLE ledger DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_linked ON ledger",
        "SELECT ledger_hash('', 1, NULL)",
        "SET session_replication_role = replica",
    ],
)
def test_no_login_of_the_service_writes_past_it(conn: Connection, login: str, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), as_login(conn, login):
        conn.exec_driver_sql(statement)


def test_the_service_cannot_do_without_the_chain(conn: Connection) -> None:
    """A constraint trigger may be put off to the commit, and no further."""
    secret = signed_in(conn, "ling", [(Role.AUDITOR, None)])
    with as_login(conn, SERVICE_ROLE):
        scope.enter(conn, Credential("session", secret), Permission.SEE_TRACKS)
        note(conn)
    conn.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    assert conn.exec_driver_sql("SELECT count(*) FROM ledger_chain WHERE seq > 0").scalar_one() == 1


@pytest.mark.parametrize("action", ["import", "export", "judge", "judged", "rules_changed", "decide_contest"])
def test_the_door_writes_of_no_verdict_and_no_export(conn: Connection, action: str) -> None:
    with pytest.raises(ProgrammingError, match="nothing of the kind"), as_login(conn, DOOR_ROLE):
        ledger.record(conn, LONG_PAST, "ling", action, "run:1", {})


def test_an_entry_that_would_fill_the_disk_is_refused(conn: Connection) -> None:
    with pytest.raises(OperationalError, match="too long"), as_login(conn, DOOR_ROLE):
        note(conn, "ling", padding="x" * 20_000)


def test_the_service_reads_looks_at_workers_in_sight_and_no_other_entry(conn: Connection) -> None:
    publish(conn)
    hire(conn)
    hire(conn, "W2", grid=None)
    for code in ("W1", "W2"):
        ledger.record_look(conn, LONG_PAST, "boss", code, ledger.Look(MONDAY, MONDAY, "why"))
        ledger.record(conn, LONG_PAST, "boss", "export", f"worker:{code}", {})
    note(conn, "boss")

    def seen(secret: str) -> list[tuple[str, str]]:
        with as_login(conn, SERVICE_ROLE):
            scope.enter(conn, Credential("session", secret), Permission.SEE_LOOKS)
            return [(one["subject"], one["action"]) for one in entries(conn)]

    with as_login(conn, SERVICE_ROLE):
        assert entries(conn) == []
    assert seen(signed_in(conn, "audit", [(Role.AUDITOR, "C-G1")])) == [("worker:W1", "look_at_track")]
    assert seen(signed_in(conn, "w2", [(Role.WORKER, None)], worker="W2")) == [("worker:W2", "look_at_track")]
    with pytest.raises(ProgrammingError, match="permission denied"), as_login(conn, DOOR_ROLE):
        entries(conn)


@pytest.fixture
def walked(conn: Connection) -> None:
    publish(conn)
    record(conn, hire(conn), stroll(at(MONDAY, 9), 3600))


def looks(client: TestClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/api/workers/W1/looks").json()["looks"]
    return found


def look(client: TestClient, **query: str) -> int:
    return client.get("/api/workers/W1/track", params={"date": str(MONDAY), **query}).status_code


def test_a_worker_sees_who_looked_why_and_which_looks_are_their_own(
    anonymous: TestClient, conn: Connection, walked: None
) -> None:
    boss = signed_in(conn, "boss", [(Role.COMMANDER, "C-G1")])
    worker = signed_in(conn, "w1", [(Role.WORKER, None)], worker="W1")
    anonymous.cookies.set(COOKIE, boss)
    assert look(anonymous, reason="投诉 I-17") == 200
    assert anonymous.get("/api/workers/W1/looks").status_code == 403
    anonymous.cookies.set(COOKIE, worker)
    assert look(anonymous) == 200
    told = [(one["actor"], one["reason"], one["own"]) for one in looks(anonymous)]
    assert told == [("boss", "投诉 I-17", False), ("w1", "shown on the map", True)]
    assert {(one["from"], one["to"]) for one in looks(anonymous)} == {(str(MONDAY), str(MONDAY))}


def test_a_look_is_in_the_list_in_the_same_transaction(
    anonymous: TestClient, conn: Connection, walked: None
) -> None:
    """One transaction of the service: the look is written before the track is read."""
    from gis_grid.kit import clock
    from gis_grid.patrols import reading, track

    secret = signed_in(conn, "w1", [(Role.WORKER, None)], worker="W1")
    with as_login(conn, SERVICE_ROLE):
        credential = Credential("session", secret)
        scope.enter(conn, credential, Permission.SEE_TRACKS)
        looker = track.Looker("w1", None, "because")
        track.look_at_track(conn, "W1", MONDAY, tz=SHANGHAI, now=clock.now(), looker=looker)
        scope.enter(conn, credential, Permission.SEE_LOOKS)
        assert [one.reason for one in reading.looks_at(conn, "W1").looks] == ["because"]


def test_a_look_that_fails_is_no_look(client: TestClient, walked: None) -> None:
    answer = client.get("/api/workers/W1/track", params={"date": "9999-12-31"})
    assert answer.status_code == 400
    assert looks(client) == []


@pytest.mark.parametrize("reason", ["\u00a0", "\u2028", "because \u202e", "", "x" * 201, "a\nb", "\x7f"])
def test_a_reason_that_is_none_is_refused(client: TestClient, walked: None, reason: str) -> None:
    assert look(client, reason=reason) == 422
    assert looks(client) == []


def test_a_reason_of_200_letters_of_any_script_is_kept(client: TestClient, walked: None) -> None:
    assert look(client, reason="查" * 200) == 200
    assert looks(client)[0]["reason"] == "查" * 200


def judge(conn: Connection, rules: Path | None = None, actor: str = "cli:ling") -> list[tuple[str, Any]]:
    """Judge a week and return what the ledger has of it."""
    before = len(entries(conn))
    patrols.judge(
        conn,
        start=MONDAY,
        end=MONDAY,
        tz=SHANGHAI,
        now=after_the_week(),
        actor=actor,
        rules_file=rules,
    )
    written = entries(conn)[before:]
    assert {one["actor"] for one in written} == {actor}
    return [(one["action"], one["detail"]) for one in written]


def test_judging_is_in_the_ledger_with_what_it_changed(conn: Connection, walked: None) -> None:
    (begun, asked), (ended, changed) = judge(conn)
    assert (begun, ended) == ("judge", "judged")
    assert (asked["from"], asked["to"], asked["workers"]) == ("2026-11-02", "2026-11-02", 1)
    assert asked["profiles"] == ["base", "xiangyang"]
    assert changed == {"weeks_written": 1, "weeks_unchanged": 0}
    assert judge(conn)[1][1] == {"weeks_written": 0, "weeks_unchanged": 1}


def test_other_rules_are_in_the_ledger_once(conn: Connection, walked: None, tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"

    def changes() -> list[Any]:
        return [detail["sha256"] for action, detail in judge(conn, rules) if action == "rules_changed"]

    rules.write_text('[[areas]]\narea = "C-G1"\nprofiles = ["base"]\n')
    (first,) = changes()
    assert changes() == []
    rules.write_text('[[areas]]\narea = "C-G1"\nprofiles = ["base", "xiangyang"]\n')
    (second,) = changes()
    assert first != second
    assert [detail for action, detail in judge(conn) if action == "rules_changed"] == [{"sha256": None}]


def test_a_report_that_is_taken_along_is_in_the_ledger(client: TestClient, conn: Connection) -> None:
    publish(conn)
    assert client.get("/reports/hazards", params={"lang": "en"}).status_code == 200
    assert entries(conn) == []
    answer = client.get("/reports/hazards", params={"download": "1", "from": "2026-11-02"})
    assert answer.status_code == 200, answer.text
    (entry,) = entries(conn)
    assert (entry["actor"], entry["action"], entry["subject"]) == ("everyone", "export", "report:hazards")
    assert json.loads(json.dumps(entry["detail"])) == {"from": "2026-11-02"}
