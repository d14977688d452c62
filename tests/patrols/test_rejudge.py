"""What comes in late is judged again: just the workers' weeks concerned, and each once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import shapely
from sqlalchemy import text
from walking_ground import INSIDE, MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.core import Fixes
from gis_grid.jobs.daily import judge_now
from gis_grid.kit.database import make_engine, transaction
from gis_grid.kit.errors import BadInput
from gis_grid.kit.settings import Settings
from gis_grid.patrols import part, rejudge, revisions, run_store, service
from gis_grid.tracks import changes
from gis_grid.tracks import service as tracks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from conftest import Server
    from sqlalchemy import Engine

SETTINGS = Settings()
TUESDAY, SUNDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=6)
NOON = at(TUESDAY, 12)
"""The week still goes on."""


@pytest.fixture(scope="module")
def judged_town(server: Server, migrated: str) -> Iterator[str]:
    """Return the name of a database with two workers' Mondays, judged, only to be copied."""
    with server.database(migrated) as name:
        settle(server.url(name))
        yield name


@pytest.fixture
def town(server: Server, judged_town: str) -> Iterator[Engine]:
    with server.database(judged_town) as name:
        engine = make_engine(server.url(name))
        yield engine
        engine.dispose()


def settle(url: str) -> None:
    engine = make_engine(url)
    with transaction(engine) as conn:
        publish(conn)
        publish(conn, "G2", shapely.box(116.304, 39.900, 116.308, 39.903))
        hire(conn, "W1")
        hire(conn, "W2", "G2")
    bring(engine, "W1", walk(0, 9))
    bring(engine, "W2", stroll(at(MONDAY, 9), 3600, INSIDE, seed=99))
    judge(engine)
    engine.dispose()


def walk(day: int, hour: int, seconds: int = 3600) -> Fixes:
    return stroll(at(MONDAY + timedelta(days=day), hour), seconds, INSIDE, seed=abs(day) * 24 + hour)


def bring(engine: Engine, code: str, fixes: Fixes) -> None:
    """Store a walk with its duty and mark its days, as the intake does: in one transaction."""
    with transaction(engine) as conn:
        worker = worker_id(conn, code)
        record(conn, worker, fixes, received_at=NOON + timedelta(hours=1) if judged(engine) else NOON)
        mark(conn, worker, fixes)


def mark(conn: Any, worker: int, fixes: Fixes) -> None:
    tracks.touch(conn, np.full(len(fixes), worker), fixes.t_ms, SHANGHAI)


def worker_id(conn: Any, code: str) -> int:
    return int(conn.execute(text("SELECT id FROM worker WHERE code = :code"), {"code": code}).scalar_one())


def stand_in(engine: Engine, code: str, absent: str, day: date) -> None:
    """Approve a day's absence, with a colleague who stands in."""
    with transaction(engine) as conn:
        conn.execute(
            text(
                "WITH made AS (INSERT INTO absence (worker_id, first_date, last_date, approved_by)"
                " SELECT id, :day, :day, 'c' FROM worker WHERE code = :absent RETURNING id)"
                " INSERT INTO stand_in (absence_id, worker_id, during)"
                " SELECT made.id, worker.id, tstzrange(:start, :start + interval '1 day')"
                " FROM made, worker WHERE code = :code"
            ),
            {"day": day, "absent": absent, "code": code, "start": at(day, 0)},
        )


def judge(engine: Engine, now: datetime = NOON, **options: Any) -> rejudge.Rejudged:
    return rejudge.judge_changed(engine, SETTINGS, now=now, **{"at_once": True, **options})


def query(engine: Engine, statement: str) -> Sequence[Any]:
    with engine.connect() as conn:
        return [tuple(row) for row in conn.execute(text(statement))]


def judged(engine: Engine) -> list[tuple[str, str, int]]:
    """Return (worker, week, revisions) of all that was judged."""
    return query(
        engine,
        "SELECT code, iso_week, count(*) FROM judgement JOIN worker ON worker.id = worker_id"
        " GROUP BY 1, 2 ORDER BY 2, 1",
    )


