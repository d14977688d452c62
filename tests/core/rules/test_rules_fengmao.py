"""冯卯镇考核办法: incidents and visits a day, hours a week, clock-in, on line, households a month."""

import pytest
from given import NotApplicable, Row, name_row, rows, said, unexplained, untold

SAME_FOR_ALL = NotApplicable("part-time", "the text lowers only the weekly hours for part-time workers")
NO_TRACK = NotApplicable("gap over the threshold", "records; no track is asked")
BY_RECORD = NotApplicable("split grid at noon", "records; no border is asked")
BY_DAY = NotApplicable("across a week", "a day is judged by itself")
EIGHT_HOURS = "; ".join(f"{day} 08:00-16:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
SIX_HOURS = "; ".join(f"{day} 08:00-14:00" for day in ("Mon", "Tue", "Wed", "Thu", "Fri"))
FOUR_DAYS = "; ".join(f"{day} 08:00-16:00" for day in ("Tue", "Wed", "Thu", "Fri"))

TABLE = {
    "FM-3/incidents": [
        Row("just met", "Mon met 2 of 2", incidents="Mon 09:00; Mon 09:00"),
        Row("just short", "Mon short 1", incidents="Mon 09:00", reason="missing"),
        Row("undecidable", "Mon review 0", reason="not_kept"),
        NO_TRACK,
        Row("across midnight", "Mon short 1; Tue short 1", incidents="Mon 23:59:59; Tue 00:00"),
        Row("across a week", "Sun -; next-Mon met 2", incidents="Sun 09:00; next-Mon 00:00; next-Mon 01:00"),
        BY_RECORD,
        Row("holiday", "Mon -; Sat short 0", incidents="", holiday="Mon", make_up="Sat"),
        Row("stand-in", "Mon -", incidents="", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "FM-3/visits": [
        Row("just met", "Mon met 2 of 2", visits="Mon 09:00 1 household; Mon 10:00 1 household phone"),
        Row(
            "just short",
            "Mon short 1",
            visits="Mon 09:00 1 household; Mon 09:00 1 household",
            reason="missing",
        ),
        Row("undecidable", "Mon review 0", reason="not_kept"),
        NO_TRACK,
        Row(
            "across midnight",
            "Mon short 1; Tue short 1",
            visits="Mon 23:59 1 household; Tue 00:00 2 household",
        ),
        Row(
            "across a week",
            "Sun -; next-Mon short 1",
            visits="Sun 23:59 1 household; next-Mon 00:00 2 household",
        ),
        BY_RECORD,
        Row("holiday", "Mon -", visits="", holiday="Mon"),
        Row("stand-in", "Mon -", visits="", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "FM-5": [
        Row("just met", "W45 met 40:00 of 40:00", duty=EIGHT_HOURS),
        Row("just short", "W45 short 39:59", duty=f"{FOUR_DAYS}; Mon 08:00-15:59", reason="missing"),
        Row("just short", "W45 short 8:00", duty="Mon 08:00-16:00; Mon 08:00-12:00"),
        Row("undecidable", "W45 review 0:00", walk="Mon 08:00-16:00", reason="not_kept"),
        NotApplicable("gap over the threshold", "duty runs from sign-in to sign-out; no track is asked"),
        Row("across midnight", "W45 short 12:00", duty="Mon 20:00-32:00"),
        Row("across a week", "W45 short 4:00; W46 short 8:00", duty="Sun 20:00-32:00"),
        BY_RECORD,
        Row("holiday", "W45 met 32:00 of 32:00", duty=FOUR_DAYS, holiday="Mon", reason="relief"),
        Row(
            "holiday",
            "W45 met 0:00 of 0:00; W46 review 0:00 of 40:00",
            holiday="Mon; Tue; Wed; Thu; Fri",
            reason="nothing_asked",
        ),
        Row("holiday", "W45 short 32:00 of 40:00", duty=FOUR_DAYS, holiday="Mon", make_up="Sat"),
        Row("stand-in", "W45 met 32:00 of 32:00", duty=FOUR_DAYS, absent="Mon", reason="relief"),
        Row("part-time", "W45 met 30:00 of 30:00", duty=SIX_HOURS, part_time=True, reason="part_time"),
        Row("part-time", "W45 short 30:00 of 40:00", duty=SIX_HOURS),
        Row(
            "part-time",
            "W45 met 24:00 of 24:00",
            duty="; ".join(f"{day} 08:00-14:00" for day in ("Tue", "Wed", "Thu", "Fri")),
            absent="Mon",
            part_time=True,
            reason="relief",
        ),
        Row("not over", "W45 review 32:00", duty=FOUR_DAYS, until="Fri 16:00", reason="not_over"),
    ],
    "FM-6": [
        Row("just met", "Mon met 1 of 1", signs="Mon 08:00 in"),
        Row("just short", "Mon short 0", signs="Tue 08:00 in", reason="missing"),
        Row("undecidable", "Mon review 0", reason="not_kept"),
        NO_TRACK,
        Row("across midnight", "Mon met 1; Tue short 0", signs="Mon 23:59:59 out"),
        Row("across a week", "Sun -; next-Mon met 1", signs="next-Mon 00:00 in"),
        BY_RECORD,
        Row("holiday", "Mon -", signs="", holiday="Mon"),
        Row("stand-in", "Mon -", signs="", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "FM-6/online": [
        Row("just met", "Mon met 100% of 100%", walk="Mon 08:00-10:00", checks="Mon 09:00; Mon 10:05"),
        Row("just met", "Mon -", walk="Mon 08:00-10:00", checks=""),
        Row("just met", "Mon -", walk="Mon 08:00-10:00", duty="Mon 08:00-10:00", checks="Mon 21:00"),
        Row(
            "just short",
            "Mon short 0%",
            walk="Mon 08:00-10:00",
            duty="Mon 08:00-12:00",
            checks="Mon 11:00; Mon 21:00",
        ),
        Row(
            "just short",
            "Mon short 50%",
            walk="Mon 08:00-10:00",
            checks="Mon 09:00; Mon 10:05:01",
            reason="missing",
        ),
        Row("undecidable", "Mon review 0%", walk="Mon 08:00-10:00", reason="not_kept"),
        Row(
            "gap over the threshold",
            "Mon met 100%",
            walk="Mon 08:00-09:00; Mon 09:10-10:00",
            checks="Mon 09:05",
        ),
        Row(
            "gap over the threshold",
            "Mon short 0%",
            walk="Mon 08:00-09:00; Mon 09:11-10:00",
            checks="Mon 09:05:30",
        ),
        Row("across midnight", "Tue met 100%", walk="Mon 23:00-23:58", checks="Tue 00:03"),
        Row(
            "across a week",
            "Sun met 100%; next-Mon short 0%",
            walk="Sun 08:00-10:00",
            checks="Sun 09:00; next-Mon 09:00",
        ),
        NotApplicable("split grid at noon", "on line anywhere; no border is asked"),
        Row("holiday", "Mon met 100%", walk="Mon 08:00-10:00", checks="Mon 09:00", holiday="Mon"),
        Row("stand-in", "Mon -", checks="Mon 09:00", absent="Mon"),
        SAME_FOR_ALL,
    ],
    "FM-8/households": [
        Row(
            "just met",
            "2026-11 met 100% of 100%",
            targets="household 1 2",
            visits="Mon 09:00 1 household; 2026-11-30 23:59 2 household",
        ),
        Row(
            "just short",
            "2026-11 short 50%",
            targets="household 1 2",
            visits="Mon 09:00 1 household; 2026-12-01 00:00 2 household",
        ),
        Row("undecidable", "2026-11 review 0%", targets="household 1", reason="not_kept"),
        NO_TRACK,
        Row(
            "across midnight",
            "2026-11 short 0%; 2026-12 met 100%",
            targets="household 1",
            visits="2026-11-30 24:00 1 household",
        ),
        Row(
            "across a week",
            "2026-11 met 100%",
            targets="household 1 2",
            visits="Sun 23:59 1 household; next-Mon 00:00 2 household",
        ),
        BY_RECORD,
        Row(
            "holiday",
            "2026-11 met 100%",
            targets="household 1",
            visits="Mon 09:00 1 household",
            holiday="Mon",
        ),
        Row("stand-in", "2026-11 short 0%", targets="household 1", visits="", absent="Mon"),
        SAME_FOR_ALL,
        Row(
            "not over",
            "2026-11 review 0%",
            targets="household 1",
            visits="",
            until="Mon 09:00",
            reason="not_over",
        ),
    ],
    "FM-8/appointments": [
        Row(
            "just met",
            "W45 met 3 of 3",
            visits="Mon 09:00 1 shop appointment; Tue 09:00 1 shop appointment; Sun 20:00 2 shop appointment",
        ),
        Row(
            "just short",
            "W45 short 2",
            visits="Mon 09:00 1 shop appointment; Tue 09:00 1 shop door; Sun 20:00 2 shop appointment",
        ),
        Row("undecidable", "W45 review 0", reason="not_kept"),
        NO_TRACK,
        Row(
            "across midnight",
            "W45 short 2",
            visits="Mon 23:59 1 household appointment; Tue 00:00 1 household appointment",
        ),
        Row(
            "across a week",
            "W45 short 1; W46 short 1",
            visits="Sun 23:59 1 household appointment; next-Mon 00:00 1 household appointment",
        ),
        BY_RECORD,
        Row(
            "holiday",
            "W45 met 2 of 2",
            visits="Tue 09:00 1 household appointment; Wed 09:00 1 household appointment",
            holiday="Mon",
            reason="relief",
        ),
        Row("stand-in", "W45 short 0 of 1", visits="", absent="Mon; Tue; Wed", reason="relief"),
        SAME_FOR_ALL,
    ],
}


@pytest.mark.parametrize(("rule", "row"), rows(TABLE), ids=name_row)
def test_the_rule_says_what_the_text_asks(rule: str, row: Row) -> None:
    assert said("fengmao", rule, row) == row.says
    assert unexplained("fengmao", rule, row) == []


def test_every_rule_and_condition_has_a_case_or_says_why_not() -> None:
    assert untold("fengmao", TABLE) == []
