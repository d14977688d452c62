"""Where workers stand: the same whatever the order of arrival, and to the second what time_inside says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gis_grid.core import Boundary, Fixes, Slabs, clean, time_inside
from gis_grid.core.live.advancing import advance
from gis_grid.core.live.standing import NEVER, Ground, Spent, Standing

LON, LAT = 118.780, 32.050
GRID = shapely.box(LON, LAT, LON + 0.004, LAT + 0.004)
EAST = shapely.box(LON + 0.004, LAT, LON + 0.008, LAT + 0.004)
SOUTH_HALF = shapely.box(LON, LAT, LON + 0.004, LAT + 0.002)
DAY_MS = 1_795_000_000_000
END_MS = DAY_MS + 86_400_000
LATE_MS = END_MS
CENTRE = (LON + 0.002, LAT + 0.002)
OUTSIDE = (LON + 0.006, LAT + 0.002)


def ground(*workers: list[tuple[Any, int, int]]) -> Ground:
    """The areas of each worker, with from when until before when each is in force."""
    areas = [area for own in workers for area, _, _ in own] or [GRID]
    counts = [len(own) for own in workers]
    return Ground(
        slabs=Slabs.of(areas),
        first=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        area=np.arange(sum(counts)),
        grid=np.arange(sum(counts)) + 100,
        from_ms=np.array([since for own in workers for _, since, _ in own], np.int64),
        to_ms=np.array([until for own in workers for _, _, until in own], np.int64),
    )


ALL_DAY = ground([(GRID, DAY_MS, END_MS)])


class Following:
    """Takes fixes in as they come, reading again what the standing asks for; late ones count the day anew."""

    def __init__(self, workers: int, land: Ground) -> None:
        self.standing, self.land = Standing.unseen(workers), land
        self.came: list[Fixes] = [Fixes.of([], [], [])] * workers
        self.settled: dict[tuple[int, int, int], float] = {}
        self.open: dict[tuple[int, int, int], float] = {}
        self.read = 0

    def hear(self, worker: int, fixes: Fixes, latest_ms: int = LATE_MS) -> None:
        row = np.array([worker])
        if len(fixes) and fixes.t_ms.min() <= self.standing.relied_ms[worker]:
            self.standing = self.standing.forgotten(row)
            self.settled = {key: s for key, s in self.settled.items() if key[0] != worker}
        self.came[worker] = Fixes.concat([self.came[worker], fixes])
        wanted = self.came[worker].t_ms >= self.standing.settled_ms[worker]
        part = self.came[worker].take(wanted)
        self.read += len(part)
        self.standing, spent = advance(
            self.standing, row, part, np.array([0, len(part)]), self.land, latest_ms=latest_ms
        )
        self.open = {key: s for key, s in self.open.items() if key[0] != worker}
        self._keep(spent)

    def _keep(self, spent: Spent) -> None:
        columns = (spent.row, spent.grid, spent.cell, spent.seconds, spent.settled)
        for row, grid, cell, seconds, settled in zip(*(c.tolist() for c in columns), strict=True):
            kept = self.settled if settled else self.open
            kept[row, grid, cell] = kept.get((row, grid, cell), 0.0) + seconds

    def cells(self, worker: int = 0) -> dict[tuple[int, int], float]:
        found: dict[tuple[int, int], float] = {}
        for kept in (self.settled, self.open):
            for (row, grid, cell), seconds in kept.items():
                if row == worker:
                    found[grid, cell] = found.get((grid, cell), 0.0) + seconds
        return found

    def ends(self, worker: int = 0) -> tuple[Any, ...]:
        one = self.standing
        names = ("is_out", "turning", "since_ms", "seen_ms", "lon", "lat")
        return tuple(np.nan_to_num(getattr(one, name)[worker]).item() for name in names)


def walk(
    *places: tuple[float, float], step_s: int = 10, start_ms: int = DAY_MS, accuracy_m: float = 5.0
) -> Fixes:
    lon, lat = np.array(places).T
    return Fixes.of(
        start_ms + np.arange(len(places)) * step_s * 1000,
        lon,
        lat,
        accuracy_m=np.full(len(places), accuracy_m),
    )


@st.composite
def wandering(draw: st.DrawFn) -> Fixes:
    """Walks over the border, with jumps, spikes, poor fixes, silences and the same moment twice."""
    n = draw(st.integers(2, 60))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    step_s = rng.choice([5, 10, 30, 61, 90, 400], n, p=[0.3, 0.4, 0.1, 0.1, 0.05, 0.05])
    if draw(st.booleans()):
        step_s = rng.choice([61, 90, 120], n)
    east = LON + 0.0035 + np.cumsum(rng.normal(0, 1.5e-4, n))
    north = LAT + 0.002 + np.cumsum(rng.normal(0, 1e-4, n))
    strays = rng.random(n) < draw(st.sampled_from([0.0, 0.05, 0.3]))
    east[strays] += rng.choice([0.01, 0.05, 1.0], strays.sum())
    accuracy = rng.choice([4.0, 15.0, 60.0, 300.0, np.nan], n, p=[0.6, 0.2, 0.1, 0.05, 0.05])
    t_ms = DAY_MS + np.cumsum(step_s) * 1000
    again = rng.random(n) < 0.03
    t_ms[1:][again[1:]] = t_ms[:-1][again[1:]]
    return Fixes.of(t_ms, east, north, accuracy_m=accuracy, mock=rng.random(n) < 0.02)


@given(wandering(), st.randoms(use_true_random=False), st.integers(1, 12))
@settings(max_examples=300, deadline=None)
def test_the_end_does_not_depend_on_the_order_of_arrival(fixes: Fixes, chance: Any, most: int) -> None:
    whole = Following(1, ALL_DAY)
    whole.hear(0, fixes)
    order = list(range(len(fixes)))
    if chance.random() < 0.5:
        order.sort(key=lambda i: i + chance.randint(0, 6))
    else:
        chance.shuffle(order)
    parts = Following(1, ALL_DAY)
    while order:
        some, order = order[:most], order[most:]
        parts.hear(0, fixes.take(np.array(some)))
    assert parts.ends() == whole.ends()
    best_s = time_inside(fixes, Boundary.of(GRID)).best_s
    assert parts.standing.inside_s[0] == pytest.approx(best_s, abs=1e-6)
    assert whole.standing.inside_s[0] == pytest.approx(best_s, abs=1e-6)
    assert parts.cells() == pytest.approx(whole.cells(), abs=1e-6)


@given(wandering(), st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_a_track_taken_in_piece_by_piece_counts_what_time_inside_counts(fixes: Fixes, most: int) -> None:
    fixes = fixes.take(np.argsort(fixes.t_ms, kind="stable"))
    following = Following(1, ALL_DAY)
    for at in range(0, len(fixes), most):
        following.hear(0, fixes.take(slice(at, at + most)))
    assert following.standing.inside_s[0] == pytest.approx(
        time_inside(fixes, Boundary.of(GRID)).best_s, abs=1e-6
    )


def test_what_is_settled_is_not_looked_at_again() -> None:
    following = Following(1, ALL_DAY)
    places = [(CENTRE[0] + 1e-5 * k, CENTRE[1]) for k in range(300)]
    fixes = walk(*places)
    for at in range(300):
        following.hear(0, fixes.take(slice(at, at + 1)))
    assert following.read < 300 * 8


def test_one_stray_fix_takes_nobody_out_and_two_do() -> None:
    following = Following(1, ALL_DAY)
    following.hear(0, walk(CENTRE, CENTRE, step_s=60))
    following.hear(0, walk(OUTSIDE, start_ms=DAY_MS + 120_000))
    assert (following.standing.is_out[0], following.standing.turning[0]) == (False, 1)
    following.hear(0, walk(OUTSIDE, start_ms=DAY_MS + 180_000))
    assert (following.standing.is_out[0], following.standing.since_ms[0]) == (True, DAY_MS + 120_000)
    following.hear(0, walk(CENTRE, start_ms=DAY_MS + 240_000))
    assert following.standing.is_out[0]
    following.hear(0, walk(CENTRE, start_ms=DAY_MS + 300_000))
    assert (following.standing.is_out[0], following.standing.since_ms[0]) == (False, DAY_MS + 240_000)


def test_between_two_strays_a_fix_inside_begins_the_count_anew() -> None:
    following = Following(1, ALL_DAY)
    following.hear(0, walk(CENTRE, OUTSIDE, CENTRE, OUTSIDE, CENTRE, OUTSIDE, step_s=60))
    assert not following.standing.is_out[0]


@pytest.mark.parametrize(("accuracy_m", "out"), [(5.0, True), (60.0, False), (np.nan, False)])
def test_near_the_border_nobody_is_outside_by_less_than_the_accuracy(accuracy_m: float, out: bool) -> None:
    just_outside = (LON + 0.004 + 20 / 94_500, LAT + 0.002)  # 20 m
    following = Following(1, ALL_DAY)
    following.hear(0, walk(CENTRE, CENTRE, *[just_outside] * 6, step_s=60, accuracy_m=accuracy_m))
    assert following.standing.is_out[0] == out


def test_after_a_silence_one_starts_anew_inside() -> None:
    following = Following(1, ALL_DAY)
    following.hear(0, walk(OUTSIDE, OUTSIDE, OUTSIDE, step_s=60))
    assert following.standing.is_out[0]
    following.hear(0, walk(OUTSIDE, start_ms=DAY_MS + 3_600_000))
    assert not following.standing.is_out[0]


def test_a_day_begins_at_its_midnight() -> None:
    fixes = walk(*[CENTRE] * 30, start_ms=DAY_MS - 100_000)
    following = Following(1, ALL_DAY)
    for at in range(0, 30, 4):
        following.hear(0, fixes.take(slice(at, at + 4)))
    assert following.standing.inside_s[0] == pytest.approx(190.0)


def test_each_minute_counts_against_the_boundary_in_force_then() -> None:
    noon = DAY_MS + 12 * 3_600_000
    land = ground([(GRID, DAY_MS, noon), (SOUTH_HALF, noon, END_MS)])
    north = (LON + 0.002, LAT + 0.003)
    fixes = walk(*[north] * 41, start_ms=noon - 205_000)
    following = Following(1, land)
    for at in range(0, 41, 3):
        following.hear(0, fixes.take(slice(at, at + 3)))
    versions = [Boundary.of(GRID, DAY_MS, noon), Boundary.of(SOUTH_HALF, noon, END_MS)]
    assert following.standing.inside_s[0] == pytest.approx(time_inside(clean(fixes), versions).best_s)
    assert following.standing.inside_s[0] == pytest.approx(205.0)
    assert following.standing.is_out[0]


def test_unknown_time_over_a_change_of_the_border_stays_unknown() -> None:
    noon = DAY_MS + 12 * 3_600_000
    land = ground([(GRID, DAY_MS, noon), (GRID, noon, END_MS)])
    following = Following(1, land)
    following.hear(0, walk(CENTRE, CENTRE, step_s=400, start_ms=noon - 200_000))
    assert following.standing.inside_s[0] == 0.0


def test_who_stands_in_is_inside_in_both_grids() -> None:
    land = ground([(GRID, DAY_MS, END_MS), (EAST, DAY_MS, END_MS)])
    following = Following(1, land)
    following.hear(0, walk(CENTRE, CENTRE, OUTSIDE, OUTSIDE, OUTSIDE, step_s=60))
    assert not following.standing.is_out[0]
    assert following.standing.inside_s[0] == pytest.approx(240.0)
    assert {grid for grid, _ in following.cells()} == {100, 101}
    assert sum(following.cells().values()) == pytest.approx(240.0, abs=5.0)


def test_a_worker_without_a_grid_is_nowhere_and_not_out() -> None:
    following = Following(1, ground([]))
    following.hear(0, walk(*[OUTSIDE] * 10))
    assert (following.standing.inside_s[0], following.standing.is_out[0]) == (0.0, False)
    assert following.standing.seen_ms[0] == DAY_MS + 90_000


def test_a_fix_of_the_future_waits_for_its_time() -> None:
    following = Following(1, ALL_DAY)
    fixes = walk(*[CENTRE] * 20)
    following.hear(0, fixes, latest_ms=DAY_MS + 95_000)
    assert following.standing.seen_ms[0] == DAY_MS + 90_000
    following.hear(0, walk(CENTRE, start_ms=DAY_MS + 200_000))
    assert following.standing.inside_s[0] == pytest.approx(200.0)


def test_workers_are_each_their_own() -> None:
    both = ground([(GRID, DAY_MS, END_MS)], [(EAST, DAY_MS, END_MS)])
    first, second = walk(*[CENTRE] * 9), walk(*[OUTSIDE] * 5, *[CENTRE] * 4)
    together = Fixes.concat([first, second])
    standing, spent = advance(
        Standing.unseen(2), np.array([0, 1]), together, np.array([0, 9, 18]), both, latest_ms=LATE_MS
    )
    assert standing.inside_s.tolist() == pytest.approx([80.0, time_inside(second, Boundary.of(EAST)).best_s])
    assert standing.is_out.tolist() == [False, True]
    assert set(spent.row.tolist()) == {0, 1}
    assert Standing.unseen(2).settled_ms.tolist() == [NEVER, NEVER]


def test_nothing_of_nobody_is_nothing() -> None:
    none = Fixes.of([], [], [])
    standing, spent = advance(
        Standing.unseen(3), np.array([1]), none, np.array([0, 0]), ground([], [], []), latest_ms=LATE_MS
    )
    assert len(standing) == 3
    assert len(spent.cell) == 0
