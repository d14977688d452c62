from fractions import Fraction

import numpy as np
import pytest
import shapely
from exact import share_inside
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import EAST, GRID, INSIDE, NORTH, OUTSIDE, SOUTH, SQUARE, WEST, at, line, standing, track

from gis_grid.core import Boundary, CleaningLimits, Fixes, SegmentClass, clean, time_inside

MIDDLE = (SOUTH + NORTH) / 2
LENIENT = CleaningLimits(max_speed_mps=1e9, spike_speed_mps=1e9)


def crossing(*lons: float, step_s: float = 100) -> Fixes:
    """Walk east and west along the middle of the square."""
    return line("2026-11-02T08:00", *((step_s * n, lon, MIDDLE) for n, lon in enumerate(lons)))


def test_a_segment_counts_by_its_crossing_point() -> None:
    presence = time_inside(crossing(WEST - 0.001, WEST + 0.003), GRID)
    assert presence.best_s == pytest.approx(75, abs=1e-6)
    start = at("2026-11-02T08:00")
    assert presence.intervals.tolist() == [[start + 25_000, start + 100_000]]


def test_a_track_that_crosses_twice_counts_both_parts() -> None:
    presence = time_inside(crossing(WEST - 0.001, WEST + 0.001, WEST - 0.001, WEST + 0.001), GRID)
    assert presence.best_s == pytest.approx(150, abs=1e-6)
    assert len(presence.intervals) == 2


def test_a_segment_through_the_whole_grid_counts_its_middle_part() -> None:
    width = EAST - WEST
    presence = time_inside(crossing(WEST - width, EAST + width, step_s=300), GRID)
    assert presence.best_s == pytest.approx(100, abs=1e-6)


def test_standing_inside_counts_whole_and_outside_nothing() -> None:
    assert time_inside(standing("2026-11-02T08:00", 600), GRID).best_s == 600
    assert time_inside(standing("2026-11-02T08:00", 600, OUTSIDE), GRID).best_s == 0


def test_standing_on_a_border_counts_in_one_of_both_neighbours() -> None:
    west, east = (
        Boundary.of(shapely.box(WEST, SOUTH, 116.3025, NORTH)),
        Boundary.of(shapely.box(116.3025, SOUTH, EAST, NORTH)),
    )
    on_border = standing("2026-11-02T08:00", 60, (116.3025, MIDDLE))
    assert (time_inside(on_border, west).best_s, time_inside(on_border, east).best_s) == (60, 0)


def test_a_hole_is_outside() -> None:
    hole = shapely.box(116.302, 39.901, 116.303, 39.903)
    ring = Boundary.of(SQUARE.difference(hole))
    assert time_inside(standing("2026-11-02T08:00", 600), ring).best_s == 0
    assert time_inside(crossing(116.301, 116.304, step_s=300), ring).best_s == pytest.approx(200, abs=1e-6)


def test_a_boundary_of_several_parts_counts_in_each() -> None:
    parts = Boundary.of(shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(2, 0, 3, 1)]))
    walk = Fixes.of([0, 300_000], [-0.5, 3.5], [0.5, 0.5])
    assert time_inside(clean(walk, LENIENT), parts).best_s == pytest.approx(150, abs=1e-6)


def test_a_gap_over_the_limit_is_unknown_and_one_at_the_limit_is_not() -> None:
    at_limit = track(standing("2026-11-02T08:00", 60), standing("2026-11-02T08:06", 60))
    over = track(standing("2026-11-02T08:00", 60), standing("2026-11-02T08:06:01", 60))
    presence = time_inside(at_limit, GRID)
    assert (presence.known_s, presence.unknown_s, presence.best_s) == (420, 0, 420)
    presence = time_inside(over, GRID)
    assert (presence.known_s, presence.unknown_s, presence.best_s) == (120, 301, 120)
    assert time_inside(over, GRID, max_gap_s=400).unknown_s == 0


def test_segments_say_their_class_and_their_seconds() -> None:
    fixes = line(
        "2026-11-02T08:00",
        (0, *INSIDE),
        (100, *INSIDE),
        (200, WEST - 0.0001, MIDDLE),
        (300, *OUTSIDE),
        (900, *OUTSIDE),
        accuracy_m=[5] * 5,
    )
    segments = time_inside(fixes, GRID).segments
    expected = [SegmentClass.INSIDE, SegmentClass.UNCERTAIN, SegmentClass.UNCERTAIN, SegmentClass.UNKNOWN]
    assert segments.kind.tolist() == expected
    assert segments.best_s[0] == 100
    assert (segments.lower_s <= segments.best_s).all()
    assert (segments.best_s <= segments.upper_s).all()
    assert segments.upper_s[3] == 0


