import pickle
from dataclasses import replace
from fractions import Fraction

import lattice
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core import BadBoundary, Boundary, Fixes, time_inside
from gis_grid.core.geometry.boundary import index_together
from gis_grid.core.geometry.orientation import exact_turn, sign, turn
from gis_grid.core.geometry.slabs import SLAB_HEIGHT_DEG, Slabs, inside, slab_of

SQUARE = shapely.box(116.300, 39.900, 116.305, 39.9036)

degrees = st.one_of(
    st.integers(-180, 180).map(float),
    st.floats(-180, 180).map(lambda v: v if abs(v) > 1e-100 else 0.0),
    st.sampled_from([116.25, 116.25 + 2.0**-46, 0.1, 0.2, 0.3, 1e-16]),
)
nearby = st.integers(-3, 3)


def exactly(ax, ay, bx, by, cx, cy) -> Fraction:
    ax, ay, bx, by, cx, cy = map(Fraction, (ax, ay, bx, by, cx, cy))
    return (ax - cx) * (by - cy) - (ay - cy) * (bx - cx)


@given(degrees, degrees, degrees, degrees, degrees, degrees)
@settings(max_examples=300, deadline=None)
def test_the_side_of_a_line_is_exact(ax, ay, bx, by, cx, cy) -> None:
    value = exactly(ax, ay, bx, by, cx, cy)
    assert sign(ax, ay, bx, by, cx, cy) == (value > 0) - (value < 0)


@given(degrees, degrees, degrees, degrees, st.floats(0, 1), nearby, nearby)
@settings(max_examples=300, deadline=None)
def test_the_side_of_a_line_is_exact_for_points_that_rounding_puts_on_it(
    ax, ay, bx, by, part, dx, dy
) -> None:
    cx, cy = ax + part * (bx - ax), ay + part * (by - ay)
    cx, cy = (v + n * max(abs(float(np.spacing(v))), 1e-100) for v, n in ((cx, dx), (cy, dy)))
    value = exactly(ax, ay, bx, by, cx, cy)
    assert sign(ax, ay, bx, by, cx, cy) == (value > 0) - (value < 0)
    if abs(value) > 1e-250:
        assert abs(Fraction(exact_turn(ax, ay, bx, by, cx, cy)) / value - 1) < 1e-15
        assert Fraction(turn(ax, ay, bx, by, cx, cy)) * value > 0  # a product of floats may come to nothing


@given(lattice.tilings(), st.data())
@settings(max_examples=50, deadline=None)
def test_the_gap_and_the_limits_of_a_slab_hold_for_every_point_of_it(tiling, data) -> None:
    areas, grid = tiling
    arrays = Slabs.of(areas).arrays
    for place in data.draw(lattice.places(grid, 5)):
        for area, shape in enumerate(areas):
            slab = slab_of(place[1], area, arrays)
            is_inside = lattice.part_inside(place, place, shape) == 1.0
            assert inside(place[0], place[1], area, arrays) == is_inside
            if arrays.gap_west[slab] < place[0] < arrays.gap_east[slab]:
                assert is_inside
            if place[0] < arrays.west[slab] or place[0] > arrays.east[slab]:
                assert not is_inside


def test_an_area_owns_its_eastern_and_southern_borders_and_one_of_its_corners() -> None:
    arrays = Slabs.of([SQUARE]).arrays
    west, south, east, north = SQUARE.bounds
    corners = [(west, south), (east, south), (east, north), (west, north)]
    assert [inside(x, y, 0, arrays) for x, y in corners] == [False, True, False, False]


def test_many_areas_are_indexed_as_each_alone_is() -> None:
    areas = [SQUARE, SQUARE.buffer(0.001), shapely.box(0, 0, 3, 2), shapely.MultiPolygon([SQUARE])]
    together = Slabs.of(areas)
    assert len(together) == 4
    for k, area in enumerate(areas):
        alone, start = Slabs.of([area]).arrays, together.arrays.first_slab[k]
        end = together.arrays.first_slab[k + 1]
        for name in ("gap_west", "gap_east", "west", "east"):
            assert getattr(together.arrays, name)[start:end].tolist() == getattr(alone, name).tolist()


def test_slabs_are_no_higher_than_said_and_bounded_for_large_areas() -> None:
    grid = Slabs.of([SQUARE]).arrays
    assert (np.diff(grid.first_slab) - 2).tolist() == [int(np.ceil(0.0036 / SLAB_HEIGHT_DEG))]
    assert Slabs.of([shapely.box(73, 18, 135, 53)]).nbytes < 2**18


def test_a_comb_of_long_teeth_keeps_to_a_size_in_proportion() -> None:
    teeth = 2000
    x = np.linspace(0, 1, 2 * teeth + 1)
    y = np.where(np.arange(2 * teeth + 1) % 2, 1.0, 0.01)
    comb = shapely.Polygon([*zip(x, y, strict=True), (1, 0), (0, 0)])
    index = Slabs.of([comb])
    assert index.nbytes < 2000 * len(x)
    lon, lat = np.random.default_rng(1).uniform(0, 1, (2, 500))
    found = [inside(px, py, 0, index.arrays) for px, py in zip(lon, lat, strict=True)]
    assert found == shapely.contains_xy(comb, lon, lat).tolist()


@pytest.mark.parametrize(
    "area",
    [
        shapely.LineString([(0, 0), (1, 1)]),
        shapely.MultiPolygon(),
        shapely.Polygon([(0, 0), (1, 1), (2, 2)]),
        shapely.box(-190, 0, -170, 1),
        None,
    ],
)
def test_what_is_no_area_is_refused(area) -> None:
    with pytest.raises(BadBoundary) as caught:
        Slabs.of([SQUARE, area])
    assert caught.value.where == 1


def test_an_outline_over_the_antimeridian_is_refused_with_the_reason() -> None:
    with pytest.raises(BadBoundary, match="antimeridian"):
        Boundary.of(shapely.box(179, 0, 181, 1))
    with pytest.raises(BadBoundary, match="antimeridian"):
        Boundary.of(shapely.Polygon([(179.9, 0), (-179.9, 0), (-179.9, 1), (179.9, 1)]))


def test_a_boundary_keeps_its_index_and_copies_make_their_own() -> None:
    boundary = Boundary.of(SQUARE, id="a")
    assert boundary.slabs is boundary.slabs
    for copy in (pickle.loads(pickle.dumps(boundary)), replace(boundary)):
        assert copy == boundary
        assert hash(copy) == hash(boundary)
        assert copy.slabs is not boundary.slabs
    assert len(pickle.dumps(boundary)) == len(pickle.dumps(Boundary.of(SQUARE, id="a")))


def test_boundaries_indexed_together_find_the_same_time_as_each_for_itself() -> None:
    west = shapely.box(116.3, 39.9, 116.302, 39.903)
    fixes = Fixes.of(np.arange(50) * 10_000, np.linspace(116.299, 116.306, 50), np.full(50, 39.901))
    alone, together = ([Boundary.of(area) for area in (SQUARE, west)] for _ in range(2))
    index_together([])
    index_together(together)
    assert together[0].slabs is together[1].slabs
    assert [one.number for one in together] == [0, 1]
    found, expected = (
        [time_inside(fixes, one).intervals.tolist() for one in several] for several in (together, alone)
    )
    assert found == expected
