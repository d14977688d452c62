"""简阳市网格员管理办法: sign-ins, six hours in the grid, classes of visits, active days, stand-ins."""

import pytest
from given import NotApplicable, Row, name_row, rows, said, unexplained, untold

SAME_FOR_ALL = NotApplicable("part-time", "the text asks the same of part-time workers")
NO_TRACK = NotApplicable("gap over the threshold", "records; no track is asked")
BY_DAY = NotApplicable("across a week", "a day is judged by itself")
BY_RECORD = NotApplicable("split grid at noon", "records; no border is asked")
TWO_SIGNS = "Mon 08:41 in office 10; Mon 14:30 present office 10"
SIX_HOURS = "Mon 09:00-12:00; Mon 12:00-15:00"
CARED_FOR = "in_care 1 2"
VISITED = "Mon 09:00 {0}1 {1}; Wed 09:00 {0}2 {1}"


def weekly(visit_class: str) -> list[Row | NotApplicable]:
    """A class of visit targets, each to be visited at least once a week."""
    due = f"{visit_class} 1 2"
    return [
        Row(
            "just met",
            "W45 met 100% of 100%",
            targets=due,
            visits=f"Mon 09:00 1 {visit_class}; Sun 20:00 2 {visit_class}",
        ),
        Row("just met", "W45 -", targets=f"{visit_class}", visits=""),
        Row(
            "just short",
            "W45 short 50%",
            targets=due,
            visits=f"Mon 09:00 1 {visit_class}; Tue 09:00 1 {visit_class}; Tue 10:00 3 {visit_class}",
            reason="missing",
        ),
        Row("undecidable", "W45 review 0%", targets=due, reason="not_kept"),
        NO_TRACK,
        Row(
            "across midnight",
            "W45 met 100%",
            targets=due,
            visits=f"Mon 23:59 1 {visit_class}; Tue 00:00 2 {visit_class}",
        ),
        Row(
            "across a week",
            "W45 short 50%; W46 short 50%",
            targets=due,
            visits=f"Sun 23:59:59 1 {visit_class}; next-Mon 00:00 2 {visit_class}",
        ),
        BY_RECORD,
        Row(
            "holiday", "W45 short 50% of 80%", targets=due, visits=f"Tue 09:00 1 {visit_class}", holiday="Mon"
        ),
        Row(
            "stand-in",
            "W45 met 50% of 40%",
            targets=due,
            visits=f"Thu 09:00 1 {visit_class}",
            absent="Mon; Tue; Wed",
            reason="relief",
        ),
        SAME_FOR_ALL,
        Row("not over", "W45 review 0%", targets=due, visits="", until="Thu 18:00", reason="not_over"),
    ]