def test_a_late_fix_rejudges_just_its_worker_and_week_and_says_which_day_changed(town: Engine) -> None:
    assert judged(town) == [("W1", "2026-W45", 1), ("W2", "2026-W45", 1)]
    parts = len(query(town, "SELECT FROM judge_part"))
    bring(town, "W1", walk(0, 10, 7200))
    outcome = judge(town)

    assert (outcome.written, outcome.unchanged) == (1, 0)
    assert judged(town) == [("W1", "2026-W45", 2), ("W2", "2026-W45", 1)]
    assert query(town, "SELECT weeks, written FROM judge_part ORDER BY run_id")[parts:] == [(1, 1)]
    with town.connect() as conn:
        first, second = revisions.revisions_of(conn, "W1", "2026-W45").revisions
    assert (first.new_fixes, second.new_fixes) == ({}, {MONDAY: 721})
    assert {change.date for change in second.changes} == {MONDAY, None}
    assert ("BASE-3", "short", "met") in [(one.rule, one.before, one.after) for one in second.changes]
    assert query(town, "SELECT provisional FROM judgement") == [(True,)] * 3
    assert query(town, "SELECT FROM touched_day UNION ALL SELECT FROM changed_day") == []


def test_a_stand_ins_late_fixes_judge_whoever_was_stood_in_for_and_nobody_else(town: Engine) -> None:
    with transaction(town) as conn:
        hire(conn, "W3", "G2")
    bring(town, "W3", walk(0, 16))
    stand_in(town, "W2", "W1", MONDAY)
    judge(town)
    before = {code: count for code, _, count in judged(town)}
    bring(town, "W2", walk(0, 14, 7200))
    judge_now(town, SETTINGS, lambda: False)
    after = {code: count for code, _, count in judged(town)}
    assert after == {"W1": before["W1"] + 1, "W2": before["W2"] + 1, "W3": before["W3"]}


def test_of_very_many_weeks_the_newest_are_judged_first_and_none_in_part(
    town: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejudge, "MOST_AT_ONCE", 1)
    for day in (-7, 0):
        for code, hour in (("W1", 11), ("W2", 13)):
            bring(town, code, walk(day, hour))

    def at_minute(minute: int) -> list[tuple[str, int]]:
        judge(town, NOON + timedelta(minutes=minute), at_once=False)
        return [(week, count) for _, week, count in judged(town)]

    assert at_minute(0) == [("2026-W45", 1)] * 2
    assert at_minute(5) == [("2026-W45", 2)] * 2
    assert at_minute(6) == [("2026-W44", 1)] * 2 + [("2026-W45", 2)] * 2


def test_what_comes_twice_makes_no_revision(town: Engine) -> None:
    bring(town, "W1", walk(0, 9))
    outcome = judge(town)
    assert (outcome.written, outcome.unchanged) == (0, 1)


def test_a_day_before_today_waits_minutes_and_today_an_hour_however_much_comes(town: Engine) -> None:
    bring(town, "W1", walk(0, 11, 60))
    bring(town, "W2", walk(1, 11, 60))

    def at_minute(minute: int, hour: int = 12) -> list[int]:
        judge(town, at(TUESDAY, hour, minute), at_once=False)
        return [count for _, _, count in judged(town)]

    assert at_minute(1) == [1, 1]
    assert at_minute(4) == [1, 1]
    assert at_minute(5) == [2, 1]
    for minute in range(6, 60, 9):
        bring(town, "W2", stroll(at(TUESDAY, 10, minute), 60, INSIDE, seed=minute))
        assert at_minute(minute) == [2, 1]
    assert at_minute(0, hour=13) == [2, 2]


def test_one_run_judges_all_that_is_due_of_a_week(town: Engine) -> None:
    runs = len(query(town, "SELECT FROM judge_run"))
    for code in ("W1", "W2"):
        for hour in (11, 13):
            bring(town, code, walk(0, hour))
    assert judge(town).written == 2
    assert len(query(town, "SELECT FROM judge_run")) == runs + 1


