import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core import BadFixes, CoreError
from gis_grid.core.geometry.datum import Datum, from_wgs84, to_wgs84
from gis_grid.core.geometry.gauss_krueger import from_gauss_krueger
from gis_grid.core.geometry.geodesy import distance_m

BENT = (Datum.GCJ02, Datum.BD09)
# Published by eviltransform (its tests) and coordtransform (its manual): WGS 84, then the other.
PAIRS = [
    (Datum.GCJ02, (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    (Datum.GCJ02, (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    (Datum.GCJ02, (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    (Datum.GCJ02, (116.404, 39.915), (116.41024449916938, 39.91640428150164)),
    (Datum.BD09, (116.404, 39.915), (116.41662724378733, 39.922699552216216)),
]


def anywhere_in_china(seed: int, n: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.uniform(73.5, 135.1, n), rng.uniform(18.1, 53.6, n)


@pytest.mark.parametrize(("datum", "wgs", "other"), PAIRS)
def test_published_pairs_are_met_both_ways(datum, wgs, other) -> None:
    there = from_wgs84([wgs[0]], [wgs[1]], datum)
    back = to_wgs84([other[0]], [other[1]], datum)
    assert distance_m(there[0][0], there[1][0], *other) < 1e-6
    assert distance_m(back[0][0], back[1][0], *wgs) < 1e-4


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(0, 2**32), datum=st.sampled_from(list(Datum)))
def test_there_and_back_is_the_same_place_to_a_tenth_of_a_millimetre(seed, datum) -> None:
    lon, lat = anywhere_in_china(seed)
    assert distance_m(*to_wgs84(*from_wgs84(lon, lat, datum), datum), lon, lat).max() < 1e-4
    assert distance_m(*from_wgs84(*to_wgs84(lon, lat, datum), datum), lon, lat).max() < 1e-4


def test_the_offsets_are_as_large_as_they_are_known_to_be() -> None:
    lon, lat = np.meshgrid(np.linspace(75, 134, 400), np.linspace(19, 53, 400))
    lon, lat = lon.ravel(), lat.ravel()
    offset_m = distance_m(lon, lat, *from_wgs84(lon, lat, Datum.GCJ02))
    assert 15 < offset_m.min() < 40
    assert 680 < offset_m.max() < 720


def test_cgcs2000_and_wgs84_stay_as_they_are() -> None:
    lon, lat = anywhere_in_china(1)
    for datum in (Datum.WGS84, Datum.CGCS2000):
        assert (to_wgs84(lon, lat, datum)[0] == lon).all()
        assert (from_wgs84(lon, lat, datum)[1] == lat).all()


@pytest.mark.parametrize("datum", BENT)
def test_outside_the_rectangle_all_is_wgs84(datum) -> None:
    lon, lat = [2.35, -0.1, 151.2, 180.0, 0.0, 116.0], [48.85, 51.5, -33.9, 90.0, 0.0, 60.0]
    for convert in (to_wgs84, from_wgs84):
        x, y = convert(lon, lat, datum)
        assert (x.tolist(), y.tolist()) == (lon, lat)


@pytest.mark.parametrize("datum", BENT)
def test_at_the_edge_of_the_rectangle_there_and_back_is_the_same_place(datum) -> None:
    lon = np.array([72.0041, 137.8346, 100.0, 100.0])
    lat = np.array([30.0, 30.0, 0.8294, 55.8270])
    assert distance_m(*to_wgs84(*from_wgs84(lon, lat, datum), datum), lon, lat).max() < 1e-4


def test_bad_positions_and_datums_are_refused() -> None:
    with pytest.raises(BadFixes, match="lat nan of position 1"):
        to_wgs84([1, 2], [1, float("nan")], Datum.GCJ02)
    with pytest.raises(BadFixes, match="lon inf of position 0"):
        from_wgs84([float("inf")], [1], Datum.BD09)
    with pytest.raises(BadFixes, match=r"lat 116\.4 of position 0"):
        to_wgs84([39.9], [116.4], Datum.WGS84)
    with pytest.raises(BadFixes, match="one length"):
        to_wgs84([1, 2], [1], Datum.GCJ02)
    with pytest.raises(CoreError, match="'wgs-84' is not known; expected one of wgs84, gcj02"):
        to_wgs84([1], [1], "wgs-84")  # type: ignore[arg-type]
    assert len(to_wgs84([], [], Datum.BD09)[0]) == 0


@pytest.mark.parametrize(
    ("epsg", "meridian", "prefix_m"),
    [
        (4491, 75, 13e6), (4498, 117, 20e6), (4501, 135, 23e6), (4502, 75, 0), (4509, 117, 0), (4512, 135, 0),
        (4513, 75, 25e6), (4527, 117, 39e6), (4533, 135, 45e6), (4534, 75, 0), (4548, 117, 0), (4554, 135, 0),
    ],
)  # fmt: skip
def test_every_family_of_gauss_krueger_zones_finds_its_meridian(epsg, meridian, prefix_m) -> None:
    lon, lat = from_gauss_krueger(
        [prefix_m + 500_000, prefix_m + 510_000], [4_429_529.03, 4_429_529.03], epsg
    )
    assert lon[0] == pytest.approx(meridian, abs=1e-9)
    assert lat[0] == pytest.approx(40, abs=1e-7)
    assert distance_m(lon[0], lat[0], lon[1], lat[1]) == pytest.approx(10_000, rel=1e-3)


@pytest.mark.parametrize(
    ("east", "north", "epsg", "message"),
    [
        (500_000, 4_400_000, 4527, "east 500000.0 of position 0 is not in the zone of EPSG:4527"),
        (39_500_000, 4_400_000, 4548, "east 39500000.0 of position 0"),
        (4_400_000, 500_000, 4548, "east 4400000.0 of position 0"),
        (700_000, 4_400_000, 4548, "east 700000.0 of position 0"),
        (500_000, float("nan"), 4548, "north nan of position 0"),
        (500_000, 9_000_000, 4548, "north 9000000.0 of position 0"),
    ],
)
def test_values_out_of_the_zone_are_refused(east, north, epsg, message) -> None:
    with pytest.raises(BadFixes, match=message):
        from_gauss_krueger([east], [north], epsg)


@pytest.mark.parametrize("epsg", [4490, 4555, 32650, 2327])
def test_codes_that_are_no_zone_of_cgcs2000_are_refused(epsg) -> None:
    with pytest.raises(CoreError, match=f"EPSG:{epsg} is no Gauss-Krueger zone"):
        from_gauss_krueger([500_000], [4_400_000], epsg)


def test_gauss_krueger_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(BadFixes, match="one length"):
        from_gauss_krueger([500_000, 500_001], [4_400_000], 4548)
