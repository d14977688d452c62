"""Dividing communities by machine: what is always so, and every community that cannot be divided."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lattice_of_atoms import lattice, one_division_only, river_between

from gis_grid.core.plan.arithmetic import Verdict, Way
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.limits import Limits, Size
from gis_grid.core.plan.lines import LineClass
from gis_grid.core.plan.outlines import outlines
from gis_grid.core.plan.partition import partition
from gis_grid.core.plan.proposal import Cause
from gis_grid.core.plan.proposals import moved, proposals

BASE = Limits()


def even(rows, columns, households=40):
    return np.full((rows, columns), households)


def size_of(atoms, proposal, label):
    return int(atoms.households[proposal.label == label].sum())


def test_a_community_is_divided_into_grids_within_limits_and_in_one_piece():
    atoms, borders = lattice(even(10, 12))

    found = partition(atoms, borders, BASE, seed=1)

    assert len(found.figures.label) == 12  # 4,800 households, 400 each
    assert found.figures.in_range.all()
    assert (found.figures.parts == 1).all()
    assert found.exceptions == ()
    assert found.crossings == ()
    assert found.figures.compactness.mean() > 0.65


def test_the_same_seed_gives_the_same_bytes_and_another_seed_another_division():
    atoms, borders = lattice(np.random.default_rng(3).integers(0, 60, (14, 14)))

    once = partition(atoms, borders, BASE, seed=5).label.tobytes()

    assert partition(atoms, borders, BASE, seed=5).label.tobytes() == once
    assert partition(atoms, borders, BASE, seed=6).label.tobytes() != once


def test_grids_are_counted_in_people_where_the_limits_are():
    atoms, borders = lattice(even(10, 12))

    found = partition(atoms, borders, Limits(1350, 1650, 1500, Size.PEOPLE), seed=1)

    assert found.figures.in_range.all()
    assert found.figures.people.min() >= 1350
    assert found.figures.people.max() <= 1650


def test_only_the_rows_asked_for_are_divided():
    atoms, borders = lattice(even(10, 12))
    west = np.flatnonzero(np.arange(len(atoms)) % 12 < 6)

    found = partition(atoms, borders, BASE, seed=1, rows=west)

    assert (found.label[west] >= 0).all()
    assert (np.delete(found.label, west) == GAP).all()
    assert found.figures.in_range.all()
    assert found.figures.households.sum() == 2400


def test_borders_run_along_roads_where_there_are_some():
    table = even(8, 8, 25)
    atoms, borders = lattice(table, line_class=LineClass.INSIDE)
    by_class = borders.by_class_m.copy()
    on_a_road = (borders.first % 8 == 3) & (borders.second == borders.first + 1)
    on_a_road |= (borders.first // 8 == 3) & (borders.second == borders.first + 8)
    by_class[on_a_road] = by_class[on_a_road][:, [0, 5, 2, 3, 4, 1]]
    borders = type(borders)(borders.first, borders.second, by_class, borders.outer_m)

    found = partition(atoms, borders, BASE, seed=1)

    assert len(found.figures.label) == 4
    assert found.figures.on_ground == 1.0


def test_a_community_without_roads_is_divided_all_the_same():
    atoms, borders = lattice(even(8, 10), line_class=LineClass.INSIDE)

    found = partition(atoms, borders, BASE, seed=1)

    assert found.figures.in_range.all()
    assert found.figures.on_ground == 0.0


def test_550_households_are_neither_one_grid_nor_two():
    atoms, borders = lattice(even(1, 11, 50))

    found = partition(atoms, borders, BASE, seed=1)

    (told,) = found.exceptions
    assert (told.cause, told.load) == (Cause.BETWEEN, 550)
    sums = told.arithmetic
    assert (sums.fewer, sums.too_many, sums.more, sums.too_few) == (1, 50, 2, 50)
    assert [choice.way for choice in sums.choices] == [Way.EXCEPT]


def test_a_building_of_761_households_is_a_grid_of_its_own_with_the_pocket_that_it_encloses():
    table = even(9, 9)
    table[0, 0] = 30  # shut in by the large building to its north and east
    table[0, 1] = 0
    table[1, 0] = 761
    rivers = [((0, 1), (0, 2)), ((0, 1), (1, 1)), ((0, 0), (0, 1))]
    atoms, borders = lattice(table, rivers=rivers, holes=[(0, 1)])

    found = partition(atoms, borders, BASE, seed=1)

    (told,) = found.exceptions
    assert (told.cause, told.load, told.body) == (Cause.BODY, 791, 761)
    assert told.arithmetic.verdict is Verdict.BODY
    assert told.arithmetic.too_many == 291
    assert found.figures.in_range.sum() == len(found.figures.label) - 1
    assert found.label[0] == found.label[8]
    assert (found.figures.parts == 1).all()


def test_an_island_of_120_households_is_told_with_what_it_lacks_and_the_nearest_grid():
    table = even(8, 10)
    table[:, 2] = 0
    table[:, :2] = 0
    table[0, 0] = 120
    holes = [(r, c) for r in range(8) for c in range(3) if (r, c) != (0, 0)]
    atoms, borders = lattice(table, holes=holes)

    found = partition(atoms, borders, BASE, seed=1)

    (told,) = found.exceptions
    assert (told.cause, told.load, told.arithmetic.too_few) == (Cause.FEW, 120, 180)
    others = [choice for choice in told.arithmetic.choices if choice.label is not None]
    nearest = {choice.label for choice in others}
    assert nearest == {int(found.label[1])}
    assert {choice.way for choice in others} >= {Way.RECUT}


def test_a_pocket_behind_a_river_joins_over_it_only_with_a_word():
    table = even(8, 10)
    pocket = [(r, c) for r in range(3) for c in range(1)]
    rivers = [((r, 0), (r, 1)) for r in range(3)] + [((2, 0), (3, 0))]
    atoms, borders = lattice(table, rivers=rivers)

    found = partition(atoms, borders, BASE, seed=1)

    (crossing,) = found.crossings
    assert found.figures.in_range.all()
    assert crossing.loads[1] == crossing.alone[1] == 40 * len(pocket)
    assert found.figures.sides[crossing.label] == 2
    assert found.figures.parts[crossing.label] == 1


def test_a_pocket_behind_a_river_that_may_not_be_crossed_is_an_exception():
    rivers = [((r, 0), (r, 1)) for r in range(3)] + [((2, 0), (3, 0))]
    atoms, borders = lattice(even(8, 10), rivers=rivers)

    found = partition(atoms, borders, BASE, seed=1, cross_barriers=False)

    (told,) = found.exceptions
    assert (told.cause, told.load, told.arithmetic.too_few) == (Cause.FEW, 120, 180)
    assert found.crossings == ()
    assert any(choice.way is Way.TAKE or choice.way is Way.JOIN for choice in told.arithmetic.choices)


def test_no_grid_lies_on_both_sides_of_a_river_where_each_side_can_be_divided():
    atoms, borders = lattice(even(10, 12), rivers=river_between(5, 10))

    found = partition(atoms, borders, BASE, seed=1)

    assert found.crossings == ()
    assert (found.figures.sides == 1).all()
    assert found.figures.in_range.all()


def test_water_that_nobody_lives_on_goes_with_one_neighbour_and_opens_no_way_over_it():
    table = even(10, 13)
    table[:, 5] = 0
    rivers = [*river_between(5, 10), *river_between(6, 10)]
    atoms, borders = lattice(table, rivers=rivers)

    found = partition(atoms, borders, BASE, seed=1)

    assert (found.label >= 0).all()
    assert (found.figures.sides == 1).all()
    assert (found.figures.parts == 1).all()
    assert found.figures.in_range.all()
    column = np.arange(len(atoms)) % 13
    assert not set(found.label[column < 5]) & set(found.label[column > 5])


@pytest.mark.parametrize("households", [0, 3])
def test_a_community_with_hardly_anybody_is_one_exception(households):
    table = even(3, 3, 0)
    table[0, 0] = households
    atoms, borders = lattice(table)

    found = partition(atoms, borders, BASE, seed=1)

    (told,) = found.exceptions
    assert told.cause is (Cause.FEW if households else Cause.EMPTY)
    assert told.arithmetic.too_few == 300 - households
    assert set(found.label) == {0}


def test_no_atoms_at_all_are_no_grids():
    atoms, borders = lattice(even(2, 2))
    nothing = np.array([], dtype=np.int64)

    found = partition(atoms, borders, BASE, seed=1, rows=nothing)

    assert len(found.figures.label) == 0
    assert found.exceptions == ()


def test_atoms_too_coarse_for_any_division_are_proved_to_be():
    atoms, borders = lattice([[260, 260, 260, 260]])  # 1,040 is two or three grids, but not of such atoms

    found = partition(atoms, borders, BASE, seed=1)

    assert {told.cause for told in found.exceptions} == {Cause.IMPOSSIBLE}


def test_a_division_that_only_cp_sat_finds_is_found():
    table, half = one_division_only(4, 6)
    atoms, borders = lattice(table)

    found = partition(atoms, borders, Limits(half, half, half), seed=1)

    assert found.exceptions == ()
    assert found.figures.households.tolist() == [half, half]


@st.composite
def communities(draw):
    rows, columns = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    table = draw(
        st.lists(
            st.lists(st.integers(0, 90), min_size=columns, max_size=columns), min_size=rows, max_size=rows
        )
    )
    places = list(itertools.product(range(rows), range(columns)))
    edges = [((r, c), other) for r, c in places for other in ((r, c + 1), (r + 1, c)) if other in places]
    rivers = draw(st.lists(st.sampled_from(edges), max_size=12)) if edges else []
    holes = draw(st.lists(st.sampled_from(places), max_size=min(4, len(places) - 1)))
    if draw(st.booleans()):
        r, c = draw(st.sampled_from(places))
        table[r][c] = draw(st.integers(400, 900))
    return table, rivers, holes


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(communities(), st.integers(0, 2**40), st.booleans())
def test_whatever_the_ground_every_atom_has_a_grid_and_every_grid_out_of_limits_a_cause(town, seed, cross):
    table, rivers, holes = town
    atoms, borders = lattice(table, rivers=rivers, holes=holes)

    found = partition(atoms, borders, BASE, seed=seed, cross_barriers=cross, seconds=0.05)

    sums = found.figures
    assert (found.label >= 0).all()
    assert sums.households.sum() == atoms.households.sum()
    assert sums.label.tolist() == list(range(len(sums.label)))
    assert {told.label for told in found.exceptions} == set(sums.label[~sums.in_range].tolist())
    assert (sums.parts == 1).all()
    assert set(sums.label[sums.sides > 1].tolist()) == {each.label for each in found.crossings}
    bodies = {told.label for told in found.exceptions if told.cause is Cause.BODY}
    assert cross or {each.label for each in found.crossings} <= bodies
    assert partition(atoms, borders, BASE, seed=seed, cross_barriers=cross, seconds=0.05).label.tobytes() == (
        found.label.tobytes()
    )
    grid, outline = outlines(atoms, found.label)
    assert grid.tolist() == sums.label.tolist()
    assert shapely.coverage_is_valid(outline)
    assert shapely.area(outline) == pytest.approx(sums.area_m2)
    assert shapely.length(outline) == pytest.approx(sums.perimeter_m)


def test_proposals_are_different_and_the_best_comes_first():
    atoms, borders = lattice(np.random.default_rng(8).integers(0, 80, (14, 14)))

    found = proposals(atoms, borders, BASE, seed=1)

    assert len(found) == 3
    assert all(moved(atoms, one, other) > 0.05 for one, other in itertools.combinations(found, 2))
    mean = [each.cost / len(each.figures.label) for each in found]
    assert mean == sorted(mean)
    assert all(each.figures.in_range.all() for each in found)


def test_figures_leave_gaps_out():
    atoms, borders = lattice(even(2, 4, 100))
    label = np.array([0, 0, GAP, 5, 0, 0, GAP, 5])

    found = figures(atoms, borders, label, BASE)

    assert found.label.tolist() == [0, 5]
    assert found.households.tolist() == [400, 200]
    assert found.in_range.tolist() == [True, False]
    assert found.area_m2.tolist() == [10_000, 5_000]
    assert found.perimeter_m.tolist() == [400, 300]
    assert found.compactness[0] == pytest.approx(np.pi / 4)
    assert found.on_ground_share.tolist() == [1, 1]
    assert found.border_m.tolist() == [100, 100]
