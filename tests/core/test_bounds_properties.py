"""What is true of time inside and its bounds for every track and every outline."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
import shapely
from exact import share_inside
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gis_grid.core import Boundary, Cleaned, CleaningLimits, Fixes, Presence, clean, time_inside
from gis_grid.core.geometry.boundary import Area

LENIENT = CleaningLimits(max_speed_mps=1e12, spike_speed_mps=1e12, max_accuracy_m=1e9)
STEP = 2.0**-13  # degrees, about 12 m: so places on the lattice and half-way between are exact doubles
WEST, SOUTH = 116.25, 39.875
SIZE = 16
QUICK = settings(max_examples=40, derandomize=True, deadline=None)

CELL = st.integers(0, SIZE)
POINT = st.tuples(st.integers(-2, SIZE + 2), st.integers(-2, SIZE + 2), st.integers(1, 290))
POINTS = st.lists(POINT, min_size=2, max_size=16)
ACCURACIES = st.lists(st.one_of(st.none(), st.floats(0.1, 300)), min_size=16, max_size=16)


def lattice(points) -> np.ndarray:
    return np.array((WEST, SOUTH)) + np.asarray(points, float) * STEP


BLOCK = shapely.box(*lattice([(2, 3), (9, 11)]).ravel())


@st.composite
def outlines(draw) -> shapely.Polygon | shapely.MultiPolygon:
    """Unions and differences of triangles on the lattice: holes, parts, slivers, rings that touch."""
    area = shapely.Polygon()
    for _ in range(draw(st.integers(1, 4))):
        corners = draw(st.lists(st.tuples(CELL, CELL), min_size=3, max_size=3, unique=True))
        triangle = shapely.Polygon(lattice(corners))
        if triangle.area > 0:
            area = area.union(triangle) if draw(st.booleans()) else area.difference(triangle)
    return area if isinstance(area, Area) and area.is_valid and not area.is_empty else BLOCK


def walk(points, accuracies=None) -> Cleaned:
    """Fixes on the lattice, all accepted."""
    x, y, dt = np.array(points).T
    accuracy_m = None if accuracies is None else [np.nan if a is None else a for a in accuracies][: len(x)]
    lon, lat = lattice(np.stack((x, y), axis=1)).T
    return clean(Fixes.of(np.cumsum(dt) * 1000, lon, lat, accuracy_m=accuracy_m), LENIENT)


def seconds(presence: Presence) -> tuple[float, ...]:
    return (
        presence.lower_s,
        presence.best_s,
        presence.upper_s,
        presence.known_s,
        presence.unknown_s,
    )


@QUICK
@given(POINTS, outlines())
@example([(0, 3, 1), (12, 3, 90)], BLOCK)
@example([(2, 0, 1), (2, 14, 90)], BLOCK)
@example([(9, 0, 1), (9, 14, 90), (9, 11, 9), (0, 11, 90)], BLOCK)
def test_best_is_exact_also_along_borders_and_through_corners(points, area) -> None:
    cleaned = walk(points)
    xy = [(Fraction(x), Fraction(y)) for x, y in zip(cleaned.fixes.lon, cleaned.fixes.lat, strict=True)]
    lengths = np.diff(cleaned.fixes.t_ms).tolist()
    shares = [share_inside(a, b, area) for a, b in itertools.pairwise(xy)]
    expected = sum(
        (Fraction(ms, 1000) * share for ms, share in zip(lengths, shares, strict=True)), Fraction()
    )
    assert time_inside(cleaned, Boundary.of(area)).best_s == pytest.approx(float(expected), abs=1e-9)


@QUICK
@given(st.integers(0, 10_000))
def test_best_is_what_shapely_finds_on_random_outlines(seed) -> None:
    random = np.random.default_rng(seed)
    turn = np.sort(random.uniform(0, 2 * np.pi, 24))
    ring = random.uniform(0.3, 1, 24)[:, None] * np.stack((np.cos(turn), np.sin(turn)), axis=1)
    area = shapely.Polygon(np.array((WEST, SOUTH)) + 0.002 * ring).buffer(0)
    xy = np.array((WEST, SOUTH)) + random.uniform(-0.003, 0.003, (60, 2))
    fixes = clean(Fixes.of(np.arange(60) * 10_000, *xy.T), LENIENT)
    local = shapely.transform(area, lambda c: c - (WEST, SOUTH))
    ways = shapely.linestrings(np.stack((xy[:-1], xy[1:]), axis=1) - (WEST, SOUTH))
    expected = 10 * np.sum(shapely.length(shapely.intersection(ways, local)) / shapely.length(ways))
    assert time_inside(fixes, Boundary.of(area)).best_s == pytest.approx(expected, abs=1e-6)


@QUICK
@given(POINTS, outlines(), ACCURACIES, st.floats(0, 3))
def test_lower_best_and_upper_are_in_order_and_within_the_known_time(
    points, area, accuracies, factor
) -> None:
    presence = time_inside(walk(points, accuracies), Boundary.of(area), accuracy_factor=factor)
    assert 0 <= presence.lower_s <= presence.best_s <= presence.upper_s <= presence.known_s
    segments = presence.segments
    assert (segments.lower_s <= segments.best_s).all()
    assert (segments.best_s <= segments.upper_s).all()
    for sums, spans in ((segments.lower_s, presence.certain), (segments.upper_s, presence.possible)):
        assert sums.sum() == pytest.approx(spans.total, abs=1e-6)


@QUICK
@given(POINTS, outlines(), ACCURACIES, st.lists(st.floats(0.01, 1), min_size=16, max_size=16))
def test_more_accuracy_never_widens_the_bounds(points, area, accuracies, shares) -> None:
    better = [None if a is None else a * share for a, share in zip(accuracies, shares, strict=True)]
    wide = time_inside(walk(points, accuracies), Boundary.of(area))
    narrow = time_inside(walk(points, better), Boundary.of(area))
    assert wide.lower_s <= narrow.lower_s <= narrow.best_s == wide.best_s
    assert narrow.upper_s <= wide.upper_s
    assert len(wide.certain.minus(narrow.certain)) == len(narrow.possible.minus(wide.possible)) == 0


@QUICK
@given(POINTS, outlines(), ACCURACIES, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(points, area, accuracies, random) -> None:
    fixes = walk(points, accuracies).fixes
    index = [*range(len(fixes)), *random.choices(range(len(fixes)), k=5)]
    random.shuffle(index)
    again = clean(fixes.take(np.array(index)), LENIENT)
    one, other = (time_inside(cleaned, Boundary.of(area)) for cleaned in (clean(fixes, LENIENT), again))
    assert seconds(one) == seconds(other)


@QUICK
@given(POINTS, outlines(), ACCURACIES, st.integers(0, 4000))
def test_a_version_cut_in_time_into_two_equal_ones_changes_nothing(points, area, accuracies, cut_s) -> None:
    cleaned, cut_ms = walk(points, accuracies), cut_s * 1000 + 137
    one = time_inside(cleaned, Boundary.of(area))
    other = time_inside(cleaned, [Boundary.of(area, None, cut_ms), Boundary.of(area, cut_ms, None)])
    assert seconds(one) == seconds(other)


@QUICK
@given(POINTS, outlines(), st.one_of(st.none(), st.floats(0.1, 100)))
def test_a_fix_half_way_on_the_straight_line_changes_nothing(points, area, accuracy_m) -> None:
    cleaned = walk(points, None if accuracy_m is None else [accuracy_m] * len(points))
    fixes = cleaned.fixes
    ends = [(column[:-1], column[1:]) for column in (fixes.t_ms, fixes.lon, fixes.lat)]
    between = Fixes.of(*((a + b) / 2 for a, b in ends), accuracy_m=fixes.accuracy_m[1:])
    halved = clean(Fixes.concat([fixes, between]), LENIENT)
    assert halved.accepted.all()
    one, other = (time_inside(c, Boundary.of(area)) for c in (cleaned, halved))
    assert seconds(one) == pytest.approx(seconds(other), abs=1e-6)


@QUICK
@given(POINTS, st.integers(1, SIZE - 1), st.integers(1, SIZE - 1), ACCURACIES)
def test_over_the_parts_of_an_outline_times_add_up_and_their_union_has_no_border_between(
    points, across, up, accuracies
) -> None:
    corners = [(0, 0, across, up), (across, 0, SIZE, up), (0, up, across, SIZE), (across, up, SIZE, SIZE)]
    parts = [Boundary.of(shapely.box(*lattice([c[:2], c[2:]]).ravel())) for c in corners]
    whole = Boundary.of(shapely.box(*lattice([(0, 0), (SIZE, SIZE)]).ravel()))
    cleaned = walk(points, accuracies)
    each = [time_inside(cleaned, part).best_s for part in parts]
    alone = time_inside(cleaned, whole)
    assert sum(each) == pytest.approx(alone.best_s, abs=1e-9)
    assert seconds(time_inside(cleaned, parts)) == pytest.approx(seconds(alone), abs=1e-6)


def test_a_grid_split_at_noon_counts_each_half_day_by_its_own_outline() -> None:
    noon, whole = 43_200_000, shapely.box(*lattice([(0, 0), (SIZE, SIZE)]).ravel())
    half = shapely.box(*lattice([(0, 0), (8, SIZE)]).ravel())
    # From west to east through both halves, half of the way gone at noon less one millisecond.
    t_ms = [noon - 100_001, noon + 99_999]
    fixes = clean(Fixes.of(t_ms, *lattice([(0, 5), (16, 5)]).T, accuracy_m=[1.0, 1.0]), LENIENT)
    presence = time_inside(fixes, [Boundary.of(whole, None, noon), Boundary.of(half, noon, None)])
    assert presence.best_s == pytest.approx(100.001, abs=1e-9)
    assert presence.intervals.tolist() == [[noon - 100_001, noon]]


def test_one_fix_no_fix_and_flagged_fixes_have_no_time() -> None:
    area = Boundary.of(shapely.box(*lattice([(0, 0), (4, 4)]).ravel()))
    place = lattice([(2, 2)] * 3)
    for n, mock in ((0, False), (1, False), (3, True)):
        fixes = Fixes.of(np.arange(n) * 1000, *place[:n].T, mock=np.full(n, mock))
        presence = time_inside(fixes, area)
        assert seconds(presence) == (0, 0, 0, 0, 0)
        assert len(presence.segments.kind) == 0
        assert presence.intervals.shape == (0, 2)


def test_a_long_segment_over_thousands_of_edges_loses_no_crossing() -> None:
    teeth = 3000
    x = np.arange(teeth) * STEP / 64
    comb = np.stack((WEST + x, np.where(np.arange(teeth) % 2, SOUTH + STEP, SOUTH)), axis=1)
    ring = np.concatenate((comb, [(comb[-1, 0], SOUTH - STEP), (WEST, SOUTH - STEP)]))
    way = Fixes.of(
        [0, 300_000],
        [WEST - STEP, WEST + x[-1] + STEP],
        [SOUTH + STEP / 2] * 2,
        accuracy_m=[0.01, 0.01],
    )
    presence = time_inside(clean(way, LENIENT), Boundary.of(shapely.Polygon(ring)))
    assert len(presence.inside) == teeth / 2
    span = 300 * x[-1] / (x[-1] + 2 * STEP)
    assert presence.best_s == pytest.approx(span / 2, abs=0.1)
    assert presence.lower_s < presence.best_s < presence.upper_s
