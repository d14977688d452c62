"""Planted errors: how many cleaning finds, and how many good fixes it costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walks import INSIDE

from gis_grid.core import Cleaned, Fixes, Flag, clean
from gis_grid.core.geometry.geodesy import metres_per_degree

EAST_M, NORTH_M = metres_per_degree(INSIDE[1])
ERRORS = 0.003
TRACKS, N = 200, 1_000


def patrol(rng: np.random.Generator, n: int = N) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Walk and stand by turns at one fix in 10 s: seconds, metres east and north, accuracy in metres."""
    t_s = 10.0 * np.arange(n) + rng.uniform(-0.4, 0.4, n)
    turns = np.repeat(rng.uniform(0, 2 * np.pi, n), 30)[:n]
    walks = np.repeat(rng.random(n) < 0.7, 30)[:n]
    step_m = 10.0 * rng.uniform(0.7, 1.6) * walks
    xy = np.cumsum(step_m[:, None] * np.stack((np.cos(turns), np.sin(turns)), axis=1), axis=0)
    sigma_m = rng.uniform(3, 8)
    noise = rng.normal(0, sigma_m, (n + 4, 2))
    xy += sum(noise[k : k + n] for k in range(5)) / np.sqrt(5)  # wanders, as real receivers do
    accuracy_m = np.maximum(3.0, 1.51 * sigma_m * np.exp(rng.normal(0, 0.25, n)))
    return t_s, xy, accuracy_m


def fixes_of(t_s: np.ndarray, xy: np.ndarray, accuracy_m: np.ndarray, **columns) -> Fixes:
    t_ms = 1_767_571_200_000 + np.rint(t_s * 1000).astype(np.int64)
    lon, lat = INSIDE[0] + xy[:, 0] / EAST_M, INSIDE[1] + xy[:, 1] / NORTH_M
    return Fixes.of(t_ms, np.round(lon, 7), np.round(lat, 7), accuracy_m=accuracy_m, **columns)


def with_errors(seed: int) -> tuple[Fixes, np.ndarray]:
    """One patrol with far fixes, gaps and fixes left out; also which fixes are errors."""
    rng = np.random.default_rng(seed)
    t_s, xy, accuracy_m = patrol(rng)
    wrong = rng.random(N) < ERRORS
    turn, far_m = rng.uniform(0, 2 * np.pi, N), rng.uniform(150, 3_000, N)
    xy[wrong] += (far_m[:, None] * np.stack((np.cos(turn), np.sin(turn)), axis=1))[wrong]
    there = rng.random(N) > 0.01
    for gap in rng.integers(0, N, 2):
        there[gap : gap + rng.integers(12, 120)] = False
    # The altitude numbers the fixes, so that each can be told after sorting.
    fixes = fixes_of(t_s, xy, accuracy_m, altitude_m=np.arange(N)).take(np.flatnonzero(there))
    return fixes, wrong


def test_errors_over_100_m_are_found_and_good_fixes_stay() -> None:
    errors = found = good = lost = 0
    for seed in range(TRACKS):
        fixes, wrong = with_errors(seed)
        cleaned = clean(fixes)
        is_wrong = wrong[cleaned.fixes.altitude_m.astype(int)]
        is_jump = (cleaned.flags & Flag.JUMP) != 0
        errors += np.count_nonzero(is_wrong)
        found += np.count_nonzero(is_wrong & is_jump)
        good += np.count_nonzero(~is_wrong)
        lost += np.count_nonzero(~is_wrong & is_jump)
    assert errors > 500
    assert found / errors >= 0.998
    assert lost / good <= 0.00002


@pytest.mark.parametrize("speed_mps", [15, 30])
def test_a_ride_loses_nothing(speed_mps) -> None:
    rng = np.random.default_rng(speed_mps)
    t_s, xy, accuracy_m = patrol(rng)
    xy[:, 0] += np.where((t_s > 2_000) & (t_s < 2_600), (t_s - 2_000) * speed_mps, 0.0)
    xy[t_s >= 2_600, 0] += 600 * speed_mps
    cleaned = clean(fixes_of(t_s, xy, accuracy_m))
    assert cleaned.accepted.all()
    assert not cleaned.starts_anew.any()


