"""The engine on a real database: what rows and alerts come of what workers do."""

from __future__ import annotations

import json
import re
import time
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from emptied import empty
from living_town import AWAY, DAY, IN_G1, LivingTown, at, line, minutes, settle
from sqlalchemy import text
from two_grids import WEST, add_boundary, end_boundary
from walking_ground import SHANGHAI

from gis_grid.kit import bus
from gis_grid.kit.database import raw
from gis_grid.live.engine import Live
from gis_grid.live.store.fixes import TAKEN
from gis_grid.live.store.rows import TOPIC
from gis_grid.tracks import wire
from gis_grid.tracks.intake.group import FIX, DutyBy, Group, Policy
from gis_grid.tracks.intake.pipeline import TOPIC as FIXES
from gis_grid.tracks.intake.pipeline import store_fixes
from gis_grid.tracks.rows import blank_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

ONE_DAY = timedelta(days=1)


@pytest.fixture
def town(module_engine: Engine) -> LivingTown:
    return settle(module_engine)


def test_a_worker_who_leaves_the_grid_is_out_and_somebody_is_called(town: LivingTown) -> None:
    town.tick(at(8, 50))
    assert town.standing("W1", "state") == "off_duty"
    town.sign_in("W1", at(9))
    town.walk("W1", at(9), *[IN_G1] * 13)
    town.tick(at(9, 2))
    state, inside_s, lon = town.standing("W1", "state", "inside_s", "lon")
    assert (state, inside_s, lon) == ("in_grid", 120.0, IN_G1[0])
    town.walk("W1", at(9, 2, 10), *line(IN_G1, AWAY, 12))
    town.tick(at(9, 4))
    state, since = town.standing("W1", "state", "state_since")
    assert (state, town.alerts()) == ("out_of_grid", [])
    assert at(9, 2, 10) < since < at(9, 3)
    town.walk("W1", at(9, 4), *[AWAY] * 20)
    town.tick(since + minutes(6))
    assert town.alerts() == [("out_of_grid", True)]
    town.walk("W1", at(9, 9), *[IN_G1] * 30)
    town.tick(at(9, 14))
    assert town.standing("W1", "state") == "in_grid"
    town.tick(at(9, 17))
    assert town.alerts() == [("out_of_grid", False)]


def test_it_goes_on_from_what_it_wrote_last(town: LivingTown) -> None:
    town.sign_in("W1", at(9))
    town.walk("W1", at(9), *[IN_G1] * 6, *[AWAY] * 20)
    town.tick(at(9, 10))
    before = town.standing("W1", "state", "state_since", "inside_s", "seen_at", "lon", "version")
    assert before[0] == "out_of_grid"
    town.restart()
    town.tick(at(9, 10))
    assert town.standing("W1", "state", "state_since", "inside_s", "seen_at", "lon", "version") == before
    town.walk("W1", at(9, 10), *[AWAY] * 3)
    town.tick(at(9, 11))
    assert town.alerts() == [("out_of_grid", True)]


def test_late_fixes_have_the_day_counted_again(town: LivingTown) -> None:
    town.sign_in("W1", at(8))
    town.walk("W1", at(9), *[IN_G1] * 31)
    town.tick(at(9, 6))
    assert town.standing("W1", "inside_s") == 300.0
    town.walk("W1", at(8, 30), *[IN_G1] * 13, received_at=at(9, 7))
    town.tick(at(9, 7))
    seen, heard = town.standing("W1", "seen_at", "heard_at")
    assert (town.standing("W1", "inside_s"), seen, heard) == (420.0, at(9, 5), at(9, 7))
    ((seconds,),) = town.query("SELECT sum(seconds) FROM live_cell")
    assert seconds == pytest.approx(420.0)


def test_silence_is_no_absence_and_ends_with_the_next_message(town: LivingTown) -> None:
    town.sign_in("W1", at(9))
    town.walk("W1", at(9), *[IN_G1] * 6)
    town.tick(at(9, 10))
    assert town.standing("W1", "state") == "in_grid"
    town.tick(at(9, 12))
    assert town.standing("W1", "state", "state_since") == ("silent", at(9, 0, 50))
    assert town.alerts() == [("silent", True)]
    town.walk("W1", at(9, 13), *[IN_G1] * 3)
    town.tick(at(9, 14))
    assert (town.standing("W1", "state"), town.alerts()) == ("in_grid", [("silent", True)])
    town.tick(at(9, 17))
    assert town.alerts() == [("silent", False)]


def test_who_does_not_come_has_not_started_and_is_overdue_in_the_evening(town: LivingTown) -> None:
    town.tick(at(9, 35))
    assert town.standing("W1", "state", "expected", "owed_day_s", "owed_week_s") == (
        "not_started",
        True,
        7200.0,
        36_000.0,
    )
    town.tick(at(18, 2))
    assert town.standing("W1", "state") == "overdue"
    assert town.alerts() == [("not_started", True), ("overdue", True)]
    town.tick(at(18, 5))
    assert town.alerts() == [("not_started", False), ("overdue", True)]


