import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from walks import GRID, INSIDE, NORTH, OUTSIDE, SHANGHAI, SOUTH, SQUARE, WEST, at, standing, track

from gis_grid.core import Boundary, Fixes, Judgement, Outcome, Profile, Rule, Scope, Unit, WorkDays, judge
from gis_grid.core.rules.rule import Days, Measure, Window
from gis_grid.core.rules.work import Duty, Work

MIDDLE = (SOUTH + NORTH) / 2
HOUR = 3600


def rule(rule_id: str, scope: Scope, hours: float, **more) -> Rule:
    return Rule(rule_id, "规则", "rule", Measure.TIME_INSIDE, scope, hours * HOUR, Unit.SECONDS, **more)


def profile(*rules: Rule) -> Profile:
    return Profile("test", "1", "测试", "test", "test", rules)


DAY = profile(rule("BASE-3", Scope.DAY, 2, days=Days.WORKING))
WEEK = profile(rule("BASE-4", Scope.WEEK, 10))
PATROL = profile(rule("XY-2", Scope.PATROL, 1.5))


def judged(fixes: Fixes, *profiles, boundaries=(GRID,), tz: ZoneInfo = SHANGHAI, **settings) -> Judgement:
    return judge(fixes, boundaries, profiles or (DAY,), tz=tz, **settings)


def outcomes(judgement: Judgement) -> list[str]:
    spans = (*judgement.patrols, *judgement.days, *judgement.weeks)
    return [str(verdict.outcome) for span in spans for verdict in span.verdicts]


def test_a_millisecond_short_never_reads_as_enough() -> None:
    (verdict,) = judged(standing("2026-11-02T08:00", 2 * HOUR - 0.001)).days[0].verdicts
    assert [reason.en for reason in verdict.reasons] == [
        "1 h 59 min 59 s inside the grid; 2 h required.",
        "1 s missing.",
    ]


NEAR_BORDER = (WEST + 0.00003, MIDDLE)


@pytest.mark.parametrize(
    ("fixes", "expected"),
    [
        pytest.param(standing("2026-11-02T08:00", 2 * HOUR), "met", id="just met"),
        pytest.param(standing("2026-11-02T08:00", 2 * HOUR - 0.001), "short", id="a millisecond short"),
        pytest.param(standing("2026-11-02T08:00", 3 * HOUR, OUTSIDE), "short", id="all outside"),
        pytest.param(
            standing("2026-11-02T08:00", 2 * HOUR, NEAR_BORDER, accuracy_m=8), "met", id="best decides met"
        ),
        pytest.param(
            standing("2026-11-02T08:00", 2 * HOUR, (WEST - 0.00003, MIDDLE), accuracy_m=8),
            "review",
            id="accuracy leaves it open",
        ),
        pytest.param(
            track(standing("2026-11-02T08:00", HOUR), standing("2026-11-02T09:10", HOUR - 300)),
            "review",
            id="a gap could change it",
        ),
        pytest.param(
            track(standing("2026-11-02T08:00", HOUR), standing("2026-11-02T09:10", HOUR - 900)),
            "short",
            id="even the gap would not be enough",
        ),
        pytest.param(
            track(standing("2026-11-02T08:00", HOUR), standing("2026-11-02T09:05", HOUR)),
            "met",
            id="a gap at the limit is known",
        ),
        pytest.param(
            track(standing("2026-11-02T08:00", HOUR), standing("2026-11-02T19:00", HOUR)),
            "met",
            id="two parts",
        ),
    ],
)
def test_a_day_is_met_short_or_for_review(fixes, expected) -> None:
    assert outcomes(judged(fixes)) == [expected]


def test_reasons_tell_the_numbers_in_both_languages() -> None:
    fixes = track(standing("2026-11-02T08:00", HOUR), standing("2026-11-02T09:10", HOUR - 300))
    (verdict,) = judged(fixes).days[0].verdicts
    said = {reason.code: reason for reason in verdict.reasons}
    assert list(said) == ["time_inside", "missing", "unknown_time"]
    assert said["time_inside"].en == "1 h 55 min inside the grid; 2 h required."
    assert said["time_inside"].zh == "网格内 1 小时 55 分，要求 2 小时。"
    assert said["missing"].zh == "还差 5 分。"
    assert said["unknown_time"].en == "10 min without fixes could change the outcome; a person decides."
    assert verdict.profile == "test"
    assert verdict.required == 2 * HOUR


def test_the_intervals_behind_a_verdict_lie_in_its_day() -> None:
    days = judged(standing("2026-11-02T23:00", 2 * HOUR)).days
    midnight = at("2026-11-03T00:00")
    assert [day.verdicts[0].intervals for day in days] == [
        ((at("2026-11-02T23:00"), midnight),),
        ((midnight, at("2026-11-03T01:00")),),
    ]


