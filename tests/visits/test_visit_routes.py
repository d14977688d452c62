"""What is due and who sees it; a visit is reported once, counts for the grid, and is never changed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from answering import client_on
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from visited_town import HOMES, IN_G1, Asker, add_targets, at, build, excuse, sign_in, today, visit

from gis_grid.core.cadence import period_of
from gis_grid.core.rules.rule import Scope
from gis_grid.kit import clock
from gis_grid.kit.errors import Conflict
from gis_grid.visits import reporting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi.testclient import TestClient
    from sqlalchemy import Connection, Engine

QUARTER, LAST_OF_IT = period_of(Scope.QUARTER, today())
BEFORE = QUARTER - timedelta(days=20)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def town(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as conn, conn.begin() as transaction:
        build(conn)
        yield conn
        transaction.rollback()


@pytest.fixture(scope="module")
def program(town: Connection) -> Iterator[tuple[TestClient, Asker]]:
    with client_on(town) as client:
        yield client, Asker(client, sign_in(town))


@pytest.fixture
def conn(town: Connection) -> Iterator[Connection]:
    with town.begin_nested() as part:
        yield town
        part.rollback()


@pytest.fixture
def ask(program: tuple[TestClient, Asker], conn: Connection) -> Asker:
    return program[1]


def test_homes_are_due_once_a_quarter_and_overdue_when_one_was_missed(ask: Asker, conn: Connection) -> None:
    visit(conn, "HOME-G2", at(BEFORE - timedelta(days=120)), "W2")  # records go so far back
    visit(conn, HOMES[0], at(BEFORE))
    visit(conn, HOMES[1], clock.now())
    visit(conn, HOMES[2], at(BEFORE), mode="phone")
    found = ask.get("W1", "/api/visits/due", all=True).json()
    rows = {row["target"]: row for row in found["due"]}
    assert {code: row["state"] for code, row in rows.items()} == {
        HOMES[0]: "due",
        HOMES[1]: "done",
        HOMES[2]: "overdue",  # a call is no visit to the home (XY-5)
        HOMES[3]: "overdue",
    }
    assert rows[HOMES[0]]["due_on"] == str(LAST_OF_IT)
    assert rows[HOMES[3]]["overdue_since"] == str(QUARTER)
    assert (rows[HOMES[3]]["rule"], rows[HOMES[3]]["profile"]) == ("XY-5", "xiangyang")
    assert (rows[HOMES[0]]["lon"], rows[HOMES[0]]["lat"]) == IN_G1
    (counts,) = found["grids"]
    assert {key: counts[key] for key in ("grid", "targets", "asked", "done", "due", "overdue")} == {
        "grid": "G1",
        "targets": 4,
        "asked": 4,
        "done": 1,
        "due": 1,
        "overdue": 2,
    }
    listed = ask.get("W1", "/api/visits/due", limit=1).json()
    assert (listed["numberMatched"], listed["numberReturned"]) == (3, 1)
    assert listed["due"][0]["state"] == "overdue"


def test_before_visits_were_recorded_nothing_was_missed(ask: Asker, conn: Connection) -> None:
    found = ask.get("W1", "/api/visits/due").json()["due"]
    assert {(row["state"], row["due_on"]) for row in found} == {("due", str(LAST_OF_IT))}
    visit(conn, HOMES[0], at(QUARTER))  # since the quarter began, and no more is known
    assert set(ask.due("W1").values()) == {"due", "done"}


def test_a_worker_sees_the_own_grid_a_commander_all_and_others_nothing(ask: Asker) -> None:
    assert set(ask.due("W1")) == set(HOMES)
    assert set(ask.due("W2")) == {"HOME-G2"}
    assert set(ask.due("commander")) == {*HOMES, "HOME-G2"}
    assert set(ask.due("commander", grid="G2")) == {"HOME-G2"}
    assert ask.get("W1", "/api/visits/due", grid="G2").status_code == 404
    assert ask.get("consumer", "/api/visits/due").status_code == 403
    assert ask.report("W1", "HOME-G2").status_code == 404
    assert ask.report("commander", HOMES[0]).status_code == 403


def test_a_visit_that_is_sent_twice_is_one(ask: Asker) -> None:
    code, moment = str(uuid4()), clock.now().isoformat()
    first = ask.report("W1", HOMES[0], code=code, at=moment)
    again = ask.report("W1", HOMES[0], code=code, at=moment)
    assert first.status_code == again.status_code == 201, first.text
    assert first.json() == again.json()
    assert first.json()["counts"] is True
    assert ask.due("W1")[HOMES[0]] == "done"
    other = ask.report("W1", HOMES[1], code=code, at=moment)
    assert (other.status_code, other.json()["title"]) == (409, "The code is another visit's")
    same = ask.report("W1", HOMES[0], at=moment)
    assert (same.status_code, same.json()["title"]) == (409, "This visit was reported before")

    body = {"code": str(uuid4()), "target": HOMES[1], "mode": "door"}
    now, later = (ask.post("W1", "/api/visits", body) for _ in range(2))
    assert (now.status_code, now.json()) == (later.status_code, later.json()), "without a time, too"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"mode": "shout"}, 422),
        ({"at": "2026-11-22T10:00"}, 422),
        ({"at": "2020-01-01T00:00Z"}, 400),
        ({"at": "2199-01-01T00:00Z"}, 400),
        ({"note": "Mr Wang was at home"}, 422),
        ({"target": "NO-SUCH"}, 404),
        ({"target": "NUL\0"}, 404),
        ({"appointment": str(uuid4()), "mode": "appointment"}, 404),
    ],
)
def test_a_bad_report_is_refused(ask: Asker, more: dict[str, str], status: int) -> None:
    body = {"code": str(uuid4()), "target": HOMES[0], "mode": "door", **more}
    assert ask.post("W1", "/api/visits", body).status_code == status


def test_a_withdrawn_visit_stays_and_counts_no_more(ask: Asker, conn: Connection) -> None:
    code = ask.report("W1", HOMES[0]).json()["code"]
    path = f"/api/visits/{code}/withdrawal"
    assert ask.post("W2", path, {"why": "not_made"}).status_code == 404
    taken = ask.post("W1", path, {"why": "wrong_target"})
    assert taken.status_code == 200, taken.text
    assert taken.json()["withdrawn"]["by"] == "worker-1"
    assert taken.json()["counts"] is False
    assert ask.due("W1")[HOMES[0]] == "due"
    assert ask.post("commander", path, {"why": "not_made"}).status_code == 409
    (kept,) = ask.get("commander", "/api/visits").json()["visits"]
    assert (kept["code"], kept["withdrawn"]["why"]) == (code, "wrong_target")
    entry = conn.execute(text("SELECT actor, detail FROM ledger WHERE action = 'withdraw_visit'")).one()
    assert tuple(entry) == ("worker-1", {"why": "wrong_target"})


def test_whoever_is_slower_to_take_back_or_call_off_is_told(ask: Asker, conn: Connection) -> None:
    visited = reporting.get_visit(conn, UUID(ask.report("W1", HOMES[0]).json()["code"]))
    start, code = clock.now() + timedelta(hours=1), str(uuid4())
    body = {"code": code, "target": HOMES[0], "from": start.isoformat()}
    made = ask.post("W1", "/api/visits/appointments", {**body, "until": (start + HOUR).isoformat()})
    assert made.status_code == 201, made.text
    agreed = reporting.get_appointment(conn, UUID(code))
    reporting.withdraw(conn, visited, by="a", why="not_made", now=clock.now())
    with pytest.raises(Conflict, match="withdrawn before"):
        reporting.withdraw(conn, visited, by="b", why="not_made", now=clock.now())
    reporting.call_off(conn, agreed, by="a", why="moved", now=clock.now())
    with pytest.raises(Conflict, match="called off before"):
        reporting.call_off(conn, agreed, by="b", why="moved", now=clock.now())


def test_a_commander_takes_a_workers_visit_back(ask: Asker) -> None:
    code = ask.report("W1", HOMES[0]).json()["code"]
    taken = ask.post("commander", f"/api/visits/{code}/withdrawal", {"why": "not_made"})
    assert taken.json()["withdrawn"]["by"] == "chief"


@pytest.mark.parametrize(
    "table", ["visit", "visit_withdrawal", "visit_appointment", "visit_appointment_end", "visit_proof"]
)
def test_nobody_changes_what_is_stored(conn: Connection, table: str) -> None:
    column = conn.execute(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = :table LIMIT 1"),
        {"table": table},
    ).scalar_one()
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}"):
        with pytest.raises(ProgrammingError), conn.begin_nested():
            conn.exec_driver_sql(statement)


def test_a_stand_in_sees_the_grid_and_the_visit_counts_for_it(ask: Asker, conn: Connection) -> None:
    excuse(conn, "W1", today(), today(), stand_in="W2")
    assert set(ask.due("W2")) == {*HOMES, "HOME-G2"}
    made = ask.report("W2", HOMES[0])
    assert made.status_code == 201, made.text
    assert (made.json()["counts"], made.json()["by_stand_in"]) == (True, True)
    assert ask.due("commander")[HOMES[0]] == "done"


def test_a_visit_by_somebody_else_does_not_count(ask: Asker, conn: Connection) -> None:
    visit(conn, HOMES[0], clock.now(), "W2")
    assert ask.due("commander")[HOMES[0]] == "due"
    (kept,) = ask.get("commander", "/api/visits").json()["visits"]
    assert kept["counts"] is False


def test_an_appointment_is_made_kept_and_called_off(ask: Asker) -> None:
    now = clock.now()
    span = {"from": now.isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    later = {"from": span["until"], "until": (now + timedelta(hours=2)).isoformat()}
    codes = [str(uuid4()), str(uuid4())]
    for code, hour in zip(codes, (span, later), strict=True):
        body = {"code": code, "target": HOMES[0], **hour}
        assert ask.post("W1", "/api/visits/appointments", body).status_code == 201
        assert ask.post("W1", "/api/visits/appointments", body).status_code == 201
    twice = ask.post("W1", "/api/visits/appointments", {"code": str(uuid4()), "target": HOMES[0], **span})
    assert (twice.status_code, codes[0] in twice.json()["detail"]) == (409, True)
    moved = {"code": codes[0], "target": HOMES[1], **span}
    assert ask.post("W1", "/api/visits/appointments", moved).status_code == 409
    upside_down = {"code": str(uuid4()), "target": HOMES[0], "from": span["until"], "until": span["from"]}
    assert ask.post("W1", "/api/visits/appointments", upside_down).status_code == 400
    assert ask.report("W1", HOMES[0], appointment=codes[0]).status_code == 400
    other = ask.report("W1", HOMES[1], mode="appointment", appointment=codes[0])
    assert other.json()["title"] == "The appointment is of another target"
    kept = ask.report("W1", HOMES[0], mode="appointment", appointment=codes[0])
    assert (kept.status_code, kept.json()["appointment"]) == (201, codes[0])
    off = ask.post("W1", f"/api/visits/appointments/{codes[1]}/end", {"why": "asked_off"})
    assert off.json()["state"] == "called_off"
    for code in codes:
        again = ask.post("commander", f"/api/visits/appointments/{code}/end", {"why": "moved"})
        assert again.status_code == 409
    found = ask.get("commander", "/api/visits/appointments").json()["appointments"]
    assert {one["code"]: one["state"] for one in found} == {codes[0]: "kept", codes[1]: "called_off"}
    assert ask.get("W2", "/api/visits/appointments").json() == {"appointments": []}


def test_coverage_of_the_quarter_is_due_done_left_and_percent(ask: Asker, conn: Connection) -> None:
    visit(conn, HOMES[0], clock.now())
    visit(conn, HOMES[0], clock.now() - timedelta(seconds=1))
    visit(conn, HOMES[1], at(BEFORE))
    rows = ask.get("commander", "/api/visits/coverage").json()["grids"]
    found = {row["grid"]: (row["due"], row["done"], row["left"], row["percent"]) for row in rows}
    assert found == {"G1": (4, 1, 3, 25.0), "G2": (1, 0, 1, 0.0)}
    assert (rows[0]["households"], rows[0]["without_a_target"]) == (400, 396)
    assert ask.get("W1", "/api/visits/coverage", period="2026-X").status_code == 400
    assert ask.get("W1", "/api/visits/coverage", period="2026-11").json()["grids"] == []


def test_a_target_is_there_from_its_first_to_before_its_last_day(ask: Asker, conn: Connection) -> None:
    tomorrow = today() + timedelta(days=1)
    conn.execute(
        text(
            "UPDATE visit_target SET since = CASE reference WHEN 'HOME-0' THEN CAST(:next AS date) END, "
            "until = CASE reference WHEN 'HOME-1' THEN CAST(:today AS date) END"
        ),
        {"next": tomorrow, "today": today()},
    )
    assert set(ask.due("W1")) == {"HOME-2", "HOME-3"}


def test_many_grids_and_classes_are_told_apart(ask: Asker, conn: Connection) -> None:
    add_targets(conn, ["FLAT"], "rented")
    assert ask.due("W1", **{"class": "rented"}) == {"FLAT": "not_asked"}  # no rule of this area asks for it
    assert "FLAT" not in {row["target"] for row in ask.get("W1", "/api/visits/due").json()["due"]}


def test_no_day_of_the_calendar_is_a_fault(ask: Asker) -> None:
    for query in (
        {"from": "0001-01-01"},
        {"to": "9999-12-31"},
        {"to": str(date.min)},
        {"from": "2026-02-01", "to": "2026-01-01"},
    ):
        for path in ("/api/visits", "/api/visits/counters", "/api/visits/appointments"):
            assert ask.get("W1", path, **query).status_code == 400, (path, query)
    for period in ("0001-Q1", "9999-Q4", "9999-12", "2026-W60", "0001-W01"):
        answer = ask.get("W1", "/api/visits/coverage", period=period)
        assert answer.status_code in {200, 400}, (period, answer.text)
