"""What is said of divisions and refusals: the arithmetic, the ways out, and words for all of it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from squares import households, key_at, refusal, squares

from gis_grid.core.plan.checks import Severity, check_grid, check_ground, checks
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.operations.lock import accept, lock
from gis_grid.core.plan.operations.move import move
from gis_grid.core.plan.operations.split import split
from gis_grid.core.plan.texts import REASONS, TEXTS
from gis_grid.core.plan.words import said

PLANNING = Path(__file__).resolve().parents[3] / "gis_grid" / "core" / "plan"


def codes(plan):
    return {check.code for check in checks(plan)}


def find(plan, code):
    return next(check for check in checks(plan) if check.code == code)


def done(plan, choice):
    return plan.after(OPERATIONS[choice.operation](plan, **choice.parameters))


def three_grids():
    """550 households between neighbours of 380 (room 120) and 390 (spare 90), ten to an atom."""
    return squares(132, 1, lambda x, _y: 0 if x < 38 else 1 if x < 93 else 2, households=10)


def test_a_division_within_the_limits_has_nothing_to_be_said_of():
    plan = squares(10, 2, lambda x, _y: x // 5)
    assert checks(plan) == ()
    assert check_ground(plan) == ()
    assert check_grid(plan, 0) is None


def test_550_households_are_told_with_their_arithmetic_and_a_click_mends_them():
    plan = three_grids()
    (check,) = [found for found in checks(plan) if found.code == "over_between"]
    numbers = check.numbers
    assert (check.severity, check.grids, numbers["total"]) == (Severity.ERROR, (1,), 550)
    assert (numbers["fewer"], numbers["too_many"], numbers["more"], numbers["too_few"]) == (1, 50, 2, 50)
    assert said(check.code, numbers).en == (
        "Grid 1 has 550 households: 50 households too many for 1 grid, 50 households too few for 2 grids"
    )
    assert said(check.code, numbers).zh == "网格1有550户：作为1个网格多50户，作为2个网格少50户"
    told = [(choice.code, choice.numbers.get("to"), choice.numbers.get("amount")) for choice in check.choices]
    assert told[:4] == [("do_give", 0, 50), ("do_give", 2, 50), ("do_take", 2, 50), ("do_take", 0, 50)]
    assert told[-1] == ("do_accept", None, None)
    given = done(plan, check.choices[0])
    assert households(given) == {0: 430, 1: 500, 2: 390}
    accepted = done(plan, check.choices[-1])
    assert find(accepted, "exception").severity is Severity.NOTE
    assert "over_between" not in codes(accepted)


def test_a_machine_split_of_550_is_refused_with_the_same_arithmetic():
    refused = refusal(split, three_grids(), grid=1)
    assert refused.code == "cannot_divide_between"
    assert "550 households" in said(refused.code, refused.numbers).en
    assert {choice.operation for choice in refused.choices} >= {"move", "accept"}


def test_a_grid_of_two_is_split_by_a_click_and_one_of_three_not_by_two():
    plan = squares(10, 2, lambda _x, _y: 0)
    check = find(plan, "over")
    assert sorted(households(done(plan, check.choices[0])).values()) == [400, 400]
    large = squares(15, 4, lambda _x, _y: 0, households=30)
    refused = refusal(split, large, grid=0, parts=2)
    assert (refused.code, refused.numbers["counts"]) == ("cannot_divide_parts", [4, 5, 6])


def test_too_few_are_offered_to_a_neighbour_with_room():
    plan = squares(12, 1, lambda x, _y: 0 if x < 10 else 1)
    check = find(plan, "under")
    assert [choice.code for choice in check.choices][:2] == ["do_join", "do_recut"] or check.choices
    assert households(done(plan, check.choices[0])) == {0: 480}


def test_what_two_neighbours_can_do_together_is_offered_once():
    plan = squares(10, 1, lambda x, _y: x // 5)
    first, second = (check.choices for check in checks(plan))
    assert [choice.operation for choice in first] == ["partition", "accept"]
    assert [choice.operation for choice in second] == ["accept"]
    assert [choice.operation for choice in check_grid(plan, 1).choices] == ["partition", "accept"]


def test_sizes_may_be_people():
    plan = squares(10, 2, lambda x, _y: x // 5, limits=Limits(1350, 1650, 1500, Size.PEOPLE))
    check = find(plan, "under")
    assert said(check.code, check.numbers).zh == "网格0有1,200人，不足下限1,350人，还差150人"


def test_gaps_parts_locks_and_rivers_are_told():
    plan = squares(10, 3, lambda x, _y: x // 5, river_before=3)
    gap = plan.after(move(plan, atoms=[key_at(plan, 9, 0)], to=GAP))
    assert find(gap, "gap").numbers == {"atoms": 1, "households": 40}
    assert households(done(gap, find(gap, "gap").choices[0])) == {0: 600, 1: 600}
    assert find(plan, "across_barrier").grids == (0,)
    locked = plan.after(lock(plan, grid=0, locked=True))
    assert find(locked, "locked_grids").grids == (0,)
    torn = squares(9, 1, lambda x, _y: 1 if x == 4 else 0)
    parts = find(torn, "parts")
    assert parts.numbers == {"grid": 0, "parts": 2}
    assert households(done(torn, parts.choices[0])) in ({0: 160, 1: 200}, {0: 160, 1: 40 + 160})


def test_a_strip_is_not_compact():
    assert "not_compact" in codes(squares(30, 1, lambda _x, _y: 0, households=12))


def test_an_exception_is_dropped_when_not_needed_and_counted_when_there_are_many():
    plan = squares(10, 2, lambda x, _y: x // 5)
    accepted = plan.after(accept(plan, grid=0, reason="船上居民"))
    check = find(accepted, "exception_unneeded")
    assert done(accepted, check.choices[0]).division.exceptions == {}
    small = squares(10, 1, lambda x, _y: x // 3)
    for grid in range(3):
        small = small.after(accept(small, grid=grid, reason=f"reason {grid}"))
    assert find(small, "too_many_exceptions").numbers == {"count": 4, "exceptions": 3, "most": 1}


def test_ground_that_overlaps_or_cuts_a_building_is_found():
    plan = squares(4, 1, lambda x, _y: x)
    broken = plan.division.atoms.polygon.copy()
    broken[0] = shapely.box(0, 0, 75, 50)
    broken[1] = shapely.box(75, 0, 100, 50)
    atoms = plan.division.atoms
    torn = squares(4, 1, lambda x, _y: x)
    object.__setattr__(
        torn.division,
        "atoms",
        type(atoms)(
            atoms.key, broken, *(getattr(atoms, name) for name in ("households", "people", "buildings"))
        ),
    )
    assert [check.code for check in check_ground(torn)] == ["building_cut"]
    broken[1] = shapely.box(60, 0, 100, 50)
    assert {check.code for check in check_ground(torn)} >= {"coverage", "ground_lost"}


def codes_in_the_program():
    written = "".join(path.read_text() for path in PLANNING.rglob("*.py"))
    refused = re.findall(r'Refused\(\s*"(\w+)"', written)
    checked = re.findall(r'Check\(\s*"(\w+)"', written)
    chosen = re.findall(r'"(do_\w+)"', written)
    return {*refused, *checked, *chosen, *(f"op_{name}" for name in OPERATIONS)}


def test_there_are_words_for_all_that_is_refused_checked_chosen_and_done():
    found = codes_in_the_program()
    assert len(found) > 50
    assert found <= TEXTS.keys()


@pytest.mark.parametrize("code", TEXTS)
def test_both_languages_say_the_same_numbers(code):
    zh, en = (set(re.findall(r"{(\w+)}", text)) for text in TEXTS[code])
    assert zh == en or zh - en <= {"least", "most", "grid"} or en - zh <= {"least", "most", "grid"}
    numbers = {
        "grids": list(range(9)),
        "counts": [4, 5],
        "compactness": 0.2,
        "reason": "few",
        "unit": "people",
    }
    numbers = {**dict.fromkeys(zh | en, 2), **numbers}
    sentence = said(code, numbers, name=lambda label: f"第{label}" if label else "0")
    assert not re.search(r"[{}]", sentence.zh + sentence.en)
    assert re.search(r"[\u4e00-\u9fff]", sentence.zh)


def test_reasons_of_the_machine_are_said_and_those_of_people_repeated():
    assert set(REASONS) >= {"empty", "few", "between", "body", "impossible", "not_found"}
    numbers = {"grid": 1, "total": 20, "unit": "households", "reason": "水上派出所"}
    assert said("exception", numbers).zh.endswith("（水上派出所）")


def test_many_names_are_cut_short():
    assert said("locked", {"grids": list(range(9))}).zh == "网格0、1、2、3、4、5等9个已锁定"
    assert np.all([len(text) < 200 for pair in TEXTS.values() for text in pair])
