"""The sample's workers sign, file and have leave as their habits say; key places lie in their grids."""

from __future__ import annotations

from datetime import UTC, datetime, time

import numpy as np
import pytest
import shapely

from gis_grid.attendance.sheets import FIELDS, Sheet
from gis_grid.sample import Habit, Town, make_workers
from gis_grid.sample.attendance import ABSENT_DAY, LOCAL, WORKING_DAYS, WRONG_PLACE, make_attendance
from gis_grid.sample.frame import to_metres
from gis_grid.sample.places import make_key_places, make_offices

WINDOWS = {"in": (time(8, 30), time(9)), "present": (time(14, 30), time(15)), "out": (time(16, 50), time(17))}


@pytest.fixture(scope="module")
def tables(town: Town) -> dict[Sheet, list[tuple[object, ...]]]:
    return make_attendance(town, 1)


def test_every_table_has_rows_as_wide_as_its_fields(tables: dict[Sheet, list[tuple[object, ...]]]) -> None:
    assert set(tables) == set(Sheet) - {Sheet.WORKERS}  # the town has its workers already
    for sheet, rows in tables.items():
        assert rows, sheet
        assert {len(row) for row in rows} == {len(FIELDS[sheet])}, sheet


def test_most_signatures_are_on_time_and_some_are_late(
    tables: dict[Sheet, list[tuple[object, ...]]],
) -> None:
    on_time = 0
    for _, at, kind, *_ in tables[Sheet.SIGNATURES]:
        assert isinstance(at, datetime)
        start, end = WINDOWS[str(kind)]
        on_time += start <= at.astimezone(LOCAL).time() <= end
    assert 0.9 < on_time / len(tables[Sheet.SIGNATURES]) < 0.98


def test_all_signatures_but_one_are_given_at_the_office(
    town: Town, tables: dict[Sheet, list[tuple[object, ...]]]
) -> None:
    offices = make_offices(town)
    where = to_metres(shapely.get_coordinates(offices.geometry))
    community = dict(zip(town.grids.code, town.grids.community_code, strict=True))
    own = {worker.code: community[worker.grid_code] for worker in make_workers(town, 1)}
    index = {code: number for number, code in enumerate(offices.community_code.tolist())}
    placed = [row for row in tables[Sheet.SIGNATURES] if row[3] is not None]
    signed = to_metres(np.array([row[3:5] for row in placed], np.float64))
    away = np.hypot(*(signed - where[[index[own[str(row[0])]] for row in placed]]).T)
    ((wrong,),) = [np.flatnonzero(away > 100)]
    habits = {worker.code: worker.habit for worker in make_workers(town, 1)}
    at = placed[int(wrong)][1]
    assert isinstance(at, datetime)
    assert (habits[str(placed[int(wrong)][0])], at.date()) == WRONG_PLACE


def test_who_stays_away_signs_nothing_then_and_has_leave_on_one_of_the_days(
    town: Town, tables: dict[Sheet, list[tuple[object, ...]]]
) -> None:
    absent = next(worker for worker in make_workers(town, 1) if worker.habit is Habit.ABSENT)
    days = {at.date() for code, at, *_ in tables[Sheet.SIGNATURES] if code == absent.code}  # type: ignore[attr-defined]
    assert len(days) == len(WORKING_DAYS) - 4
    ((code, first, last, _, stand_in, *_),) = tables[Sheet.ABSENCES]
    assert (code, first, last, stand_in) == (absent.code, ABSENT_DAY, ABSENT_DAY, absent.colleague_code)


def test_every_grid_has_key_places_inside_it_and_every_community_an_office(town: Town) -> None:
    places, offices = make_key_places(town), make_offices(town)
    for code, outline in zip(town.grids.code, town.grids.geometry, strict=True):
        mine = [geometry for one, geometry in zip(places.code, places.geometry, strict=True) if code in one]
        assert len(mine) >= 2
        assert shapely.contains_properly(outline, mine).all()
    for office, community in zip(offices.geometry, offices.community_code, strict=True):
        assert town.areas.geometry[town.areas.code.index(community)].contains(office)
    assert len(set(places.code)) == len(places)


def test_the_same_seed_makes_the_same_tables(
    town: Town, tables: dict[Sheet, list[tuple[object, ...]]]
) -> None:
    assert make_attendance(town, 1) == tables
    assert make_attendance(town, 2)[Sheet.SIGNATURES] != tables[Sheet.SIGNATURES]


def test_nothing_is_signed_or_filed_in_the_future_of_the_sample(
    tables: dict[Sheet, list[tuple[object, ...]]],
) -> None:
    times = [
        value for rows in tables.values() for row in rows for value in row if isinstance(value, datetime)
    ]
    assert max(times) < datetime(2026, 11, 16, tzinfo=UTC)
