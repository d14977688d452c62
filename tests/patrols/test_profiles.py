import datetime as dt

import pytest

from gis_grid.core import BadProfile, Scope
from gis_grid.patrols import profiles

GOOD = """
name = "base"
version = "1"
title_zh = "基本"
title_en = "basic"
source = "somewhere"

[[rules]]
id = "BASE-3"
title_zh = "每日"
title_en = "daily"
scope = "day"
days = "working"
at_least = { value = 2, unit = "h" }
"""


def test_every_profile_that_comes_with_the_product_loads() -> None:
    assert profiles.available() == ("base", "xiangyang")
    for name in profiles.available():
        assert profiles.load(name).name == name


def test_the_published_rules_say_what_the_documents_say() -> None:
    rules = {rule.id: rule for name in profiles.available() for rule in profiles.load(name).rules}
    assert {rule_id: (rule.scope, rule.required / 3600) for rule_id, rule in rules.items()} == {
        "BASE-3": (Scope.DAY, 2),
        "BASE-4": (Scope.WEEK, 10),
        "XY-2": (Scope.PATROL, 1.5),
    }


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(BadProfile, match="no profile 'nowhere'; there are: base, xiangyang"):
        profiles.load("nowhere")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('version = "1"\n', "", r"x.toml: version: is missing"),
        ('version = "1"', "version = 1", r"x.toml: version: must be a text, not 1"),
        ('version = "1"', 'version = "1"\ncolour = "red"', r"x.toml: colour: is not known"),
        ('scope = "day"', 'scope = "month"', r"rules\[0\].scope: must be one of patrol, day, week"),
        ('{ value = 2, unit = "h" }', "2", r"rules\[0\].at_least: needs a unit"),
        ('{ value = 2, unit = "h" }', "{ value = 2 }", r"rules\[0\].at_least.unit: is missing"),
        ('unit = "h"', 'unit = "hours"', r"at_least.unit: must be one of s, min, h, not 'hours'"),
        ("value = 2", "value = -2", r"at_least.value: must be a number above 0"),
        ("value = 2", "value = true", r"at_least.value: must be a number above 0"),
        ("value = 2", "value = nan", r"at_least.value: must be a number above 0"),
        ('days = "working"', 'days = "weekdays"', r"rules\[0\].days: must be one of working, free, all"),
        ('days = "working"', 'days = "all"\nwindow = "12:00-08:00"', r"window: must start before it ends"),
        ('days = "working"', 'days = "all"\nwindow = "morning"', r"window: must be hours like"),
        ('scope = "day"', 'scope = "week"', r"rules\[0\].days: is not known"),
        ('version = "1"', "version = ", r"x.toml: not valid TOML"),
        ("[[rules]]", "[rules]", r"rules: must be a list of tables"),
    ],
)
def test_a_mistake_names_the_file_and_the_key(old, new, message) -> None:
    with pytest.raises(BadProfile, match=message):
        profiles.read(GOOD.replace(old, new), "x.toml")


def test_a_rule_that_stands_there_twice_is_refused() -> None:
    doubled = GOOD + GOOD[GOOD.index("[[rules]]") :]
    with pytest.raises(BadProfile, match="rule BASE-3 stands there twice"):
        profiles.read(doubled, "x.toml")


def test_working_days_know_chinese_holidays_and_make_up_days() -> None:
    work_days = profiles.work_days([profiles.load("base")], dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert not work_days.is_working(dt.date(2026, 10, 1))
    assert work_days.is_working(dt.date(2026, 10, 10))
    assert work_days.is_working(dt.date(2026, 11, 2))
    assert not work_days.is_working(dt.date(2026, 11, 7))


def test_profiles_without_a_calendar_work_monday_to_friday() -> None:
    work_days = profiles.work_days(
        [profiles.read(GOOD, "x.toml")], dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    )
    assert work_days.is_working(dt.date(2026, 10, 1))


def test_calendars_that_differ_or_are_unknown_are_refused() -> None:
    def with_calendar(country: str):
        return profiles.read(f'calendar = "{country}"\n{GOOD}', "x.toml")

    day = dt.date(2026, 1, 1)
    with pytest.raises(BadProfile, match="different calendars: CN, DE"):
        profiles.work_days([with_calendar("CN"), with_calendar("DE")], day, day)
    with pytest.raises(BadProfile, match="no calendar of working days for 'XX'"):
        profiles.work_days([with_calendar("XX")], day, day)
