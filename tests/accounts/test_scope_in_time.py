"""Of a worker who changes areas, each commander sees only the own time; the worker sees all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import shapely
from signed_in import signed_in
from sqlalchemy import Connection, text
from walking_ground import SHANGHAI, at, hire, publish, record, stroll

from gis_grid.accounts import scope
from gis_grid.accounts.roles import Permission, Role
from gis_grid.accounts.scope import Credential
from gis_grid.grids import service as grids
from gis_grid.kit import logins
from gis_grid.patrols import service as patrols

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, SECOND, THIRD = date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)
"""Mondays: the worker is in A until the midnight before the second, in B until that before the third."""

A, B = shapely.box(116.300, 39.900, 116.304, 39.903), shapely.box(116.304, 39.900, 116.308, 39.903)
OLD = datetime(2026, 1, 1, tzinfo=UTC)

DATED = """
    INSERT INTO signature (worker_id, at, kind)
    SELECT id, day + interval '9 hours', 'in' FROM worker, unnest(CAST(:days AS timestamptz[])) AS day;
    INSERT INTO daily_form (worker_id, local_date, form, filed_at)
    SELECT id, day, 'f', day FROM worker, unnest(CAST(:dates AS date[])) AS day;
    INSERT INTO off_duty_count (worker_id, local_date, fixes)
    SELECT id, day, 1 FROM worker, unnest(CAST(:dates AS date[])) AS day;
    INSERT INTO absence (worker_id, first_date, last_date, approved_by)
    SELECT id, day + 6, day + 6, 'x' FROM worker, unnest(CAST(:dates AS date[])) AS day;
    INSERT INTO period_judgement (worker_id, period, revision, judged_at, core_version, profiles,
                                  result_digest, provisional, verdicts)
    SELECT id, period, 1, now(), '1', '[]', '', false, '[]'
    FROM worker, unnest(ARRAY['2026-10', '2026-11', '2026-12', '2026-Q3', '2026-Q4', '2027-Q1']) AS period
    ON CONFLICT DO NOTHING
"""


@pytest.fixture
def town(conn: Connection) -> Iterator[Connection]:
    """Return a worker's three weeks, read with the rights of the service."""
    publish(conn, "A", A)
    publish(conn, "B", B)
    worker = hire(conn, "W1", grid=None)
    grids.assign(conn, [("W1", "A", OLD, at(SECOND, 0)), ("W1", "B", at(SECOND, 0), at(THIRD, 0))])
    for monday, ground in ((FIRST, A), (SECOND, B), (THIRD, B)):
        record(conn, worker, stroll(at(monday, 9), 3600, (ground.centroid.x, ground.centroid.y)))
    patrols.judge(conn, start=FIRST, end=THIRD, tz=SHANGHAI, now=at(THIRD + timedelta(days=30), 0))
    mondays = [FIRST, SECOND, THIRD]
    values = {"days": [at(monday, 0) for monday in mondays], "dates": mondays}
    for statement in DATED.split(";"):
        conn.execute(text(statement), values)
    return conn


def days_seen(
    conn: Connection, who: str, role: Role, area: str | None, worker: str | None = None
) -> dict[str, set[str]]:
    """Return the days, weeks or periods of which rows are seen, by table."""
    credential = Credential("session", signed_in(conn, who, [(role, area)], worker=worker))
    columns = {
        "fix": "(t AT TIME ZONE 'Asia/Shanghai')::date",
        "duty": "(lower(during) AT TIME ZONE 'Asia/Shanghai')::date",
        "signature": "(at AT TIME ZONE 'Asia/Shanghai')::date",
        "daily_form": "local_date",
        "off_duty_count": "local_date",
        "absence": "first_date - 6",
        "day_verdict": "local_date - CAST(extract(isodow FROM local_date) AS int) + 1",
        "judgement": "to_date(iso_week, 'IYYY\"-W\"IW')",
        "judgement_input": "(SELECT to_date(iso_week, 'IYYY\"-W\"IW') FROM judgement"
        " WHERE id = judgement_id)",
        "period_judgement": "period",
        "worker": "code",
    }
    with conn.begin_nested():
        conn.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
        assert scope.enter(conn, credential, Permission.SEE_TRACKS) is not None
        found = {
            table: set(conn.exec_driver_sql(f"SELECT DISTINCT CAST({column} AS text) FROM {table}").scalars())
            for table, column in columns.items()
        }
        conn.exec_driver_sql("RESET ROLE")
    return found


RECORDED = ("fix", "duty", "signature", "daily_form", "off_duty_count", "absence")
JUDGED = ("day_verdict", "judgement", "judgement_input")
DAILY = RECORDED + JUDGED
"""Nobody is judged without a grid: there is no third week."""


