from pathlib import Path

import pytest

from gis_grid.core import BadProfile
from gis_grid.core.rules.clock import hours_text
from gis_grid.core.rules.rule import Profile, Rule
from gis_grid.patrols import profiles

UP = ("320106001003", "320106001", "320106")
HOUR = 3600.0

TOWN = """\
[[areas]]
area = "320106"
profiles = ["base", "xiangyang"]

[areas.rules."XY-2"]
at_least = { value = 1, unit = "h" }

[areas.rules."XY-4"]
at_least = { value = 4, unit = "h" }
reduced_by = []

[areas.windows]
evening = { hours = "18:30-21:00" }

[[areas]]
area = "320106001"
rules."XY-2".at_least = { value = 75, unit = "min" }

[[areas]]
area = "320106001003"
profiles = ["xiangyang"]
"""


def rulebook(folder: Path, text: str) -> profiles.Rulebook:
    file = folder / "rules.toml"
    file.write_text(text, encoding="utf-8")
    return profiles.Rulebook.read(file)


def rule(profile: Profile, rule_id: str) -> Rule:
    return next(one for one in profile.rules if one.id == rule_id)


def test_without_a_file_the_published_profiles_hold() -> None:
    book = profiles.Rulebook.read(None)
    assert book.profiles_of(UP, ["base", "fengmao"]) == (profiles.load("base"), profiles.load("fengmao"))
    assert book.areas == ()


def test_the_nearest_area_that_chooses_profiles_wins(tmp_path) -> None:
    book = rulebook(tmp_path, TOWN)
    assert book.areas == ("320106", "320106001", "320106001003")
    for areas, names in [
        (UP, ["xiangyang"]),
        (UP[1:], ["base", "xiangyang"]),
        (["320106001009", *UP[1:]], ["base", "xiangyang"]),
        (["110105001001", "110105001", "110105"], ["jianyang"]),
    ]:
        assert [profile.name for profile in book.profiles_of(areas, ["jianyang"])] == names


def test_values_go_down_the_tree_and_the_nearest_wins_key_by_key(tmp_path) -> None:
    book = rulebook(tmp_path, TOWN)
    (profile,) = book.profiles_of(UP, [])
    assert rule(profile, "XY-2").required == 1.25 * HOUR
    assert rule(profile, "XY-4").required == 4 * HOUR
    assert rule(profile, "XY-4").reduced_by == frozenset()
    assert [hours_text(window) for window in rule(profile, "XY-4").windows] == [
        "12:00-14:00",
        "18:30-21:00",
        "00:00-24:00",
    ]
    _, county = book.profiles_of(UP[2:], [])
    assert rule(county, "XY-2").required == HOUR


def test_a_changed_profile_has_its_own_version_and_lists_what_differs(tmp_path) -> None:
    book = rulebook(tmp_path, TOWN)
    (profile,) = book.profiles_of(UP, [])
    assert profile.overrides == {
        "XY-2.at_least": "75 min",
        "XY-4.at_least": "4 h",
        "XY-4.reduced_by": "",
        "windows.evening": "18:30-21:00",
    }
    assert profile.version.startswith("1+")
    assert len(profile.version) == 10
    base, county = book.profiles_of(UP[1:2] + UP[2:], [])
    assert base == profiles.load("base")
    assert county == profile
    assert book.profiles_of(UP[2:], [])[1].version != profile.version


def test_the_version_depends_on_what_differs_and_not_on_how_it_is_written(tmp_path) -> None:
    one = rulebook(tmp_path, '[[areas]]\narea = "1"\nrules."XY-2".at_least = { value = 1, unit = "h" }\n')
    other = rulebook(
        tmp_path,
        '[[areas]]\narea = "1"\n[areas.rules]\n"XY-2" = { at_least = { unit = "h", value = 1.0 } }\n',
    )
    assert one.profiles_of(["1"], ["xiangyang"]) == other.profiles_of(["1"], ["xiangyang"])


def test_a_value_that_is_as_published_changes_nothing(tmp_path) -> None:
    book = rulebook(tmp_path, '[[areas]]\narea = "1"\nrules."XY-2".at_least = { value = 1.5, unit = "h" }\n')
    assert book.profiles_of(["1"], ["xiangyang"]) == (profiles.load("xiangyang"),)


def test_a_title_with_the_published_number_says_that_the_area_has_another(tmp_path) -> None:
    (profile,) = rulebook(tmp_path, TOWN).profiles_of(UP, [])
    assert rule(profile, "XY-2").title_en == (
        "Each patrol lasts at least 1.5 h inside the grid (as changed for this area)"
    )
    assert rule(profile, "XY-2").title_zh.endswith("（本辖区另有规定）")
    assert "changed" not in rule(profile, "XY-1").title_en
    own = '[[areas]]\narea = "1"\n[areas.rules."XY-2"]\nat_least = { value = 1, unit = "h" }\n'
    titles = 'title_zh = "每次一小时"\ntitle_en = "An hour each"\n'
    (titled,) = rulebook(tmp_path, own + titles).profiles_of(["1"], ["xiangyang"])
    assert rule(titled, "XY-2").title_en == "An hour each"


