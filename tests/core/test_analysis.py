"""Rates and their intervals, hot spots as PySAL has them, rises beyond chance, fading weights."""

from __future__ import annotations

import itertools
import math

import h3.api.numpy_int as h3
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from gis_grid.core.analysis.discovery import q_values
from gis_grid.core.analysis.fading import faded
from gis_grid.core.analysis.hot_spots import HotSpots, ground_cells, hot_spots
from gis_grid.core.analysis.rates import rates
from gis_grid.core.analysis.rises import RiseTest, rises
from gis_grid.core.errors import CoreError

CENTRE = int(h3.latlng_to_cell(32.05, 118.78, 10))
CELLS = np.sort(h3.grid_disk(CENTRE, 4)).astype(np.int64)


def counted(seed: int = 3) -> np.ndarray:
    """Few everywhere, many in and around the middle; most cells hold nothing."""
    counts = np.random.default_rng(seed).poisson(0.4, len(CELLS)).astype(np.float64)
    counts[np.isin(CELLS, h3.grid_disk(CENTRE, 1))] += 6
    return counts


@pytest.fixture(scope="module")
def found() -> HotSpots:
    return hot_spots(CELLS, counted())


def test_gi_star_is_what_the_formula_of_ord_and_getis_gives(found: HotSpots) -> None:
    y, n = counted(), len(CELLS)
    mean, deviation = y.mean(), math.sqrt((y**2).mean() - y.mean() ** 2)
    for cell, z in zip(CELLS.tolist(), found.z.tolist(), strict=True):
        near = np.isin(CELLS, h3.grid_disk(cell, 1))
        k = int(near.sum())  # the cell itself too: that is the star
        by_hand = (y[near].sum() - mean * k) / (deviation * math.sqrt((n * k - k**2) / (n - 1)))
        assert z == pytest.approx(by_hand, abs=1e-9)


def test_gi_star_and_its_p_are_pysal_s_own_on_weights_that_pysal_builds(found: HotSpots) -> None:
    from esda.getisord import G_Local
    from libpysal.graph import Graph

    graph = Graph.build_h3([h3.int_to_str(cell) for cell in CELLS.tolist()], order=1, weight="binary")
    theirs = G_Local(counted(), graph, transform="B", star=True, permutations=0)
    np.testing.assert_allclose(found.z, theirs.Zs, atol=1e-12)
    np.testing.assert_allclose(found.p, 2 * theirs.p_norm, atol=1e-15)


def test_pysal_s_published_example_comes_out_of_the_same_call() -> None:
    from esda.getisord import G_Local
    from libpysal.weights import DistanceBand

    points = [(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)]
    y = np.array([2, 3, 3.2, 5, 8, 7])
    weights = DistanceBand(points, threshold=15, silence_warnings=True)
    z = G_Local(y, weights, transform="B", star=True, permutations=0).Zs
    expected = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    np.testing.assert_allclose(z, expected, atol=1e-8)


def test_the_permuted_p_is_the_share_of_all_ways_to_deal_the_others_out() -> None:
    y = np.zeros(len(CELLS))
    y[np.isin(CELLS, h3.grid_disk(CENTRE, 1))] = 1.0  # seven ones among 61
    found = hot_spots(CELLS, y, permutations=4999)
    middle = int(np.searchsorted(CELLS, CENTRE))
    # All six neighbours are ones: of the ways to put the six other ones among 60 cells, one in C(60, 6).
    assert found.p_permuted[middle] == pytest.approx(2 / 5000)
    edge = int(np.searchsorted(CELLS, h3.grid_ring(CENTRE, 4)[0]))
    near = len(set(h3.grid_disk(int(CELLS[edge]), 1).tolist()) & set(CELLS.tolist())) - 1
    chance_of_none = stats.hypergeom.pmf(0, 60, 7, near)
    assert found.p_permuted[edge] == pytest.approx(min(2 * chance_of_none, 1), abs=0.03)


def test_what_gathers_in_the_middle_stands_out_there_and_nowhere_else(found: HotSpots) -> None:
    hot = set(CELLS[found.significant & (found.z > 0)].tolist())
    assert CENTRE in hot
    assert hot <= set(h3.grid_disk(CENTRE, 2).tolist())  # the ring of a cell reaches one further


def test_the_same_data_gives_the_same_numbers(found: HotSpots) -> None:
    np.testing.assert_array_equal(hot_spots(CELLS, counted()).p_permuted, found.p_permuted)


