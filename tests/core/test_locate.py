import lattice
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.errors import BadBoundary, BadFixes
from gis_grid.core.geometry.locate import Locator

SQUARES = [shapely.box(116.30 + 0.01 * k, 39.9, 116.31 + 0.01 * k, 39.91) for k in range(3)]


@st.composite
def points(draw, most=20):
    """Return a tiling and points in it."""
    areas, grid = draw(lattice.tilings())
    return areas, draw(lattice.places(grid, draw(st.integers(1, most))))


@given(points())
@settings(max_examples=200, deadline=None)
def test_every_point_of_a_tiling_is_in_the_one_area_that_fractions_give(case) -> None:
    areas, places = case
    found = Locator.of(areas).at(places[:, 0], places[:, 1])
    for place, index in zip(places, found, strict=True):
        assert [lattice.part_inside(place, place, area) for area in areas] == [
            float(k == index) for k in range(len(areas))
        ]


@given(points(), st.permutations(range(4)))
@settings(max_examples=100, deadline=None)
def test_of_areas_that_overlap_the_first_given_wins(case, order) -> None:
    areas, places = case
    lon, lat = places[:, 0], places[:, 1]
    grown = [areas[k % len(areas)].buffer(2.0**-12 * (k + 1)) for k in order]
    each = np.stack([Locator.of([area]).at(lon, lat) == 0 for area in grown])
    assert Locator.of(grown).at(lon, lat).tolist() == np.where(each.any(0), each.argmax(0), -1).tolist()


def test_points_off_the_borders_are_where_shapely_finds_them() -> None:
    rng = np.random.default_rng(1)
    triangles = shapely.get_parts(
        shapely.delaunay_triangles(shapely.multipoints(rng.uniform(0, 0.05, (300, 2))))
    )
    label = rng.integers(0, 60, len(triangles))
    areas = np.array([shapely.union_all(triangles[label == k]) for k in range(60)])
    lon, lat = rng.uniform(-0.01, 0.06, (2, 20_000))
    expected = np.full(len(lon), -1)
    index, area = shapely.STRtree(areas).query(shapely.points(lon, lat), predicate="within")
    expected[index] = area
    assert Locator.of(areas).at(lon, lat).tolist() == expected.tolist()


def test_areas_far_apart_and_of_all_sizes_share_an_index() -> None:
    areas = [
        shapely.box(-179.9, -89.9, -100, -20),
        shapely.box(121.4, 31.2, 121.4001, 31.2001),
        shapely.box(179.9998, 89.9998, 180, 90),
        shapely.box(0, 0, 1, 1).difference(shapely.box(0.2, 0.2, 0.8, 0.8)),
    ]
    locator = Locator.of(areas)
    lon = [-150, 121.40005, 179.9999, 0.1, 0.5, 121.5, 0, -180, 180]
    lat = [-50, 31.20005, 89.9999, 0.1, 0.5, 31.2, 45, -90, 90]
    assert locator.at(lon, lat).tolist() == [0, 1, 2, 3, -1, -1, -1, -1, -1]
    assert locator.nbytes < 2**28


def without_number(area):
    """Put what is no number in the place of one vertex, which only geometries that are not checked hold."""
    with np.errstate(invalid="ignore"):
        return shapely.transform(area, lambda xy: np.where(np.arange(len(xy))[:, None] == 1, np.nan, xy))


def test_a_shared_border_belongs_to_its_western_neighbour() -> None:
    assert Locator.of(SQUARES).at([116.31, 116.32, 116.30, 116.33], [39.905] * 4).tolist() == [0, 1, -1, 2]


def test_no_points_are_nowhere_and_without_areas_all_points_are() -> None:
    assert Locator.of(SQUARES).at([], []).tolist() == []
    assert Locator.of([]).at([116.3, -10], [39.9, 0]).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("lon", "lat"),
    [
        ([116.305, float("nan")], [39.9, 39.9]),
        ([116.305, float("inf")], [39.9, 39.9]),
        ([116.305, 116.305], [39.9, float("-inf")]),
        ([116.305, 200], [39.9, 39.9]),
        ([116.305, 116.305], [39.9]),
        ([[116.305]], [[39.9]]),
    ],
)
def test_what_is_no_position_is_refused(lon, lat) -> None:
    with pytest.raises(BadFixes):
        Locator.of(SQUARES).at(lon, lat)


@pytest.mark.parametrize(
    "area",
    [
        shapely.Point(116.3, 39.9),
        shapely.Polygon(),
        shapely.Polygon([(0, 0), (1, 0), (2, 0)]),
        shapely.box(0, 0, 200, 1),
        without_number(shapely.box(0, 0, 1, 1)),
    ],
)
def test_what_is_no_area_is_refused_with_its_index(area) -> None:
    with pytest.raises(BadBoundary) as caught:
        Locator.of([*SQUARES, area])
    assert caught.value.where == 3
