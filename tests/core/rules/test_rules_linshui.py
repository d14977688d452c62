"""邻水县专职网格员服务规范: the order of a day, and service at off hours."""

import pytest
from given import (
    MONDAY,
    PLACES,
    SHANGHAI,
    SQUARE,
    NotApplicable,
    Row,
    moment,
    name_row,
    profile,
    rows,
    said,
    sign,
    unexplained,
    untold,
    walked,
)

from gis_grid.core import Boundary, Fixes, judge
from gis_grid.core.rules.work import Place, Work

SAME_FOR_ALL = NotApplicable("part-time", "the text asks the same of part-time workers")
WALK = "Mon 08:30-09:00 at office; Mon 09:05-11:00; Mon 11:05-11:30 at office"
SIGNS = "Mon 08:30 in office 10; Mon 11:25 out office 10"

TABLE = {
    "LS-1": [
        Row("just met", "Mon met 5 of 5", walk=WALK, signs=SIGNS, reports="Mon 10:00"),
        Row(
            "just met",
            "Mon met 5",
            walk=WALK,
            signs="Mon 08:30 present office; Mon 11:25 present office",
            reports="Mon 10:00",
        ),
        Row("just short", "Mon short 4", walk=WALK, signs=SIGNS, reports="", reason="missing"),
        Row("just short", "Mon short 4", walk=WALK, signs=SIGNS, reports="Mon 08:50"),
        Row("just short", "Mon short 4", walk=WALK, signs="Mon 08:30 in office", reports="Mon 10:00"),
        Row(
            "just short",
            "Mon short 4",
            walk=WALK,
            signs="Mon 08:30 in office; Mon 11:00 out inside 10",
            reports="Mon 10:00",
        ),
        Row("just short", "Mon short 4", walk="Mon 08:30-11:30 at inside", signs=SIGNS, reports="Mon 10:00"),
        Row("just short", "Mon short 0", signs="", reports=""),
        Row(
            "just short",
            "Mon short 4",
            walk=WALK,
            duty="Mon 09:00-11:00",
            signs=SIGNS,
            reports="Mon 10:00",
        ),
        Row(
            "undecidable",
            "Mon review 4",
            walk=WALK,
            signs="Mon 08:30 in office; Mon 11:25 out",
            reports="Mon 10:00",
            reason="uncertain",
        ),
        Row("undecidable", "Mon review 4", walk=WALK, signs=SIGNS, reason="steps_not_kept"),
        Row("undecidable", "Mon review 3", walk=WALK, reports="Mon 10:00", reason="steps_not_kept"),
        Row(
            "gap over the threshold",
            "Mon review 4",
            walk="Mon 08:20-08:25 at inside; Mon 09:05-11:30",
            signs=SIGNS,
            reports="Mon 10:00",
            reason="unknown_time",
        ),
        Row(
            "across midnight",
            "Mon short 4; Tue short 2",
            walk="Mon 20:00-20:10 at office; Mon 20:15-24:05",
            signs="Mon 20:00 in office; Tue 00:10 out office",
            reports="Mon 21:00",
        ),
        NotApplicable("across a week", "a day is judged by itself"),
        Row(
            "split grid at noon",
            "Mon short 4",
            walk="Mon 12:00-12:10 at office; Mon 12:15-14:00; Mon 14:05-14:30 at office",
            signs="Mon 12:00 in office; Mon 14:20 out office",
            reports="Mon 13:00",
            split_at="Mon 12:00",
        ),
        Row("holiday", "Mon -", walk=WALK, signs=SIGNS, reports="", holiday="Mon"),
        Row("stand-in", "Mon -", walk=WALK, signs=SIGNS, reports="", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "LS-4": [
        Row("just met", "W45 met 2:00 of 0:00", walk="Mon 11:00-14:00", duty="Mon 11:00-14:00"),
        Row("just met", "W45 met 3:00", walk="Mon 09:00-12:00", duty="Mon 09:00-12:00 flexible"),
        Row("just met", "W45 met 0:00", walk="Mon 09:00-12:00", duty="Mon 09:00-12:00"),
        NotApplicable("just short", "the text allows such hours and asks for none"),
        NotApplicable("undecidable", "nothing is asked; the bounds are told"),
        Row(
            "gap over the threshold",
            "W45 met 1:50",
            walk="Mon 12:00-13:00; Mon 13:10-14:00",
            duty="Mon 12:00-14:00",
        ),
        Row(
            "across midnight",
            "W45 met 4:00",
            walk="Tue 20:00-26:00; Thu 20:00-22:00",
            duty="Tue 20:00-26:00; Thu 20:00-22:00",
        ),
        Row("across a week", "W45 met 2:00; W46 met 0:00", walk="Sun 22:00-26:00", duty="Sun 22:00-26:00"),
        Row(
            "split grid at noon",
            "W45 met 1:00",
            walk="Sat 11:00-13:00",
            duty="Sat 11:00-13:00",
            split_at="Sat 12:00",
        ),
        Row("holiday", "W45 met 3:00", walk="Mon 08:00-11:00", duty="Mon 08:00-11:00", holiday="Mon"),
        Row("stand-in", "W45 met 2:00", walk="Tue 12:00-14:00", duty="Tue 12:00-14:00", absent="Mon"),
        SAME_FOR_ALL,
    ],
}


@pytest.mark.parametrize(("rule", "row"), rows(TABLE), ids=name_row)
def test_the_rule_says_what_the_text_asks(rule: str, row: Row) -> None:
    assert said("linshui", rule, row) == row.says
    assert unexplained("linshui", rule, row) == []


def test_every_rule_and_condition_has_a_case_or_says_why_not() -> None:
    assert untold("linshui", TABLE) == []


def order_of_monday(*walks: Fixes, **records):
    """What LS-1 says of a Monday."""
    work = Work(offices=(Place(1, "office", *PLACES["office"]),), **records)
    judged = judge(
        Fixes.concat(walks),
        [Boundary.of(SQUARE)],
        [profile("linshui")],
        tz=SHANGHAI,
        work=work,
        period=(MONDAY, MONDAY),
    )
    (found,) = judged.days[0].verdicts
    return found


@pytest.mark.parametrize("metres", [110.0, 110.26, 115.0, 119.0])
def test_who_lingers_near_the_office_and_then_walks_in_is_judged(metres: float) -> None:
    start, (lon, lat) = moment("Mon", "08:30"), PLACES["office"]
    t_ms = [*range(start, start + 600_001, 10_000), start + 630_000, start + 660_000]
    east = [metres] * 61 + [50, 50]
    fixes = Fixes.of(
        t_ms, [lon + one / 85_400 for one in east], [lat] * len(t_ms), accuracy_m=[20] * len(t_ms)
    )
    found = order_of_monday(fixes, signatures=(), reports_ms=())
    assert (found.lower, found.best, found.upper) == (0, 0, 1)


def test_a_meeting_is_as_late_as_the_stay_that_is_certain() -> None:
    found = order_of_monday(
        walked("Mon 08:20-08:45 at 90_m_from_office", 20),
        walked("Mon 09:00-10:00; Mon 10:10-10:20 at office", 5),
        signatures=(),
        reports_ms=(),
    )
    assert (found.lower, found.best, found.upper) == (1, 2, 2)


def test_a_meeting_that_is_only_possible_is_when_it_may_have_been() -> None:
    found = order_of_monday(
        walked("Mon 09:00-10:00", 5),
        walked("Mon 11:05-11:30 at 150_m_from_office", 60),
        signatures=(sign("Mon", "08:30", "in", "office"), sign("Mon", "11:40", "out", "office")),
        reports_ms=(moment("Mon", "10:00"),),
    )
    assert (found.lower, found.best, found.upper) == (4, 4, 4)