def test_what_comes_while_a_day_is_judged_is_judged_the_next_time(town: Engine) -> None:
    bring(town, "W1", walk(0, 11))
    with transaction(town) as conn:
        changes.gather(conn, NOON)
        days = changes.due(conn, today=TUESDAY, late=NOON + timedelta(hours=1), ongoing=NOON)
    bring(town, "W1", walk(0, 13))
    with transaction(town) as conn:
        changes.gather(conn, NOON)
        changes.forget(conn, days, NOON)
        assert [day.marks for day in days] == [1]
    assert judge(town).written == 1
    assert query(town, "SELECT FROM changed_day") == []


def test_who_judged_a_day_that_another_let_go_of_meanwhile_keeps_what_came_since(town: Engine) -> None:
    bring(town, "W1", walk(0, 11))
    with transaction(town) as conn:
        changes.gather(conn, NOON)
        days = changes.due(conn, today=TUESDAY, late=NOON + timedelta(hours=1), ongoing=NOON)
        changes.forget(conn, days, NOON)
    bring(town, "W1", walk(0, 13))
    with transaction(town) as conn:
        changes.gather(conn, NOON + timedelta(minutes=1))
        changes.forget(conn, days, NOON)
    assert judge(town).written == 1


def test_while_another_run_judges_it_waits_and_loses_nothing(town: Engine) -> None:
    bring(town, "W1", walk(0, 11))
    with town.connect() as held:
        assert run_store.lock_if_free(held)
        outcome = judge(town)
        assert outcome.put_off
        assert len(query(town, "SELECT FROM changed_day")) == 1
        run_store.unlock(held)
    assert judge(town).written == 1


def test_a_run_by_hand_waits_for_it_a_while(town: Engine) -> None:
    with town.connect() as held:
        assert run_store.lock_if_free(held)
        threading.Timer(0.5, lambda: run_store.unlock(held)).start()
        options = {"start": MONDAY, "end": MONDAY, "tz": SHANGHAI, "now": NOON, "processes": 1}
        assert service.judge_all(town, **options, patience_s=30).unchanged == 2


def test_two_at_once_judge_a_week_once(town: Engine) -> None:
    bring(town, "W1", walk(0, 11))
    ready = threading.Barrier(3)
    outcomes = []

    def one() -> None:
        ready.wait()
        outcomes.append(judge(town))

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    judge(town)
    assert sum(outcome.written for outcome in outcomes) <= 1
    assert judged(town)[0] == ("W1", "2026-W45", 2)


def test_told_to_stop_it_keeps_what_is_left(town: Engine) -> None:
    bring(town, "W1", walk(0, 11))
    assert judge(town, stopping=lambda: True).put_off
    assert judge(town).written == 1


