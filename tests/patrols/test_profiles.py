import datetime as dt
import re

import pytest

from gis_grid.core import BadProfile, Profile, Rule
from gis_grid.core.rules.clock import hours_text
from gis_grid.core.rules.rule import Days, Measure, Relief, Scope, Step, Unit, Window
from gis_grid.patrols import profiles
from gis_grid.patrols.profiles.toml_text import TomlText

GOOD = """\
name = "base"
version = "1"
title_zh = "基本"
title_en = "basic"
source = "somewhere"

[windows]
noon = { hours = "12:00-14:00" }

[[rules]]
id = "BASE-3"
title_zh = "每日"
title_en = "daily"
measure = "time_inside"
scope = "day"
days = "working"
at_least = { value = 2, unit = "h" }

[[rules]]
id = "XY-3"
title_zh = "重点场所"
title_en = "key places"
measure = "key_places"
scope = "day"
days = "all"
within = { value = 0.05, unit = "km" }
each_at_least = { value = 2, unit = "min" }
at_least = { value = 95, unit = "%" }

[[others]]
id = "BASE-10"
title_zh = "考核"
title_en = "assessment"
kinds = ["auto", "entered"]
"""

PUBLISHED = {"BASE": 10, "XY": 11, "JY": 12, "LS": 6, "FM": 10}


def all_rules() -> dict[str, Rule]:
    return {rule.id: rule for name in profiles.available() for rule in profiles.load(name).rules}


def rule_of(extra: str) -> Rule:
    """One rule with what a test adds to its head."""
    return profile_of(extra).rules[-1]


def profile_of(extra: str) -> Profile:
    head = GOOD[: GOOD.index("[[rules]]")]
    rule = '[[rules]]\nid = "X-1"\ntitle_zh = "规则"\ntitle_en = "rule"\n'
    return profiles.read(head + rule + extra, "x.toml")


def test_every_profile_that_comes_with_the_product_loads() -> None:
    assert profiles.available() == ("base", "fengmao", "jianyang", "linshui", "xiangyang")
    for name in profiles.available():
        assert profiles.load(name).name == name


def test_every_rule_of_the_documents_is_judged_here_or_said_to_be_judged_elsewhere() -> None:
    said = set()
    for name in profiles.available():
        profile = profiles.load(name)
        said |= {rule.id.partition("/")[0] for rule in profile.rules} | {rule.id for rule in profile.others}
    assert said == {f"{letters}-{n}" for letters, last in PUBLISHED.items() for n in range(1, last + 1)}


def test_no_window_of_a_profile_stands_there_for_nothing() -> None:
    for name in profiles.available():
        profile = profiles.load(name)
        assert {window.name for rule in profile.rules for window in rule.windows} == set(profile.windows)


@pytest.mark.parametrize(
    ("rule_id", "measure", "scope", "days", "required"),
    [
        ("BASE-3", "time_inside", "day", "working", 2 * 3600),
        ("BASE-4", "time_inside", "week", "all", 10 * 3600),
        ("XY-1", "patrols", "day", "working", 2),
        ("XY-2", "time_inside", "patrol", "all", 1.5 * 3600),
        ("XY-3", "key_places", "day", "working", 1),
        ("XY-4", "time_inside", "week", "all", 5 * 3600),
        ("XY-5", "visit_coverage", "quarter", "all", 1),
        ("JY-1", "sign_ins", "day", "working", 3),
        ("JY-2", "time_inside", "day", "working", 6 * 3600),
        ("JY-2/morning", "time_inside", "day", "working", 2 * 3600),
        ("JY-2/afternoon", "time_inside", "day", "working", 2 * 3600),
        ("JY-3/1", "visit_coverage", "day", "working", 1),
        ("JY-3/2", "visit_coverage", "week", "all", 1),
        ("JY-3/3", "visit_coverage", "week", "all", 1),
        ("JY-3/4", "visit_coverage", "week", "all", 1),
        ("JY-3/5", "visit_coverage", "quarter", "all", 1),
        ("JY-4", "active_days", "month", "all", 22),
        ("JY-8", "stand_in_time", "day", "working", 6 * 3600),
        ("JY-12", "forms", "day", "working", 1),
        ("LS-1", "day_steps", "day", "working", 5),
        ("LS-4", "time_inside", "week", "all", 0),
        ("FM-3/incidents", "incidents_moved", "day", "working", 2),
        ("FM-3/visits", "visits", "day", "working", 2),
        ("FM-5", "duty_time", "week", "all", 40 * 3600),
        ("FM-6", "sign_ins", "day", "working", 1),
        ("FM-6/online", "online_checks", "day", "all", 1),
        ("FM-8/households", "visit_coverage", "month", "all", 1),
        ("FM-8/appointments", "visits", "week", "all", 3),
    ],
)
def test_a_published_rule_says_what_its_document_says(rule_id, measure, scope, days, required) -> None:
    rule = all_rules()[rule_id]
    assert (rule.measure, rule.scope, rule.days, rule.required) == (measure, scope, days, required)


