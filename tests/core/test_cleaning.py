import numpy as np
import pytest
from walks import GRID, INSIDE, at, line, standing, track

from gis_grid.core import CleaningLimits, Fixes, Flag, clean, count_flags, time_inside

DEGREE_M = 111_000
FAR = (INSIDE[0], INSIDE[1] + 5_000 / DEGREE_M)


def flags_of(fixes: Fixes, **limits) -> list[int]:
    return clean(fixes, CleaningLimits(**limits)).flags.tolist()


def walk(n: int, start: float = 0, place=INSIDE, noise: int = 7) -> list[tuple[float, float, float]]:
    rng = np.random.default_rng(noise)
    return [
        (start + 10 * i, place[0] + rng.normal(0, 2e-5), place[1] + rng.normal(0, 2e-5)) for i in range(n)
    ]


def test_nothing_is_lost_and_all_is_sorted() -> None:
    fixes = line("2026-11-02T08:00", (20, 1, 1), (0, 1, 1), (10, 1, 1))
    cleaned = clean(fixes)
    assert len(cleaned.fixes) == 3
    assert (np.diff(cleaned.fixes.t_ms) > 0).all()
    assert cleaned.flags.tolist() == [Flag.OUT_OF_ORDER, Flag.OUT_OF_ORDER, 0]
    assert cleaned.accepted.all()
    assert cleaned.measure[0] == 20


def test_the_number_stands_beside_each_flag() -> None:
    t = at("2026-11-02T08:00")
    fixes = Fixes.of(
        [t, t, t + 10_000, t + 20_000, t + 30_000, t + 30_000],
        [1, 1, 1, 1, 1, 1.0001],
        [1] * 6,
        accuracy_m=[5, 5, 500, 5, 5, 9],
        mock=[False, False, False, True, False, False],
    )
    cleaned = clean(fixes, CleaningLimits(latest_ms=t + 25_000))
    assert cleaned.flags.tolist() == [
        0,
        Flag.DUPLICATE,
        Flag.BAD_ACCURACY,
        Flag.MOCK,
        Flag.FUTURE,
        Flag.FUTURE | Flag.CONFLICT,
    ]
    assert cleaned.measure[1:4].tolist() == [0, 500, 1]
    assert cleaned.measure[4] == 5
    assert cleaned.measure[5] == pytest.approx(11.1, abs=0.1)
    assert count_flags(cleaned.flags)["future"] == 2


def test_of_two_positions_at_one_moment_the_more_accurate_stays_whatever_came_first() -> None:
    t = at("2026-11-02T08:00")
    one = Fixes.of([t, t], [1, 2], [1, 1], accuracy_m=[30, 5])
    other = one.take(np.array([1, 0]))
    for fixes in (one, other):
        cleaned = clean(fixes)
        assert cleaned.fixes.lon[cleaned.accepted].tolist() == [2]


def test_a_mock_fix_does_not_push_out_a_real_one_at_its_moment() -> None:
    t = at("2026-11-02T08:00")
    cleaned = clean(Fixes.of([t, t], [1, 2], [1, 1], accuracy_m=[30, 1], mock=[False, True]))
    assert cleaned.fixes.lon[cleaned.accepted].tolist() == [1]


def test_one_far_fix_is_a_jump_with_its_speed() -> None:
    points = walk(20)
    points[10] = (100, *FAR)
    cleaned = clean(line("2026-11-02T08:00", *points))
    assert np.flatnonzero(cleaned.flags).tolist() == [10]
    assert cleaned.measure[10] == pytest.approx(500, rel=0.02)


@pytest.mark.parametrize("bad", [1, 2])
def test_bad_first_fixes_do_not_delete_the_track(bad) -> None:
    points = walk(20)
    points[:bad] = [(10 * i, *FAR) for i in range(bad)]
    assert np.flatnonzero(flags_of(line("2026-11-02T08:00", *points))).tolist() == list(range(bad))


