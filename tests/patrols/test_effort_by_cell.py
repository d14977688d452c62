"""Hours of patrol by cell and week: all of it, of the ground where it was, and of no day that can be told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from walking_ground import GRID, LONG_AGO, MONDAY, SHANGHAI, after_the_week, at, hire, publish, record, stroll

from gis_grid.attendance.import_file import load_table
from gis_grid.attendance.sheets import Sheet
from gis_grid.core import Boundary, Fixes, clean, time_inside
from gis_grid.core.rules.calendar import instant_ms as ms
from gis_grid.grids import service as grids
from gis_grid.patrols import effort_counting as counting
from gis_grid.patrols import effort_counting_store as store
from gis_grid.patrols.effort import cell_effort, effort, is_told
from gis_grid.patrols.effort_shares import Had, shares
from gis_grid.patrols.service import judge
from gis_grid.patrols.weeks import week_of_day

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

EAST = shapely.box(116.304, 39.900, 116.308, 39.903)
IN_THE_EAST = (116.306, 39.9015)
WEEK = week_of_day(MONDAY, SHANGHAI)
DAYS = WEEK.days
FINAL = after_the_week()


@pytest.fixture
def town(conn: Connection) -> Connection:
    """W1 walks in G1 from Monday to Wednesday, and W2 stands in there on Thursday after walking in G2."""
    publish(conn)
    publish(conn, "G2", EAST)
    first, second = hire(conn), hire(conn, "W2", "G2")
    absence = ("W1", DAYS[3], DAYS[3], "主管", "W2", at(DAYS[3], 13), at(DAYS[3], 18))
    load_table(conn, Sheet.ABSENCES, [absence], tz=SHANGHAI)
    record(conn, first, *(stroll(at(day, 9), 3600, seed=n) for n, day in enumerate(DAYS[:3])))
    east = [stroll(at(day, 9), 3600, IN_THE_EAST, seed=n) for n, day in enumerate(DAYS[:5])]
    record(conn, second, *east, stroll(at(DAYS[3], 14, 30), 3600, seed=9))
    return conn


def judged(conn: Connection, now: datetime = FINAL) -> int:
    """Judge the week and count what is due; return of how many workers."""
    judge(conn, start=DAYS[0], end=DAYS[-1], tz=SHANGHAI, now=now)
    due = store.workers_due(conn, WEEK)
    counting.count(conn, WEEK, due, now=now, tz=SHANGHAI)
    return len(due)


def by_cell(conn: Connection) -> dict[str, float]:
    rows = conn.execute(
        text("SELECT code, sum(seconds) / 3600 AS hours FROM patrol_effort JOIN grid ON grid.id = grid_id"
             " GROUP BY code")
    )  # fmt: skip
    return {row.code: row.hours for row in rows}


def rows(conn: Connection) -> list[list[tuple[object, ...]]]:
    tables = ("patrol_effort_week", "patrol_effort", "patrol_elsewhere")
    return [
        [tuple(row) for row in conn.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3"))]
        for table in tables
    ]


def by_grid(conn: Connection, hours: tuple[int, ...] = ()) -> dict[str, float]:
    return dict(effort(conn, DAYS[0], DAYS[-1], SHANGHAI, hours=hours).hours)


def test_hours_over_cells_are_those_over_grids_and_a_stand_ins_count_where_they_were(
    town: Connection,
) -> None:
    assert judged(town) == 2
    assert by_grid(town) == pytest.approx({"G1": 4, "G2": 5}, abs=1e-3)
    assert by_cell(town) == pytest.approx(by_grid(town), abs=1e-3)
    assert by_grid(town, (14, 15)) == pytest.approx({"G1": 1, "G2": 0}, abs=1e-3)
    assert by_grid(town, (9,)) == pytest.approx({"G1": 3, "G2": 5}, abs=1e-3)
    found = cell_effort(town, DAYS[2], DAYS[2])
    assert (found.first, found.last) == (DAYS[0], DAYS[-1])
    assert found.hours.sum() == pytest.approx(9, abs=2e-3)
    assert is_told(town, [MONDAY, MONDAY], ["G1", "G9"]).tolist() == [True, False]


def test_what_is_counted_is_not_counted_again_and_late_fixes_are(town: Connection) -> None:
    judged(town)
    assert store.weeks_due(town) == []
    worker = town.execute(text("SELECT id FROM worker WHERE code = 'W1'")).scalar_one()
    record(town, worker, stroll(at(DAYS[4], 9), 3600, seed=7))
    assert judged(town) == 1
    assert by_cell(town) == pytest.approx({"G1": 5, "G2": 5}, abs=1e-3)
    assert by_grid(town) == pytest.approx(by_cell(town), abs=1e-3)


def test_counted_one_by_one_it_is_the_same_as_at_once(town: Connection) -> None:
    judged(town)
    at_once = rows(town)
    town.execute(text("DELETE FROM patrol_effort_counted"))
    for worker in store.workers_due(town, WEEK):
        counting.count(town, WEEK, [worker], now=FINAL, tz=SHANGHAI)
    assert store.weeks_due(town) == []
    assert rows(town) == at_once


def test_who_turns_out_not_to_have_stood_in_is_taken_out_of_that_grid(town: Connection) -> None:
    judged(town)
    town.execute(text("DELETE FROM stand_in"))
    assert judged(town) == 1
    assert by_cell(town) == pytest.approx({"G1": 3, "G2": 5}, abs=1e-3)
    assert by_grid(town) == pytest.approx(by_cell(town), abs=1e-3)
    assert town.execute(text("SELECT count(*) FROM patrol_elsewhere")).scalar_one() == 0


def test_before_a_week_is_final_only_time_elsewhere_is_counted(town: Connection) -> None:
    assert judged(town, at(DAYS[-1], 12)) == 1
    assert by_cell(town) == {}
    assert by_grid(town) == pytest.approx({"G1": 4, "G2": 5}, abs=1e-3)
    assert judged(town) == 2
    assert sum(by_cell(town).values()) == pytest.approx(9, abs=2e-3)


@pytest.mark.parametrize(
    ("minutes", "told"),
    [((60, 60), False), ((60, 30, 30), True), ((60, 5, 5), False), ((90, 40, 5, 50), True)],
)
def test_a_week_is_told_only_when_no_day_of_it_can_be_told(
    conn: Connection, minutes: tuple[int, ...], told: bool
) -> None:
    publish(conn)
    walks = (stroll(at(day, 9), 60 * long) for day, long in zip(DAYS, minutes, strict=False))
    record(conn, hire(conn), *walks)
    judged(conn)
    assert bool(by_cell(conn)) is told
    found = cell_effort(conn, None, None)
    assert (found.first is not None, len(found.cells) > 0) == (told, told)


def test_a_worker_who_changes_grids_counts_where_each_day_was(conn: Connection) -> None:
    publish(conn)
    publish(conn, "G2", EAST)
    worker, change = hire(conn, grid=None), at(DAYS[2], 14)
    grids.assign(conn, [("W1", "G1", LONG_AGO, change), ("W1", "G2", change, None)])
    walks = [stroll(at(day, 9), 1800, seed=n) for n, day in enumerate(DAYS[:3])]
    record(conn, worker, *walks, *(stroll(at(day, 15), 1800, IN_THE_EAST) for day in DAYS[2:5]))
    judged(conn)
    assert by_grid(conn) == pytest.approx({"G1": 1.5, "G2": 1.5}, abs=1e-3)
    assert by_cell(conn) == pytest.approx(by_grid(conn), abs=1e-3)


def test_counting_is_no_look_at_a_track_and_keeps_no_worker_day_or_hour(town: Connection) -> None:
    judged(town)
    assert town.execute(text("SELECT count(*) FROM ledger WHERE action = 'look_at_track'")).scalar_one() == 0
    columns = text("SELECT column_name FROM information_schema.columns WHERE table_name = 'patrol_effort'")
    assert set(town.execute(columns).scalars()) == {"week", "grid_id", "cell", "seconds"}


@pytest.mark.parametrize(("week", "days"), [(MONDAY, 2), (MONDAY + timedelta(days=1), 3)])
def test_the_table_refuses_two_days_and_what_is_no_week(conn: Connection, week: date, days: int) -> None:
    publish(conn)
    with pytest.raises(IntegrityError, match="check"), conn.begin_nested():
        conn.execute(
            text("INSERT INTO patrol_effort_week SELECT :week, id, :days FROM grid"),
            {"week": week, "days": days},
        )


@given(
    st.lists(st.tuples(st.integers(1, 250), st.floats(-1, 9), st.integers(0, 30)), min_size=2, max_size=12)
)
@settings(deadline=None, max_examples=50)
def test_shares_of_two_grids_are_all_of_the_time_and_none_is_in_both(
    steps: list[tuple[int, float, int]],
) -> None:
    start = ms(at(MONDAY, 9))
    t_ms = start + np.cumsum([step[0] for step in steps]) * 1000
    lon, lat = (np.array([step[axis] for step in steps]) for axis in (1, 2))
    cleaned = clean(Fixes.of(t_ms, 116.300 + lon * 1e-3, 39.900 + lat * 1e-4))
    own, other = Boundary.of(GRID), Boundary.of(EAST)
    spans = time_inside(cleaned, [own, other]).intervals
    found = shares(cleaned, spans, [Had(1, -np.inf, np.inf)], {2: [other]})
    lengths = {grid: int((part[:, 1] - part[:, 0]).sum()) for grid, part in found.items()}
    assert sum(lengths.values()) == (spans[:, 1] - spans[:, 0]).sum()
    assert lengths.get(2, 0) / 1000 == pytest.approx(time_inside(cleaned, other).best_s, abs=0.02)
    together = np.array(sorted(part.tolist() for parts in found.values() for part in parts)).reshape(-1, 2)
    assert (together[1:, 0] >= together[:-1, 1]).all()
