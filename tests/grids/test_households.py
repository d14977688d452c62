"""The estimate of households, and the area that it starts from."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from pyproj import Geod
from towns import objects

from gis_grid.grids.households import estimate, footprint_m2

NAN = np.nan


def one(kind: str | None, floors: float = NAN, height: float = NAN, footprint: float = 1000.0) -> int:
    """Estimate one building."""
    values = estimate(objects(kind), np.array([floors]), np.array([height]), np.array([footprint]))
    return int(values[0])


@pytest.mark.parametrize("latitude", [0.0, 18.2, 39.9, 53.5, -33.0, 78.0])
def test_a_footprint_is_that_of_the_ellipsoid_to_a_thousandth(latitude: float) -> None:
    house = shapely.box(116.3, latitude, 116.301, latitude + 0.0005)
    exact, _ = Geod(ellps="WGS84").geometry_area_perimeter(house)

    (area,) = footprint_m2(objects(house))

    assert area == pytest.approx(abs(exact), rel=1e-3)


def test_a_court_is_no_floor_and_a_point_has_none() -> None:
    ring = shapely.box(0, 0, 0.001, 0.001)
    court = shapely.Polygon(ring.exterior, [shapely.box(0.00025, 0.00025, 0.00075, 0.00075).exterior])

    whole, with_court, point = footprint_m2(objects(ring, court, shapely.Point(0, 0)))

    assert with_court == pytest.approx(0.75 * whole, rel=1e-6)
    assert point == 0


def test_floors_that_are_given_win_over_height_and_kind() -> None:
    assert one("apartments", floors=10, height=100) == 77
    assert one("apartments", height=30) == 77
    assert one("apartments") == 46


def test_a_house_is_one_home_whatever_its_size() -> None:
    assert one("house", footprint=900) == one("别墅", floors=5) == 1
    assert one("terrace", footprint=600) == 9


def test_a_building_that_is_lived_in_has_at_least_one_household() -> None:
    assert one("apartments", floors=1, footprint=20) == 1


def test_what_nobody_knows_is_low_when_small_and_a_shed_is_empty() -> None:
    assert one("yes", footprint=99) == 1
    assert one("yes", footprint=1000) == one(None, footprint=1000) == 23
    assert one(None, footprint=20) == 0


@pytest.mark.parametrize("kind", ["school", "retail", "garage", "office", "parcel"])
def test_a_building_for_something_else_has_no_households(kind: str) -> None:
    assert one(kind, floors=20) == 0


def test_a_point_that_is_a_house_is_one_home() -> None:
    assert one("house", footprint=0) == 1
    assert one("yes", footprint=0) == 0