def test_no_published_rule_is_left_out_of_the_table_above() -> None:
    (table,) = (
        mark.args[1]
        for mark in test_a_published_rule_says_what_its_document_says.pytestmark
        if mark.name == "parametrize"
    )
    assert {row[0] for row in table} == set(all_rules())


def test_the_published_rules_carry_their_options() -> None:
    rules = all_rules()
    assert [hours_text(window) for window in rules["JY-1"].windows] == [
        "08:30-09:00",
        "14:30-15:00",
        "16:50-17:00",
    ]
    assert rules["JY-1"].in_each_window
    assert rules["XY-1"].in_each_window
    assert rules["XY-1"].goes_on_at_least_s == rules["XY-2"].required
    assert rules["XY-1"].only_duty_kinds == rules["XY-2"].only_duty_kinds == {"regular"}
    assert rules["XY-4"].duty_kinds == {"appointment"}
    assert rules["LS-4"].duty_kinds == {"appointment", "flexible"}
    assert rules["LS-1"].steps == tuple(Step)
    assert rules["FM-5"].part_time_required == 30 * 3600
    assert rules["XY-5"].visit_modes == {"door", "appointment"}
    assert rules["JY-12"].form == "daily_task_list"
    assert profiles.load("jianyang").sensitive == {"follow_up"}
    assert rules["JY-3/3"].visit_class == "follow_up"


def test_every_sum_of_a_week_is_lowered_by_absence_and_holidays() -> None:
    weekly = {rule_id: rule for rule_id, rule in all_rules().items() if rule.scope is Scope.WEEK}
    assert {rule_id for rule_id, rule in weekly.items() if rule.reduced_by != frozenset(Relief)} == {"LS-4"}


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(BadProfile, match="no profile 'nowhere'; there are: base, fengmao, jianyang"):
        profiles.load("nowhere")


def test_amounts_come_in_one_unit_of_each_kind() -> None:
    profile = profiles.read(GOOD, "x.toml")
    time, places = profile.rules
    assert (time.required, time.unit) == (7200.0, Unit.SECONDS)
    assert (places.required, places.unit) == (0.95, Unit.SHARE)
    assert (places.within_m, places.at_least_s) == (50.0, 120.0)
    assert profile.windows == {"noon": Window("noon", dt.time(12), dt.time(14), Days.ALL)}


def test_what_is_asked_in_each_window_is_asked_as_often_as_there_are_windows() -> None:
    patrols = rule_of(
        'measure = "patrols"\nscope = "day"\ndays = "all"\nwindows = ["noon"]\n'
        'at_least_in_each_window = { value = 2, unit = "patrols" }\n'
    )
    assert (patrols.required, patrols.in_each_window, patrols.unit) == (2.0, True, Unit.COUNT)


