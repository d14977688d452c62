"""Merging, moving and splitting on a community of squares."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from squares import households, key_at, line, refusal, squares

from gis_grid.core.plan.errors import BadPlan
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.operations.merge import merge
from gis_grid.core.plan.operations.move import move_atoms
from gis_grid.core.plan.operations.split_by_line import split_by_line

HALVES = squares(6, 3, lambda x, _y: 0 if x < 3 else 1)


def test_a_merge_keeps_the_label_of_the_larger_grid():
    plan = squares(6, 3, lambda x, _y: 0 if x < 2 else 1)
    merged = plan.after(merge(plan, grids=[0, 1]))
    assert households(merged) == {1: 720}


def test_grids_that_meet_in_a_corner_are_not_merged():
    plan = squares(2, 2, lambda x, y: 0 if (x, y) == (0, 0) else 1 if (x, y) == (1, 1) else 2)
    assert refusal(merge, plan, grids=[0, 1]).code == "not_touching"


def test_a_merge_over_a_river_is_done_only_when_told_so():
    plan = squares(6, 3, lambda x, _y: 0 if x < 3 else 1, river_before=3)
    refused = refusal(merge, plan, grids=[0, 1])
    assert refused.code == "only_across_barrier"
    (choice,) = refused.choices
    assert households(plan.after(OPERATIONS[choice.operation](plan, **choice.parameters))) == {0: 720}


def test_a_grid_with_itself_is_no_merge_and_an_unknown_grid_an_error():
    assert refusal(merge, HALVES, grids=[0, 0]).code == "too_few_grids"
    with pytest.raises(BadPlan):
        merge(HALVES, grids=[0, 7])
    for gap in (lambda: merge(HALVES, grids=[0, -1]), lambda: HALVES.division.rows(-1)):
        with pytest.raises(BadPlan):
            gap()


def test_a_locked_grid_is_neither_merged_nor_split_nor_moved_from_nor_to():
    plan = squares(6, 3, lambda x, _y: 0 if x < 3 else 1, locked=[1])
    for refused in (
        refusal(merge, plan, grids=[0, 1]),
        refusal(split_by_line, plan, grid=1, line=line((4, -1), (4, 4))),
        refusal(move_atoms, plan, atoms=[key_at(plan, 3, 0)], to=0),
        refusal(move_atoms, plan, atoms=[key_at(plan, 2, 0)], to=1),
    ):
        assert (refused.code, refused.numbers) == ("locked", {"grids": [1]})


def test_an_atom_moves_over_the_border_and_its_households_with_it():
    moved = HALVES.after(move_atoms(HALVES, atoms=[key_at(HALVES, 3, 1)], to=0))
    assert households(moved) == {0: 400, 1: 320}


def test_what_would_tear_the_donor_is_refused_and_offers_to_take_the_rest_along():
    plan = squares(5, 2, lambda x, y: 0 if y == 0 else 1)
    refused = refusal(move_atoms, plan, atoms=[key_at(plan, 1, 0)], to=1)
    assert (refused.code, refused.numbers) == ("donor_falls_apart", {"grid": 0, "parts": 2})
    (choice,) = refused.choices
    assert households(plan.after(move_atoms(plan, **choice.parameters))) == {0: 120, 1: 280}


def test_the_last_atom_of_a_grid_is_not_moved_but_merged():
    plan = squares(2, 1, lambda x, _y: x)
    refused = refusal(move_atoms, plan, atoms=[key_at(plan, 0, 0)], to=1)
    assert refused.code == "grid_would_vanish"
    assert [choice.operation for choice in refused.choices] == ["merge"]


def test_an_atom_that_does_not_touch_the_grid_may_go_to_those_it_touches():
    plan = squares(6, 2, lambda x, _y: x // 2)
    refused = refusal(move_atoms, plan, atoms=[key_at(plan, 1, 0)], to=2)
    assert refused.code == "not_touching"
    assert [choice.parameters["to"] for choice in refused.choices] == [1]


def test_a_line_through_atoms_gives_each_to_the_side_that_holds_more_of_it():
    split = HALVES.after(split_by_line(HALVES, grid=0, line=line((1.4, -1), (1.4, 4))))
    assert households(split) == {0: 240, 2: 120, 1: 360}
    assert split.division.next_label == 3


def test_a_line_that_ends_inside_is_refused_and_offered_prolonged():
    refused = refusal(split_by_line, HALVES, grid=0, line=line((1, 0.5), (1, 2.5)))
    assert refused.code == "line_does_not_cross"
    (choice,) = refused.choices
    assert households(HALVES.after(split_by_line(HALVES, **choice.parameters))) == {0: 240, 2: 120, 1: 360}


@pytest.mark.parametrize(
    ("drawn", "code"),
    [
        (line((-2, -2), (-1, -1)), "line_does_not_cross"),
        (line((3, -1), (3, 4)), "line_does_not_cross"),
        (line((0, 0), (0, 3)), "line_does_not_cross"),
        (line((-1, -1), (4, 4), (4, -1), (-1, 4)), "line_crosses_itself"),
        (line((1, 1), (1, 1)), "not_a_line"),
        (shapely.LineString(), "not_a_line"),
        (shapely.Point(1, 1), "not_a_line"),
        (shapely.LineString([(0, 0), (np.inf, 1)]), "not_a_line"),
        (shapely.LineString([(0, 0), (1e300, 1)]), "not_a_line"),
        (shapely.LineString([(75, -9), (75, 200), (75, 0)]), "line_crosses_itself"),
        (line((0.3, -1), (0.3, 4)), "side_without_atoms"),
    ],
)
def test_lines_that_split_nothing_are_refused_with_their_fault(drawn, code):
    assert refusal(split_by_line, HALVES, grid=0, line=drawn).code == code


def test_a_line_that_crosses_four_times_makes_as_many_grids_as_it_leaves_pieces():
    plan = squares(7, 3, lambda _x, _y: 0)
    drawn = line((2, -1), (2, 4), (4, 4), (4, -1))
    assert households(plan.after(split_by_line(plan, grid=0, line=drawn))) == {0: 360, 1: 240, 2: 240}


def test_a_part_of_a_grid_that_the_line_does_not_cross_goes_with_the_nearest_piece():
    plan = squares(8, 1, lambda x, _y: 1 if x == 5 else 0)
    split = plan.after(split_by_line(plan, grid=0, line=line((2, -1), (2, 2))))
    assert households(split) == {0: 200, 1: 40, 2: 80}


def test_undoing_and_doing_again_restores_every_byte():
    changes = [
        move_atoms(HALVES, atoms=[key_at(HALVES, 3, 1)], to=0),
        split_by_line(HALVES, grid=0, line=line((1, -1), (1, 4))),
        merge(HALVES, grids=[0, 1]),
    ]
    for change in changes:
        there = HALVES.after(change)
        back = there.after(change.inverted())
        again = back.after(change)
        assert np.array_equal(back.division.label, HALVES.division.label)
        assert np.array_equal(again.division.label, there.division.label)
        assert back.division.next_label == HALVES.division.next_label
        with pytest.raises(BadPlan):
            there.after(change)