TABLE = {
    "JY-1": [
        Row("just met", "Mon met 3 of 3", signs=f"{TWO_SIGNS}; Mon 16:59:59 out office 10"),
        Row(
            "just met",
            "Mon met 3",
            signs=f"Mon 08:29 in office 10; {TWO_SIGNS}; Mon 16:50 out 90_m_from_office 5",
        ),
        Row("just short", "Mon short 2", signs=TWO_SIGNS, reason="missing"),
        Row("just short", "Mon short 2", signs=f"{TWO_SIGNS}; Mon 17:00 out office 10"),
        Row("just short", "Mon short 2", signs=f"{TWO_SIGNS}; Mon 16:55 out inside 10"),
        Row(
            "just short",
            "Mon short 2",
            signs=f"{TWO_SIGNS}; Mon 08:50 in office 10; Mon 14:40 present office 10",
        ),
        Row("undecidable", "Mon review 2", signs=f"{TWO_SIGNS}; Mon 16:55 out", reason="uncertain"),
        Row("undecidable", "Mon review 2", signs=f"{TWO_SIGNS}; Mon 16:55 out office 300"),
        Row("undecidable", "Mon review 2", signs=f"{TWO_SIGNS}; Mon 16:55 out 150_m_from_office 60"),
        Row("undecidable", "Mon met 3", signs=f"{TWO_SIGNS}; Mon 16:55 out 90_m_from_office 60"),
        Row("undecidable", "Mon review 0", signs=f"{TWO_SIGNS}; Mon 16:55 out office 10", offices=None),
        Row("undecidable", "Mon review 0", reason="not_kept"),
        NO_TRACK,
        NotApplicable("across midnight", "the hours asked for are by day"),
        BY_DAY,
        BY_RECORD,
        Row("holiday", "Mon -; Sat short 0", signs="", holiday="Mon", make_up="Sat"),
        Row("stand-in", "Mon -", signs="", absent="Mon"),
        SAME_FOR_ALL,
        Row("not over", "Mon review 2", signs=TWO_SIGNS, until="Mon 15:00", reason="not_over"),
    ],
    "JY-2": [
        Row("just met", "Mon met 6:00 of 6:00", walk="Mon 09:00-11:00; Mon 15:00-17:00; Mon 19:00-21:00"),
        Row("just short", "Mon short 5:59", walk="Mon 09:00-14:59"),
        Row("undecidable", "Mon review 0:00", walk="Mon 09:00-15:00 at just_outside", accuracy_m=8),
        Row("gap over the threshold", "Mon review 5:50", walk="Mon 09:00-12:00; Mon 12:10-15:00"),
        Row("across midnight", "Mon short 5:00; Tue short 1:00", walk="Mon 19:00-25:00"),
        Row("across a week", "Sun -; next-Mon met 6:00", walk="Sun 22:00-30:00"),
        Row("split grid at noon", "Mon short 3:00", walk="Mon 09:00-15:00", split_at="Mon 12:00"),
        Row("holiday", "Mon -", walk="Mon 09:00-15:00", holiday="Mon"),
        Row("stand-in", "Mon -", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "JY-2/morning": [
        Row("just met", "Mon met 2:00 of 2:00", walk="Mon 10:00-15:00"),
        Row("just short", "Mon short 1:59", walk="Mon 10:01-15:00"),
        Row("undecidable", "Mon review 0:00", walk="Mon 09:00-12:00 at just_outside", accuracy_m=8),
        Row("gap over the threshold", "Mon review 1:50", walk="Mon 09:00-10:00; Mon 10:10-11:00"),
        Row("gap over the threshold", "Mon review 1:55", walk="Mon 10:00-11:55; Mon 12:30-15:00"),
        Row("across midnight", "Mon short 0:00; Tue short 0:00", walk="Mon 19:00-29:00"),
        Row("across a week", "Sun -; next-Mon met 2:00", walk="Sun 20:00-32:00"),
        Row("split grid at noon", "Mon met 2:00", walk="Mon 10:00-15:00", split_at="Mon 12:00"),
        Row("holiday", "Mon -", walk="Mon 09:00-15:00", holiday="Mon"),
        Row("stand-in", "Mon -", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "JY-2/afternoon": [
        Row("just met", "Mon met 2:00 of 2:00", walk="Mon 11:00-14:00"),
        Row("just short", "Mon short 1:59", walk="Mon 16:01-20:00"),
        Row("undecidable", "Mon review 0:00", walk="Mon 13:00-16:00 at just_outside", accuracy_m=8),
        Row("gap over the threshold", "Mon review 1:50", walk="Mon 13:00-14:00; Mon 14:10-15:00"),
        Row("across midnight", "Mon short 1:00; Tue short 0:00", walk="Mon 17:00-26:00"),
        Row("across a week", "Sun -; next-Mon short 0:00", walk="Sun 17:00-26:00"),
        Row("split grid at noon", "Mon short 0:00", walk="Mon 10:00-15:00", split_at="Mon 12:00"),
        Row("holiday", "Mon -", walk="Mon 13:00-15:00", holiday="Mon"),
        Row("stand-in", "Mon -", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "JY-3/1": [
        Row(
            "just met",
            "Mon met 100% of 100%",
            targets="property 1 2",
            visits=VISITED.format("", "property").replace("Wed", "Mon"),
        ),
        Row(
            "just short",
            "Mon short 50%; Wed short 50%",
            targets="property 1 2",
            visits=VISITED.format("", "property"),
        ),
        Row("undecidable", "Mon review 0%", targets="property 1", reason="not_kept"),
        NO_TRACK,
        Row(
            "across midnight",
            "Mon met 100%; Tue short 0%",
            targets="property 1",
            visits="Mon 23:59:59 1 property",
        ),
        Row(
            "across a week",
            "Sun -; next-Mon met 100%",
            targets="property 1",
            visits="next-Mon 00:00 1 property",
        ),
        BY_RECORD,
        Row("holiday", "Mon -", targets="property 1", visits="", holiday="Mon"),
        Row("stand-in", "Mon -", targets="property 1", visits="", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "JY-3/2": weekly("rented"),
    "JY-3/3": [
        Row("just met", "W45 met 100% of 100%", follow_up=(7, 7)),
        Row("just met", "W45 -", follow_up=(0, 0)),
        Row("just short", "W45 short 75%", follow_up=(8, 6), reason="missing"),
        Row(
            "undecidable",
            "W45 review 0%",
            targets="follow_up 1",
            visits="Mon 09:00 1 follow_up",
            reason="not_kept",
        ),
        NO_TRACK,
        NotApplicable("across midnight", "counters only; they carry no time"),
        NotApplicable("across a week", "counters only; they carry no time"),
        BY_RECORD,
        Row("holiday", "W45 met 80% of 80%", follow_up=(5, 4), holiday="Mon", reason="relief"),
        Row("stand-in", "W45 met 80% of 80%", follow_up=(5, 4), absent="Mon", reason="relief"),
        SAME_FOR_ALL,
    ],
    "JY-3/4": weekly("in_care"),
    "JY-3/5": [
        Row(
            "just met",
            "2026-Q4 met 100% of 100%",
            targets="household 1 2",
            visits="2026-10-01 00:00 1 household; 2026-12-31 23:59:59 2 household phone",
        ),
        Row("just short", "2026-Q4 short 50%", targets="household 1 2", visits="Mon 09:00 1 household"),
        Row("undecidable", "2026-Q4 review 0%", visits="Mon 09:00 1 household", reason="not_kept"),
        NO_TRACK,
        Row(
            "across midnight",
            "2026-Q4 short 0%",
            targets="household 1",
            visits="2026-12-31 24:00 1 household",
        ),
        Row(
            "across a week",
            "2026-Q4 met 100%",
            targets="household 1 2",
            visits="Sun 23:59 1 household; next-Mon 00:00 2 household",
        ),
        NotApplicable("split grid at noon", "due are the households that the grid has at the quarter's end"),
        Row(
            "holiday",
            "2026-Q4 met 100%",
            targets="household 1",
            visits="Mon 09:00 1 household",
            holiday="Mon",
        ),
        Row("stand-in", "2026-Q4 short 0%", targets="household 1", visits="", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "JY-4": [
        Row("just met", "2026-12 met 22 of 22", active="2026-12-01 22"),
        Row("just short", "2026-12 short 21", active="2026-12-01 21", reason="missing"),
        Row("undecidable", "2026-12 review 0", reason="not_kept"),
        NO_TRACK,
        NotApplicable("across midnight", "days on which the account was used; the hour is not asked"),
        Row("across a week", "2026-11 short 7; 2026-12 short 7", active="2026-11-24 14"),
        BY_RECORD,
        Row("holiday", "2026-11 met 20 of 20", active="2026-11-03 20", holiday="Mon", reason="relief"),
        Row("stand-in", "2026-11 short 18 of 19", active="2026-11-05 18", absent="Mon; Tue", reason="relief"),
        SAME_FOR_ALL,
        Row("not over", "2026-11 review 5", active="2026-11-02 5", until="Fri 18:00", reason="not_over"),
    ],
    "JY-8": [
        Row("just met", "Mon met 6:00 of 6:00", stand_in=SIX_HOURS, absent="Mon", reason="stand_in_time"),
        Row("just short", "Mon short 5:59", stand_in="Mon 09:00-14:59", absent="Mon", reason="missing"),
        Row("just short", "Mon short 0:00", absent="Mon", reason="no_stand_in"),
        Row("just short", "Mon short 0:00", stand_in="Mon 09:00-17:00 at east", absent="Mon"),
        Row("undecidable", "Mon review 0:00", stand_in=None, absent="Mon", reason="not_kept"),
        Row("undecidable", "Mon review 5:00", stand_in="Mon 09:00-14:00", absent="Mon", until="Mon 15:00"),
        Row(
            "gap over the threshold",
            "Mon review 5:50",
            stand_in="Mon 09:00-12:00; Mon 12:10-15:00",
            absent="Mon",
        ),
        Row("across midnight", "Mon short 4:00; Tue -", stand_in="Mon 20:00-26:00", absent="Mon"),
        Row(
            "across midnight",
            "Mon short 4:00; Tue short 2:00",
            stand_in="Mon 20:00-26:00; Tue 01:59-02:00",
            absent="Mon; Tue",
        ),
        Row(
            "across a week",
            "Sun -; next-Mon met 6:00",
            stand_in="next-Mon 00:00-06:00",
            absent="Sun; next-Mon",
        ),
        Row(
            "split grid at noon",
            "Mon short 3:00",
            stand_in="Mon 09:00-15:00",
            absent="Mon",
            split_at="Mon 12:00",
        ),
        Row("holiday", "Mon -", stand_in=SIX_HOURS, absent="Mon", holiday="Mon"),
        Row("stand-in", "Mon -; Tue met 6:00", stand_in="Tue 09:00-15:00", absent="Tue"),
        SAME_FOR_ALL,
    ],
    "JY-12": [
        Row("just met", "Mon met 1 of 1", forms="Mon daily_task_list"),
        Row("just short", "Mon short 0", forms="Tue daily_task_list; Mon visit_sheet", reason="missing"),
        Row("undecidable", "Mon review 0", reason="not_kept"),
        NO_TRACK,
        NotApplicable("across midnight", "a form is for a local day; the hour is not asked"),
        BY_DAY,
        BY_RECORD,
        Row("holiday", "Mon -", forms="", holiday="Mon"),
        Row("stand-in", "Mon -", forms="", absent="Mon"),
        SAME_FOR_ALL,
    ],
}


@pytest.mark.parametrize(("rule", "row"), rows(TABLE), ids=name_row)
def test_the_rule_says_what_the_text_asks(rule: str, row: Row) -> None:
    assert said("jianyang", rule, row) == row.says
    assert unexplained("jianyang", rule, row) == []


def test_every_rule_and_condition_has_a_case_or_says_why_not() -> None:
    assert untold("jianyang", TABLE) == []