def test_time_across_midnight_is_split_and_the_patrol_belongs_to_the_day_it_starts_on() -> None:
    judgement = judged(standing("2026-11-02T22:00", 3 * HOUR), DAY, PATROL)
    assert [day.best_s for day in judgement.days] == [2 * HOUR, HOUR]
    assert [patrol.date for patrol in judgement.patrols] == [dt.date(2026, 11, 2)]
    assert judgement.patrols[0].best_s == 3 * HOUR
    assert [day.patrols for day in judgement.days] == [(0,), ()]


def test_a_night_between_two_days_is_unknown_but_is_not_held_for_a_patrol() -> None:
    fixes = track(standing("2026-11-02T17:00", HOUR), standing("2026-11-03T08:00", HOUR))
    judgement = judged(fixes)
    assert outcomes(judgement) == ["short", "short"]
    assert judgement.presence.unknown_s == 14 * HOUR
    assert [day.unknown_s for day in judgement.days] == [6 * HOUR, 8 * HOUR]
    assert [day.verdicts[0].unknown_s for day in judgement.days] == [0, 0]
    night = [reason for reason in judgement.days[0].verdicts[0].reasons if reason.code == "night"]
    assert [reason.en for reason in night] == [
        "Another 6 h without fixes is night between two days, not held for a patrol."
    ]
    assert night[0].zh == "另有 6 小时 没有定位，属于两天之间的夜间，不视为巡查。"


def test_a_short_gap_over_midnight_could_have_been_patrol_on_both_days() -> None:
    fixes = track(standing("2026-11-02T21:55", 2 * HOUR), standing("2026-11-03T00:05", HOUR))
    judgement = judged(fixes)
    assert [day.verdicts[0].unknown_s for day in judgement.days] == [300, 300]


def test_a_gap_over_midnight_of_up_to_two_hours_opens_the_verdicts_of_both_days() -> None:
    late = track(standing("2026-11-02T21:45", 1.75 * HOUR), standing("2026-11-03T00:30", 1.75 * HOUR))
    judgement = judged(late)
    assert outcomes(judgement) == ["review", "review"]
    assert [day.unknown_s for day in judgement.days] == [HOUR / 2, HOUR / 2]
    assert [day.verdicts[0].unknown_s for day in judgement.days] == [HOUR / 2, HOUR / 2]
    reasons = [reason.code for day in judgement.days for reason in day.verdicts[0].reasons]
    assert "night" not in reasons


@pytest.mark.parametrize(("until", "expected"), [("2026-11-03T01:00", 2 * HOUR), ("2026-11-03T01:00:01", 0)])
def test_a_longer_gap_over_midnight_is_a_night(until: str, expected: float) -> None:
    judgement = judged(track(standing("2026-11-02T22:00", HOUR), standing(until, HOUR)))
    assert sum(day.verdicts[0].unknown_s for day in judgement.days) == expected


def test_time_across_an_iso_week_is_split_at_local_midnight_of_monday() -> None:
    judgement = judged(standing("2026-11-08T20:00", 14 * HOUR), WEEK)
    assert [(week.week, week.best_s) for week in judgement.weeks] == [
        ("2026-W45", 4 * HOUR),
        ("2026-W46", 10 * HOUR),
    ]
    assert outcomes(judgement) == ["short", "met"]


def test_the_last_days_of_a_year_can_be_in_the_first_week_of_the_next() -> None:
    judgement = judged(standing("2024-12-30T08:00", HOUR), WEEK)
    assert judgement.weeks[0].week == "2025-W01"


def test_a_day_on_which_clocks_change_has_its_own_length() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    fixes = standing("2026-03-28T23:00", 30 * HOUR, step_s=120, tz=berlin)
    assert [day.best_s / HOUR for day in judged(fixes, tz=berlin).days] == [1, 23, 6]
    fixes = standing("2026-10-24T23:00", 30 * HOUR, step_s=120, tz=berlin)
    assert [day.best_s / HOUR for day in judged(fixes, tz=berlin).days] == [1, 25, 4]


def test_patrols_are_joined_over_breaks_of_up_to_15_minutes() -> None:
    fixes = track(
        standing("2026-11-02T08:00", HOUR),
        standing("2026-11-02T09:15", HOUR),
        standing("2026-11-02T10:30:01", HOUR),
    )
    judgement = judged(fixes, PATROL)
    spans = [(patrol.start_ms, patrol.end_ms) for patrol in judgement.patrols]
    assert spans == [
        (at("2026-11-02T08:00"), at("2026-11-02T10:15")),
        (at("2026-11-02T10:30:01"), at("2026-11-02T11:30:01")),
    ]
    assert outcomes(judgement) == ["met", "short"]
    assert judgement.patrols[0].unknown_s == 900