def test_each_minute_is_measured_against_the_boundary_in_force() -> None:
    noon = at("2026-11-02T12:00")
    west_half = shapely.box(WEST, SOUTH, 116.302, NORTH)
    split = [Boundary.of(SQUARE, None, noon), Boundary.of(west_half, noon, None)]
    presence = time_inside(standing("2026-11-02T11:30", 3600), split)
    assert presence.best_s == 1800
    assert presence.intervals.tolist() == [[at("2026-11-02T11:30"), noon]]


def test_a_segment_over_the_change_of_boundary_is_split_at_that_instant() -> None:
    change = at("2026-11-02T08:00:50")
    east_half = shapely.box(116.3025, SOUTH, EAST, NORTH)
    presence = time_inside(
        crossing(WEST, EAST), [Boundary.of(SQUARE, None, change), Boundary.of(east_half, change, None)]
    )
    assert presence.best_s == pytest.approx(100, abs=1e-6)
    presence = time_inside(
        crossing(EAST, WEST), [Boundary.of(SQUARE, None, change), Boundary.of(east_half, change, None)]
    )
    assert presence.best_s == pytest.approx(50, abs=1e-6)


def test_time_without_any_boundary_in_force_is_known_and_outside() -> None:
    noon = at("2026-11-02T12:00")
    presence = time_inside(standing("2026-11-02T11:30", 3600), Boundary.of(SQUARE, noon, None))
    assert (presence.best_s, presence.known_s) == (1800, 3600)
    assert time_inside(standing("2026-11-02T11:30", 3600), []).best_s == 0


def test_boundaries_that_overlap_count_once() -> None:
    assert time_inside(standing("2026-11-02T08:00", 600), [GRID, GRID]).best_s == 600


def test_without_fixes_nothing_is_known() -> None:
    presence = time_inside(Fixes.of([], [], []), GRID)
    assert (presence.lower_s, presence.known_s, len(presence.intervals)) == (0, 0, 0)
    assert time_inside(Fixes.of([0], [INSIDE[0]], [INSIDE[1]]), GRID).known_s == 0


COORDINATE = st.integers(0, 40)
POINTS = st.lists(st.tuples(COORDINATE, COORDINATE, st.integers(1, 300)), min_size=2, max_size=25)


@st.composite
def stars(draw) -> shapely.Polygon:
    """Polygons without self-crossing: one radius a direction, a hole now and then."""
    radii = draw(st.lists(st.integers(3, 20), min_size=3, max_size=12))
    angle = 2 * np.pi * np.arange(len(radii)) / len(radii)
    ring = 20 + np.array(radii)[:, None] * np.stack((np.cos(angle), np.sin(angle)), axis=1)
    star = shapely.Polygon(116.3 + ring * (1e-4, 0) + ring * (0, 1e-4) - (0, 76.4))
    hole = shapely.box(116.3018, 39.9018, 116.3022, 39.9022)
    return star.difference(hole) if draw(st.booleans()) and star.contains(hole) else star


def reference_s(fixes: Fixes, area: shapely.Polygon) -> float:
    """Sum, segment by segment, of intersections in exact fractions: doubles lose minutes along a border."""
    total = Fraction(0)
    xy = [(Fraction(x), Fraction(y)) for x, y in zip(fixes.lon.tolist(), fixes.lat.tolist(), strict=True)]
    for a, b, ms in zip(xy[:-1], xy[1:], np.diff(fixes.t_ms).tolist(), strict=True):
        total += Fraction(ms, 1000) * share_inside(a, b, area)
    return float(total)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(POINTS, stars(), st.integers(0, 30))
def test_best_is_the_sum_of_exact_intersections(points, star, accuracy_m) -> None:
    x, y, dt = np.array(points, float).T
    fixes = Fixes.of(
        np.cumsum(dt).astype(np.int64) * 1000,
        116.3 + x * 1e-4,
        39.9 + y * 1e-4,
        accuracy_m=np.full(len(x), accuracy_m),
    )
    presence = time_inside(clean(fixes, LENIENT), Boundary.of(star))
    assert presence.best_s == pytest.approx(reference_s(fixes, star), abs=1e-9)
    assert presence.lower_s <= presence.best_s <= presence.upper_s <= presence.known_s + 1e-9
    assert presence.known_s == pytest.approx(dt[1:].sum())
    assert presence.segments.best_s.sum() == pytest.approx(presence.best_s)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(POINTS, stars(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(points, star, random) -> None:
    x, y, dt = np.array(points, float).T
    fixes = Fixes.of(np.cumsum(dt).astype(np.int64) * 1000, 116.3 + x * 1e-4, 39.9 + y * 1e-4)
    index = [*range(len(fixes)), *random.choices(range(len(fixes)), k=5)]
    random.shuffle(index)
    one = time_inside(fixes, Boundary.of(star))
    other = time_inside(fixes.take(np.array(index)), Boundary.of(star))
    assert one.best_s == other.best_s
    assert (one.intervals == other.intervals).all()
