import numpy as np
from walks import INSIDE, at, standing

from gis_grid.core import Fixes, clean, copied, signs
from gis_grid.core.geometry.geodesy import metres_per_degree

EAST_M, NORTH_M = metres_per_degree(INSIDE[1])


def wander(
    seed: int, speed_mps: float = 1.2, n: int = 400, start: str = "2026-11-02T08:00", **columns
) -> Fixes:
    """Walk with turns and the noise of a receiver."""
    rng = np.random.default_rng(seed)
    heading = np.cumsum(rng.normal(0, 0.4, n))
    x = np.cumsum(np.cos(heading)) * speed_mps * 10 + rng.normal(0, 2, n)
    y = np.cumsum(np.sin(heading)) * speed_mps * 10 + rng.normal(0, 2, n)
    accuracy = {"accuracy_m": rng.uniform(3, 15, n)} | columns
    return Fixes.of(
        at(start) + np.arange(n) * 10_000, INSIDE[0] + x / EAST_M, INSIDE[1] + y / NORTH_M, **accuracy
    )


def kinds(fixes: Fixes) -> set[str]:
    return {sign.kind for sign in signs(clean(fixes))}


def test_an_honest_walk_shows_no_sign() -> None:
    for seed in range(20):
        assert kinds(wander(seed)) == set()


def test_a_ride_shows_with_its_share() -> None:
    (sign,) = signs(clean(wander(1, speed_mps=6)))
    assert sign.kind == "ridden"
    assert sign.numbers["share"] > 0.9
    assert "%" in sign.en
    assert "%" in sign.zh


def test_standing_at_the_gate_shows_with_its_place() -> None:
    rng = np.random.default_rng(2)
    gate = standing("2026-11-02T08:00", 7200, accuracy_m=5)
    noisy = Fixes.of(
        gate.t_ms,
        gate.lon + rng.normal(0, 4, len(gate)) / EAST_M,
        gate.lat + rng.normal(0, 4, len(gate)) / NORTH_M,
        accuracy_m=rng.uniform(3, 15, len(gate)),
    )
    (sign,) = signs(clean(noisy))
    assert sign.kind == "standing"
    assert sign.numbers["share"] > 0.95
    assert abs(sign.numbers["lon"] - INSIDE[0]) * EAST_M < 3


def test_a_made_up_track_shows_accuracy_steps_and_lack_of_noise() -> None:
    n = 300
    t_ms = at("2026-11-02T08:00") + np.arange(n) * 10_000
    made_up = Fixes.of(
        t_ms, INSIDE[0] + np.arange(n) * 12 / EAST_M, np.full(n, INSIDE[1]), accuracy_m=np.full(n, 5)
    )
    assert kinds(made_up) == {"constant_accuracy", "equal_steps", "noiseless", "equal_times"}


def test_equal_times_alone_are_a_timer_and_no_sign() -> None:
    even = wander(8)
    assert set(np.diff(even.t_ms)) == {10_000}
    assert kinds(even) == set()
    uneven = Fixes.of(
        even.t_ms + np.random.default_rng(9).integers(-300, 300, len(even)),
        even.lon,
        even.lat,
        accuracy_m=5 + np.zeros(len(even)),
    )
    assert kinds(uneven) == {"constant_accuracy"}


def test_equal_times_beside_one_accuracy_tell_the_step() -> None:
    same, times = signs(clean(wander(8, accuracy_m=np.full(400, 5.0))))
    assert (same.kind, times.kind) == ("constant_accuracy", "equal_times")
    assert times.numbers == {"share": 1.0, "step_s": 10.0}
    assert "10 s apart" in times.en
    assert "10 秒" in times.zh


def test_mock_fixes_show_even_when_few() -> None:
    mock = np.zeros(400, bool)
    mock[7] = True
    (sign,) = signs(clean(wander(3, mock=mock)))
    assert (sign.kind, sign.numbers["fixes"]) == ("mock", 1)


def test_a_copied_track_is_found_with_its_delay() -> None:
    own = wander(4)
    later = Fixes.of(own.t_ms + 90_061_000, own.lon, own.lat)
    tracks = {("w2", 3): later, ("w1", 2): own, ("w3", 2): wander(5), ("w4", 2): wander(6)}
    assert copied(tracks) == [(("w1", 2), ("w2", 3), 1.0, 90_061.0)]


def test_a_copy_of_a_part_that_was_moved_is_found_too() -> None:
    own = wander(7)
    part = own.take(slice(100, 300))
    moved = Fixes.of(part.t_ms + 86_400_000, part.lon + 2e-3, part.lat)
    ((first, second, share, offset_s),) = copied({"own": own, "part": moved})
    assert (first, second, offset_s) == ("own", "part", 86_400)
    assert share > 0.8


def test_standing_phones_and_empty_tracks_are_not_copies() -> None:
    tracks = {n: standing("2026-11-02T08:00", 7200) for n in range(5)} | {9: Fixes.of([], [], [])}
    assert copied(tracks) == []
    assert copied({}) == []
