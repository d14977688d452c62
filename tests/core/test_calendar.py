"""Local days, windows and periods, also where clocks change."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from gis_grid.core.rules.calendar import (
    WorkDays,
    at_local_ms,
    day_span_ms,
    instant_ms,
    month_of,
    period_days,
    quarter_of,
    week_of,
)

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = dt.date(2026, 11, 2)
HOUR_MS = 3_600_000


def test_a_time_that_clocks_skip_is_the_instant_of_the_skip() -> None:
    spring = dt.date(2026, 3, 8)
    skip = instant_ms(dt.datetime(2026, 3, 8, 7, tzinfo=dt.UTC))
    for minute in (0, 1, 30, 59):
        assert at_local_ms(spring, dt.time(2, minute), NEW_YORK) == skip
    assert at_local_ms(spring, dt.time(3), NEW_YORK) == skip
    assert at_local_ms(spring, dt.time(1, 59), NEW_YORK) == skip - 60_000


@pytest.mark.parametrize(("day", "length"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-11-02", 24)])
def test_a_day_on_which_clocks_change_has_23_or_25_hours(day, length) -> None:
    start, end = day_span_ms(dt.date.fromisoformat(day), NEW_YORK)
    assert end - start == length * HOUR_MS


def test_a_time_that_comes_twice_is_the_first() -> None:
    first = instant_ms(dt.datetime(2026, 11, 1, 5, 30, tzinfo=dt.UTC))
    assert at_local_ms(dt.date(2026, 11, 1), dt.time(1, 30), NEW_YORK) == first


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-W45", "2026-11-02", "2026-11-08"),
        ("2026-W53", "2026-12-28", "2027-01-03"),
        ("2026-11", "2026-11-01", "2026-11-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
    ],
)
def test_a_period_has_a_first_and_a_last_day_and_its_days_know_its_name(name, first, last) -> None:
    found = period_days(name)
    assert [day.isoformat() for day in found] == [first, last]
    named = week_of if "W" in name else quarter_of if "Q" in name else month_of
    assert {named(day) for day in found} == {name}


@pytest.mark.parametrize(
    "name",
    ["2026", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "2026-W54", "2025-W53", "2026-1", "26-11", "x"],
)
def test_a_name_of_no_period_is_refused(name) -> None:
    with pytest.raises(ValueError, match=r"2026-W45|month must be|Invalid week"):
        period_days(name)


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    calendar = WorkDays(frozenset({MONDAY}), frozenset({dt.date(2026, 11, 7)}))
    week = [MONDAY + dt.timedelta(days=n) for n in range(7)]
    assert [calendar.is_working(day) for day in week] == [False, True, True, True, True, True, False]
