import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import INSIDE, at, line, standing

from gis_grid.core import CoreError, Fixes, clean
from gis_grid.core.geometry.geodesy import metres_per_degree
from gis_grid.core.presence.passes import passes

EAST_M, NORTH_M = metres_per_degree(INSIDE[1])
START = at("2026-11-02T08:00")


def east_of(metres: float) -> float:
    return INSIDE[0] + metres / EAST_M


def walk(*way: tuple[float, float], **columns) -> Fixes:
    """Walk along the parallel of the place: (seconds, metres east of it)."""
    return line("2026-11-02T08:00", *((t, east_of(metres), INSIDE[1]) for t, metres in way), **columns)


def at_place(fixes: Fixes, within_m: float = 20, **limits):
    return passes(clean(fixes), [INSIDE[0]], [INSIDE[1]], within_m, **limits)


def test_the_time_within_the_distance_is_exact_on_the_straight_line() -> None:
    found = at_place(walk((0, -100), (100, 100)))
    assert found.best_s[0] == pytest.approx(20, abs=1e-6)
    assert found.first_ms[0] == START + 40_000
    assert (found.start_ms[0], found.end_ms[0]) == (START + 40_000, START + 60_000)
    assert found.unknown_s == 0


def test_standing_there_counts_whole_and_accuracy_opens_the_bounds() -> None:
    there = at_place(standing("2026-11-02T08:00", 300, accuracy_m=8))
    assert (there.lower_s[0], there.best_s[0], there.upper_s[0]) == (300, 300, 300)
    beside = at_place(walk((0, 25), (300, 25), accuracy_m=[8, 8]))
    assert (beside.lower_s[0], beside.best_s[0], beside.upper_s[0]) == (0, 0, 300)
    assert beside.first_ms[0] == -1


def test_a_short_interruption_joins_a_stay_but_does_not_count() -> None:
    way = [(0, 0), (100, 0), (100.001, 50), (140, 50), (140.001, 0), (200, 0)]
    fixes = walk(*way, accuracy_m=[40] * 6)
    assert at_place(fixes, accuracy_factor=0).best_s[0] == pytest.approx(160, abs=0.01)
    assert at_place(fixes, accuracy_factor=0, break_s=30).best_s[0] == pytest.approx(100, abs=0.01)


def test_time_over_the_gap_limit_is_unknown() -> None:
    found = at_place(walk((0, 0), (100, 0), (500, 0), (560, 0)))
    assert found.best_s[0] == 100
    assert found.unknown_s == 400
    assert at_place(walk((0, 0), (100, 0), (500, 0), (560, 0)), max_gap_s=400).best_s[0] == 560


def test_only_time_in_the_window_counts() -> None:
    fixes = standing("2026-11-02T08:00", 600)
    found = at_place(fixes, windows_ms=[(START + 95_000, START + 205_000)])
    assert found.best_s[0] == pytest.approx(110)
    assert found.start_ms[0] == START + 95_000


def test_time_in_several_windows_is_one_stay_over_short_breaks() -> None:
    fixes = standing("2026-11-02T08:00", 600)
    near, far = (100_000, 150_000), (300_000, 420_000)
    found = at_place(fixes, windows_ms=[(START + a, START + b) for a, b in ((0, 50_000), near, far)])
    assert found.best_s[0] == pytest.approx(120)
    assert (found.start_ms[0], found.end_ms[0]) == (START + far[0], START + far[1])
    joined = at_place(fixes, windows_ms=[(START, START + 50_000), (START + 100_000, START + 150_000)])
    assert joined.best_s[0] == pytest.approx(100)
    assert at_place(fixes, windows_ms=[]).upper_s[0] == 0


def test_each_bound_tells_when_a_stay_is_first_long_enough() -> None:
    accuracy_m = [40, 40, 40, 5, 5, 5]
    way = [(0, 0), (200, 0), (202, 100), (400, 100), (402, 0), (600, 0)]
    found = at_place(walk(*way, accuracy_m=accuracy_m), within_m=30, reach_s=150)
    assert found.reached_ms[:, 0].tolist() == pytest.approx(
        [START + 552_000, START + 150_000, START + 150_000], abs=1500
    )
    assert (at_place(walk(*way), reach_s=250).reached_ms == -1).all()
    assert (at_place(walk(*way)).reached_ms == -1).all()
    assert at_place(Fixes.of([], [], []), reach_s=1).reached_ms.tolist() == [[-1]] * 3