def test_nobody_waits_for_who_is_excused(town: LivingTown) -> None:
    town.do("""
        INSERT INTO absence (worker_id, first_date, last_date, approved_by)
        SELECT id, '2026-11-04', '2026-11-04', 'the office' FROM worker WHERE code = 'W1'
    """)
    town.tick(at(18, 5))
    state, expected, owed_day, owed_week = town.standing(
        "W1", "state", "expected", "owed_day_s", "owed_week_s"
    )
    assert (state, expected, owed_day, owed_week) == ("off_duty", False, 0.0, 28_800.0)
    assert town.standing("W2", "state") == "overdue"


def test_off_duty_no_position_is_told(town: LivingTown) -> None:
    town.sign_in("W1", at(9), at(9, 10))
    town.walk("W1", at(9), *[IN_G1] * 6)
    town.tick(at(9, 5))
    assert town.standing("W1", "lon") == IN_G1[0]
    town.tick(at(9, 11))
    assert town.standing("W1", "state", "duty_since", "lon", "inside_s") == ("off_duty", None, None, 50.0)


def test_a_division_put_in_force_at_noon_counts_from_noon(town: LivingTown) -> None:
    town.sign_in("W1", at(11))
    town.walk("W1", at(11, 57), *[IN_G1] * 18)
    town.tick(at(12))
    end_boundary_at_noon(town)
    town.walk("W1", at(12), *[IN_G1] * 19)
    town.tick(at(12, 3, 30))
    state, inside = town.standing("W1", "state", "inside_s")
    assert (state, inside) == ("out_of_grid", 180.0)


def end_boundary_at_noon(town: LivingTown) -> None:
    """Let the first grid be its western half from noon on."""
    with town.owner.begin() as conn:
        end_boundary(conn, "G1", at(12).isoformat())
        add_boundary(conn, "G1", WEST, IN_G1[0] - 0.001, f"[{at(12).isoformat()},)")


def test_a_new_day_begins_with_nothing(town: LivingTown) -> None:
    town.sign_in("W1", at(23), at(2, day=DAY + ONE_DAY))
    town.walk("W1", at(23, 58), *[IN_G1] * 12)
    town.tick(at(23, 59, 55))
    assert town.standing("W1", "inside_s") == 110.0
    town.walk("W1", at(0, day=DAY + ONE_DAY), *[IN_G1] * 4)
    town.tick(at(0, 1, day=DAY + ONE_DAY))
    day, state, inside = town.standing("W1", "local_date", "state", "inside_s")
    assert (day, state, inside) == (DAY + ONE_DAY, "in_grid", 30.0)


def test_a_worker_without_a_grid_has_no_row_and_one_who_lost_it_is_let_go(town: LivingTown) -> None:
    town.do("INSERT INTO worker (code, name) VALUES ('W3', '丙')")
    town.tick(at(9, 35))
    assert town.query("SELECT worker_id FROM live_worker WHERE worker_id = :w", w=town.worker("W3")) == []
    town.do("UPDATE assignment SET valid = tstzrange(lower(valid), '2026-11-04T10:00+08:00')")
    town.tick(at(10, 30))
    town.live._due.clear()
    town.tick(at(10, 31))
    assert town.standing("W1", "grid_id", "expected", "state") == (None, False, "off_duty")
    town.do("UPDATE live_worker SET state = 'not_started', expected = true")
    town.tick(at(1, day=DAY + ONE_DAY))
    assert town.standing("W1", "expected", "state") == (False, "off_duty")


def test_a_town_without_grids_beats_and_nothing_else(town: LivingTown) -> None:
    with town.owner.begin() as conn:
        empty(conn, "area", "worker")
    town.restart()
    town.tick(at(9))
    ((moment, behind),) = town.query("SELECT at, behind_ms FROM live_beat")
    assert (moment, behind) == (at(9), 0)
    assert town.query("SELECT FROM live_worker") == []


def test_versions_go_up_with_what_changed_and_are_told_when_it_is_there(town: LivingTown) -> None:
    with bus.gathering(town.owner, TOPIC) as listening:
        town.sign_in("W1", at(9))
        town.tick(at(9))
        town.walk("W1", at(9), *[IN_G1] * 6)
        town.tick(at(9, 1))
        told = _notices(listening)
    rows = dict(town.query("SELECT worker_id, version FROM live_worker"))
    assert [one["version"] for one in told] == sorted(one["version"] for one in told)
    assert rows[town.worker("W1")] == told[-1]["version"] > rows[town.worker("W2")]
    assert set(told[-1]) == {"version", "at", "behind_ms"}


def _notices(listening: bus.Gathering) -> list[dict[str, Any]]:
    """Return what was told: an object each."""
    return [json.loads(one.payload) for one in listening._driver.notifies(timeout=0.3)]


