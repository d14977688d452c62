"""Metres on whole millimetres and degrees, there and back."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.plan.frame import Frame, on_millimetres

LATITUDES = st.floats(-70, 75)
MILLIMETRES = st.integers(-60_000_000, 60_000_000)


@settings(deadline=None)
@given(
    meridian=st.integers(-179, 180),
    latitude=LATITUDES,
    places=st.lists(st.tuples(MILLIMETRES, MILLIMETRES), min_size=1),
)
def test_a_millimetre_comes_back_as_it_was(meridian, latitude, places):
    frame = Frame(meridian)
    middle = shapely.get_coordinates(frame.to_metres(np.array([shapely.Point(meridian, latitude)])))
    there = shapely.points(((middle * 1000).round() + places) / 1000)
    assert (shapely.to_wkb(frame.to_metres(frame.to_degrees(there))) == shapely.to_wkb(there)).all()


@pytest.mark.parametrize("place", [(118.8, 32.1), (9.5, 47.2), (-71.1, 42.4)])
def test_metres_are_metres(place):
    frame = Frame.of(shapely.Point(place).buffer(0.1))
    x, y = shapely.get_coordinates(frame.to_metres(np.array([shapely.Point(place)])))[0]
    ends = frame.to_degrees(shapely.points([(x, y), (x + 1000, y + 1000)]))
    (lon, lat), (other_lon, other_lat) = shapely.get_coordinates(ends)
    distance = pyproj.Geod(ellps="GRS80").inv(lon, lat, other_lon, other_lat)[2]
    assert distance == pytest.approx(1000 * 2**0.5, rel=2e-5)


def test_rings_run_counter_clockwise_in_degrees():
    frame = Frame(118)
    clockwise = shapely.from_wkt("POLYGON ((500000 3500000, 500000 3500100, 500100 3500100, 500000 3500000))")
    assert shapely.is_ccw(shapely.get_exterior_ring(frame.to_degrees(np.array([clockwise])))).all()


def test_a_shape_on_millimetres_can_still_shrink():
    # A wall of Monaco that GEOS took for nothing once it had a precision of its own.
    ring = "533432.383 4844081.017, 533448.35 4844065.341, 533456.759 4844073.85, 533440.792 4844089.525"
    shape = on_millimetres(shapely.from_wkt(f"POLYGON (({ring}, 533432.383 4844081.017))"))
    assert not shapely.buffer(shape, -0.02, quad_segs=1).is_empty


def test_what_is_thinner_than_a_millimetre_is_gone():
    assert on_millimetres(shapely.box(0, 0, 10, 0.0003)).is_empty
    assert on_millimetres(shapely.box(0, 0, 10, 0.0006)).equals(shapely.box(0, 0, 10, 0.001))
