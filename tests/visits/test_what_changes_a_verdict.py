"""Late visits, withdrawals, counters and changes of grids judge a week again, and just those weeks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from answering import client_on
from sqlalchemy import text
from visited_town import SHANGHAI, Asker, add_targets, at, build, excuse, sign_in, today, visit
from walking_ground import record, straight

from gis_grid.attendance.import_file import load_table
from gis_grid.attendance.sheets import Sheet
from gis_grid.jobs.daily import judge_now
from gis_grid.kit import clock
from gis_grid.kit.database import transaction
from gis_grid.kit.settings import Settings
from gis_grid.patrols import record_store, rejudge, service
from gis_grid.visits.counting import MOST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection, Engine

DAY = today() - timedelta(days=1)
MONDAY = DAY - timedelta(days=DAY.weekday())
WEEK = f"{DAY.isocalendar().year}-W{DAY.isocalendar().week:02d}"


@pytest.fixture(scope="module", autouse=True)
def worked_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Let every day of the week be worked, whatever the calendar has there: else nothing may be asked."""
    file = tmp_path_factory.mktemp("days") / "days.csv"
    days = (MONDAY + timedelta(days=n) for n in range(7))
    file.write_text("date,kind\n" + "".join(f"{day},make_up\n" for day in days), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIS_GRID_WORK_DAYS_FILE", str(file))
        yield file


@pytest.fixture(scope="module")
def town(module_engine: Engine, worked_days: Path) -> Engine:
    """Judge the week of both workers; a home of W1's grid that is let is to be visited each week."""
    with transaction(module_engine) as conn:
        build(conn)
        add_targets(conn, ["RENT"], "rented")
        visit(conn, "RENT", at(MONDAY - timedelta(days=40)))
        for worker in conn.execute(text("SELECT id FROM worker")).scalars().all():
            record(conn, worker, straight(at(DAY, 9), 600, (118.7825, 32.0525), (118.7825, 32.0525)))
        conn.execute(text("DELETE FROM touched_day"))
    judge(module_engine)
    with transaction(module_engine) as conn:
        service.judge(
            conn, start=DAY, end=DAY, tz=SHANGHAI, now=clock.now(), profile_names=("jianyang",),
            work_days_file=worked_days,
        )  # fmt: skip
    return module_engine


@pytest.fixture
def conn(town: Engine) -> Iterator[Connection]:
    with town.connect() as conn:
        yield conn


@pytest.fixture(scope="module")
def secrets(town: Engine) -> dict[str, str]:
    with transaction(town) as conn:
        return sign_in(conn)


@pytest.fixture
def ask(conn: Connection, secrets: dict[str, str]) -> Iterator[Asker]:
    with client_on(conn) as client:
        yield Asker(client, secrets)


def judge(engine: Engine) -> rejudge.Rejudged:
    return rejudge.judge_changed(engine, Settings(), now=clock.now(), at_once=True)


def revisions(conn: Connection) -> dict[str, int]:
    query = (
        "SELECT code, iso_week, count(*) FROM judgement JOIN worker ON worker.id = worker_id GROUP BY 1, 2"
    )
    found = {(row[0], row[1]): row[2] for row in conn.execute(text(query))}
    assert {week for _, week in found} == {WEEK}
    return {code: found[code, WEEK] for code in ("W1", "W2")}


def share(conn: Connection, rule: str, worker: str = "W1") -> float:
    """Return how much of a rule over the week the latest revision found."""
    verdicts: list[dict[str, Any]] = conn.execute(
        text(
            "SELECT verdicts FROM week_verdict JOIN judgement ON judgement.id = judgement_id"
            " JOIN worker ON worker.id = worker_id WHERE code = :worker ORDER BY revision DESC LIMIT 1"
        ),
        {"worker": worker},
    ).scalar_one()
    (found,) = [one["best"] for one in verdicts if one["rule"] == rule]
    return float(found)


def marks(conn: Connection) -> int:
    return int(conn.execute(text("SELECT count(*) FROM changed_record")).scalar_one())


def test_a_late_visit_judges_just_its_workers_week_again(ask: Asker, conn: Connection, town: Engine) -> None:
    assert share(conn, "JY-3/2") == 0
    made = ask.report("W1", "RENT", at=at(DAY, 10).isoformat())
    assert made.status_code == 201, made.text
    conn.commit()
    judge_now(town, Settings(), lambda: False)
    assert revisions(conn) == {"W1": 2, "W2": 1}
    assert share(conn, "JY-3/2") == 1
    assert conn.execute(text("SELECT count(*) FROM changed_day")).scalar_one() == 0
    # Nothing of tracks is thought to have changed: what is sealed stays as it was sealed.
    assert conn.execute(text("SELECT count(*) FROM touched_day")).scalar_one() == 0

    taken = ask.post("W1", f"/api/visits/{made.json()['code']}/withdrawal", {"why": "not_made"})
    assert taken.status_code == 200, taken.text
    conn.commit()
    judge(town)
    assert revisions(conn) == {"W1": 3, "W2": 1}
    assert share(conn, "JY-3/2") == 0


def test_a_counter_that_is_entered_judges_who_has_the_grid(
    ask: Asker, conn: Connection, town: Engine
) -> None:
    before = revisions(conn)
    body = {"grid": "G1", "class": "follow_up", "date": str(DAY), "due": 4, "done": 1}
    first = ask.put("commander", "/api/visits/counters", body)
    assert first.status_code == 200, first.text
    assert first.json() | {"at": ""} == {**body, "revision": 1, "by": "chief", "at": ""}
    conn.commit()
    judge(town)
    assert revisions(conn) == {"W1": before["W1"] + 1, "W2": before["W2"]}
    assert share(conn, "JY-3/3") == 0.25

    assert ask.put("commander", "/api/visits/counters", body).json() == first.json(), "sent twice it is one"
    assert marks(conn) == 0
    mended = ask.put("commander", "/api/visits/counters", {**body, "done": 4})
    assert (mended.json()["revision"], mended.json()["done"]) == (2, 4)
    told = ask.get("W1", "/api/visits/counters", **{"from": str(DAY), "to": str(DAY)}).json()["grids"]
    assert [(one["due"], one["done"]) for one in told] == [(4, 4)]
    conn.commit()
    judge(town)
    assert share(conn, "JY-3/3") == 1
    kept = conn.execute(text("SELECT revision, due, done, by FROM visit_counter ORDER BY 1")).all()
    assert kept == [(1, 4, 1, "chief"), (2, 4, 4, "chief")]
    assert conn.execute(text("SELECT count(*) FROM ledger WHERE detail::text ~ 'follow'")).scalar_one() == 0


@pytest.mark.parametrize(
    ("who", "changed", "status"),
    [
        ("commander", {"done": 5}, 400),
        ("commander", {"due": MOST + 1, "done": 0}, 422),
        ("commander", {"due": -1, "done": -1}, 422),
        ("commander", {"class": "household"}, 409),
        ("commander", {"class": "NUL\0"}, 409),
        ("commander", {"date": str(DAY + timedelta(days=2))}, 400),
        ("commander", {"date": str(DAY - timedelta(days=32))}, 400),
        ("commander", {"date": "0001-01-01"}, 400),
        ("commander", {"grid": "G9"}, 404),
        ("commander", {"who": "Mr Wang"}, 422),
        ("W1", {}, 403),
        ("consumer", {}, 403),
    ],
)
def test_a_counter_that_cannot_be_is_refused(
    ask: Asker, who: str, changed: dict[str, Any], status: int
) -> None:
    body = {"grid": "G1", "class": "follow_up", "date": str(DAY), "due": 4, "done": 1, **changed}
    answer = ask.put(who, "/api/visits/counters", body)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert "follow_up" in answer.json()["detail"]


ENTERED = {
    Sheet.SIGNATURES: (("W1", at(DAY, 8, 40), "in", None, None, None), {("W1", DAY)}),
    Sheet.CHECKS: (("W2", at(DAY, 10), "O1"), {("W2", DAY)}),
    Sheet.FORMS: (("W1", DAY, "task-list", at(DAY, 17)), {("W1", DAY)}),
    Sheet.PART_TIME: (("W2", MONDAY - timedelta(days=40), None), {("W2", MONDAY)}),
    Sheet.ABSENCES: (("W2", DAY, DAY, "O1", "W1", at(DAY, 8), at(DAY, 12)), {("W1", DAY), ("W2", DAY)}),
}


def test_what_an_office_enters_marks_whom_it_is_about_and_only_weeks_that_are_judged(
    conn: Connection, town: Engine
) -> None:
    def days() -> set[tuple[str, date]]:
        record_store.gather(conn, clock.now(), SHANGHAI)
        query = "DELETE FROM changed_day USING worker WHERE worker.id = worker_id RETURNING code, local_date"
        return {(row.code, row.local_date) for row in conn.execute(text(query))}

    days()
    assert [sheet for sheet in Sheet if sheet not in ENTERED] == [Sheet.GROUPS, Sheet.WORKERS]
    for sheet, (row, expected) in ENTERED.items():
        load_table(conn, sheet, [row], tz=SHANGHAI)
        assert days() == expected, sheet
        load_table(conn, sheet, [row], tz=SHANGHAI)
        assert days() == set(), sheet
    without = ("W2", DAY, DAY, "O2", None, None, None)
    load_table(conn, Sheet.ABSENCES, [without], tz=SHANGHAI)
    assert days() == {("W1", DAY), ("W2", DAY)}, "the stand-in is taken out"
    before = ("W1", at(MONDAY - timedelta(days=1), 8), "in", None, None, None)
    load_table(conn, Sheet.SIGNATURES, [before], tz=SHANGHAI)
    assert days() == set()
    conn.rollback()


def test_a_stand_ins_visit_judges_whoever_was_stood_in_for(conn: Connection, town: Engine) -> None:
    excuse(conn, "W1", DAY, DAY, stand_in="W2")
    conn.commit()
    judge(town)
    before = revisions(conn)
    visit(conn, "RENT", at(DAY, 11), "W2")
    conn.commit()
    judge(town)
    assert revisions(conn)["W1"] == before["W1"] + 1
    assert share(conn, "JY-3/2") == 1


def test_an_appointment_that_was_kept_is_judged_on_its_own_days(conn: Connection) -> None:
    conn.execute(
        text(
            "WITH made AS (INSERT INTO visit_appointment"
            " (code, target_id, worker_id, during, made_by, made_at)"
            " SELECT :code, t.id, w.id, tstzrange(:start, :end), 'w', :start FROM visit_target t, worker w"
            " WHERE reference = 'RENT' AND w.code = 'W1' RETURNING *)"
            " INSERT INTO visit (target_id, worker_id, at, mode, appointment_id)"
            " SELECT target_id, worker_id, :end + interval '1 hour', 'appointment', id FROM made"
        ),
        {"code": str(uuid4()), "start": at(DAY, 21), "end": at(DAY, 23, 30)},
    )
    found = conn.execute(text("SELECT lower(during), upper(during) FROM changed_record ORDER BY 1")).all()
    # The visit's own quarter of an hour, after midnight, and the appointment.
    tomorrow = DAY + timedelta(days=1)
    assert found == [(at(DAY, 21), at(DAY, 23, 30)), (at(tomorrow, 0, 30), at(tomorrow, 0, 45))]
    conn.rollback()


def test_who_takes_over_a_grid_is_judged_again_and_nobody_else(conn: Connection, town: Engine) -> None:
    before = revisions(conn)
    conn.execute(text("UPDATE assignment SET valid = valid; UPDATE boundary SET valid = valid"))
    assert marks(conn) == 0
    conn.execute(
        text(
            "UPDATE assignment SET valid = tstzrange(lower(valid), :at) FROM worker"
            " WHERE worker.id = worker_id AND code = 'W2'"
        ),
        {"at": at(DAY, 9)},
    )
    conn.commit()
    outcome = judge(town)
    assert outcome.written + outcome.unchanged == 1
    assert revisions(conn)["W1"] == before["W1"]


def test_a_border_that_moves_judges_who_walked_there(conn: Connection, town: Engine) -> None:
    conn.execute(
        text(
            "UPDATE boundary SET geom = ST_Multi(ST_Expand(geom, 0.0001)) FROM grid"
            " WHERE grid.id = grid_id AND code = 'G1'"
        )
    )
    conn.commit()
    outcome = judge(town)
    assert outcome.written + outcome.unchanged == 1


def test_a_week_that_nobody_was_judged_on_is_not_judged_for_a_visit(conn: Connection, town: Engine) -> None:
    before = revisions(conn)
    visit(conn, "RENT", at(MONDAY - timedelta(days=20)))
    conn.commit()
    outcome = judge(town)
    assert (outcome.written, outcome.unchanged, marks(conn)) == (0, 0, 0)
    assert revisions(conn) == before


def test_while_another_run_judges_marks_wait(conn: Connection, town: Engine) -> None:
    visit(conn, "RENT", at(DAY, 12))
    conn.commit()
    with town.connect() as other:
        assert rejudge.run_store.lock_if_free(other)
        assert judge(town).written == 0
        assert marks(conn) == 1
    judge(town)
    assert marks(conn) == 0