def test_an_emergency_calls_until_somebody_has_seen_it(town: LivingTown) -> None:
    town.tick(at(9))
    town.do("""
        INSERT INTO incident (code, kind, category, title, state, severity, emergency, reported_at, area_id)
        SELECT 'E1', 'hazard', 'fire', '起火', 'reported', 3, true, '2026-11-04T09:01+08:00', id FROM area
    """)
    town.do("""
        INSERT INTO incident_alert (incident_id, kind, due_at, at, level)
        SELECT id, 'emergency', reported_at, reported_at, 'community' FROM incident
    """)
    town.tick(at(9, 2))
    query = "SELECT kind, since, cleared_at FROM live_alert"
    assert town.query(query) == [("emergency", at(9, 1), None)]
    town.tick(at(9, 3))
    town.do("UPDATE incident_alert SET acknowledged_by = 'chen', acknowledged_at = '2026-11-04T09:03+08:00'")
    town.tick(at(9, 4))
    assert town.query(query) == [("emergency", at(9, 1), at(9, 4))]


def test_an_emergency_in_no_area_calls_too(town: LivingTown) -> None:
    town.tick(at(9))
    town.do("""
        INSERT INTO incident (code, kind, category, title, state, severity, emergency, reported_at)
        VALUES ('E2', 'hazard', 'fire', '山火', 'reported', 3, true, '2026-11-04T09:01+08:00')
    """)
    town.tick(at(9, 2))
    assert town.query("SELECT kind, area_id, grid_id FROM live_alert") == [("emergency", None, None)]


def test_the_grid_knows_its_walkable_cells_and_those_covered(town: LivingTown) -> None:
    town.do("""
        INSERT INTO road (source, source_ref, class, geom) VALUES ('test', '1', 'lane',
            ST_Multi(ST_GeomFromText('LINESTRING(118.7805 32.0525, 118.7845 32.0525)', 4326)))
    """)
    town.sign_in("W1", at(9))
    town.walk("W1", at(9), *line((118.7806, 32.0525), (118.7825, 32.0525), 31))
    town.tick(at(9, 6))
    query = (
        "SELECT walkable, covered, expected, on_duty, seen_at FROM live_grid JOIN grid ON grid.id = grid_id"
    )
    ((walkable, covered, expected, on_duty, seen),) = town.query(f"{query} WHERE code = 'G1'")
    assert (expected, on_duty, seen) == (1, 1, at(9, 5))
    assert 0 < covered < walkable
    town.do("DELETE FROM road")


@contextmanager
def running(town: LivingTown) -> Iterator[Live]:
    """Run an engine in a thread."""
    live, over = Live(town.owner, town.settings, now=lambda: town.clock), Event()
    thread = Thread(target=live.run, args=(over.is_set,))
    thread.start()
    try:
        yield live
    finally:
        over.set()
        thread.join()


def eventually(found: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not found():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_one_engine_leads_and_the_next_takes_over_also_when_the_database_was_away(town: LivingTown) -> None:
    with running(town) as second:
        with running(town) as first:
            eventually(lambda: first.kept or second.kept)
            time.sleep(1)
            assert (first.kept is None) is not (second.kept is None)
            town.do("""
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE pid <> pg_backend_pid() AND usename = user AND datname = current_database()
            """)
            eventually(lambda: first.kept or second.kept)
        eventually(lambda: second.kept)
        town.sign_in("W1", at(9))
        town.walk("W1", at(9), *[IN_G1] * 3)
        eventually(lambda: town.standing("W1", "inside_s") == 20.0)


def test_fixes_are_read_by_the_index_of_their_weeks_alone(town: LivingTown) -> None:
    town.sign_in("W1", at(9))
    for week in range(4):
        town.walk("W1", at(9) - ONE_DAY * 7 * week, *[IN_G1] * 3)
    asked = {
        "workers": np.array([town.worker("W1")]),
        "since": np.array([round(at(8).timestamp() * 1e6)]).astype("M8[us]"),
        "first": at(8),
        "last": at(10),
    }
    with town.owner.connect() as conn, wire.rows_cursor(raw(conn)) as cursor:
        conn.execute(text("SET enable_seqscan = off"))
        plan = "\n".join(row[0] for row in cursor.execute(f"EXPLAIN {TAKEN}", asked))
    assert "worker_id_t_idx" in plan
    assert len(set(re.findall(r"on (fix_\S+)", plan))) == 1


def test_the_real_intake_tells_how_old_the_oldest_is(town: LivingTown) -> None:
    rows = blank_rows(3, FIX)
    rows["worker_id"] = town.worker("W1")
    rows["device_id"] = 1
    rows["t"] = [
        np.datetime64("2026-11-04T01:00:10"),
        np.datetime64("2026-11-04T01:00"),
        np.datetime64("2026-11-04T01:01"),
    ]
    rows["lon"], rows["lat"] = IN_G1
    rows["received_at"] = np.datetime64("2026-11-04T01:02")
    group = Group([], Policy(SHANGHAI, DutyBy.SIGN_IN))
    group.fixes = rows
    with bus.gathering(town.owner, FIXES) as listening:
        with town.owner.begin() as conn:
            store_fixes(conn, group)
        heard = listening.gather(0.3)[FIXES]
    assert heard == [[town.worker("W1"), "2026-11-04", round(at(9).timestamp() * 1000)]]
    town.sign_in("W1", at(9))
    town.live.hear(heard)
    town.tick(at(9, 2))
    assert town.standing("W1", "inside_s", "seen_at") == (60.0, at(9, 1))