def accepted(cleaned: Cleaned) -> list[tuple[float, ...]]:
    """The accepted fixes, and which of them are not joined to the one before."""
    fixes = cleaned.fixes.take(cleaned.accepted)
    accuracy_m = np.nan_to_num(fixes.accuracy_m)
    columns = (fixes.t_ms, fixes.lon, fixes.lat, accuracy_m, cleaned.starts_anew[cleaned.accepted])
    return list(zip(*(column.tolist() for column in columns), strict=True))


@st.composite
def wild_tracks(draw: st.DrawFn) -> Fixes:
    """Fixes of all kinds: few moments and places, so that they meet; any accuracy; some mock."""
    n = draw(st.integers(1, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    t_s = (
        rng.choice([rng.uniform(0, 10 * n), 10.0], n).cumsum().round()
        if draw(st.booleans())
        else (rng.integers(0, 3 * n, n).astype(float) * rng.choice([1, 10, 100]))
    )
    places = rng.normal(0, rng.choice([10, 300, 5_000]), (draw(st.integers(1, 8)), 2))
    xy = places[rng.integers(0, len(places), n)] + rng.normal(0, rng.choice([0, 5]), (n, 2))
    accuracy_m = rng.choice([np.nan, 0, 5, 30, 99, 150], n)
    return fixes_of(t_s, xy, accuracy_m, mock=rng.random(n) < 0.05, segment=rng.integers(0, 2, n))


@settings(max_examples=200, deadline=None)
@given(fixes=wild_tracks(), seed=st.integers(0, 2**32))
def test_neither_order_nor_repetition_of_any_fixes_changes_what_is_accepted(fixes, seed) -> None:
    rng = np.random.default_rng(seed)
    again = rng.integers(0, len(fixes), rng.integers(0, 2 * len(fixes)))
    mixed = fixes.take(rng.permutation(np.append(np.arange(len(fixes)), again)))
    one, other = clean(fixes), clean(mixed)
    assert accepted(one) == accepted(other)
    assert (np.diff(other.fixes.t_ms) >= 0).all()
    flagged = (other.flags & ~np.uint8(Flag.OUT_OF_ORDER)) != 0
    assert (flagged == ~other.accepted).all()
    assert (np.isnan(other.measure) == (other.flags == 0)).all()


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), n=st.integers(3, 80), data=st.data())
def test_one_fix_far_from_a_plain_track_costs_no_other_fix(seed, n, data) -> None:
    rng = np.random.default_rng(seed)
    t_s, xy, accuracy_m = patrol(rng, n)
    plain = fixes_of(t_s, xy, accuracy_m)
    before = accepted(clean(plain))
    at_s = data.draw(st.floats(-10, 10 * n)) + 0.0005
    angle, far_m = rng.uniform(0, 2 * np.pi), rng.uniform(2_000, 1e6)
    far = xy[min(max(int(at_s / 10), 0), n - 1)] + far_m * np.array((np.cos(angle), np.sin(angle)))
    lost = fixes_of(np.append(t_s, at_s), np.vstack((xy, far)), np.append(accuracy_m, 5.0))
    if np.isin(lost.t_ms[-1], plain.t_ms):
        return
    assert accepted(clean(lost)) == before


def test_many_fixes_of_one_moment_and_reversed_ones_take_no_longer() -> None:
    n = 50_000
    rng = np.random.default_rng(1)
    t_s, xy, accuracy_m = patrol(rng, n)
    forward = fixes_of(t_s, xy, accuracy_m)
    assert accepted(clean(forward.take(slice(None, None, -1)))) == accepted(clean(forward))
    crowd = clean(fixes_of(np.zeros(n), xy, accuracy_m))
    assert np.count_nonzero(crowd.accepted) == 1
    assert crowd.fixes.accuracy_m[crowd.accepted] == crowd.fixes.accuracy_m.min()
