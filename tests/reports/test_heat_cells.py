"""Cells, their outlines, and the bands that counts are told in."""

from __future__ import annotations

import itertools

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gis_grid.core.errors import CoreError
from gis_grid.core.presence.heat import band_of, bands, cells_at, middle, outline


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