def test_every_measure_has_a_rule_in_some_profile() -> None:
    assert {rule.measure for rule in all_rules().values()} == set(Measure)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ('version = "1"\n', "", 1, r"version: is missing"),
        ('version = "1"', "version = 1", 2, r"version: must be a text, not 1"),
        ('version = "1"', 'version = "1"\ncolour = "red"', 3, r"colour: is not known here"),
        (
            '{ hours = "12:00-14:00" }',
            '{ hours = "14:00-12:00" }',
            8,
            r"windows.noon.hours: must start before",
        ),
        ('{ hours = "12:00-14:00" }', '{ hours = "noon" }', 8, r"windows.noon.hours: must be hours like"),
        ('{ hours = "12:00-14:00" }', '{ hours = "12:00-14:60" }', 8, r"windows.noon.hours: must be hours"),
        ('{ hours = "12:00-14:00" }', '{ hour = "12:00-14:00" }', 8, r"windows.noon.hours: is missing"),
        ('{ hours = "12:00-14:00" }', '"12:00-14:00"', 8, r"windows.noon: must be a table"),
        ('"time_inside"', '"time"', 14, r"rules\[0\].measure: must be one of time_inside, patrols, "),
        ('measure = "time_inside"\n', "", 10, r"rules\[0\].measure: is missing"),
        ('scope = "day"', 'scope = "month"', 15, r"rules\[0\].scope: must be one of patrol, day, week, not"),
        ('days = "working"\n', "", 10, r"rules\[0\].days: is missing"),
        ('days = "working"', 'days = "weekdays"', 16, r"rules\[0\].days: must be one of working, free, all"),
        (
            'days = "working"',
            'days = "all"\nwithin = 5',
            17,
            r"rules\[0\].within: is not known for time_inside",
        ),
        ('{ value = 2, unit = "h" }', "2", 17, r"rules\[0\].at_least: needs a unit"),
        ('{ value = 2, unit = "h" }', "{ value = 2 }", 17, r"rules\[0\].at_least.unit: is missing"),
        ('unit = "h"', 'unit = "hours"', 17, r"at_least.unit: must be one of s, min, h, not 'hours'"),
        ('unit = "h"', 'unit = "m"', 17, r"at_least.unit: must be one of s, min, h, not 'm'"),
        ("value = 2, ", "", 17, r"at_least.value: is missing"),
        ("value = 2,", "value = -2,", 17, r"at_least.value: must be a number, 0 or more"),
        ("value = 2,", "value = true,", 17, r"at_least.value: must be a number, 0 or more"),
        ("value = 2,", "value = nan,", 17, r"at_least.value: must be a number, 0 or more"),
        ("value = 2,", "value = inf,", 17, r"at_least.value: must be a number, 0 or more"),
        ("value = 2,", "value = 2, about = true,", 17, r"at_least.about: is not known here"),
        ('days = "all"', 'days = "all"\nwindows = ["noon"]', 26, r"windows: is not known for key_places"),
        ("within = { value = 0.05", "near = { value = 0.05", 26, r"near: is not known for key_places"),
        ('within = { value = 0.05, unit = "km" }\n', "", 19, r"rules\[1\].within: is missing"),
        ('unit = "km"', 'unit = "mi"', 26, r"rules\[1\].within.unit: must be one of m, km, not 'mi'"),
        ("value = 95", "value = 101", 28, r"rules\[1\].at_least.value: must be at most 100 %"),
        ('value = 95, unit = "%"', 'value = 1.5, unit = "places"', 28, r"must be whole: places are counted"),
        ('id = "XY-3"', 'id = "BASE-3"', 20, r"rules\[1\].id: rule BASE-3 stands there twice"),
        ('id = "BASE-10"', 'id = "XY-3"', 31, r"others\[0\].id: rule XY-3 stands there twice"),
        ('["auto", "entered"]', '["auto", "auto"]', 34, r"others\[0\].kinds: names 'auto' twice"),
        ('["auto", "entered"]', '["magic"]', 34, r"kinds: must be one of auto, entered, advice"),
        ('version = "1"', "version = ", 2, r"not valid TOML: Invalid value"),
        ('kinds = ["auto", "entered"]\n', 'kinds = ["auto"', 34, r"not valid TOML: Unclosed array"),
        ("[windows]", "[name]", 7, r"not valid TOML: Cannot overwrite"),
        ("[[others]]", "[others]", 30, r"others: must be a list of tables"),
    ],
)
def test_a_mistake_names_the_file_the_line_and_the_key(old, new, line, message) -> None:
    assert GOOD.count(old) >= 1
    with pytest.raises(BadProfile, match=message) as caught:
        profiles.read(GOOD.replace(old, new, 1), "x.toml")
    assert caught.value.where == f"x.toml:{line}"
    assert caught.value.message.startswith(f"x.toml:{line}: ")


