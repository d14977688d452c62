"""What visits count for in verdicts: those of a stand-in for the grid, kept appointments as such duty."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import text
from visited_town import HOMES, SHANGHAI, at, build, excuse, ms, visit

from gis_grid.core import judge_period
from gis_grid.core.rules.calendar import WorkDays
from gis_grid.patrols.facts import work_of
from gis_grid.patrols.profiles import load

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gis_grid.core.rules.work import Work

FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
NOW = at(date(2026, 11, 20))


def work(conn: Connection) -> Work:
    worker = conn.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    return work_of(conn, [worker], FIRST, LAST, tz=SHANGHAI, now=NOW)[worker]


def covered(conn: Connection) -> float:
    judged: Any = judge_period(
        work(conn), [load("xiangyang")], period="2026-Q3", tz=SHANGHAI, work_days=WorkDays(), now_ms=ms(NOW)
    )
    (verdict,) = [one for one in judged.verdicts if one.rule == "XY-5"]
    return float(verdict.best)


def test_visits_of_a_stand_in_count_for_the_grid(conn: Connection) -> None:
    build(conn)
    day = date(2026, 8, 3)
    visit(conn, HOMES[0], at(FIRST))
    visit(conn, HOMES[1], at(day), "W2")
    visit(conn, HOMES[2], at(day + timedelta(days=1)), "W2")
    assert covered(conn) == 0.25
    excuse(conn, "W1", day, day, stand_in="W2")
    assert covered(conn) == 0.5


def test_a_withdrawn_visit_and_a_target_that_came_later_count_no_more(conn: Connection) -> None:
    build(conn)
    for home in HOMES[:2]:
        visit(conn, home, at(FIRST))
    assert covered(conn) == 0.5
    conn.execute(text("INSERT INTO visit_withdrawal SELECT min(id), now(), 'x', 'not_made' FROM visit"))
    assert covered(conn) == 0.25
    conn.execute(text("UPDATE visit_target SET since = '2026-09-01' WHERE reference IN ('HOME-2', 'HOME-3')"))
    assert covered(conn) == 0.5


def test_an_appointment_that_was_kept_is_duty_by_appointment(conn: Connection) -> None:
    build(conn)
    span = {"start": at(FIRST, 9), "end": at(FIRST, 10)}
    for n, reference in enumerate(HOMES[:2]):
        conn.execute(
            text(
                "INSERT INTO visit_appointment (code, target_id, worker_id, during, made_by, made_at)"
                " SELECT :code, t.id, w.id, tstzrange(:start, :end), 'w', :start"
                " FROM visit_target t, worker w"
                " WHERE reference = :reference AND w.code = 'W1'"
            ),
            {"code": str(uuid4()), "reference": reference, **span},
        )
        if n == 0:
            conn.execute(
                text(
                    "INSERT INTO visit (target_id, worker_id, at, mode, appointment_id)"
                    " SELECT target_id, worker_id, lower(during), 'appointment', id FROM visit_appointment"
                )
            )
    assert work(conn).appointments == ((ms(span["start"]), ms(span["end"])),)
