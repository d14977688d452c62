"""城乡社区网格员工作基本要求: every working day 2 h, every week 10 h of patrol inside the own grid."""

import pytest
from given import NotApplicable, Row, name_row, rows, said, unexplained, untold

TWO_HOURS_EACH = "; ".join(f"{day} 08:00-10:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
FOUR_DAYS = "; ".join(f"{day} 08:00-10:00" for day in ("Tue", "Wed", "Thu", "Fri"))
SAME_FOR_ALL = "the text asks the same of part-time workers"

TABLE = {
    "BASE-3": [
        Row("just met", "Mon met 2:00 of 2:00", walk="Mon 08:00-10:00"),
        Row(
            "just met",
            "Mon met 2:00",
            walk="Mon 08:00-09:00; Mon 16:00-17:00",
            duty="Mon 08:00-09:00; Mon 16:00-17:00",
        ),
        Row("just short", "Mon short 1:59:59", walk="Mon 08:00-09:59:59", reason="missing"),
        Row("just short", "Mon short 0:00", walk="Mon 08:00-12:00 at outside"),
        Row("just short", "Mon short 0:00", reason="no_fixes"),
        Row(
            "undecidable",
            "Mon review 0:00",
            walk="Mon 08:00-10:00 at just_outside",
            accuracy_m=8,
            reason="uncertain",
        ),
        Row("undecidable", "Mon met 2:00", walk="Mon 08:00-10:00 at just_inside", accuracy_m=8),
        Row(
            "gap over the threshold",
            "Mon review 1:54",
            walk="Mon 08:00-09:00; Mon 09:06-10:00",
            reason="unknown_time",
        ),
        Row("gap over the threshold", "Mon met 2:00", walk="Mon 08:00-09:00; Mon 09:05-10:00"),
        Row("gap over the threshold", "Mon short 1:40", walk="Mon 08:00-09:00; Mon 09:10-09:50"),
        Row("across midnight", "Mon met 2:00; Tue short 1:00", walk="Mon 22:00-25:00"),
        Row(
            "across midnight",
            "Mon short 1:00; Tue short 0:30",
            walk="Mon 17:00-18:00; Tue 08:00-08:30",
            reason="night",
        ),
        Row("across a week", "Sun -; next-Mon met 2:00", walk="Sun 22:00-26:00"),
        Row("split grid at noon", "Mon short 1:30", walk="Mon 10:30-13:30", split_at="Mon 12:00"),
        Row(
            "split grid at noon",
            "Mon met 3:00",
            walk="Mon 10:30-12:00 at west_side; Mon 12:00:20-13:30:10 at east_side",
            split_at="Mon 12:00",
        ),
        Row("holiday", "Mon -; Tue short 0:00", walk="Mon 08:00-09:00", holiday="Mon"),
        Row("holiday", "Sat short 1:00", walk="Sat 08:00-09:00", make_up="Sat"),
        Row("stand-in", "Mon -", walk="Mon 08:00-09:00", absent="Mon"),
        NotApplicable("part-time", SAME_FOR_ALL),
        Row("not over", "Mon review 1:00", walk="Mon 08:00-09:00", until="Mon 09:00", reason="not_over"),
        Row("not over", "Mon met 2:00", walk="Mon 08:00-10:00", until="Mon 10:00"),
    ],
    "BASE-4": [
        Row("just met", "W45 met 10:00 of 10:00", walk=TWO_HOURS_EACH),
        Row("just met", "W45 met 10:00", walk="Sat 08:00-13:00; Sun 08:00-13:00"),
        Row("just short", "W45 short 9:59", walk=f"{FOUR_DAYS}; Mon 08:00-09:59"),
        Row(
            "undecidable",
            "W45 review 0:00",
            walk="Mon 08:00-18:00 at just_outside",
            accuracy_m=8,
            reason="uncertain",
        ),
        Row(
            "gap over the threshold", "W45 review 9:54", walk=f"{FOUR_DAYS}; Mon 08:00-09:00; Mon 09:06-10:00"
        ),
        Row("across midnight", "W45 met 10:00", walk="Mon 22:00-27:00; Wed 22:00-27:00"),
        Row("across a week", "W45 short 4:00; W46 met 10:00", walk="Sun 20:00-34:00"),
        Row("split grid at noon", "W45 short 1:30", walk="Mon 10:30-13:30", split_at="Mon 12:00"),
        Row(
            "split grid at noon",
            "W45 met 10:00",
            walk="Mon 07:00-12:00 at west_side; Mon 12:00:20-17:00:10 at east_side",
            split_at="Mon 12:00",
        ),
        Row("holiday", "W45 met 8:00 of 8:00", walk=FOUR_DAYS, holiday="Mon", reason="relief"),
        Row("holiday", "W45 short 8:00 of 10:00", walk=FOUR_DAYS, holiday="Mon", make_up="Sat"),
        Row("stand-in", "W45 met 8:00 of 8:00", walk=FOUR_DAYS, absent="Mon", reason="relief"),
        Row(
            "stand-in",
            "W45 met 0:00 of 0:00",
            absent="Mon; Tue; Wed; Thu; Fri",
            reason="relief",
        ),
        NotApplicable("part-time", SAME_FOR_ALL),
        Row("not over", "W45 review 8:00", walk=FOUR_DAYS, until="Fri 18:00", reason="not_over"),
    ],
}


@pytest.mark.parametrize(("rule", "row"), rows(TABLE), ids=name_row)
def test_the_rule_says_what_the_text_asks(rule: str, row: Row) -> None:
    assert said("base", rule, row) == row.says
    assert unexplained("base", rule, row) == []


def test_every_rule_and_condition_has_a_case_or_says_why_not() -> None:
    assert untold("base", TABLE) == []
