"""The sums: which totals are so many grids, and what can be done with the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis_grid.core.plan.arithmetic import Choice, Neighbour, Verdict, Way, arithmetic, of_body
from gis_grid.core.plan.limits import Limits, Size

BASE = Limits()
PEOPLE = Limits(1350, 1650, 1500, Size.PEOPLE)


def test_only_totals_under_300_and_from_501_to_599_cannot_be_divided_by_households():
    impossible = {total for total in range(5000) if arithmetic(total, BASE).verdict is not Verdict.POSSIBLE}

    assert impossible == set(range(300)) | set(range(501, 600))


def test_by_people_gaps_run_up_to_four_grids():
    impossible = [total for total in range(20_000) if not arithmetic(total, PEOPLE).counts]

    assert max(impossible) == 5 * 1350 - 1
    assert arithmetic(5000, PEOPLE).fewer == 3


def test_550_is_50_too_many_for_one_and_50_too_few_for_two():
    found = arithmetic(550, BASE, [Neighbour(1, 380), Neighbour(2, 500), Neighbour(3, 390)])

    assert (found.verdict, found.fewer, found.too_many, found.more, found.too_few) == (
        Verdict.BETWEEN,
        1,
        50,
        2,
        50,
    )
    assert Choice(Way.GIVE, 1, 50, 120, 120) in found.choices
    assert Choice(Way.TAKE, 3, 50, 90, 90) in found.choices
    assert Choice(Way.TAKE, 2, 50, 200, 200) in found.choices
    assert Choice(Way.RECUT, 1, 2, 3, 380) in found.choices
    assert found.choices[-1] == Choice(Way.EXCEPT, None, 550, 550, 0)
    assert not [each for each in found.choices if each.way is Way.GIVE and each.label == 2]


def test_120_can_be_joined_to_who_has_room_or_take_what_is_spare():
    found = arithmetic(120, BASE, [Neighbour(1, 380), Neighbour(2, 480), Neighbour(3, 381)])

    assert found.verdict is Verdict.FEW
    assert found.too_few == 180
    assert Choice(Way.JOIN, 1, 120, 120, 120) in found.choices
    assert Choice(Way.TAKE, 2, 180, 180, 180) in found.choices
    assert not [each for each in found.choices if each.way is Way.JOIN and each.label in {2, 3}]


def test_nobody_at_all_is_said_plainly():
    found = arithmetic(0, BASE, [Neighbour(1, 400)])

    assert (found.verdict, found.too_few) == (Verdict.EMPTY, 300)
    assert found.choices[-1].way is Way.EXCEPT


def test_a_building_of_761_can_only_stay():
    found = of_body(761, BASE)

    assert (found.verdict, found.too_many) == (Verdict.BODY, 261)
    assert [choice.way for choice in found.choices] == [Way.EXCEPT]


@pytest.mark.parametrize(
    ("total", "parts", "too_many", "too_few"), [(900, 4, 0, 300), (1600, 3, 100, 0), (900, 2, 0, 0)]
)
def test_a_number_of_grids_asked_for(total, parts, too_many, too_few):
    found = arithmetic(total, BASE, parts=parts)

    assert (found.too_many, found.too_few) == (too_many, too_few)
    assert found.verdict is (Verdict.PARTS if too_many or too_few else Verdict.POSSIBLE)


@given(
    st.integers(0, 5000),
    st.tuples(st.integers(1, 900), st.integers(0, 300), st.integers(0, 300)),
    st.lists(st.integers(0, 2000), max_size=4),
)
def test_every_choice_leads_to_sizes_within_limits(total, sizes, loads):
    least, below, above = sizes
    limits = Limits(least, least + below + above, least + below)
    around = [Neighbour(label, load) for label, load in enumerate(loads)]

    found = arithmetic(total, limits, around)

    assert bool(found.counts) == (found.verdict is Verdict.POSSIBLE)
    for choice in found.choices:
        assert choice.least <= choice.most
        if choice.way is Way.EXCEPT:
            continue
        beside = loads[choice.label]
        for amount in (choice.least, choice.most):
            if choice.way is Way.GIVE:
                assert limits.counts(total - amount)
                assert limits.counts(beside + amount)
            elif choice.way is Way.TAKE:
                assert limits.counts(total + amount)
                assert limits.counts(beside - amount)
            elif choice.way is Way.JOIN:
                assert amount == total
                assert limits.least <= beside + total <= limits.most
            else:
                assert amount in limits.counts(total + beside)
