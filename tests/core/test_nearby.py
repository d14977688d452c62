"""A visit is proved by a track that stays near its target at its time, and by nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from gis_grid.core import Fixes, clean
from gis_grid.core.errors import CoreError
from gis_grid.core.presence.nearby import Near, proofs

LON, LAT = 116.3, 39.9
EAST_M, NORTH_M = 85_390.0, 111_030.0


def walk(
    seconds: int, *, east_m: float = 0.0, north_m: float = 0.0, step_s: int = 10, speed: float = 0.0
) -> Fixes:
    """Return fixes from 0 s on, that far from the place, going east at a speed."""
    t = np.arange(0, seconds + 1, step_s)
    lon = LON + (east_m + speed * t) / EAST_M
    return Fixes.of(t * 1000, lon, np.full(len(t), LAT + north_m / NORTH_M), accuracy_m=np.full(len(t), 5.0))


def proof(fixes: Fixes, at_s: float = 600, **more: float) -> tuple[str, float, float]:
    found = proofs(clean(fixes), [round(at_s * 1000)], [LON], [LAT], Near(**more))
    return str(found.state[0]), round(float(found.nearest_m[0]), 1), float(found.stayed_s[0])


def test_a_stay_at_the_place_proves_it() -> None:
    state, nearest, stayed = proof(walk(1200, north_m=20))
    assert (state, stayed) == ("proved", 1200)
    assert abs(nearest - 20) < 0.2


def test_a_stay_across_the_street_does_not() -> None:
    state, nearest, stayed = proof(walk(1200, north_m=80))
    assert (state, stayed) == ("unproved", 0)
    assert abs(nearest - 80) < 0.5


def test_passing_by_is_no_visit_and_its_distance_is_that_of_the_way() -> None:
    fixes = walk(1200, east_m=-600, step_s=60, speed=1.0)
    state, nearest, stayed = proof(fixes)
    assert (state, nearest) == ("unproved", 0.0)  # between two fixes, 60 m apart
    assert 95 < stayed < 105
    assert proof(fixes, at_least_s=90)[0] == "proved"


def test_another_time_of_the_day_does_not_count() -> None:
    fixes = walk(1200, north_m=20)
    assert proof(fixes, 1200 + 901)[0] == "no_track"
    assert proof(fixes, 1200 + 830)[0] == "unproved"  # 70 s of the stay are in time
    assert proof(fixes, 1200 + 780)[0] == "proved"


def test_without_a_track_nothing_is_said() -> None:
    assert proof(Fixes.of([], [], []))[0] == "no_track"
    state, nearest, _ = proof(Fixes.of([600_000], [LON], [LAT]))
    assert state == "no_track"
    assert np.isnan(nearest)


def test_a_gap_is_no_way_past_the_place() -> None:
    there_and_back = Fixes.of([0, 1_000_000], [LON - 0.01, LON + 0.01], [LAT, LAT])
    state, nearest, _ = proof(there_and_back, 500)
    assert state == "unproved"
    assert nearest > 800


def test_a_fix_that_is_not_accepted_proves_nothing() -> None:
    t = np.arange(0, 1201, 10)
    far = Fixes.of(
        t * 1000, np.full(len(t), LON + 0.01), np.full(len(t), LAT), accuracy_m=np.full(len(t), 5.0)
    )
    near = Fixes.of(
        t * 1000 + 5000, np.full(len(t), LON), np.full(len(t), LAT), accuracy_m=np.full(len(t), 9000.0)
    )
    assert proof(Fixes.concat([far, near]))[0] == "unproved"


def test_many_visits_at_once_are_as_one_by_one() -> None:
    rng = np.random.default_rng(3)
    fixes = walk(7200, east_m=-400, speed=0.1)
    cleaned = clean(fixes)
    t_ms = rng.integers(-1_000_000, 8_000_000, 60)
    lon, lat = LON + rng.normal(0, 4e-3, 60), LAT + rng.normal(0, 3e-4, 60)
    together = proofs(cleaned, t_ms, lon, lat)
    assert {str(state) for state in together.state} == {"proved", "unproved", "no_track"}
    for n in range(60):
        one = proofs(cleaned, t_ms[n : n + 1], lon[n : n + 1], lat[n : n + 1])
        assert one.state[0] == together.state[n]
        assert one.stayed_s[0] == together.stayed_s[n]
        np.testing.assert_equal(one.nearest_m[0], together.nearest_m[n])


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(CoreError):
        proofs(clean(walk(10)), [0, 1], [LON], [LAT])
