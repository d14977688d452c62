"""Dividing one grid by machine, and what CP-SAT says where that fails."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from lattice_of_atoms import lattice, one_division_only, river_between

from gis_grid.core.plan.anneal import cost_of_all
from gis_grid.core.plan.arithmetic import Verdict
from gis_grid.core.plan.costs import LOAD, Aim
from gis_grid.core.plan.division import GAP
from gis_grid.core.plan.exact_split import Outcome, exact_split
from gis_grid.core.plan.figures import figures
from gis_grid.core.plan.graph import graph_of, pieces
from gis_grid.core.plan.halve import divide
from gis_grid.core.plan.limits import Limits

BASE = Limits()


def everything(atoms):
    return np.arange(len(atoms))


def test_a_grid_is_cut_in_two_within_limits_and_the_rest_left_alone():
    atoms, borders = lattice(np.full((6, 8), 20))
    west = np.flatnonzero(np.arange(48) % 8 < 6)

    found = divide(atoms, borders, BASE, rows=west, parts=2, seed=1)

    assert found.outcome is Outcome.FOUND
    assert np.bincount(found.label[west]).tolist() == [18, 18]
    assert (np.delete(found.label, west) == GAP).all()
    assert (figures(atoms, borders, found.label, BASE).parts == 1).all()


@pytest.mark.parametrize("parts", [3, 5])
def test_a_grid_is_cut_in_more_than_two(parts):
    atoms, borders = lattice(np.random.default_rng(parts).integers(0, 40, (10, 10)))
    limits = Limits(total := int(atoms.households.sum()) // parts - 30, total + 60, total + 30)

    found = divide(atoms, borders, limits, rows=everything(atoms), parts=parts, seed=1)

    sums = figures(atoms, borders, found.label, limits)
    assert sums.label.tolist() == list(range(parts))
    assert sums.in_range.all()
    assert (sums.parts == 1).all()


def test_the_same_seed_gives_the_same_bytes():
    atoms, borders = lattice(np.random.default_rng(2).integers(0, 40, (6, 7)))

    once, again = (divide(atoms, borders, BASE, rows=everything(atoms), parts=2, seed=9) for _ in range(2))

    assert once.label.tobytes() == again.label.tobytes()


@pytest.mark.parametrize(
    ("atoms_of_50", "verdict", "too_many", "too_few"),
    [(11, Verdict.BETWEEN, 50, 50), (22, Verdict.PARTS, 100, 0), (6, Verdict.PARTS, 0, 300)],
)
def test_a_number_of_parts_that_the_total_forbids_is_answered_with_the_sums(
    atoms_of_50, verdict, too_many, too_few
):
    atoms, borders = lattice(np.full((1, atoms_of_50), 50))

    found = divide(atoms, borders, BASE, rows=everything(atoms), parts=2, seed=1)

    sums = found.arithmetic
    assert (found.outcome, found.label) == (Outcome.ARITHMETIC, None)
    assert (sums.verdict, sums.too_many, sums.too_few) == (verdict, too_many, too_few)


def test_what_trees_and_metis_miss_is_found_by_cp_sat():
    table, half = one_division_only(4, 6)
    atoms, borders = lattice(table)

    found = divide(atoms, borders, Limits(half, half, half), rows=everything(atoms), parts=2, seed=1)

    assert found.outcome is Outcome.FOUND
    assert np.bincount(found.label, weights=atoms.households).tolist() == [half, half]


def test_atoms_too_coarse_to_be_halved_are_proved_to_be():
    atoms, borders = lattice([[290, 20, 290, 0]])

    found = divide(atoms, borders, Limits(300, 305, 300), rows=everything(atoms), parts=2, seed=1)

    assert (found.outcome, found.label) == (Outcome.IMPOSSIBLE, None)


def test_time_that_is_too_short_proves_nothing():
    table, half = one_division_only(9, 9)
    atoms, borders = lattice(table)
    limits = Limits(half, half, half)
    graph, _ = graph_of(atoms, borders, limits, everything(atoms))

    assert exact_split(graph, 2, limits, seed=1, seconds=1e-6).outcome is Outcome.NOT_FOUND


def test_a_grid_on_both_sides_of_a_river_is_cut_along_it():
    atoms, borders = lattice(np.full((4, 6), 30), rivers=river_between(2, 4))

    found = divide(atoms, borders, Limits(200, 500, 400), rows=everything(atoms), parts=2, seed=1)

    assert not found.crossed
    assert found.label.reshape(4, 6)[0].tolist() in ([0, 0, 1, 1, 1, 1], [1, 1, 0, 0, 0, 0])


def test_a_river_is_crossed_where_there_is_no_other_way_and_this_is_told():
    atoms, borders = lattice(np.full((4, 6), 30), rivers=river_between(1, 4))

    found = divide(atoms, borders, BASE, rows=everything(atoms), parts=2, seed=1)

    assert found.outcome is Outcome.FOUND
    assert found.crossed
    assert figures(atoms, borders, found.label, BASE).in_range.all()


def test_ground_in_two_pieces_is_cut_piece_by_piece():
    atoms, borders = lattice(np.full((4, 9), 30), holes=[(r, 3) for r in range(4)])

    found = divide(atoms, borders, Limits(300, 400, 350), rows=everything(atoms), parts=3, seed=1)

    assert (figures(atoms, borders, found.label, BASE).parts == 1).all()
    assert np.bincount(found.label, weights=atoms.households).tolist() == [360, 300, 300]


@pytest.mark.parametrize("seed", range(6))
def test_the_machine_is_within_two_per_cent_of_the_best_of_all_divisions(seed):
    random = np.random.default_rng(seed)
    atoms, borders = lattice(random.integers(10, 90, (3, 4)))
    total = int(atoms.households.sum())
    limits = Limits(round(0.38 * total), round(0.62 * total), total // 2)
    graph, _ = graph_of(atoms, borders, limits, everything(atoms))
    aim = Aim.of(limits, total / 2)
    best = np.inf
    for bits in itertools.product((0, 1), repeat=11):
        label = np.array((0, *bits), dtype=np.int64)
        load = np.bincount(label, weights=graph.own[:, LOAD], minlength=2)
        same = label[graph.tail] == label[graph.head]
        if load.min() < limits.least or pieces(12, graph.tail[same], graph.head[same]).max() != 1:
            continue
        best = min(best, cost_of_all(graph, label, 2, aim))

    found = divide(atoms, borders, limits, rows=everything(atoms), parts=2, seed=1)

    assert found.cost == pytest.approx(best, rel=0.02)


@pytest.mark.parametrize("seed", range(3))
def test_the_machine_is_no_dearer_than_the_shortest_border_that_cp_sat_proves(seed):
    random = np.random.default_rng(seed)
    atoms, borders = lattice(random.integers(0, 30, (7, 8)))
    total = int(atoms.households.sum())
    limits = Limits(round(0.42 * total), round(0.58 * total), total // 2)
    graph, _ = graph_of(atoms, borders, limits, everything(atoms))
    exact = exact_split(graph, 2, limits, seed=1)
    assert exact.label is not None

    found = divide(atoms, borders, limits, rows=everything(atoms), parts=2, seed=1)

    assert found.cost <= 1.02 * cost_of_all(graph, exact.label, 2, Aim.of(limits, total / 2))
