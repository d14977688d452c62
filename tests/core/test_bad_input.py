"""Input that cannot be judged is the right error, and input that says little is never a wrong number."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import shapely
from walks import GRID, INSIDE, OUTSIDE, SHANGHAI, at, standing, track

from gis_grid.core import (
    BadBoundary,
    BadFixes,
    BadProfile,
    Boundary,
    CoreError,
    Fixes,
    Judgement,
    Profile,
    Rule,
    Scope,
    Unit,
    judge,
    parse_profile,
)
from gis_grid.core.rules.judge import judge_period
from gis_grid.core.rules.rule import Measure, Step
from gis_grid.core.rules.work import Duty, Place, SignIn, StandIn, Work

MONDAY = dt.date(2026, 11, 2)
START = at("2026-11-02T08:00")
HOUR = 3600


def rule(measure: Measure, scope: Scope, required: float, unit: Unit, **more) -> Rule:
    return Rule(f"R-{measure}", "规则", "rule", measure, scope, required, unit, **more)


DAY = rule(Measure.TIME_INSIDE, Scope.DAY, 2 * HOUR, Unit.SECONDS)
WEEK = rule(Measure.TIME_INSIDE, Scope.WEEK, 10 * HOUR, Unit.SECONDS)
PATROLS = rule(Measure.PATROLS, Scope.DAY, 1, Unit.COUNT, at_least_s=600)
PLACES = rule(Measure.KEY_PLACES, Scope.DAY, 1, Unit.SHARE, within_m=50, at_least_s=120)
SIGNS = rule(Measure.SIGN_INS, Scope.DAY, 1, Unit.COUNT, within_m=100)
STAND_IN = rule(Measure.STAND_IN_TIME, Scope.DAY, HOUR, Unit.SECONDS)
EVERY_RULE = tuple(
    rule(
        measure,
        Scope.DAY,
        5,
        Unit.SECONDS if measure.value.endswith("time") else Unit.COUNT,
        within_m=50,
        steps=tuple(Step),
    )
    for measure in Measure
)


def profile(*rules: Rule) -> Profile:
    return Profile("test", "1", "测试", "test", "test", rules)


def judged(fixes: Fixes, *rules: Rule, boundary: Boundary = GRID, work: Work | None = None) -> Judgement:
    return judge(fixes, [boundary], [profile(*rules)], tz=SHANGHAI, work=work, period=(MONDAY, MONDAY))


def told(judgement: Judgement) -> list[tuple[str, float]]:
    """Outcome and best amount of every verdict on the Monday; all amounts are finite and in order."""
    for verdict in (*judgement.days[0].verdicts, *judgement.weeks[0].verdicts):
        assert np.isfinite([verdict.lower, verdict.best, verdict.upper, verdict.unknown_s]).all()
        assert 0 <= verdict.lower <= verdict.best <= verdict.upper
    return [(str(verdict.outcome), verdict.best) for verdict in judgement.days[0].verdicts]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf"), 90.5, -91.0])
def test_a_latitude_that_is_none_names_its_fix_and_never_comes_to_judging(bad: float) -> None:
    with pytest.raises(BadFixes, match="of fix 1") as caught:
        Fixes.of([START, START + 10_000], [INSIDE[0]] * 2, [INSIDE[1], bad])
    assert (caught.value.where, caught.value.field) == (1, "lat")


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), 180.5, -181.0])
def test_a_longitude_that_is_none_names_its_fix(bad: float) -> None:
    with pytest.raises(BadFixes, match="of fix 0") as caught:
        Fixes.of([START], [bad], [INSIDE[1]])
    assert (caught.value.where, caught.value.field) == (0, "lon")


@pytest.mark.parametrize(
    ("t_ms", "where"),
    [
        ([0, 1.5], 1),
        ([0, float("nan")], 1),
        ([float("-inf"), 0], 0),
        ([0, -1], 1),
        ([10**17, 0], 0),
        ([0, -(10**17)], 1),
        ([0, 2**63], 1),
        ([0, 7_289_654_400_000], 1),  # the year 2201
        (np.array([START, -START]), 1),
    ],
)
def test_a_time_that_is_no_whole_millisecond_of_our_years_names_its_fix(t_ms, where: int) -> None:
    with pytest.raises(BadFixes, match=f"of fix {where}") as caught:
        Fixes.of(t_ms, [INSIDE[0]] * 2, [INSIDE[1]] * 2)
    assert (caught.value.where, caught.value.field) == (where, "t_ms")
    assert caught.value.value == t_ms[where] or np.isnan(t_ms[where])


@pytest.mark.parametrize(
    "t_ms", [["a", "b"], [True, False], [[1], [2, 3]], None, np.array(["2026-11-02"] * 2)]
)
def test_times_that_are_no_numbers_are_refused(t_ms) -> None:
    with pytest.raises(BadFixes) as caught:
        Fixes.of(t_ms, [INSIDE[0]] * 2, [INSIDE[1]] * 2)
    assert caught.value.field == "t_ms"


@pytest.mark.parametrize("field", ["lon", "lat", "accuracy_m", "segment"])
def test_a_column_that_is_no_numbers_is_refused_by_its_name(field: str) -> None:
    columns = {"lon": [INSIDE[0]], "lat": [INSIDE[1]], field: ["east"]}
    with pytest.raises(BadFixes) as caught:
        Fixes.of([START], **columns)
    assert caught.value.field == field


def test_the_last_millisecond_of_the_year_2200_can_be_judged() -> None:
    first, last = (Fixes.of([t_ms], [INSIDE[0]], [INSIDE[1]]) for t_ms in (0, 7_289_654_399_999))
    for zone in (SHANGHAI, ZoneInfo("America/Los_Angeles")):
        for fixes in (first, last):
            assert len(judge(fixes, [GRID], [profile(DAY)], tz=zone).days) == 1


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    period = (MONDAY, MONDAY - dt.timedelta(days=1))
    with pytest.raises(CoreError, match="ends before it starts") as caught:
        judge(standing("2026-11-02T08:00", 60), [GRID], [profile(DAY)], tz=SHANGHAI, period=period)
    assert (caught.value.field, caught.value.value) == ("period", period)


def test_an_accuracy_that_is_not_a_number_is_an_unknown_one() -> None:
    fixes = standing("2026-11-02T08:00", 2 * HOUR, accuracy_m=float("nan"))
    assert told(judged(fixes, DAY)) == [("met", 2 * HOUR)]


def test_an_infinite_accuracy_is_no_evidence() -> None:
    fixes = standing("2026-11-02T08:00", 2 * HOUR, accuracy_m=float("inf"))
    assert told(judged(fixes, DAY)) == [("short", 0)]


def test_unsorted_fixes_are_judged_as_the_sorted_ones() -> None:
    fixes = track(standing("2026-11-02T08:00", HOUR), standing("2026-11-02T09:30", HOUR, OUTSIDE))
    shuffled = fixes.take(np.random.default_rng(3).permutation(len(fixes)))
    rules = (DAY, WEEK, PATROLS, PLACES)
    work = Work(key_places=(Place(1, "bank", *INSIDE),))
    one, other = (judged(each, *rules, work=work) for each in (fixes, shuffled))
    assert (one.days, one.weeks, one.patrols) == (other.days, other.weeks, other.patrols)


@pytest.mark.parametrize("fixes", [Fixes.of([], [], []), Fixes.of([START], [INSIDE[0]], [INSIDE[1]])])
def test_no_fix_and_one_fix_come_to_no_time(fixes: Fixes) -> None:
    work = Work(key_places=(Place(1, "bank", *INSIDE),))
    found = told(judged(fixes, DAY, PATROLS, PLACES, work=work))
    assert found == [("short", 0), ("short", 0), ("short", 0)]


def test_when_all_fixes_are_flagged_nothing_counts_and_it_is_said() -> None:
    fixes = standing("2026-11-02T08:00", 2 * HOUR, mock=True)
    judgement = judged(fixes, DAY)
    assert told(judgement) == [("short", 0)]
    assert judgement.flags["mock"] == len(fixes)
    assert judgement.days[0].verdicts[0].fixes is None
    assert judgement.days[0].verdicts[0].reasons[-1].code == "no_fixes"


def test_fixes_at_one_moment_are_no_time() -> None:
    same = Fixes.of([START] * 3, [INSIDE[0]] * 3, [INSIDE[1]] * 3)
    assert told(judged(same, DAY, PATROLS)) == [("short", 0), ("short", 0)]


def test_duty_of_no_length_or_from_its_end_to_its_start_is_none() -> None:
    fixes = standing("2026-11-02T08:00", 2 * HOUR)
    work = Work(duties=(Duty(START, START), Duty(START + HOUR * 1000, START)))
    judgement = judged(fixes, DAY, PATROLS, rule(Measure.DUTY_TIME, Scope.DAY, 60, Unit.SECONDS), work=work)
    assert told(judgement) == [("short", 0)] * 3
    assert judgement.patrols == ()


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (shapely.Polygon([(116, 39), (116.1, 39.1), (116.1, 39), (116, 39.1)]), "not valid"),
        (shapely.Polygon(), "empty"),
        (shapely.MultiPolygon(), "empty"),
        (shapely.Polygon([(116, 39), (116.1, 39), (116.2, 39)]), "not valid"),
        (shapely.LineString([(116, 39), (116.1, 39)]), "LineString"),
        (shapely.box(39, 116, 39.1, 116.1), "swapped"),
        (shapely.box(170, 10, 190, 11), "lon"),
    ],
)
def test_an_outline_that_cannot_be_measured_against_is_refused(geometry, message: str) -> None:
    with pytest.raises(BadBoundary, match=message):
        Boundary.of(geometry)


@pytest.mark.parametrize(
    ("at_least", "message"),
    [
        ({"value": 2}, r"rules\[0\].at_least.*unit"),
        (2, r"rules\[0\].at_least.*unit"),
        ({"value": 2, "unit": "km"}, r"rules\[0\].at_least"),
        ({"value": float("nan"), "unit": "h"}, r"rules\[0\].at_least"),
    ],
)
def test_a_profile_without_a_unit_names_file_and_key(at_least, message: str) -> None:
    names = {"name": "x", "version": "1", "title_zh": "测试", "title_en": "x", "source": "x"}
    one = {"id": "X-1", "title_zh": "规则", "title_en": "rule", "measure": "time_inside", "scope": "week"}
    with pytest.raises(BadProfile, match=message) as caught:
        parse_profile({**names, "rules": [{**one, "at_least": at_least}]}, "x.toml")
    assert "x.toml" in caught.value.message


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan"), float("inf")])
def test_a_gap_limit_that_is_no_time_is_refused(bad: float) -> None:
    with pytest.raises(CoreError, match="max_gap_s") as caught:
        judge(standing("2026-11-02T08:00", 60), [GRID], [profile(DAY)], tz=SHANGHAI, max_gap_s=bad)
    assert caught.value.field == "max_gap_s"


def test_a_key_place_off_the_globe_is_refused() -> None:
    work = Work(key_places=(Place(1, "bank", 116.3, float("nan")),))
    with pytest.raises(CoreError, match="lat of place 0"):
        judged(standing("2026-11-02T08:00", 60), PLACES, work=work)


def test_a_signature_without_a_usable_position_is_for_review() -> None:
    work = Work(
        signatures=(SignIn(START, lon=float("nan"), lat=39.9),), offices=(Place(1, "office", *INSIDE),)
    )
    assert told(judged(Fixes.of([], [], []), SIGNS, work=work)) == [("review", 0)]


def test_a_stand_in_who_sent_nothing_is_no_time() -> None:
    nobody = StandIn("W2", START, START + HOUR * 1000, Fixes.of([], [], []))
    work = Work(absences=frozenset([MONDAY]), stand_ins=(nobody,))
    assert told(judged(Fixes.of([], [], []), STAND_IN, work=work)) == [("short", 0)]


@pytest.mark.parametrize("absences", [frozenset(), frozenset([MONDAY])])
def test_records_that_are_not_kept_are_never_short(absences) -> None:
    records = [
        one
        for one in EVERY_RULE
        if one.measure not in {Measure.TIME_INSIDE, Measure.PATROLS, Measure.STAND_IN_TIME}
    ]
    assert len(records) == len(Measure) - 3
    found = told(judged(standing("2026-11-02T08:00", HOUR), *records, work=Work(absences=absences)))
    assert {outcome for outcome, _ in found} <= {"review", "met"}


@pytest.mark.parametrize("period", ["2026-13", "2026-Q5", "2026-W45", "", "November"])
def test_a_period_that_is_no_month_or_quarter_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match=r"2026|month"):
        judge_period(Work(), [profile(DAY)], period=period, tz=SHANGHAI)


def test_a_month_of_a_rule_that_needs_a_track_is_refused() -> None:
    month = rule(Measure.TIME_INSIDE, Scope.MONTH, HOUR, Unit.SECONDS)
    with pytest.raises(BadProfile, match="it needs the track"):
        judge_period(Work(), [profile(month)], period="2026-11", tz=SHANGHAI)
