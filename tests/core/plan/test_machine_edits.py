"""What the machine does to drafts: partitions, splits, gaps, detached parts; how little a cut looks at."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from edits import town_plans
from squares import households, key_at, line, refusal, squares

from gis_grid.core.plan import neighbours
from gis_grid.core.plan.checks import checks
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.errors import BadPlan
from gis_grid.core.plan.operations import OPERATIONS
from gis_grid.core.plan.operations.detached import give_detached
from gis_grid.core.plan.operations.fill_gaps import fill_gaps
from gis_grid.core.plan.operations.lock import lock
from gis_grid.core.plan.operations.move import move
from gis_grid.core.plan.operations.partition_grids import kept_labels, partition_grids
from gis_grid.core.plan.operations.split import split
from gis_grid.core.plan.operations.split_by_line import split_by_line


def test_a_partition_of_everything_leaves_locked_grids_alone_and_fills_gaps():
    plan = squares(12, 5, lambda x, _y: 7 if x < 2 else GAP if x == 11 else 3)
    plan = plan.after(lock(plan, grid=7, locked=True))
    divided = plan.after(partition_grids(plan, seed=1))
    sizes = households(divided)
    assert sizes[7] == 400
    assert all(300 <= size <= 500 for size in sizes.values())
    assert 3 in sizes
    assert len(sizes) == 6
    assert (divided.division.label != GAP).all()


def test_a_partition_of_some_grids_moves_nobody_else_and_keeps_labels_where_it_can():
    plan = squares(12, 5, lambda x, _y: 0 if x < 3 else 1 if x < 8 else 2)
    divided = plan.after(partition_grids(plan, grids=[0, 1], seed=3))
    assert np.array_equal(divided.division.label == 2, plan.division.label == 2)
    assert {0, 1} <= set(households(divided))
    assert np.array_equal(
        divided.division.label, plan.after(partition_grids(plan, grids=[1, 0], seed=3)).division.label
    )


def test_a_proposal_is_taken_by_its_rank():
    plan = squares(12, 5, lambda _x, _y: 0)
    best = plan.after(partition_grids(plan, seed=1, rank=0))
    assert all(300 <= size <= 500 for size in households(best).values())
    assert refusal(partition_grids, plan, seed=1, rank=9).code == "no_such_proposal"
    assert refusal(partition_grids, plan, seed=1, rank=-1).code == "no_such_proposal"


def test_what_cannot_be_within_limits_is_an_exception_with_its_cause():
    plan = squares(5, 1, lambda _x, _y: GAP)
    divided = plan.after(partition_grids(plan, seed=1))
    assert dict(divided.division.exceptions) == {0: "few"}
    assert [check.code for check in checks(divided)] == ["exception"]


def test_nothing_but_locked_grids_is_nothing_to_divide():
    plan = squares(10, 1, lambda _x, _y: 0, locked=[0])
    assert refusal(partition_grids, plan).code == "nothing_to_divide"
    assert refusal(partition_grids, plan, grids=[0]).code == "locked"
    with pytest.raises(BadPlan):
        partition_grids(plan, grids=[8])


def test_new_grids_keep_the_label_that_they_share_most_with():
    old = np.array([5, 5, 5, 9, 9, GAP])
    found = np.array([0, 0, 1, 1, 1, 2])
    assert kept_labels(old, found, np.full(6, 10), 20).tolist() == [5, 9, 20]


def test_a_split_is_said_to_be_impossible_when_that_is_proved():
    impossible = squares(3, 1, lambda _x, _y: 0, households=[140, 420, 140])
    assert refusal(split, impossible, grid=0).code == "proved_impossible"
    assert refusal(split, impossible, grid=0, parts=1).code == "too_few_parts"


def test_a_large_gap_becomes_grids_of_its_own_and_a_small_one_goes_to_who_has_room():
    plan = squares(12, 5, lambda x, y: 0 if x < 2 else GAP if x > 2 or y == 4 else 1)
    filled = plan.after(fill_gaps(plan))
    sizes = households(filled)
    assert (filled.division.label != GAP).all()
    assert len(sizes) > 2
    small = squares(10, 2, lambda x, y: GAP if (x, y) == (4, 0) else x // 5)
    assert households(small.after(fill_gaps(small))) in ({0: 400, 1: 400}, {0: 360, 1: 440})
    assert refusal(fill_gaps, squares(3, 1, lambda x, _y: x)).code == "no_gaps"


def test_a_gap_between_locked_grids_becomes_a_grid():
    plan = squares(3, 1, lambda x, _y: GAP if x == 1 else x, locked=[0, 2])
    assert households(plan.after(fill_gaps(plan))) == {0: 40, 2: 40, 3: 40}


def test_detached_parts_go_to_the_neighbour_with_room():
    plan = squares(9, 2, lambda x, _y: 0 if x in {0, 1, 4} else 1 if x < 4 else 2)
    mended = plan.after(give_detached(plan, grid=0))
    assert households(mended) == {0: 160, 1: 240, 2: 320} or households(mended) == {0: 160, 1: 160, 2: 400}
    assert refusal(give_detached, mended).code == "nothing_detached"
    locked = squares(5, 1, lambda x, _y: 0 if x != 2 else 1, locked=[1])
    assert refusal(give_detached, locked).code == "no_neighbour"


def test_a_line_through_a_hole_parts_the_ring_around_it():
    plan = squares(5, 5, lambda x, y: 1 if (x, y) == (2, 2) else 0)
    split_up = plan.after(split_by_line(plan, grid=0, line=line((2.5, -1), (2.5, 6)), exact=True))
    assert sorted(households(split_up)) == [0, 1, 2]
    assert households(split_up)[1] == 40
    assert shapely.coverage_is_valid(split_up.division.atoms.polygon)
    half = refusal(split_by_line, plan, grid=0, line=line((2.5, -1), (2.5, 2.5)))
    assert half.code == "line_does_not_cross"


def test_of_many_pieces_those_without_a_building_stay_with_the_piece_beside_them():
    plan = squares(6, 2, lambda _x, _y: 0, households=40)
    # In from the south, along the wall-less strip at the border and out again, then through the middle.
    drawn = line((4, -1), (4, 0.1), (5, 0.1), (5, -0.5), (3, -2), (3, 3))
    found = split_by_line(plan, grid=0, line=drawn, exact=True)
    assert households(plan.after(found)) == {0: 240, 1: 240}


def test_a_cut_measures_only_what_it_touched(monkeypatch):
    plan = town_plans()[0]
    measured = []
    known = neighbours.measured

    def counting(side, count, ground):
        measured.append(count)
        return known(side, count, ground)

    monkeypatch.setattr(neighbours, "measured", counting)
    grid = int(plan.division.labels()[0])
    west, south, east, north = plan.outline(grid).bounds
    middle = shapely.LineString([((west + east) / 2, south - 9), ((west + east) / 2 + 1, north + 9)])
    change = OPERATIONS["split_by_line"](plan, grid=grid, line=middle, exact=True)
    split_up = plan.after(change)
    assert len(measured) == 1, "the cut that was made is the cut that was tried"
    assert measured[0] < len(plan.division.atoms) / 2
    back = split_up.after(change.inverted())
    assert len(measured) == 2
    assert np.array_equal(back.home, plan.home)


def test_moving_an_atom_measures_no_border_at_all(monkeypatch):
    plan = squares(6, 3, lambda x, _y: 0 if x < 3 else 1)
    monkeypatch.setattr(neighbours, "measured", None)
    moved = plan.after(move(plan, atoms=[key_at(plan, 3, 1)], to=0))
    assert moved.borders is plan.borders
    assert moved.home is plan.home
    assert moved.division.atoms is plan.division.atoms