def test_a_worker_who_cannot_be_judged_does_not_hold_up_the_others(
    town: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(town) as conn:
        bad = worker_id(conn, "W1")
    find = part.find

    def fails_for_one(case: Any) -> Any:
        if case.worker_id == bad:
            raise ArithmeticError
        return find(case)

    monkeypatch.setattr(part, "find", fails_for_one)
    for code in ("W1", "W2"):
        bring(town, code, walk(0, 11))
    outcome = judge(town)
    assert (outcome.written, outcome.failed) == (1, ["W1"])
    with pytest.raises(rejudge.CannotJudge, match="W1"):
        outcome.refuse_if_failed()
    assert judge(town, at_once=False).failed == []
    monkeypatch.undo()
    assert judge(town, NOON + timedelta(days=1, hours=1), at_once=False).written == 1


def test_a_file_of_the_deployment_that_cannot_be_used_fails_loudly_and_loses_nothing(
    town: Engine, tmp_path: Any
) -> None:
    bring(town, "W1", walk(0, 11))
    wrong = SETTINGS.model_copy(update={"rules_file": tmp_path / "rules.toml"})
    (tmp_path / "rules.toml").write_text("nonsense", encoding="utf-8")
    with pytest.raises(BadInput):
        rejudge.judge_changed(town, wrong, now=NOON, at_once=True)
    assert judge(town).written == 1


def test_fixes_after_midnight_of_sunday_rejudge_the_week_of_their_session_as_well(town: Engine) -> None:
    night = stroll(at(SUNDAY, 23), 7200, seed=7)
    before, after = night.take(slice(None, 360)), night.take(slice(360, None))
    next_monday = at(MONDAY + timedelta(days=7), 3)
    with transaction(town) as conn:
        worker = worker_id(conn, "W1")
        device = tracks.ensure_device(conn, f"phone-{worker}", worker)
        tracks.sign_in(conn, worker, [(at(SUNDAY, 23), at(MONDAY + timedelta(days=7), 1))])
        tracks.store_fixes(conn, worker, device, before, next_monday)
        mark(conn, worker, before)
    judge(town, next_monday)
    with transaction(town) as conn:
        tracks.store_fixes(conn, worker, device, after, next_monday)
        mark(conn, worker, after)
    judge(town, next_monday)
    patrols = query(
        town,
        "SELECT max(best_s) FROM patrol JOIN judgement ON judgement.id = judgement_id"
        " WHERE iso_week = '2026-W45'",
    )
    assert patrols == [(7200.0,)]


def test_signs_of_copies_stay_until_everyone_is_compared_again(town: Engine) -> None:
    first = walk(0, 9)
    copy = Fixes.of(first.t_ms + 86_400_000, first.lon, first.lat, accuracy_m=first.accuracy_m)
    bring(town, "W2", copy)
    judge(town)
    signs = "SELECT revision FROM integrity_sign JOIN judgement ON id = judgement_id WHERE kind = 'copied'"
    assert query(town, signs) == []
    rejudge.judge_open_weeks(town, SETTINGS, now=NOON)
    (told,) = query(town, signs)
    bring(town, "W2", walk(1, 14))
    judge(town, NOON + timedelta(hours=4))
    assert query(town, signs + " ORDER BY 1") == [told, (told[0] + 1,)]
    count = len(query(town, "SELECT FROM judgement"))
    rejudge.judge_open_weeks(town, SETTINGS, now=NOON + timedelta(hours=4, minutes=1))
    assert len(query(town, "SELECT FROM judgement")) == count


def test_each_night_weeks_become_final_when_their_time_has_come(town: Engine) -> None:
    over = after_the_week()
    assert rejudge.judge_open_weeks(town, SETTINGS, now=over) == 1
    assert query(town, "SELECT provisional FROM judgement ORDER BY revision, worker_id") == [
        (True,),
        (True,),
        (False,),
        (False,),
    ]
    assert rejudge.judge_open_weeks(town, SETTINGS, now=over + timedelta(days=1)) == 0
    bring(town, "W1", walk(0, 11))
    assert judge(town, over + timedelta(days=1)).written == 1
    assert query(town, "SELECT provisional FROM judgement ORDER BY id DESC LIMIT 1") == [(False,)]


def test_a_worker_is_judged_again_by_the_profiles_that_the_last_run_named(town: Engine) -> None:
    service.judge_all(
        town,
        start=MONDAY,
        end=MONDAY,
        tz=SHANGHAI,
        now=NOON,
        processes=1,
        workers=["W1"],
        profile_names=["base", "linshui"],
    )
    bring(town, "W1", walk(0, 11))
    judge(town)
    (profiles,) = query(town, "SELECT profiles FROM judgement ORDER BY id DESC LIMIT 1")
    assert [one["name"] for one in profiles[0]] == ["base", "linshui"]


def test_a_future_day_waits_until_it_has_begun(town: Engine) -> None:
    with transaction(town) as conn:
        mark(conn, worker_id(conn, "W1"), walk(2, 9))
    assert judge(town).unchanged == 0
    assert len(query(town, "SELECT FROM changed_day")) == 1
    assert judge(town, NOON + timedelta(days=1)).written == 1


def test_a_sealed_day_for_which_something_came_is_stale(town: Engine) -> None:
    from gis_grid.tracks.sealed.seal import seal_due

    seal_due(town, now=after_the_week(), tz=SHANGHAI)
    bring(town, "W1", walk(0, 11))
    judge(town, after_the_week())
    stale = "SELECT code, stale FROM track_day JOIN worker ON worker.id = worker_id ORDER BY 1"
    assert query(town, stale) == [("W1", True), ("W2", False)]
