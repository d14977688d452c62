import pytest
import shapely
from walks import SQUARE

from gis_grid.core import BadBoundary, Boundary


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        (
            shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]),
            "self-intersection at lon 0.5000000, lat 0.5",
        ),
        (shapely.Polygon(), "the boundary is empty"),
        (shapely.Point(1, 1), "not a Point"),
        (shapely.LineString([(0, 0), (1, 1)]), "not a LineString"),
        (shapely.box(39.90, 116.30, 39.91, 116.31), "lon and lat look swapped"),
        (shapely.box(500_000, 4_400_000, 500_100, 4_400_100), "latitude"),
        (shapely.box(-179.9, 10, 179.9, 11), "wider than 180 degrees, or crosses the antimeridian"),
        (shapely.box(179.9, 10, 180.1, 11), "longitude 180.1"),
        (shapely.from_wkt("POLYGON ((0 0, 1 Inf, 1 0, 0 0))"), "not a number"),
        (shapely.MultiPolygon([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]), "not valid"),
        (shapely.Polygon([(0, 0), (2, 0), (2, 2), (0, 2)], [[(3, 3), (4, 3), (4, 4)]]), "not valid"),
    ],
)
def test_an_outline_that_no_time_can_be_measured_against_is_refused(geometry, message) -> None:
    with pytest.raises(BadBoundary, match=message):
        Boundary.of(geometry)


@pytest.mark.parametrize(
    "geometry", [shapely.box(0, 80, 1, 91), shapely.box(100, 100, 101, 101), shapely.box(10, 170, 11, 190)]
)
def test_lon_and_lat_are_called_swapped_only_where_that_would_be_an_outline(geometry) -> None:
    with pytest.raises(BadBoundary, match="latitude") as caught:
        Boundary.of(geometry)
    assert "swapped" not in caught.value.message


def test_heights_are_dropped() -> None:
    assert not Boundary.of(shapely.force_3d(SQUARE)).area.has_z


def test_an_empty_time_in_force_is_refused() -> None:
    with pytest.raises(BadBoundary, match="time in force is empty"):
        Boundary.of(SQUARE, 10, 10)
