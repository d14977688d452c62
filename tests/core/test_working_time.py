"""Working time over lunch, nights, week-ends, the National Day week, make-up days and changes of clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_grid.core.errors import CoreError
from gis_grid.core.rules.calendar import WorkDays, instant_ms, local_moment
from gis_grid.core.rules.work_days import national_days, parse_work_days, with_own
from gis_grid.core.workflow import WorkingTime

HOUR = 3_600_000
OFFICE = ((dt.time(8, 30), dt.time(12)), (dt.time(14), dt.time(17, 30)))
SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = national_days("CN", dt.date(2026, 1, 1), dt.date(2027, 1, 1))
TIME = WorkingTime(OFFICE, CHINA, SHANGHAI)


def ms(text: str, tz: ZoneInfo = SHANGHAI) -> int:
    return instant_ms(dt.datetime.fromisoformat(text).replace(tzinfo=tz))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        # Within a morning, over lunch, over a night.
        ("2026-11-23 09:00", 2, "2026-11-23 11:00"),
        ("2026-11-23 11:00", 2, "2026-11-23 15:00"),
        ("2026-11-23 16:30", 2, "2026-11-24 09:30"),
        # What ends with the day is due at its end, not the next morning.
        ("2026-11-23 08:30", 7, "2026-11-23 17:30"),
        # Reported before, between and after hours, and on a Saturday.
        ("2026-11-23 03:00", 1, "2026-11-23 09:30"),
        ("2026-11-23 13:00", 1, "2026-11-23 15:00"),
        ("2026-11-21 10:00", 1, "2026-11-23 09:30"),
        # The National Day week of 2026: Thursday 1 to Wednesday 7 October. An hour is left on Wednesday,
        # seven are on Thursday 8, seven on Friday 9, seven on Saturday 10, which is made up.
        ("2026-09-30 16:30", 1, "2026-09-30 17:30"),
        ("2026-09-30 16:30", 2, "2026-10-08 09:30"),
        ("2026-09-30 16:30", 8, "2026-10-08 17:30"),
        ("2026-09-30 16:30", 16, "2026-10-10 09:30"),
        ("2026-10-09 17:00", 7.5, "2026-10-10 17:30"),
        ("2026-10-09 17:00", 8.5, "2026-10-12 09:30"),
        # Sunday 20 September is made up; the Saturday before is not.
        ("2026-09-18 17:00", 1, "2026-09-20 09:00"),
        # In the middle of the holidays.
        ("2026-10-03 10:00", 3.5, "2026-10-08 12:00"),
    ],
)
def test_by_hand(start: str, hours: float, due: str) -> None:
    working = round(hours * HOUR)
    found = TIME.due_at(ms(start), working)
    assert local_moment(found, SHANGHAI).strftime("%Y-%m-%d %H:%M") == due
    assert TIME.worked_between(ms(start), found) == working


def test_a_working_year_by_hand() -> None:
    """2026 has 365 days, of them 104 of week-ends."""
    days = sum(CHINA.is_working(dt.date(2026, 1, 1) + dt.timedelta(n)) for n in range(365))
    year = TIME.worked_between(ms("2026-01-01 00:00"), ms("2027-01-01 00:00"))
    assert year == days * 7 * HOUR


def test_the_deployments_own_days_win() -> None:
    own = parse_work_days("date,kind\n2026-10-08,holiday\n2026-10-05,make_up\n", "own.csv")
    time = WorkingTime(OFFICE, with_own(CHINA, own), SHANGHAI)
    assert time.due_at(ms("2026-09-30 17:30"), 7 * HOUR) == ms("2026-10-05 17:30")
    assert time.due_at(ms("2026-10-05 17:30"), 7 * HOUR) == ms("2026-10-09 17:30")


def test_a_shift_over_a_change_of_clocks_has_its_own_length() -> None:
    """In Berlin the night to 29 March 2026 lacks an hour, the night to 25 October has one more."""
    berlin = ZoneInfo("Europe/Berlin")
    whole_day = ((dt.time(0), dt.time(0)),)
    make_up = frozenset({dt.date(2026, 3, 29), dt.date(2026, 10, 25)})
    time = WorkingTime(whole_day, WorkDays(make_up=make_up), berlin)
    spring, autumn = ms("2026-03-29 00:00", berlin), ms("2026-10-25 00:00", berlin)
    assert time.worked_between(spring, ms("2026-03-30 00:00", berlin)) == 23 * HOUR
    assert time.worked_between(autumn, ms("2026-10-26 00:00", berlin)) == 25 * HOUR
    assert time.due_at(spring, 3 * HOUR) == ms("2026-03-29 04:00", berlin)
    assert time.due_at(autumn, 4 * HOUR) == ms("2026-10-25 03:00", berlin)


def test_hours_that_clocks_skip_are_not_worked() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = ((dt.time(1, 30), dt.time(2, 30)),)
    time = WorkingTime(night, WorkDays(make_up=frozenset({dt.date(2026, 3, 29)})), berlin)
    assert time.worked_between(ms("2026-03-29 00:00", berlin), ms("2026-03-29 12:00", berlin)) == HOUR // 2


def test_no_working_day_in_ten_years_is_said() -> None:
    first = dt.date(2026, 1, 1)
    never = WorkDays(holidays=frozenset(first + dt.timedelta(n) for n in range(3800)))
    with pytest.raises(CoreError, match="ten years"):
        WorkingTime(OFFICE, never, SHANGHAI).due_at(ms("2026-01-01 00:00"), HOUR)


moments = st.integers(ms("2026-01-01 00:00"), ms("2026-12-31 00:00"))
amounts = st.integers(0, 200 * HOUR)
zones = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe"])


@given(moments, amounts, zones)
def test_as_much_was_worked_as_was_given(start: int, working: int, zone: str) -> None:
    time = WorkingTime(OFFICE, CHINA, ZoneInfo(zone))
    assert time.worked_between(start, time.due_at(start, working)) == working


@given(moments, moments, amounts, amounts, zones)
def test_who_begins_later_or_has_more_is_done_no_earlier(
    one: int, other: int, less: int, more: int, zone: str
) -> None:
    time = WorkingTime(OFFICE, CHINA, ZoneInfo(zone))
    assert time.due_at(min(one, other), less) <= time.due_at(max(one, other), less)
    assert time.due_at(one, min(less, more)) <= time.due_at(one, max(less, more))


@given(st.tuples(moments, moments, moments))
def test_working_time_adds_up(three: tuple[int, int, int]) -> None:
    first, middle, last = sorted(three)
    parts = TIME.worked_between(first, middle) + TIME.worked_between(middle, last)
    assert parts == TIME.worked_between(first, last)


@given(st.integers(0, 17_000), st.integers(0, 500))
def test_it_is_the_same_as_half_hour_by_half_hour(first: int, many: int) -> None:
    half = HOUR // 2  # hours begin and end at half hours
    start = ms("2026-01-01 00:00") + first * half
    counted = 0
    for t in range(start, start + many * half, half):
        local = local_moment(t, SHANGHAI)
        if CHINA.is_working(local.date()) and any(a <= local.time() < b for a, b in OFFICE):
            counted += half
    assert TIME.worked_between(start, start + many * half) == counted
