"""Time over the areas of a tiling adds up, and each area's time is the exact one."""

from itertools import pairwise

import lattice
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core.errors import BadFixes, CoreError
from gis_grid.core.geometry.slabs import Slabs
from gis_grid.core.presence.seconds import seconds_inside

STEP_MS = 10_000
SQUARE = shapely.box(116.300, 39.900, 116.305, 39.9036)


def seconds(walk, areas, slabs=None, step_ms=STEP_MS):
    """Seconds of one walk in each of the areas, and the seconds known."""
    n, m = len(areas), len(walk)
    t = np.tile(np.arange(m) * step_ms, n)
    lon, lat = np.tile(walk[:, 0], n), np.tile(walk[:, 1], n)
    index = slabs or Slabs.of(areas)
    return seconds_inside(t, lon, lat, np.arange(n + 1) * m, np.arange(n), index)


@st.composite
def walks(draw, most=8):
    """Return a tiling and a walk on it."""
    areas, grid = draw(lattice.tilings())
    return areas, draw(lattice.places(grid, draw(st.integers(2, most))))


@given(walks())
@settings(max_examples=300, deadline=None)
def test_time_over_a_tiling_adds_up(case) -> None:
    areas, walk = case
    inside_s, known_s = seconds(walk, areas)
    assert known_s[0] == (len(walk) - 1) * STEP_MS / 1000
    assert abs(inside_s.sum() - known_s[0]) <= 1e-9


@given(walks(most=4))
@settings(max_examples=150, deadline=None)
def test_each_area_has_the_time_that_fractions_give(case) -> None:
    areas, walk = case
    inside_s, _ = seconds(walk, areas)
    for area, measured in zip(areas, inside_s, strict=True):
        parts = [lattice.part_inside(a, b, area) for a, b in pairwise(walk)]
        assert measured == pytest.approx(sum(parts) * STEP_MS / 1000, abs=1e-9)


@given(lattice.tilings(), st.data())
@settings(max_examples=100, deadline=None)
def test_a_walk_along_borders_adds_up_and_standing_on_them_is_in_one_area(tiling, data) -> None:
    areas, _ = tiling
    corners = np.unique(np.vstack([shapely.get_coordinates(area) for area in areas]), axis=0)
    inner = corners[(corners > corners.min(axis=0)).all(axis=1) & (corners < corners.max(axis=0)).all(axis=1)]
    if not len(inner):
        return
    order = data.draw(st.lists(st.integers(0, len(inner) - 1), min_size=2, max_size=8))
    inside_s, known_s = seconds(np.repeat(inner[order], 2, axis=0), areas)
    assert abs(inside_s.sum() - known_s[0]) <= 1e-9
    for place in inner:
        inside_s, known_s = seconds(np.array([place, place]), areas)
        assert inside_s.max() == known_s[0] == inside_s.sum()


@given(walks())
@settings(max_examples=100, deadline=None)
def test_walking_back_takes_as_long_inside_as_walking_there(case) -> None:
    areas, walk = case
    assert seconds(walk, areas)[0] == pytest.approx(seconds(walk[::-1], areas)[0], abs=1e-9)


