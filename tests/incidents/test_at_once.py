"""Two at once, on connections of their own: one incident, one winner, no deadlock."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import pytest
import two_grids
from signed_in import signed_in
from sqlalchemy.exc import DBAPIError

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.incidents import service
from gis_grid.incidents.errors import IncidentMoved, MoveRefused
from gis_grid.kit import bus
from gis_grid.kit.database import transaction
from gis_grid.kit.errors import Conflict
from gis_grid.kit.logins import SERVICE_ROLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection, Engine

RULES: Final = service.IncidentRules(ZoneInfo("Asia/Shanghai"), None, None, Path("/nowhere"))
NAMES: Final = ("one", "other")


@pytest.fixture(scope="module")
def secrets(module_engine: Engine) -> dict[str, str]:
    with transaction(module_engine) as conn:
        two_grids.build(conn)
        return {name: signed_in(conn, name, [(Role.COMMANDER, "C1")]) for name in NAMES}


def at_once(
    engine: Engine,
    secrets: dict[str, str],
    permission: Permission,
    do: Callable[[Connection, service.Who, service.Within], Any],
) -> list[Any]:
    """Let two commanders do something in the same moment; return what each got, or what was refused."""
    barrier = Barrier(2)

    def run(name: str) -> Any:
        try:
            with transaction(engine) as conn:
                conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
                entered = scope.enter(conn, Credential("session", secrets[name]), permission)
                assert entered is not None
                barrier.wait(10)
                return do(conn, service.Who(name), service.Within(entered.areas, entered.worker_id))
        except Conflict as error:
            return error
        except IncidentMoved as error:
            return error

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, NAMES))


def report(code: str, title: str = "三单元楼道堆物") -> service.Report:
    return service.Report("safety.stairway", title, service.Said(118.7825, 32.0525), code=code)


def add(engine: Engine, secrets: dict[str, str], *codes: str) -> None:
    for code in codes:
        with transaction(engine) as conn:
            conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
            entered = scope.enter(conn, Credential("session", secrets["one"]), Permission.REPORT_INCIDENTS)
            assert entered is not None
            within = service.Within(entered.areas, None)
            service.report(conn, report(code), service.Who("one"), within, now=now(), rules=RULES)


def now() -> datetime:
    return datetime.now(UTC)


def counted(engine: Engine, query: str) -> int:
    with transaction(engine) as conn:
        return int(conn.exec_driver_sql(query).scalar_one())


def test_a_code_that_two_give_at_once_is_one_incident(module_engine: Engine, secrets: dict[str, str]) -> None:
    got = at_once(
        module_engine,
        secrets,
        Permission.REPORT_INCIDENTS,
        lambda conn, who, within: service.report(conn, report("same"), who, within, now=now(), rules=RULES),
    )
    kinds = sorted(type(one).__name__ for one in got)
    assert kinds == ["Conflict", "Reported"], "another's report under the same code"
    assert counted(module_engine, "SELECT count(*) FROM incident WHERE code = 'same'") == 1
    assert counted(module_engine, "SELECT count(*) FROM ledger WHERE subject = 'incident:same'") == 1


def test_a_report_that_is_sent_twice_at_once_is_stored_once(
    module_engine: Engine, secrets: dict[str, str]
) -> None:
    both = dict.fromkeys(NAMES, secrets["one"])
    got = at_once(
        module_engine,
        both,
        Permission.REPORT_INCIDENTS,
        lambda conn, _, within: service.report(
            conn, report("twice"), service.Who("one"), within, now=now(), rules=RULES
        ),
    )
    assert sorted(one.new for one in got) == [False, True]


def test_of_two_moves_at_once_one_is_made(module_engine: Engine, secrets: dict[str, str]) -> None:
    add(module_engine, secrets, "moved", "tagged")

    def move(code: str, revision: int | None) -> list[Any]:
        wanted = service.Wanted("take_up", revision=revision)
        return at_once(
            module_engine,
            secrets,
            Permission.HANDLE_INCIDENTS,
            lambda conn, who, _: service.move(conn, code, wanted, who, now=now(), rules=RULES),
        )

    for code, revision, refusal in (("moved", None, MoveRefused), ("tagged", 1, IncidentMoved)):
        got = move(code, revision)
        assert got.count(None) == 1, got
        (refused,) = [one for one in got if one is not None]
        assert isinstance(refused, refusal)
        assert (refused.state, refused.revision) == ("handling", 2)
        assert "finish" in [one["move"] for one in refused.allowed]
    assert counted(module_engine, "SELECT count(*) FROM incident_move WHERE move = 'take_up'") == 2


def test_two_who_merge_each_into_the_other_end_in_one(module_engine: Engine, secrets: dict[str, str]) -> None:
    add(module_engine, secrets, "left", "right")
    pairs = {"one": ("left", "right"), "other": ("right", "left")}
    got = at_once(
        module_engine,
        secrets,
        Permission.HANDLE_INCIDENTS,
        lambda conn, who, _: service.merge(conn, *pairs[who.name], who, why="", now=now()),
    )
    assert sorted(type(one).__name__ for one in got) == ["Conflict", "NoneType"]
    assert counted(module_engine, "SELECT count(*) FROM incident WHERE duplicate_of IS NOT NULL") == 1


def test_a_part_is_let_go_while_its_whole_is_merged_further(
    module_engine: Engine, secrets: dict[str, str]
) -> None:
    """Each waits for the other once: merging on takes parts along that whoever undoes it holds already."""
    for n in range(6):
        add(module_engine, secrets, f"part-{n}", f"whole-{n}", f"further-{n}")
        with transaction(module_engine) as conn:
            conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
            scope.enter(conn, Credential("session", secrets["one"]), Permission.HANDLE_INCIDENTS)
            service.merge(conn, f"part-{n}", f"whole-{n}", service.Who("one"), why="", now=now())

        def do(conn: Connection, who: service.Who, _: service.Within, n: int = n) -> None:
            if who.name == "one":
                service.unmerge(conn, f"part-{n}", who, why="two", now=now(), rules=RULES)
            else:
                service.merge(conn, f"whole-{n}", f"further-{n}", who, why="", now=now())

        assert at_once(module_engine, secrets, Permission.HANDLE_INCIDENTS, do) == [None, None]


def test_an_emergency_is_told_with_the_commit_that_stores_it_and_once(
    module_engine: Engine, secrets: dict[str, str]
) -> None:
    add(module_engine, secrets, "late")
    with transaction(module_engine) as conn:
        conn.exec_driver_sql("UPDATE incident SET red_at = '2000-01-01Z' WHERE code = 'late'")
        assert service.raise_due(conn, now()) == 1

    def send(sent: service.Report) -> bool:
        with transaction(module_engine) as conn:
            conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
            entered = scope.enter(conn, Credential("session", secrets["one"]), Permission.REPORT_INCIDENTS)
            assert entered is not None
            within = service.Within(entered.areas, None)
            made = service.report(conn, sent, service.Who("one"), within, now=now(), rules=RULES)
            assert list(hear(0.05)) == [], "not before the commit"
        return made.new

    fire = replace(report("fire"), category="emergency.fire", at=now())
    with bus.listening(module_engine, service.TOPIC) as hear:
        assert send(fire)
        assert next(iter(hear(5))) == "fire"
        with transaction(module_engine) as conn:
            told = [(one["code"], one["kind"]) for one in service.unacknowledged(conn, None, 9)]
        assert told == [("fire", "emergency"), ("late", "red")], "newer, and first"
        assert not send(fire), "sent twice"
        send(report("calm"))
        assert list(hear(0.2)) == [], "neither again nor for what can wait"


def test_nobody_writes_in_anothers_name_or_area(module_engine: Engine, secrets: dict[str, str]) -> None:
    add(module_engine, secrets, "guarded")
    with transaction(module_engine) as conn:
        conn.exec_driver_sql(
            "INSERT INTO incident_alert (incident_id, kind, due_at, at, level)"
            " SELECT id, 'yellow', now(), now(), 'worker' FROM incident WHERE code = 'guarded'"
        )
    move = (
        "INSERT INTO incident_move (incident_id, n, move, to_state, by_account, role, at)"
        " SELECT id, 9, 'x', 'x', '{}', 'commander', now() FROM incident WHERE code = 'guarded'"
    )
    tries = {
        "another's name": (Permission.HANDLE_INCIDENTS, move.format("other")),
        "another permission": (Permission.SEE_INCIDENTS, move.format("one")),
        "another role": (
            Permission.HANDLE_INCIDENTS,
            move.format("one").replace("commander", "auditor"),
        ),
        "a later move of a report": (Permission.REPORT_INCIDENTS, move.format("one")),
        "an alert": (
            Permission.HANDLE_INCIDENTS,
            (
                "INSERT INTO incident_alert (incident_id, kind, due_at, at, level)"
                " SELECT id, 'red', now(), now(), 'worker' FROM incident"
            ),
        ),
        "a look in another's name": (
            Permission.HANDLE_INCIDENTS,
            "UPDATE incident_alert SET acknowledged_by = 'other', acknowledged_at = now()",
        ),
        "an attachment": (Permission.REPORT_INCIDENTS, "UPDATE attachment SET note = 'x'"),
        "an attachment of another": (
            Permission.REPORT_INCIDENTS,
            (
                "INSERT INTO attachment (incident_id, sha256, media_type, bytes, added_by, added_at)"
                " SELECT id, repeat('a', 64), 'x', 1, 'other', now() FROM incident"
            ),
        ),
        "a deadline": (Permission.HANDLE_INCIDENTS, "UPDATE incident SET deadline = now()"),
        "a title": (Permission.HANDLE_INCIDENTS, "UPDATE incident SET title = 'x'"),
        "a move": (Permission.HANDLE_INCIDENTS, "UPDATE incident_move SET why = 'x'"),
        "an incident": (Permission.HANDLE_INCIDENTS, "DELETE FROM incident"),
    }
    for permission, statement in tries.values():
        with module_engine.connect() as conn, conn.begin() as begun:
            conn.exec_driver_sql(f"SET LOCAL ROLE {SERVICE_ROLE}")
            assert scope.enter(conn, Credential("session", secrets["one"]), permission) is not None
            with pytest.raises(DBAPIError, match=r"permission denied|row-level security"):
                conn.exec_driver_sql(statement)
            begun.rollback()
