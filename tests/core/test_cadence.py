"""A visit is due once in every period that is asked, and overdue from the day after the first one missed."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from gis_grid.core import cadence
from gis_grid.core.cadence import DONE, DUE, NEVER, NOT_ASKED, OVERDUE, Cadence, day_number, day_of
from gis_grid.core.errors import CoreError
from gis_grid.core.rules.calendar import WorkDays, at_local_ms
from gis_grid.core.rules.rule import Days, Relief, Scope
from gis_grid.patrols.profiles import available, load

SHANGHAI = ZoneInfo("Asia/Shanghai")
NATIONAL_DAY = WorkDays(
    frozenset(dt.date(2026, 10, n) for n in range(1, 8)), frozenset({dt.date(2026, 10, 10)})
)
PLAIN = WorkDays()
BOTH = frozenset({Relief.ABSENCE, Relief.HOLIDAYS})


def cadence_over(scope: Scope, *, days: Days = Days.ALL, reduced_by: frozenset[Relief] = BOTH) -> Cadence:
    return Cadence("p", "1", "R", "rented", scope, days=days, reduced_by=reduced_by)


def stands(
    asked: Cadence,
    today: str,
    visited: str | None,
    *,
    since: str = "2026-09-01",
    work_days: WorkDays = NATIONAL_DAY,
    absent: frozenset[dt.date] = frozenset(),
) -> tuple[int, str | None, str | None, int]:
    """Return state, due on, overdue since and missed of one target."""
    day = dt.date.fromisoformat(today)
    periods = cadence.asked_periods(
        asked, dt.date(2026, 8, 1), day + dt.timedelta(days=200), work_days=work_days, absent=absent
    )
    last = NEVER if visited is None else day_number(dt.date.fromisoformat(visited))
    found = cadence.standing(
        periods, np.array([last]), np.array([day_number(dt.date.fromisoformat(since))]), day_number(day)
    )
    due, late = int(found.due_on[0]), int(found.overdue_since[0])
    return (
        int(found.state[0]),
        None if due == NEVER else str(day_of(due)),
        None if late == NEVER else str(day_of(late)),
        int(found.missed[0]),
    )


WEEKLY, QUARTERLY, MONTHLY = (cadence_over(scope) for scope in (Scope.WEEK, Scope.QUARTER, Scope.MONTH))
DAILY = cadence_over(Scope.DAY, days=Days.WORKING)


@pytest.mark.parametrize(
    ("asked", "today", "visited", "expected"),
    [
        # A week is Monday to Sunday, whatever the day of the visit.
        (WEEKLY, "2026-11-18", "2026-11-16", (DONE, "2026-11-29", None, 0)),
        (WEEKLY, "2026-11-18", "2026-11-15", (DUE, "2026-11-22", None, 0)),
        (WEEKLY, "2026-11-22", "2026-11-09", (DUE, "2026-11-22", None, 0)),
        (WEEKLY, "2026-11-23", "2026-11-15", (OVERDUE, "2026-11-29", "2026-11-23", 1)),
        (WEEKLY, "2026-11-18", "2026-10-26", (OVERDUE, "2026-11-22", "2026-11-09", 2)),
        (QUARTERLY, "2026-11-22", "2026-09-30", (DUE, "2026-12-31", None, 0)),
        (QUARTERLY, "2026-11-22", "2026-10-01", (DONE, "2027-03-31", None, 0)),
        (QUARTERLY, "2027-01-01", "2026-09-30", (OVERDUE, "2027-03-31", "2027-01-01", 1)),
        (MONTHLY, "2026-11-01", "2026-10-31", (DUE, "2026-11-30", None, 0)),
        # Working days: on Saturday the next is Monday; Friday missed is late from Saturday on.
        (DAILY, "2026-11-21", "2026-11-20", (DONE, "2026-11-23", None, 0)),
        (DAILY, "2026-11-21", "2026-11-19", (OVERDUE, "2026-11-23", "2026-11-21", 1)),
        (DAILY, "2026-11-20", "2026-11-19", (DUE, "2026-11-20", None, 0)),
        # National Day is not asked; the Saturday that is worked in its stead is.
        (DAILY, "2026-10-08", "2026-09-30", (DUE, "2026-10-08", None, 0)),
        (DAILY, "2026-10-10", "2026-10-09", (DUE, "2026-10-10", None, 0)),
        (DAILY, "2026-10-11", "2026-10-09", (OVERDUE, "2026-10-12", "2026-10-11", 1)),
    ],
)
def test_a_target_stands_as_its_last_visit_and_the_calendar_say(
    asked: Cadence, today: str, visited: str | None, expected: tuple[int, str | None, str | None, int]
) -> None:
    assert stands(asked, today, visited) == expected


def test_nothing_is_asked_of_periods_that_began_before_the_target_was_known() -> None:
    assert stands(WEEKLY, "2026-11-20", None, since="2026-11-18") == (DUE, "2026-11-29", None, 0)
    assert stands(WEEKLY, "2026-11-30", None, since="2026-11-18") == (OVERDUE, "2026-12-06", "2026-11-30", 1)


def test_a_week_of_absence_is_not_asked_where_the_rule_is_reduced_by_it() -> None:
    week = frozenset(dt.date(2026, 11, n) for n in range(9, 14))
    assert stands(WEEKLY, "2026-11-17", "2026-11-05", absent=week) == (DUE, "2026-11-22", None, 0)
    strict = cadence_over(Scope.WEEK, reduced_by=frozenset())
    assert stands(strict, "2026-11-17", "2026-11-05", absent=week)[0] == OVERDUE
    most = week - {dt.date(2026, 11, 13)}
    assert stands(WEEKLY, "2026-11-17", "2026-11-05", absent=most)[0] == OVERDUE


def test_a_day_of_absence_asks_for_nothing() -> None:
    assert stands(DAILY, "2026-11-20", "2026-11-18", absent=frozenset({dt.date(2026, 11, 19)}))[0] == DUE


def test_half_a_week_of_absence_lowers_how_many_are_asked() -> None:
    absent = frozenset({dt.date(2026, 11, 16), dt.date(2026, 11, 17)})
    day = dt.date(2026, 11, 18)
    assert cadence.asked_number(WEEKLY, 10, day, work_days=PLAIN, absent=absent) == 6
    assert cadence.asked_number(WEEKLY, 10, day, work_days=PLAIN) == 10
    assert cadence.asked_number(QUARTERLY, 7, day, work_days=PLAIN) == 7


def test_without_a_period_ahead_nothing_is_asked() -> None:
    none = cadence.Periods(np.zeros(0, np.int64), np.zeros(0, np.int64))
    found = cadence.standing(none, np.array([NEVER, 5]), np.array([0, 0]), 10)
    assert found.state.tolist() == [NOT_ASKED, DONE]
    assert found.due_on.tolist() == [NEVER, NEVER]


def test_the_local_day_of_a_visit_decides() -> None:
    midnight = at_local_ms(dt.date(2026, 11, 23), dt.time.min, SHANGHAI)
    days = cadence.local_day_numbers([midnight - 1, midnight], SHANGHAI)
    assert [str(day_of(int(day))) for day in days] == ["2026-11-22", "2026-11-23"]
    assert cadence.local_day_numbers(np.zeros(0, np.int64), SHANGHAI).shape == (0,)


def test_cadences_are_those_of_the_published_profiles() -> None:
    found = {
        (one.rule, one.visit_class, one.scope.value, one.days.value)
        for one in cadence.cadences_of(load(name) for name in available())
    }
    assert found == {
        ("XY-5", "household", "quarter", "all"),
        ("JY-3/1", "property", "day", "working"),
        ("JY-3/2", "rented", "week", "all"),
        ("JY-3/3", "follow_up", "week", "all"),
        ("JY-3/4", "in_care", "week", "all"),
        ("JY-3/5", "household", "quarter", "all"),
        ("FM-8/households", "household", "month", "all"),
    }


def test_a_cadence_over_patrols_is_refused() -> None:
    with pytest.raises(CoreError):
        cadence.asked_periods(
            cadence_over(Scope.PATROL), dt.date(2026, 1, 1), dt.date(2026, 1, 2), work_days=PLAIN
        )


def test_states_are_those_of_a_loop_over_days() -> None:
    """Many targets at once say what one at a time, period by period, would."""
    rng = np.random.default_rng(7)
    today = dt.date(2026, 11, 22)
    for asked in (WEEKLY, DAILY, MONTHLY, QUARTERLY):
        periods = cadence.asked_periods(
            asked, dt.date(2026, 6, 1), dt.date(2027, 6, 1), work_days=NATIONAL_DAY
        )
        last = day_number(today) - rng.integers(-1, 160, 200)
        last[::7] = NEVER
        since = day_number(today) - rng.integers(0, 170, 200)
        found = cadence.standing(periods, last, since, day_number(today))
        for n in range(200):
            missed = [
                int(end)
                for start, end in zip(periods.start, periods.end, strict=True)
                if start >= since[n] and start > last[n] and end <= day_number(today)
            ]
            assert int(found.missed[n]) == len(missed)
            assert int(found.overdue_since[n]) == (missed[0] if missed else NEVER)
            assert (found.state[n] == OVERDUE) == bool(missed)