def test_a_stay_reaches_its_length_without_the_time_of_its_interruptions() -> None:
    way = [(0, 0), (100, 0), (100.001, 50), (140, 50), (140.001, 0), (200, 0)]
    found = at_place(walk(*way, accuracy_m=[40] * 6), accuracy_factor=0, reach_s=120)
    assert found.reached_ms[1, 0] == pytest.approx(START + 160_000, abs=2)


def test_a_place_is_found_across_the_antimeridian() -> None:
    fixes = Fixes.of([0, 100_000], [179.999, -179.999], [0, 0])
    found = passes(clean(fixes), [180.0, -180.0, 0.0], [0, 0, 0], 20)
    assert found.best_s[:2].tolist() == pytest.approx([17.97, 17.97], abs=0.01)
    assert found.best_s[2] == 0


def test_no_fix_one_fix_and_no_place_do_no_harm() -> None:
    none = at_place(Fixes.of([], [], []))
    one = at_place(walk((0, 0)))
    for found in (none, one):
        assert (found.upper_s[0], found.first_ms[0], found.unknown_s) == (0, -1, 0)
    assert len(passes(clean(walk((0, 0), (10, 0))), [], [], 20).best_s) == 0


def test_bad_places_and_distances_are_refused() -> None:
    cleaned = clean(walk((0, 0), (10, 0)))
    with pytest.raises(CoreError, match="lat of place 1"):
        passes(cleaned, [1, 1], [1, 91], 20)
    with pytest.raises(CoreError, match="lon of place 0"):
        passes(cleaned, [float("nan")], [1], 20)
    with pytest.raises(CoreError, match="one length"):
        passes(cleaned, [1, 2], [1], 20)
    for limits in (
        {"within_m": 0},
        {"within_m": float("nan")},
        {"within_m": 20, "break_s": -1},
        {"within_m": 20, "reach_s": 0},
    ):
        with pytest.raises(CoreError, match="number"):
            passes(cleaned, [1], [1], **limits)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), n=st.integers(2, 120), within_m=st.floats(1, 300))
def test_the_stays_are_those_of_shapely_on_any_walk(seed, n, within_m) -> None:
    rng = np.random.default_rng(seed)
    xy = np.cumsum(rng.normal(0, 30, (n, 2)) * (rng.random((n, 1)) < 0.8), axis=0)
    fixes = Fixes.of(
        START + 10_000 * np.arange(n),
        INSIDE[0] + xy[:, 0] / EAST_M,
        INSIDE[1] + xy[:, 1] / NORTH_M,
        accuracy_m=rng.uniform(1, 60, n),
    )
    places = rng.normal(0, 200, (20, 2))
    found = passes(
        clean(fixes),
        INSIDE[0] + places[:, 0] / EAST_M,
        INSIDE[1] + places[:, 1] / NORTH_M,
        within_m,
        break_s=1e9,
    )
    assert (found.lower_s <= found.best_s).all()
    assert (found.best_s <= found.upper_s).all()
    discs = shapely.points(places).reshape(-1, 1)
    moving = np.flatnonzero((np.diff(xy, axis=0) != 0).any(axis=1))
    lines = shapely.linestrings(np.stack((xy[:-1], xy[1:]), axis=1)[moving])
    length = shapely.length(lines)
    inside = shapely.length(shapely.intersection(lines, shapely.buffer(discs, within_m, quad_segs=128)))
    expected = 10 * (inside / length).sum(axis=1)
    still = np.setdiff1d(np.arange(n - 1), moving)
    expected += 10 * (np.hypot(*(xy[still][None] - places[:, None]).transpose(2, 0, 1)) <= within_m).sum(
        axis=1
    )
    assert found.best_s == pytest.approx(expected, rel=2e-3, abs=0.5)
