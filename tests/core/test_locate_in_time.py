"""Areas that begin and end: one index answers as an index of those in force at each moment would."""

import lattice
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.errors import BadBoundary, BadFixes
from gis_grid.core.geometry.locate import Locator
from gis_grid.core.geometry.locate_in_time import LocatorInTime

MOMENTS = 4


@st.composite
def histories(draw):
    """Two or three tilings of the same square, one after the other, and points with moments."""
    tilings = [draw(lattice.tilings(most_points=6)) for _ in range(draw(st.integers(1, 3)))]
    grid = tilings[0][1]
    moved = [
        [
            shapely.transform(area, lambda xy, g=grid, h=own: (xy - h[:2]) / h[2] * g[2] + g[:2])
            for area in areas
        ]
        for areas, own in tilings
    ]
    places = draw(lattice.places(grid, draw(st.integers(1, 12))))
    times = draw(st.lists(st.integers(-1, MOMENTS), min_size=len(places), max_size=len(places)))
    return moved, places, times


@given(histories())
@settings(max_examples=100, deadline=None)
def test_it_answers_as_an_index_of_the_areas_in_force_at_that_moment(case) -> None:
    tilings, places, times = case
    areas = [area for tiling in tilings for area in tiling]
    since = [k for k, tiling in enumerate(tilings) for _ in tiling]
    until = [k + 1 if k + 1 < len(tilings) else MOMENTS for k, tiling in enumerate(tilings) for _ in tiling]
    found = LocatorInTime.of(areas, since, until).at(places[:, 0], places[:, 1], times)
    for (lon, lat), t, index in zip(places, times, found.tolist(), strict=True):
        there = [k for k in range(len(areas)) if since[k] <= t < until[k]]
        alone = int(Locator.of([areas[k] for k in there]).at([lon], [lat])[0])
        assert index == (there[alone] if alone >= 0 else -1)
        assert (index >= 0) == (0 <= t < MOMENTS), "every tiling covers the square"


def test_one_moment_serves_all_points() -> None:
    locator = LocatorInTime.of([shapely.box(0, 0, 1, 1)], [5], [6])
    assert locator.at([0.5, 1.5], [0.5, 0.5], 5).tolist() == [0, -1]
    assert locator.at([], [], 5).tolist() == []


def test_as_many_times_as_areas_and_as_points_are_asked() -> None:
    with pytest.raises(BadBoundary, match="one time from which"):
        LocatorInTime.of([shapely.box(0, 0, 1, 1)], [5, 6], [6, 7])
    locator = LocatorInTime.of([shapely.box(0, 0, 1, 1)], [5], [6])
    with pytest.raises(BadFixes, match="one length"):
        locator.at([0.5], [0.5], np.array([5, 6]))
    with pytest.raises(BadFixes, match="within 180") as refused:
        locator.at([0.5, np.nan], [0.5, 0.5], 5)
    assert refused.value.where == 1
