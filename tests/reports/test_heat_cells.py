"""Cells, distinct members, what may be published, and the bands that it is told in."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import band_of, bands, cells_at, distinct, middle, outline, withhold


def test_a_position_is_in_the_outline_of_its_cell() -> None:
    cell = int(cells_at([118.7825], [32.0525], 10)[0])
    ring = outline(cell)
    assert ring[0] == ring[-1]
    assert shapely.LinearRing(ring).is_ccw
    assert shapely.Polygon(ring).contains(shapely.Point(118.7825, 32.0525))
    assert cells_at(*([value] for value in middle(cell)), 10).tolist() == [cell]


@pytest.mark.parametrize(
    ("lon", "lat", "resolution"),
    [([181.0], [0.0], 9), ([0.0], [float("nan")], 9), ([0.0, 1.0], [0.0], 9), ([0.0], [0.0], 16)],
)
def test_what_is_no_position_or_resolution_is_refused(
    lon: list[float], lat: list[float], resolution: int
) -> None:
    with pytest.raises(CoreError):
        cells_at(lon, lat, resolution)


def test_a_member_counts_once_per_cell() -> None:
    counts = distinct(np.array([7, 7, 7, 3], np.int64), np.array([1, 1, 2, 1], np.int64))
    assert counts.cells.tolist() == [3, 7]
    assert counts.counts.tolist() == [1, 2]


def test_nothing_observed_is_nothing_counted() -> None:
    empty = np.array([], np.int64)
    assert len(distinct(cells_at([], [], 10), empty)) == 0


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=200),
    st.integers(1, 8),
)
def test_no_published_cell_has_fewer_members_than_asked(seen: list[tuple[int, int]], least: int) -> None:
    pairs = np.array(seen, np.int64).reshape(-1, 2)
    published = withhold(distinct(pairs[:, 0], pairs[:, 1]), least)
    members = {cell: {member for other, member in seen if other == cell} for cell, _ in seen}
    shown = dict(zip(published.shown.cells.tolist(), published.shown.counts.tolist(), strict=True))
    assert shown == {cell: len(found) for cell, found in members.items() if len(found) >= least}
    assert published.withheld == len(members) - len(shown)


def test_a_cell_cannot_be_published_without_members() -> None:
    with pytest.raises(CoreError):
        withhold(distinct(np.array([1], np.int64), np.array([1], np.int64)), 0)


@given(st.integers(1, 50), st.integers(0, 5000), st.integers(1, 7), st.integers(1, 5))
def test_bands_start_at_the_least_rise_and_are_as_wide_as_asked(
    least: int, more: int, wanted: int, width: int
) -> None:
    bounds = bands(least, least + more, wanted, width)
    assert bounds[0] == least
    assert len(bounds) <= wanted
    assert all(high - low >= width for low, high in itertools.pairwise(bounds))
    assert bounds[-1] <= least + more
    assert band_of(least + more, bounds) == len(bounds) - 1


def test_a_count_under_the_lowest_band_has_no_band() -> None:
    with pytest.raises(CoreError):
        band_of(4, (5, 8))