WEEK = 'measure = "time_inside"\nscope = "week"\n'
STEPS = 'measure = "day_steps"\nscope = "day"\ndays = "all"\n'
PATROLS = 'measure = "patrols"\nscope = "week"\nat_least = { value = 1, unit = "patrols" }\n'
ONCE = 'at_least = { value = 1, unit = "h" }\n'
EACH = 'at_least_in_each_window = { value = 1, unit = "h" }\n'
PART_TIME = 'part_time_at_least = { value = 1, unit = "h" }\n'
NOON = 'windows = ["noon"]\n'


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ('measure = "sign_ins"\nscope = "week"\n', r"scope: must be one of day, not 'week'"),
        (
            WEEK.replace("week", "day") + 'days = "all"\nreduced_by = ["absence"]\n',
            r"reduced_by: is not known for time_inside over a day",
        ),
        (
            WEEK + ONCE + 'reduced_by = ["rain"]\n',
            r"reduced_by: must be one of absence, holidays, not 'rain'",
        ),
        (WEEK + 'windows = ["dawn"]\n', r"windows: there is no window 'dawn'; the profile has noon"),
        (WEEK + ONCE + 'duty_kinds = ["flexible"]\n', r"duty_kinds: count beside windows"),
        (WEEK + EACH, r"at_least_in_each_window: needs windows"),
        (WEEK + NOON + ONCE + EACH, r"at_least_in_each_window: stands beside at_least"),
        (WEEK + NOON + PART_TIME + EACH, r"part_time_at_least: stands beside at_least_in_each_window"),
        ('measure = "visit_coverage"\nscope = "month"\n', r"visit_class: is missing"),
        (WEEK + 'at_least = { value = 169, unit = "h" }\n', r"at_least: cannot be met: a week has 168 h"),
        (
            WEEK.replace("week", "day") + 'days = "all"\nat_least = { value = 25, unit = "h" }\n',
            r"at_least: cannot be met: a day has 24 h",
        ),
        (
            WEEK + ONCE + PART_TIME.replace("1", "200"),
            r"part_time_at_least: cannot be met: a week has 168 h",
        ),
        (
            WEEK + NOON + EACH.replace("1", "169"),
            r"at_least_in_each_window: cannot be met: a week has 168 h",
        ),
        (
            'measure = "active_days"\nscope = "month"\nat_least = { value = 32, unit = "days" }\n',
            r"at_least: cannot be met: a month has 31 days",
        ),
        (
            PATROLS + 'goes_on_at_least = { value = 1, unit = "h" }\n',
            r"goes_on_at_least: needs windows",
        ),
        (
            WEEK + ONCE + 'only_duty_kinds = ["regular"]\n',
            r"only_duty_kinds: is not known for time_inside over a week",
        ),
        (STEPS + "steps = []\n", r"steps: must name at least one step"),
        (STEPS + 'steps = ["sign_in", "lunch"]\n', r"steps: must be one of sign_in, .*, not 'lunch'"),
        (STEPS + 'steps = ["inside"]\n' + ONCE, r"at_least: is not known for day_steps"),
    ],
)
def test_a_rule_says_only_what_its_measure_uses(rule, message) -> None:
    with pytest.raises(BadProfile, match=rf"^x\.toml:[0-9]+: rules\[0\]\.{message}"):
        rule_of(rule)


def test_a_mistake_in_a_list_over_several_lines_names_the_line_it_starts_on() -> None:
    text = GOOD.replace('kinds = ["auto", "entered"]', 'kinds = [\n  "auto",\n  # a comment\n  "magic",\n]')
    with pytest.raises(BadProfile, match=re.escape("x.toml:34: others[0].kinds: must be one of")):
        profiles.read(text, "x.toml")


def test_an_empty_document_is_missing_its_first_key_on_its_first_line() -> None:
    with pytest.raises(BadProfile, match=r"^empty:1: name: is missing"):
        profiles.read("", "empty")


def paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path of a document down to its named values."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path and isinstance(path[-1], str) else []
    return found + [one for key, part in inner for one in paths(part, (*path, key))]


def test_every_value_of_a_document_is_found_on_the_line_that_names_it() -> None:
    text = TomlText.of(GOOD, "x.toml")
    lines = GOOD.splitlines()
    assert len(paths(text.document)) > 30
    for path in paths(text.document):
        place = text.locate(path)
        assert str(path[-1]) in lines[int(place.where.removeprefix("x.toml:")) - 1]
        assert place.path == path