def test_each_area_sees_its_own_week_of_a_worker_who_changed(town: Connection) -> None:
    before = days_seen(town, "chief-a", Role.COMMANDER, "C-A")
    after = days_seen(town, "chief-b", Role.COMMANDER, "C-B")

    assert {table: before[table] for table in DAILY} == {table: {str(FIRST)} for table in DAILY}
    assert {table: after[table] for table in DAILY} == {table: {str(SECOND)} for table in DAILY}
    assert before["worker"] == after["worker"] == {"W1"}
    assert before["period_judgement"] == {"2026-10", "2026-11", "2026-Q3", "2026-Q4"}
    assert after["period_judgement"] == {"2026-11", "2026-Q4"}


def test_a_contest_of_a_month_is_seen_where_some_of_the_month_was_worked(town: Connection) -> None:
    town.exec_driver_sql(
        "INSERT INTO contest (worker_id, period, revision, subject, rule, outcome_then, words, filed_at)"
        " SELECT worker_id, period, 1, 'period', 'XY-5', 'short', 'x', now() FROM period_judgement"
        " WHERE revision = 1"
    )

    def found(who: str, area: str) -> set[str]:
        credential = Credential("session", signed_in(town, who, [(Role.AUDITOR, area)]))
        with town.begin_nested():
            town.exec_driver_sql(f"SET LOCAL ROLE {logins.SERVICE_ROLE}")
            assert scope.enter(town, credential, Permission.REVIEW_CONTESTS) is not None
            periods = set(town.exec_driver_sql("SELECT period FROM contest").scalars())
            town.exec_driver_sql("RESET ROLE")
        return periods

    assert found("reviewer-a", "C-A") == {"2026-10", "2026-11", "2026-Q3", "2026-Q4"}
    assert found("reviewer-b", "C-B") == {"2026-11", "2026-Q4"}


def test_oneself_is_always_seen(town: Connection) -> None:
    found = days_seen(town, "w1", Role.WORKER, "C-A", "W1")

    assert {table: len(found[table]) for table in RECORDED} == dict.fromkeys(RECORDED, 3)
    assert {table: len(found[table]) for table in JUDGED} == dict.fromkeys(JUDGED, 2)


def test_who_commands_everywhere_sees_also_the_time_without_a_grid(town: Connection) -> None:
    found = days_seen(town, "chief", Role.COMMANDER, None)

    assert str(THIRD) in found["fix"] & found["duty"] & found["absence"]


def test_what_a_week_was_judged_on_is_seen_by_who_sees_all_of_it(conn: Connection) -> None:
    publish(conn, "A", A)
    publish(conn, "B", B)
    worker = hire(conn, "W1", grid=None)
    wednesday = at(FIRST + timedelta(days=2), 0)
    grids.assign(conn, [("W1", "A", OLD, wednesday), ("W1", "B", wednesday, None)])
    record(conn, worker, stroll(at(FIRST, 9), 3600, (A.centroid.x, A.centroid.y)))
    patrols.judge(conn, start=FIRST, end=FIRST, tz=SHANGHAI, now=at(THIRD, 0))

    for area, seen in (("C-A", set()), ("C-B", set()), (None, {str(FIRST)})):
        found = days_seen(conn, f"chief-{area}".lower(), Role.COMMANDER, area)
        assert found["judgement"] == {str(FIRST)}
        assert found["judgement_input"] == seen


def test_a_colleague_is_not_seen_by_a_worker(town: Connection) -> None:
    hire(town, "W2", "A")

    found = days_seen(town, "w2", Role.WORKER, "C-A", "W2")

    assert found == {**{table: set() for table in (*DAILY, "period_judgement")}, "worker": {"W2"}}


def test_a_midnight_belongs_to_whom_has_the_grid_from_it_on(town: Connection) -> None:
    town.execute(
        text("UPDATE signature SET at = :at WHERE at = :nine"), {"at": at(SECOND, 0), "nine": at(SECOND, 9)}
    )

    assert days_seen(town, "chief-a", Role.COMMANDER, "C-A")["signature"] == {str(FIRST)}
    assert days_seen(town, "chief-b", Role.COMMANDER, "C-B")["signature"] == {str(SECOND)}


def test_an_assignment_without_a_beginning_or_an_end_is_seen_for_all_time(town: Connection) -> None:
    town.exec_driver_sql(
        "DELETE FROM assignment; INSERT INTO assignment (worker_id, grid_id, valid) "
        "SELECT worker.id, grid.id, '(,)' FROM worker, grid WHERE grid.code = 'A'"
    )
    hire(town, "W2", "B")

    found = days_seen(town, "chief-a", Role.COMMANDER, "C-A")

    assert found["worker"] == {"W1"}
    assert {table: len(found[table]) for table in RECORDED} == dict.fromkeys(RECORDED, 3)
    assert days_seen(town, "chief-b", Role.COMMANDER, "C-B")["fix"] == set()
