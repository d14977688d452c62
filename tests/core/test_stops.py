import numpy as np
import pytest
from walks import INSIDE, at, line, standing, track

from gis_grid.core import CoreError, Fixes, clean
from gis_grid.core.geometry.geodesy import distance_m, metres_per_degree
from gis_grid.core.track.stops import Stops, stops

EAST_M, NORTH_M = metres_per_degree(INSIDE[1])
STEP_S = 10.0


def wander(seed: int) -> tuple[Fixes, np.ndarray]:
    """Three hours of ways and stops of 2-20 min, seen through a receiver; also which steps truly stand."""
    rng = np.random.default_rng(seed)
    t_s, xy = [0.0], [np.zeros(2)]
    while t_s[-1] < 3 * 3600:
        if rng.random() < 0.25:
            t_s.append(t_s[-1] + rng.uniform(120, 1200))
            xy.append(xy[-1])
        else:
            way = rng.normal(0, 120, 2)
            t_s.append(t_s[-1] + np.hypot(*way) / rng.uniform(0.7, 1.6))
            xy.append(xy[-1] + way)
    n = int(3 * 3600 / STEP_S)
    seen_s = STEP_S * np.arange(n) + rng.uniform(-0.4, 0.4, n)
    true = np.stack([np.interp(seen_s, t_s, np.array(xy)[:, axis]) for axis in range(2)], axis=1)
    sigma_m, keep = rng.uniform(3, 8), np.exp(-STEP_S / rng.uniform(20, 90))
    error = np.zeros((n, 2))
    for i in range(1, n):
        error[i] = keep * error[i - 1] + np.sqrt(1 - keep**2) * rng.normal(0, sigma_m, 2)
    lon, lat = (INSIDE + (true + error) / (EAST_M, NORTH_M)).T
    t_ms = at("2026-11-02T08:00") + np.rint(seen_s * 1000).astype(np.int64)
    stands = np.hypot(*np.diff(true, axis=0).T) < 0.05
    return Fixes.of(t_ms, lon, lat, accuracy_m=np.full(n, 1.5 * sigma_m)), stands


def steps_in(found: Stops, t_ms: np.ndarray) -> np.ndarray:
    """Tell of each step whether it lies in a stop."""
    inside = np.zeros(len(t_ms) - 1, np.bool_)
    for start, end in zip(found.start_ms, found.end_ms, strict=True):
        inside[np.searchsorted(t_ms, start) : np.searchsorted(t_ms, end)] = True
    return inside


def test_planted_stops_are_found() -> None:
    both = claimed = true = 0
    for seed in range(40):
        fixes, stands = wander(seed)
        said = steps_in(stops(clean(fixes)), fixes.t_ms)
        both += np.count_nonzero(said & stands)
        claimed += np.count_nonzero(said)
        true += np.count_nonzero(stands)
    precision, recall = both / claimed, both / true
    assert 2 * precision * recall / (precision + recall) >= 0.95


def test_a_stop_has_its_times_its_place_and_its_fixes() -> None:
    fixes = track(
        line(
            "2026-11-02T08:00", *((10 * i, INSIDE[0] + (i - 12) * 15 / EAST_M, INSIDE[1]) for i in range(11))
        ),
        standing("2026-11-02T08:02", 200),
        line(
            "2026-11-02T08:05:30", *((10 * i, INSIDE[0] + (i + 2) * 15 / EAST_M, INSIDE[1]) for i in range(9))
        ),
    )
    found = stops(clean(fixes), radius_m=10)
    assert len(found) == 1
    assert (found.start_ms[0], found.end_ms[0]) == (at("2026-11-02T08:02"), at("2026-11-02T08:05:20"))
    assert distance_m(found.lon[0], found.lat[0], *INSIDE) < 0.01
    assert found.fixes[0] == 21


def test_one_fix_far_off_does_not_end_a_stop_but_two_do() -> None:
    def visit(strays: int) -> Stops:
        points = [
            (10 * i, INSIDE[0], INSIDE[1] + (60 / NORTH_M if 15 <= i < 15 + strays else 0)) for i in range(31)
        ]
        return stops(clean(line("2026-11-02T08:00", *points)))

    one, two = visit(1), visit(2)
    assert (len(one), one.fixes[0], one.end_ms[0] - one.start_ms[0]) == (1, 30, 300_000)
    assert (two.end_ms - two.start_ms).tolist() == [140_000, 130_000]


def test_gaps_recordings_and_short_stays_are_no_stop() -> None:
    assert len(stops(clean(standing("2026-11-02T08:00", 119)))) == 0
    assert len(stops(clean(standing("2026-11-02T08:00", 120)))) == 1
    gap = track(standing("2026-11-02T08:00", 100), standing("2026-11-02T08:07", 100))
    assert len(stops(clean(gap))) == 0
    assert len(stops(clean(gap), max_gap_s=400)) == 1
    recordings = track(standing("2026-11-02T08:00", 100), standing("2026-11-02T08:02", 100, segment=1))
    assert len(stops(clean(recordings))) == 0


def test_a_stop_on_the_antimeridian_is_one_place() -> None:
    n = 30
    lon = np.where(np.arange(n) % 2, 179.99995, -179.99995)
    found = stops(clean(Fixes.of(10_000 * np.arange(n), lon, np.zeros(n))))
    assert found.fixes.tolist() == [n]
    assert abs(abs(found.lon[0]) - 180) < 1e-9


def test_no_fix_and_one_fix_are_no_stop_and_bad_limits_are_refused() -> None:
    assert len(stops(clean(Fixes.of([], [], [])))) == 0
    assert len(stops(clean(Fixes.of([0], [1], [1])))) == 0
    for limits in ({"radius_m": 0}, {"stay_s": float("nan")}, {"max_gap_s": float("inf")}):
        with pytest.raises(CoreError, match="is a positive number"):
            stops(clean(Fixes.of([0], [1], [1])), **limits)
