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
    local_moment,
    month_of,
    period_days,
    quarter_of,
    week_of,
)
from gis_grid.core.rules.clock import Clock
from gis_grid.core.rules.rule import Days, Window

SHANGHAI = ZoneInfo("Asia/Shanghai")
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


def window(hours: str, days: Days = Days.ALL) -> Window:
    start, end = (dt.time(int(part) % 24) for part in hours.split("-"))
    return Window(hours, start, end, days)


def shown(spans: list[tuple[int, int]], tz: ZoneInfo) -> list[str]:
    return ["-".join(f"{local_moment(t, tz):%H:%M}" for t in span) for span in spans]


def test_windows_that_overlap_or_touch_are_one_span() -> None:
    windows = [window("18-22"), window("11-13"), window("12-14"), window("14-15"), window("19-20")]
    spans = Clock(SHANGHAI, WorkDays()).windows(windows, [MONDAY])
    assert shown(spans, SHANGHAI) == ["11:00-15:00", "18:00-22:00"]


def test_windows_know_working_and_free_days() -> None:
    windows = [window("9-10"), window("11-12", Days.WORKING), window("13-24", Days.FREE)]
    clock = Clock(SHANGHAI, WorkDays(make_up=frozenset({dt.date(2026, 11, 7)})))
    for day, hours in [
        (MONDAY, ["09:00-10:00", "11:00-12:00"]),
        (dt.date(2026, 11, 7), ["09:00-10:00", "11:00-12:00"]),
        (dt.date(2026, 11, 8), ["09:00-10:00", "13:00-00:00"]),
    ]:
        assert shown(clock.windows(windows, [day]), SHANGHAI) == hours


@pytest.mark.parametrize(("day", "length"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-11-02", 24)])
def test_windows_over_a_day_on_which_clocks_change_add_up_to_it(day, length) -> None:
    date, clock = dt.date.fromisoformat(day), Clock(NEW_YORK, WorkDays())
    parts = [window("0-2"), window("2-3"), window("3-24")]
    spans = [span for part in parts for span in clock.window(part, [date])]
    assert sum(end - start for start, end in spans) == length * HOUR_MS
    assert clock.windows(parts, [date]) == [day_span_ms(date, NEW_YORK)]
