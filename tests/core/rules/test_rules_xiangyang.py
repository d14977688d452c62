"""襄阳市社区网格员工作规范: two patrols a day, key places, visits at off hours, every household a quarter."""

import pytest
from given import NotApplicable, Row, name_row, rows, said, unexplained, untold

SAME_FOR_ALL = NotApplicable("part-time", "the text asks the same of part-time workers")
BOTH = "Mon 08:00-08:10; Mon 14:00-14:10"
NOON = "; ".join(f"{day} 12:00-13:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
BANK_THEN_MARKET = "Mon 08:00-08:02 at bank; Mon 08:06-08:08 at market"

TABLE = {
    "XY-1": [
        Row("just met", "Mon met 2 of 2", walk=BOTH, duty=BOTH),
        Row("just short", "Mon short 1", walk="Mon 08:00-12:00", duty="Mon 08:00-12:00"),
        Row(
            "just short",
            "Mon short 1",
            walk="Mon 08:00-08:10; Mon 10:00-10:10",
            duty="Mon 08:00-08:10; Mon 10:00-10:10",
            reason="missing",
        ),
        Row(
            "just short",
            "Mon short 1",
            walk="Mon 08:00-08:10; Mon 14:00-14:09",
            duty="Mon 08:00-08:10; Mon 14:00-14:09",
        ),
        Row("just met", "Mon met 2", walk="Mon 08:30-17:00", duty="Mon 08:30-17:00"),
        Row("just met", "Mon met 2", walk="Mon 08:30-17:00"),
        Row("just met", "Mon met 2", walk="Mon 08:00-13:30", duty="Mon 08:00-13:30"),
        Row("just short", "Mon short 1", walk="Mon 08:00-13:29", duty="Mon 08:00-13:29"),
        Row(
            "just short",
            "Mon short 1",
            walk=BOTH,
            duty="Mon 08:00-08:10; Mon 14:00-14:10 appointment",
            reason="missing",
        ),
        Row(
            "undecidable",
            "Mon review 1",
            walk="Mon 08:00-12:00; Mon 12:01-14:00 at just_outside",
            duty="Mon 08:00-14:00",
            accuracy_m=8,
            reason="uncertain",
        ),
        Row(
            "gap over the threshold",
            "Mon review 1",
            walk="Mon 08:00-13:00; Mon 13:40-14:00",
            duty="Mon 08:00-14:00",
            reason="unknown_time",
        ),
        Row("gap over the threshold", "Mon short 1", walk="Mon 11:00-12:30; Mon 12:41-13:00"),
        Row(
            "undecidable",
            "Mon review 1",
            walk="Mon 08:00-08:10; Mon 14:00-14:10 at just_outside",
            duty=BOTH,
            accuracy_m=8,
            reason="uncertain",
        ),
        Row(
            "gap over the threshold",
            "Mon review 1",
            walk="Mon 08:00-08:10; Mon 14:00-14:04; Mon 14:20-14:25",
            duty="Mon 08:00-08:10; Mon 14:00-14:25",
            reason="unknown_time",
        ),
        Row("gap over the threshold", "Mon review 1", walk="Mon 08:00-08:10; Mon 17:50-17:59"),
        Row("gap over the threshold", "Mon short 1", walk="Mon 08:00-08:10; Mon 18:00-18:30", duty=BOTH[:15]),
        Row(
            "across midnight",
            "Mon short 1; Tue short 0",
            walk="Mon 08:00-08:10; Mon 23:50-24:20",
            duty="Mon 08:00-08:10; Mon 23:50-24:20",
        ),
        Row(
            "across a week",
            "Sun -; next-Mon short 0",
            walk="Sun 23:30-31:00",
            duty="Sun 23:30-31:00",
        ),
        Row(
            "split grid at noon",
            "Mon met 2",
            walk="Mon 11:30-11:50; Mon 14:00-14:20 at east",
            duty="Mon 11:30-11:50; Mon 14:00-14:20",
            split_at="Mon 12:00",
        ),
        Row("holiday", "Mon -; Sat short 0", walk=BOTH, duty=BOTH, holiday="Mon", make_up="Sat"),
        Row("stand-in", "Mon -", walk=BOTH, duty=BOTH, absent="Mon"),
        SAME_FOR_ALL,
    ],
    "XY-2": [
        Row("just met", "Mon#1 met 1:30 of 1:30", walk="Mon 08:00-09:30"),
        Row("just met", "Mon#1 -", walk="Mon 08:00-09:00", duty="Mon 08:00-09:00 appointment"),
        Row("just met", "Mon#1 -", walk="Mon 08:00-09:00", duty="Mon 08:00-09:00 flexible"),
        Row("just short", "Mon#1 short 1:00", walk="Mon 08:00-09:00", duty="Mon 08:00-09:00"),
        Row("just short", "Mon#1 short 1:29", walk="Mon 08:00-09:29"),
        Row("undecidable", "Mon#1 review 0:00", walk="Mon 08:00-09:30 at just_outside", accuracy_m=8),
        Row(
            "gap over the threshold",
            "Mon#1 review 1:20",
            walk="Mon 08:00-09:00; Mon 09:10-09:30",
            reason="unknown_time",
        ),
        Row(
            "gap over the threshold",
            "Mon#1 short 1:00; Mon#2 short 1:00",
            walk="Mon 08:00-09:00; Mon 09:16-10:16",
        ),
        Row("across midnight", "Mon#1 met 2:00", walk="Mon 23:00-25:00"),
        Row("across a week", "Sun#1 met 2:00", walk="Sun 23:00-25:00"),
        Row(
            "split grid at noon",
            "Mon#1 met 2:00",
            walk="Mon 11:00-12:00 at west_side; Mon 12:00:20-13:00:10 at east_side",
            split_at="Mon 12:00",
        ),
        Row("holiday", "Mon#1 short 1:00", walk="Mon 08:00-09:00", holiday="Mon"),
        Row("stand-in", "Mon#1 -", walk="Mon 08:00-09:00", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "XY-3": [
        Row("just met", "Mon met 100% of 100%", walk=BANK_THEN_MARKET),
        Row("just met", "Mon -", walk=BANK_THEN_MARKET, key_places=""),
        Row("just short", "Mon short 50%", walk="Mon 08:00-08:02 at bank; Mon 08:06-08:07 at market"),
        Row("just short", "Mon short 50%", walk="Mon 08:00-09:00 at bank", reason="key_places"),
        Row(
            "just short",
            "Mon short 0%",
            walk="Mon 08:00-08:30; Mon 20:00-20:02 at bank; Mon 20:06-20:08 at market",
            duty="Mon 08:00-08:30",
        ),
        Row("just met", "Mon met 100%", walk=BANK_THEN_MARKET, duty="Mon 08:00-08:04; Mon 08:05-08:10"),
        Row(
            "undecidable",
            "Mon review 50%",
            walk="Mon 08:00-08:02 at bank; Mon 08:06-08:10 at 60_m_from_market",
            accuracy_m=15,
            reason="uncertain",
        ),
        Row("undecidable", "Mon review 0%", walk=BANK_THEN_MARKET, key_places=None, reason="not_kept"),
        Row(
            "gap over the threshold",
            "Mon review 50%",
            walk="Mon 08:00-08:02 at bank; Mon 08:20-08:25",
            reason="unknown_time",
        ),
        Row("across midnight", "Mon short 50%; Tue short 0%", walk="Mon 23:50-24:01 at bank"),
        Row("across a week", "Sun -; next-Mon short 0%", walk="Sun 23:50-24:01 at bank"),
        Row(
            "split grid at noon",
            "Mon met 100%; Tue short 0%",
            walk="Mon 08:00-08:02 at bank",
            key_places="bank; market Mon 12:00",
        ),
        Row("holiday", "Mon -", walk=BANK_THEN_MARKET, holiday="Mon"),
        Row("stand-in", "Mon -", walk=BANK_THEN_MARKET, absent="Mon"),
        SAME_FOR_ALL,
    ],
    "XY-4": [
        Row("just met", "W45 met 5:00 of 5:00", walk=NOON, duty=NOON),
        Row("just met", "W45 met 5:00", walk="Sat 08:00-13:00", duty="Sat 08:00-13:00"),
        Row("just met", "W45 met 5:00", walk="Mon 09:00-14:00", duty="Mon 09:00-14:00 appointment"),
        Row("just short", "W45 short 2:00", walk="Mon 09:00-14:00", duty="Mon 09:00-14:00"),
        Row("just short", "W45 short 4:59", walk="Sat 08:00-12:59", duty="Sat 08:00-12:59"),
        Row(
            "undecidable",
            "W45 review 0:00",
            walk="Sat 08:00-13:00 at just_outside",
            duty="Sat 08:00-13:00",
            accuracy_m=8,
        ),
        Row("undecidable", "W45 review 1:00", walk="Mon 08:00-13:00", reason="duty_not_kept"),
        Row("undecidable", "W45 short 1:00", walk="Mon 09:00-13:00"),
        Row(
            "gap over the threshold",
            "W45 review 4:50",
            walk="Sat 08:00-10:00; Sat 10:10-13:00",
            duty="Sat 08:00-13:00",
            reason="unknown_time",
        ),
        Row("across midnight", "W45 short 3:00", walk="Fri 20:00-25:00", duty="Fri 20:00-25:00"),
        Row("across a week", "W45 met 5:00; W46 short 0:00", walk="Sun 19:00-29:00", duty="Sun 19:00-29:00"),
        Row(
            "split grid at noon",
            "W45 short 4:00",
            walk="Sat 08:00-13:00",
            duty="Sat 08:00-13:00",
            split_at="Sat 12:00",
        ),
        Row("holiday", "W45 met 4:00 of 4:00", walk="Mon 08:00-12:00", duty="Mon 08:00-12:00", holiday="Mon"),
        Row("holiday", "W45 short 1:00", walk="Sat 08:00-13:00", duty="Sat 08:00-13:00", make_up="Sat"),
        Row("stand-in", "W45 met 4:00 of 4:00", walk="Sat 08:00-12:00", duty="Sat 08:00-12:00", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "XY-5": [
        Row(
            "just met",
            "2026-Q4 met 100% of 100%",
            targets="household 1 2",
            visits="Mon 09:00 1 household door; Tue 09:00 2 household appointment",
        ),
        Row("just met", "2026-Q4 -", targets="shop 1", visits="Mon 09:00 1 shop"),
        Row(
            "just short",
            "2026-Q4 short 50%",
            targets="household 1 2",
            visits="Mon 09:00 1 household; Tue 09:00 1 household; Tue 10:00 2 household phone",
        ),
        Row("undecidable", "2026-Q4 review 0%", targets="household 1", reason="not_kept"),
        NotApplicable("gap over the threshold", "visits are records; no track is asked"),
        Row(
            "across midnight",
            "2026-Q4 met 100%; 2027-Q1 short 0%",
            targets="household 1",
            visits="2026-12-31 23:59 1 household",
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
        Row(
            "not over",
            "2026-Q4 review 0%",
            targets="household 1",
            visits="",
            until="Mon 09:00",
            reason="not_over",
        ),
    ],
}


@pytest.mark.parametrize(("rule", "row"), rows(TABLE), ids=name_row)
def test_the_rule_says_what_the_text_asks(rule: str, row: Row) -> None:
    assert said("xiangyang", rule, row) == row.says
    assert unexplained("xiangyang", rule, row) == []


def test_every_rule_and_condition_has_a_case_or_says_why_not() -> None:
    assert untold("xiangyang", TABLE) == []