def test_chance_alone_makes_few_hot_spots() -> None:
    alarms = 0
    for seed in range(20):
        counts = np.random.default_rng(seed).poisson(2.0, len(CELLS)).astype(np.float64)
        alarms += bool(hot_spots(CELLS, counts, permutations=199).significant.any())
    assert alarms <= 4


@pytest.mark.parametrize(
    ("cells", "counts", "what"),
    [
        (CELLS[:29], np.arange(29.0), "at least 30 cells"),
        (CELLS, np.full(len(CELLS), 2.0), "the same"),
        (CELLS[::-1], np.arange(float(len(CELLS))), "ascending"),
    ],
)
def test_what_cannot_have_hot_spots_is_refused(cells: np.ndarray, counts: np.ndarray, what: str) -> None:
    with pytest.raises(CoreError, match=what):
        hot_spots(cells, counts)


def test_the_ground_is_every_cell_that_it_touches() -> None:
    ring = [[118.78, 32.05], [118.79, 32.05], [118.79, 32.06], [118.78, 32.06], [118.78, 32.05]]
    cells = set(ground_cells({"type": "Polygon", "coordinates": [ring]}, 10).tolist())
    for x, y in itertools.product(np.linspace(118.78, 118.79, 30), np.linspace(32.05, 32.06, 30)):
        assert int(h3.latlng_to_cell(y, x, 10)) in cells


@settings(deadline=None)
@given(st.integers(0, 500), st.floats(1, 1e5))
def test_an_interval_s_bounds_are_the_rates_at_which_the_count_is_just_too_rare(n: int, hours: float) -> None:
    found = rates([n], [hours], least_hours=1)
    lower, upper = found.lower[0] * hours, found.upper[0] * hours
    assert found.lower[0] <= found.rate[0] <= found.upper[0]
    assert stats.poisson.cdf(n, upper) == pytest.approx(0.025, rel=1e-6)
    if n:
        assert stats.poisson.sf(n - 1, lower) == pytest.approx(0.025, rel=1e-6)


def test_with_too_little_effort_there_is_no_rate() -> None:
    found = rates([5, 5, 0], [3.99, 4.0, 0.0], least_hours=4)
    assert np.isnan(found.rate).tolist() == [True, False, True]
    assert np.isnan(found.lower).tolist() == np.isnan(found.upper).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("counts", "hours", "least"), [([1], [1, 2], 1), ([-1], [1], 1), ([1], [float("nan")], 1), ([1], [1], 0)]
)
def test_what_is_no_effort_is_refused(counts: list[int], hours: list[float], least: float) -> None:
    with pytest.raises(CoreError):
        rates(counts, hours, least_hours=least)


def test_a_rise_over_quiet_weeks_is_told_from_one_over_restless_weeks() -> None:
    found = rises([12, 12, 3], [[2, 3, 2, 3, 2, 3], [0, 9, 0, 14, 1, 6], [2, 3, 2, 3, 2, 3]])
    assert found.test == (RiseTest.POISSON, RiseTest.NEGATIVE_BINOMIAL, RiseTest.POISSON)
    assert found.mean.tolist() == pytest.approx([2.5, 5, 2.5])
    assert found.q[0] < 0.01 < 0.1 < found.q[1]
    assert found.p[0] == pytest.approx(stats.binomtest(12, 27, 1 / 7, alternative="greater").pvalue)


def test_with_too_few_periods_before_nothing_is_said() -> None:
    found = rises([50], [[1, 1, 1]])
    assert np.isnan(found.p).all()
    assert found.test == (RiseTest.NONE,)
    assert np.isnan(rises([3], np.zeros((1, 0), np.int64)).mean).all()


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_adjusted_p_values_are_scipy_s(p: list[float]) -> None:
    np.testing.assert_allclose(q_values(p), stats.false_discovery_control(p), atol=1e-12)


def test_a_weight_halves_with_each_half_life_and_the_future_weighs_one() -> None:
    day = 86_400_000
    assert faded(np.array([0, 7 * day, 14 * day, 30 * day]), 14 * day, 7).tolist() == [0.25, 0.5, 1, 1]
    assert faded(np.array([0, 14 * day]), 14 * day, 1e-308).tolist() == [0, 1]
    with pytest.raises(CoreError):
        faded(np.array([0]), 0, 0)