def test_asking_in_each_window_takes_the_place_of_asking_once(tmp_path) -> None:
    text = (
        '[[areas]]\narea = "1"\n'
        '[areas.windows]\ncome = { hours = "07:30-08:30" }\ngo = { hours = "17:00-18:00" }\n'
        '[areas.rules."FM-6"]\nwindows = ["come", "go"]\n'
        'at_least_in_each_window = { value = 1, unit = "sign-ins" }\n'
    )
    (profile,) = rulebook(tmp_path, text).profiles_of(["1"], ["fengmao"])
    clock_in = rule(profile, "FM-6")
    assert (clock_in.required, clock_in.in_each_window) == (2.0, True)
    assert sorted(profile.windows) == ["come", "go"]
    assert profile.overrides["windows.come"] == "07:30-08:30"


def test_a_profile_that_does_not_use_a_changed_window_stays_as_published(tmp_path) -> None:
    text = '[[areas]]\narea = "1"\nwindows.noon = { hours = "11:30-14:00" }\n'
    book = rulebook(tmp_path, text)
    base, xiangyang, linshui = book.profiles_of(["1"], ["base", "xiangyang", "linshui"])
    assert base.version == "1"
    assert xiangyang.version == linshui.version != "1"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "value = 75",
            "value = -75",
            17,
            r"areas\[1\]\.rules\.XY-2\.at_least\.value: must be a number, 0 or",
        ),
        (
            'unit = "min"',
            'unit = "m"',
            17,
            r"areas\[1\]\.rules\.XY-2\.at_least\.unit: must be one of s, min, h",
        ),
        (
            "value = 4",
            "value = 169",
            9,
            r"areas\[0\]\.rules\.XY-4\.at_least: cannot be met: a week has 168 h",
        ),
        ("value = 75, ", "", 17, r"areas\[1\]\.rules\.XY-2\.at_least\.value: is missing"),
        (
            "reduced_by = []",
            'reduced_by = ["rain"]',
            10,
            r"areas\[0\]\.rules\.XY-4\.reduced_by: must be one of",
        ),
        (
            "reduced_by = []",
            "within = 3",
            10,
            r"areas\[0\]\.rules\.XY-4\.within: is not known for time_inside",
        ),
        ("reduced_by = []", 'windows = ["dawn"]', 10, r"XY-4\.windows: there is no window 'dawn'"),
        ("reduced_by = []", 'scope = "day"', 10, r"XY-4\.scope: cannot be changed for an area"),
        ('"XY-4"]', '"XY-44"]', 8, r"areas\[0\]\.rules\.XY-44: no profile has a rule XY-44"),
        ("18:30-21:00", "21:00-18:30", 13, r"areas\[0\]\.windows\.evening\.hours: must start before it ends"),
        ("evening =", "dusk =", 13, r"areas\[0\]\.windows\.dusk: no rule uses this window"),
        ('area = "320106001"', 'area = "320106"', 16, r"areas\[1\]\.area: area 320106 stands there twice"),
        ('area = "320106001"', 'name = "320106001"', 15, r"areas\[1\]\.area: is missing"),
        (
            '["base", "xiangyang"]',
            '["base", "nowhere"]',
            3,
            r"areas\[0\]\.profiles: there is no profile 'nowhere'",
        ),
        ('["base", "xiangyang"]', "[]", 3, r"areas\[0\]\.profiles: must name at least one profile"),
        ('["base", "xiangyang"]', '["base"]\ncalendar = "CN"', 4, r"areas\[0\]\.calendar: is not known here"),
        ("[areas.windows]", "[areas.windows", 12, r"not valid TOML"),
        ("[[areas]]", "[[area]]", 15, r"not valid TOML: Cannot|areas: is missing|not known"),
    ],
)
def test_a_mistake_names_the_file_the_line_and_the_key(tmp_path, old, new, line, message) -> None:
    with pytest.raises(BadProfile, match=message) as caught:
        rulebook(tmp_path, TOWN.replace(old, new, 1))
    assert caught.value.where == f"{tmp_path / 'rules.toml'}:{line}"


def test_changes_that_do_not_go_together_name_the_later_one(tmp_path) -> None:
    text = (
        '[[areas]]\narea = "1"\nrules."XY-3" = { at_least = { value = 3, unit = "places" } }\n'
        '[[areas]]\narea = "11"\n'
        'rules."XY-1" = { windows = [], at_least = { value = 1, unit = "patrols" } }\n'
        '[[areas]]\narea = "111"\n'
        'rules."XY-1".at_least_in_each_window = { value = 1, unit = "patrols" }\n'
    )
    book = rulebook(tmp_path, text)
    with pytest.raises(
        BadProfile, match=r"rules\.toml:9: areas\[2\]\.rules\.XY-1\.at_least_in_each_window: needs"
    ):
        book.profiles_of(["111", "11", "1"], ["xiangyang"])


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(BadProfile, match=r"nowhere\.toml: cannot be read: No such file"):
        profiles.Rulebook.read(tmp_path / "nowhere.toml")