def test_bad_last_fixes_are_jumps() -> None:
    points = [*walk(20), *[(200 + 10 * i, *FAR) for i in range(2)]]
    assert np.flatnonzero(flags_of(line("2026-11-02T08:00", *points))).tolist() == [20, 21]


def test_a_new_place_is_believed_after_three_fixes_there_but_the_way_is_not_counted() -> None:
    points = [*walk(20), *walk(20, start=200, place=FAR)]
    cleaned = clean(line("2026-11-02T08:00", *points))
    assert cleaned.accepted.all()
    assert np.flatnonzero(cleaned.starts_anew).tolist() == [20]
    presence = time_inside(cleaned, GRID)
    assert presence.known_s == pytest.approx(380)
    assert presence.unknown_s == pytest.approx(10)


def test_the_way_by_car_is_no_jump() -> None:
    points = [(10 * i, INSIDE[0] + 10 * i * 15 / 85_000, INSIDE[1]) for i in range(60)]
    assert not any(flags_of(line("2026-11-02T08:00", *points)))


def test_a_single_fix_that_leaves_and_comes_back_is_a_jump() -> None:
    points = walk(20)
    points[10] = (100, INSIDE[0], INSIDE[1] + 200 / DEGREE_M)
    fixes = line("2026-11-02T08:00", *points)
    assert np.flatnonzero(flags_of(fixes)).tolist() == [10]
    wide = line("2026-11-02T08:00", *points, accuracy_m=np.full(20, 90))
    assert not any(flags_of(wide))


def test_a_position_that_flips_between_two_places_loses_only_every_second_fix() -> None:
    points = walk(30)
    points[10:20] = [
        (t, lon, lat + (200 / DEGREE_M if n % 2 else 0)) for n, (t, lon, lat) in enumerate(points[10:20])
    ]
    assert np.flatnonzero(flags_of(line("2026-11-02T08:00", *points))).tolist() == [11, 13, 15, 17, 19]


def test_recordings_are_never_joined() -> None:
    fixes = track(standing("2026-11-02T08:00", 100), standing("2026-11-02T08:02", 100, segment=1))
    presence = time_inside(fixes, GRID)
    assert (presence.best_s, presence.unknown_s) == (200, 20)


def test_a_rejected_first_fix_of_another_recording_cuts_nothing() -> None:
    mock, segment = [True, *[False] * 9], [1, *[0] * 9]
    cleaned = clean(line("2026-11-02T08:00", *walk(10), mock=mock, segment=segment))
    assert cleaned.accepted.tolist() == [False, *[True] * 9]
    assert not cleaned.starts_anew.any()


@pytest.mark.parametrize("seed", range(5))
def test_neither_order_nor_repetition_changes_what_is_accepted(seed) -> None:
    rng = np.random.default_rng(seed)
    points = walk(60, noise=seed)
    for n in rng.choice(60, 8, replace=False):
        points[n] = (points[n][0], *(FAR if rng.random() < 0.5 else (INSIDE[0] + 0.003, INSIDE[1])))
    fixes = line("2026-11-02T08:00", *points, accuracy_m=rng.uniform(3, 150, 60), mock=rng.random(60) < 0.05)
    shuffled = fixes.take(rng.permutation(np.append(np.arange(60), rng.choice(60, 20))))
    one, other = clean(fixes), clean(shuffled)
    for name in ("t_ms", "lon", "lat", "accuracy_m"):
        assert (getattr(one.fixes, name)[one.accepted] == getattr(other.fixes, name)[other.accepted]).all()
    assert (one.starts_anew[one.accepted] == other.starts_anew[other.accepted]).all()


def test_no_fix_and_one_fix_do_no_harm() -> None:
    assert len(clean(Fixes.of([], [], [])).flags) == 0
    assert clean(Fixes.of([0], [1], [1])).accepted.all()
