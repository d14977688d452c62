import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import GRID, NORTH, SOUTH, WEST, line, standing

from gis_grid.core import CleaningLimits, Fixes, clean, time_inside
from gis_grid.core.geometry.geodesy import LocalFrame, metres_per_degree

MIDDLE = (SOUTH + NORTH) / 2
EAST_M = metres_per_degree(MIDDLE)[0]
LENIENT = CleaningLimits(max_speed_mps=1e9, spike_speed_mps=1e9)


def test_without_accuracy_lower_best_and_upper_are_one() -> None:
    presence = time_inside(
        line("2026-11-02T08:00", (0, WEST - 0.001, MIDDLE), (100, WEST + 0.001, MIDDLE)), GRID
    )
    assert presence.lower_s == presence.best_s == presence.upper_s


def test_a_crossing_is_uncertain_for_as_long_as_the_border_is_within_the_accuracy() -> None:
    metres = 10.0
    points = (0, WEST - 100 / EAST_M, MIDDLE), (100, WEST + 100 / EAST_M, MIDDLE)
    presence = time_inside(line("2026-11-02T08:00", *points, accuracy_m=[metres, 4]), GRID)
    assert presence.best_s == pytest.approx(50, abs=1e-6)
    assert presence.lower_s == pytest.approx(45, abs=1e-3)
    assert presence.upper_s == pytest.approx(55, abs=1e-3)
    wider = time_inside(line("2026-11-02T08:00", *points, accuracy_m=[metres, 4]), GRID, accuracy_factor=2)
    assert wider.upper_s == pytest.approx(60, abs=1e-3)


def test_standing_near_the_border_is_uncertain_all_along() -> None:
    inside = (WEST + 5 / EAST_M, MIDDLE)
    presence = time_inside(standing("2026-11-02T08:00", 600, inside, accuracy_m=8), GRID)
    assert (presence.lower_s, presence.best_s, presence.upper_s) == (0, 600, 600)
    outside = (WEST - 5 / EAST_M, MIDDLE)
    presence = time_inside(standing("2026-11-02T08:00", 600, outside, accuracy_m=8), GRID)
    assert (presence.lower_s, presence.best_s, presence.upper_s) == (0, 0, 600)


def test_far_from_the_border_the_accuracy_does_not_matter() -> None:
    presence = time_inside(standing("2026-11-02T08:00", 600, accuracy_m=80), GRID)
    assert presence.lower_s == presence.upper_s == 600


def test_as_many_crossings_as_one_likes_are_kept() -> None:
    """More spans than there is room for at first."""
    turns = 3000
    east_m = np.where(np.arange(2 * turns) % 2 == 0, -50.0, 50.0)
    middle = (SOUTH + NORTH) / 2
    lon, lat = WEST + east_m / metres_per_degree(middle)[0], np.full(2 * turns, middle)
    zigzag = Fixes.of(np.arange(2 * turns) * 60_000, lon, lat, accuracy_m=np.full(2 * turns, 10.0))
    found = time_inside(zigzag, GRID)
    assert len(found.inside) == turns
    assert len(found.certain) == turns
    assert found.best_s == pytest.approx((turns - 0.5) * 60.0, rel=1e-6)
    assert found.upper_s - found.lower_s == pytest.approx((2 * turns - 1) * 20.0 / 100.0 * 60.0, rel=1e-6)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-20, 60), st.integers(-20, 60)), min_size=2, max_size=12),
    st.integers(1, 90),
)
def test_bounds_agree_with_a_walk_sampled_finely(points, accuracy_m) -> None:
    x, y = np.array(points, float).T
    lon, lat = WEST + x * 1e-4, SOUTH + y * 1e-4
    fixes = Fixes.of(np.arange(len(x)) * 60_000, lon, lat, accuracy_m=np.full(len(x), accuracy_m))
    presence = time_inside(clean(fixes, LENIENT), GRID)
    steps = 400
    along = (np.arange(steps) + 0.5) / steps
    sample = np.stack([(c[:-1, None] + along * np.diff(c)[:, None]).ravel() for c in (lon, lat)], axis=1)
    west, south, east, north = GRID.area.bounds
    frame = LocalFrame((west + east) / 2, (south + north) / 2)
    area = shapely.transform(GRID.area, lambda xy: (xy - frame.origin) * frame.scale)
    places = shapely.points((sample - frame.origin) * frame.scale)
    inside = shapely.covers(area, places)
    near = shapely.distance(area.boundary, places) <= accuracy_m
    weight, slack = 60 / steps, 60 / steps * 2 * len(x) + 1e-6
    assert presence.lower_s == pytest.approx((inside & ~near).sum() * weight, abs=slack)
    assert presence.upper_s == pytest.approx((inside | near).sum() * weight, abs=slack)