@given(walks(), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_the_start_of_a_ring_and_its_direction_change_nothing(case, shift) -> None:
    areas, walk = case

    def turned(ring):
        xy = shapely.get_coordinates(ring)[:-1]
        xy = np.roll(xy, shift, axis=0)[::-1]
        return np.vstack([xy, xy[:1]])

    others = [
        shapely.MultiPolygon(
            [
                shapely.Polygon(turned(part.exterior), [turned(hole) for hole in part.interiors])
                for part in shapely.get_parts(area)
            ]
        )
        for area in areas
    ]
    assert seconds(walk, others)[0] == pytest.approx(seconds(walk, areas)[0], abs=1e-9)


@st.composite
def outlines(draw):
    """Return a star with long thin spikes, often with a sliver of a hole that touches the shell."""
    n = draw(st.integers(3, 40))
    radius = np.array(
        draw(st.lists(st.floats(0.02, 1).map(lambda v: v**3 + 1e-5), min_size=n, max_size=n)), float
    )
    angle = 2 * np.pi * (np.arange(n) + 0.25) / n
    lon, lat = draw(st.sampled_from(lattice.ORIGINS))
    size = draw(st.sampled_from((1e-5, 1e-3, 0.05)))
    shell = np.stack([lon + size * radius * np.cos(angle), lat + size * radius * np.sin(angle)], axis=1)
    holes = []
    if draw(st.booleans()):
        tip = shell[int(np.argmax(radius))]
        middle = np.array([lon, lat])
        side = 1e-6 * size * np.array([-(tip - middle)[1], (tip - middle)[0]]) / size
        holes.append([tip, middle + side, middle - side])
    area = shapely.Polygon(shell, holes)
    return (area if shapely.is_valid(area) else shapely.Polygon(shell)), lon, lat, size


@given(outlines(), st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_time_inside_is_that_of_shapelys_intersection(outline, seed) -> None:
    area, lon, lat, size = outline
    walk = np.random.default_rng(seed).uniform(-1.2, 1.2, (30, 2)) * size + (lon, lat)
    corners = shapely.get_coordinates(area)
    walk[::5] = corners[np.arange(6) % len(corners)]
    inside_s, _ = seconds(walk, [area])
    lines = shapely.linestrings(np.stack([walk[:-1], walk[1:]], axis=1))
    parts = shapely.length(shapely.intersection(lines, area)) / shapely.length(lines)
    assert inside_s[0] == pytest.approx(parts.sum() * STEP_MS / 1000, abs=1e-6)


def test_a_long_track_is_measured_across_its_blocks() -> None:
    lon = 116.3025 + 0.004 * np.sin(np.arange(5000) / 3)
    walk = np.stack([lon, np.full(5000, 39.9018)], axis=1)
    lines = shapely.linestrings(np.stack([walk[:-1], walk[1:]], axis=1))
    parts = shapely.length(shapely.intersection(lines, SQUARE)) / shapely.length(lines)
    assert seconds(walk, [SQUARE])[0][0] == pytest.approx(parts.sum() * STEP_MS / 1000, abs=1e-6)


def test_a_gap_over_the_limit_is_not_known_and_one_at_the_limit_is() -> None:
    index = Slabs.of([SQUARE])
    walk = [0, 300_000, 600_001], [116.302] * 3, [39.901] * 3
    inside_s, known_s = seconds_inside(*walk, [0, 3], [0], index)
    assert (inside_s.tolist(), known_s.tolist()) == ([300.0], [300.0])
    inside_s, known_s = seconds_inside(*walk, [0, 3], [0], index, max_gap_s=float("inf"))
    assert (inside_s.tolist(), known_s.tolist()) == ([600.001], [600.001])


def test_each_track_is_measured_against_its_own_area() -> None:
    index = Slabs.of([SQUARE, shapely.box(0, 0, 1, 1)])
    walk = [0, 1000, 0, 1000, 2000], [116.302, 116.302, 0.5, 0.5, 0.5], [39.901, 39.901, 0.5, 0.5, 0.5]
    inside_s, known_s = seconds_inside(*walk, [0, 2, 5, 5], [1, 1, 0], index)
    assert (inside_s.tolist(), known_s.tolist()) == ([0, 2, 0], [1, 2, 0])


def test_an_area_owns_its_eastern_and_southern_border() -> None:
    west, south, east, north = SQUARE.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    sides = {"west": (west, middle[1]), "south": (middle[0], south)}
    sides |= {"east": (east, middle[1]), "north": (middle[0], north)}
    stood = {side: seconds(np.array([place, place]), [SQUARE])[0][0] for side, place in sides.items()}
    assert stood == {"west": 0, "south": 10, "east": 10, "north": 0}


@pytest.mark.parametrize(
    ("t_ms", "lon", "lat"),
    [
        ([0, 1000], [116.302, float("nan")], [39.901, 39.901]),
        ([0, 1000], [116.302, 116.302], [float("inf"), 39.901]),
        ([0, 1000], [116.302, 116.302], [39.901, 90.5]),
        ([0, 1000], [116.302, 180.5], [39.901, 39.901]),
        ([1000, 0], [116.302, 116.302], [39.901, 39.901]),
        ([0, 1000, 2000], [116.302, 116.302], [39.901, 39.901]),
        ([0.5, 1000.0], [116.302, 116.302], [39.901, 39.901]),
    ],
)
def test_fixes_that_cannot_be_measured_are_refused(t_ms, lon, lat) -> None:
    with pytest.raises(BadFixes):
        seconds_inside(t_ms, lon, lat, [0, 2], [0], Slabs.of([SQUARE]))


def test_the_fix_at_fault_is_named() -> None:
    n = 3000
    t, lon, lat = np.arange(n) * 1000, np.full(n, 116.302), np.full(n, 39.901)
    index = Slabs.of([SQUARE])
    lon[2500] = np.nan
    with pytest.raises(BadFixes) as caught:
        seconds_inside(t, lon, lat, [0, 1200, n], [0, 0], index)
    assert caught.value.where == 2500
    lon[2500], t[2700] = 116.302, 5
    with pytest.raises(BadFixes) as caught:
        seconds_inside(t, lon, lat, [0, 1200, n], [0, 0], index)
    assert (caught.value.where, caught.value.value) == (2700, 5)


@pytest.mark.parametrize(
    ("starts", "area", "gap"),
    [
        ([0, 3], [0], 300),
        ([0, -1], [0], 300),
        ([2, 0], [0], 300),
        ([0, 2], [1], 300),
        ([0, 2], [-1], 300),
        ([0, 2], [0, 0], 300),
        ([0, 2], [0.0], 300),
        ([], [], 300),
        ([0, 2], [0], -1),
        ([0, 2], [0], float("nan")),
    ],
)
def test_tracks_areas_and_gaps_that_do_not_exist_are_refused(starts, area, gap) -> None:
    walk = [0, 1000], [116.302, 116.302], [39.901, 39.901]
    with pytest.raises(CoreError):
        seconds_inside(*walk, starts, area, Slabs.of([SQUARE]), max_gap_s=gap)


def test_no_track_and_a_track_without_fixes_have_no_time() -> None:
    index = Slabs.of([SQUARE])
    assert [len(part) for part in seconds_inside([], [], [], [0], [], index)] == [0, 0]
    assert [part.tolist() for part in seconds_inside([], [], [], [0, 0], [0], index)] == [[0], [0]]
    assert [part.tolist() for part in seconds_inside([5], [116.302], [39.901], [0, 1], [0], index)] == [
        [0],
        [0],
    ]