def test_with_duties_only_time_on_duty_counts_and_each_session_is_a_patrol() -> None:
    fixes = standing("2026-11-02T08:00", 4 * HOUR)
    duties = [
        (at("2026-11-02T09:00"), at("2026-11-02T11:00")),
        (at("2026-11-02T14:00"), at("2026-11-02T16:00")),
    ]
    judgement = judged(fixes, PATROL, DAY, work=Work(duties=tuple(Duty(*span) for span in duties)))
    assert [patrol.best_s for patrol in judgement.patrols] == [2 * HOUR, 0]
    assert judgement.days[0].best_s == 2 * HOUR
    assert judgement.days[0].unknown_s == 2 * HOUR
    assert outcomes(judgement) == ["met", "review", "met"]


def test_a_working_day_without_a_fix_in_the_period_is_short() -> None:
    period = (dt.date(2026, 11, 2), dt.date(2026, 11, 8))
    judgement = judged(standing("2026-11-02T08:00", 2 * HOUR), period=period)
    assert [day.verdicts[0].outcome for day in judgement.days if day.verdicts] == ["met", *["short"] * 4]
    assert [day.working_day for day in judgement.days] == [True] * 5 + [False] * 2
    assert [reason.code for reason in judgement.days[1].verdicts[0].reasons][-1] == "no_fixes"


def test_without_any_fix_the_period_is_judged() -> None:
    period = (dt.date(2026, 11, 2), dt.date(2026, 11, 3))
    judgement = judged(Fixes.of([], [], []), DAY, WEEK, PATROL, period=period)
    assert outcomes(judgement) == ["short", "short", "review"]
    assert outcomes(judged(Fixes.of([], [], []))) == []


def test_holidays_are_not_judged_and_make_up_days_are() -> None:
    work_days = WorkDays(frozenset([dt.date(2026, 11, 2)]), frozenset([dt.date(2026, 11, 7)]))
    fixes = track(standing("2026-11-02T08:00", HOUR), standing("2026-11-07T08:00", HOUR))
    judgement = judged(fixes, work_days=work_days)
    assert [(day.working_day, len(day.verdicts)) for day in judgement.days] == [(False, 0), (True, 1)]


def test_a_week_that_is_not_all_in_the_period_cannot_be_short() -> None:
    period = (dt.date(2026, 11, 2), dt.date(2026, 11, 4))
    (week,) = judged(standing("2026-11-02T08:00", HOUR), WEEK, period=period).weeks
    assert week.partial
    assert week.verdicts[0].outcome is Outcome.REVIEW
    assert week.verdicts[0].reasons[-1].code == "partial_week"
    (week,) = judged(standing("2026-11-02T08:00", 10 * HOUR), WEEK, period=period).weeks
    assert week.verdicts[0].outcome is Outcome.MET


def test_only_the_hours_of_a_rules_window_count() -> None:
    morning = profile(rule("JY-2", Scope.DAY, 2, windows=(Window("morning", dt.time(8), dt.time(12)),)))
    (verdict,) = judged(standing("2026-11-02T10:30", 4 * HOUR), morning).days[0].verdicts
    assert verdict.best == 1.5 * HOUR


def test_a_grid_split_at_noon_is_judged_by_each_half_day() -> None:
    noon = at("2026-11-02T12:00")
    east = shapely.box(116.303, SOUTH, 116.305, NORTH)
    boundaries = [Boundary.of(SQUARE, None, noon), Boundary.of(east, noon, None)]
    judgement = judged(standing("2026-11-02T10:30", 3 * HOUR), boundaries=boundaries)
    assert judgement.days[0].best_s == 1.5 * HOUR
    assert outcomes(judgement) == ["short"]


@pytest.mark.parametrize("seed", range(3))
def test_the_judgement_does_not_depend_on_the_order_of_arrival(seed) -> None:
    rng = np.random.default_rng(seed)
    n = 800
    wander = np.cumsum(rng.normal(0, 8e-5, (n, 2)), axis=0) - rng.normal(0, 1e-3, 2)
    fixes = Fixes.of(
        at("2026-11-02T08:00") + np.arange(n) * 10_000,
        INSIDE[0] + wander[:, 0],
        INSIDE[1] + wander[:, 1],
        accuracy_m=rng.uniform(3, 20, n),
    )
    again = fixes.take(rng.permutation(np.append(np.arange(n), rng.choice(n, 50))))
    one, other = judged(fixes, DAY, WEEK, PATROL), judged(again, DAY, WEEK, PATROL)
    assert (one.days, one.weeks, one.patrols) == (other.days, other.weeks, other.patrols)
